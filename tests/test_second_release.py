"""A second release after a changed fact: from the fact file to what a client is answered."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from tests.project_copy import AGREEMENT, NOTE, add_work, make_project
from tests.served import Reply, ask, served

from trygghetsgraf.build import build
from trygghetsgraf.namespaces import ID
from trygghetsgraf.releases.release import Release, Releases
from trygghetsgraf.settings import load_settings

pytestmark = pytest.mark.slow

#: how a quote begins, and how the shorter one begins that takes its place
OLD, NEW = "Det kanske mest påtagliga", "kanske mest påtagliga"


def build_in(project: Path) -> None:
    build(load_settings(project=project, state=project / "var"))


def newest(project: Path) -> Release:
    release = Releases(project / "var").latest()
    assert release is not None
    return release


def get(url: str, path: str) -> Reply:
    return ask(url, "GET", path)


def test_changed_fact_makes_a_second_release(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", NOTE)
    build_in(project)
    first = newest(project)
    dump = (first.folder / "trygghetsgrafen.nq.gz").read_bytes()
    facts = project / "data" / "facts" / f"{NOTE}.yaml"
    text = facts.read_text()
    assert text.count(OLD) == 1
    claims = sum(claim.document == NOTE for claim in first.about.added)
    facts.write_text(text.replace(OLD, NEW))
    build_in(project)
    second = newest(project)
    assert (second.about.number, claims) == (2, len(first.about.added))
    assert len(second.about.added) == len(second.about.withdrawn) > 0
    assert {claim.key for claim in second.about.withdrawn} <= {
        claim.key for claim in first.about.added
    }
    with served(project / "var") as running:
        for claim in second.about.withdrawn:
            assert get(running.url, f"/id/claim/{claim.key}").status == 410
        for claim in second.about.added:
            assert get(running.url, f"/id/claim/{claim.key}").status == 303
        kept = get(running.url, "/releases/1/trygghetsgrafen.nq.gz")
        sums = get(running.url, "/releases/1/SHA256SUMS").body.decode()
    assert kept.body == dump
    assert f"{hashlib.sha256(dump).hexdigest()}  trygghetsgrafen.nq.gz" in sums


def test_withdrawn_document_is_forgotten_where_that_is_asked(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", NOTE, AGREEMENT)
    build_in(project)
    for path in (project / "data").rglob(f"{AGREEMENT}.yaml"):
        path.unlink()
    (project / "data" / "withdrawn.yaml").write_text(f"erased: [document/{AGREEMENT}]\n")
    build_in(project)
    withdrawn = newest(project).about.withdrawn
    assert {claim.document for claim in withdrawn} == {AGREEMENT}
    with served(project / "var") as running:
        assert get(running.url, f"/id/document/{AGREEMENT}").status == 410
        assert get(running.url, "/releases/1/trygghetsgrafen.nq.gz").status == 410
        assert get(running.url, "/releases/2/trygghetsgrafen.nq.gz").status == 200
    held = [
        path
        for path in (project / "var").rglob("*.nq*")
        if path.is_file() and AGREEMENT.encode() in unpacked(path)
    ]
    assert held == []
    assert [path.name for path in (project / "var" / "snapshots").iterdir()] == ["2"]


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def test_added_document_comes_back(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", NOTE)
    build_in(project)
    add_work(project, AGREEMENT)
    build_in(project)
    assert {claim.document for claim in newest(project).about.added} == {AGREEMENT}
    assert not newest(project).is_gone(str(ID[f"document/{AGREEMENT}"]))
