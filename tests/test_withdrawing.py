"""Withdrawing persons and documents: out of the sources, the graph and the earlier releases."""

from __future__ import annotations

import gzip
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.project_copy import AGREEMENT, NOTE, make_project

from trygghetsgraf.cli import main
from trygghetsgraf.errors import InputError, NotFoundError
from trygghetsgraf.namespaces import ID
from trygghetsgraf.releases.release import Releases, digest_of
from trygghetsgraf.releases.withdrawn import read_withdrawn
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.withdrawing import withdraw

ANNA = digest_of(str(ID["actor/anna-alm"]))


def contents(project: Path) -> dict[str, bytes]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for name in ("documents", "facts", "reference")
        for path in (project / "data" / name).iterdir()
    }


def test_name_and_identifier_of_a_person_leave_every_file(project: Path, facts: Path) -> None:
    text = project / "data" / "documents" / "tallbro-a.txt"
    meta = text.with_name("tallbro-svar.yaml")
    old = text.read_bytes()
    signed = old + "\nAnna\n  Alm, ordförande. Anna Alms förslag. Anna Almgren.\n".encode()
    text.write_bytes(signed)
    before, after = (sha256(content).hexdigest() for content in (old, signed))
    meta.write_text(meta.read_text().replace(before, after))
    withdrawal = withdraw(project, "actor/anna-alm")
    masked = text.read_text()
    assert masked.endswith("\n████\n  ███, ordförande. ████ ███s förslag. Anna Almgren.\n")
    assert sha256(masked.encode()).hexdigest() in meta.read_text()
    changed = facts.read_text()
    assert "anna-alm" not in changed
    assert "Anna Alm" not in changed
    assert f"actor/person-{ANNA[:8]}: {{a: Person, sv: ████ ███" in changed
    assert f"speaker: [person-{ANNA[:8]}, tallbro]" in changed
    assert read_withdrawn(project).erased == (ANNA,)
    assert withdrawal.left == (f"tallbro-a.txt:{masked.count(chr(10))}",)


def test_withdrawal_can_be_undone(project: Path) -> None:
    before = contents(project)
    withdrawal = withdraw(project, "actor/anna-alm")
    assert contents(project) != before
    withdrawal.undo()
    assert contents(project) == before
    assert not (project / "data" / "withdrawn.yaml").exists()


def test_document_leaves_with_its_texts(project: Path) -> None:
    withdraw(project, "document/tallbro-svar")
    names = sorted(contents(project))
    assert [name for name in names if "tallbro" in name] == []


def test_list_of_what_is_erased_grows(project: Path) -> None:
    path = project / "data" / "withdrawn.yaml"
    path.write_text("# why\nerased:\n- actor/old\nreplaced:\n  actor/x: actor/y\n")
    withdraw(project, "actor/anna-alm")
    assert path.read_text() == (
        f"# why\nerased:\n- {ANNA}\n- actor/old\nreplaced:\n  actor/x: actor/y\n"
    )


@pytest.mark.parametrize(
    ("thing", "error", "found"),
    [
        ("measure/vardar", InputError, "neither a person nor a document"),
        ("actor/Anna Alm", InputError, "neither a person nor a document"),
        ("actor/nobody", NotFoundError, "no person in the sources"),
        ("actor/lokalpolisen-tallbro", InputError, "of the class OrganisationalUnit"),
        ("document/nothing", NotFoundError, "no document that was read"),
    ],
)
def test_what_cannot_be_withdrawn(
    project: Path, thing: str, error: type[Exception], found: str
) -> None:
    before = contents(project)
    with pytest.raises(error, match=found):
        withdraw(project, thing)
    assert contents(project) == before


def test_document_that_others_name_stays(project: Path) -> None:
    other = project / "data" / "reference" / "things.yaml"
    other.write_text(other.read_text() + "# tallbro-svar\n")
    with pytest.raises(InputError, match=r"other files name it: things\.yaml:4"):
        withdraw(project, "document/tallbro-svar")
    assert (project / "data" / "facts" / "tallbro-svar.yaml").exists()


def test_list_in_one_line_is_refused(project: Path) -> None:
    (project / "data" / "withdrawn.yaml").write_text("erased: [actor/old]\n")
    before = contents(project)
    with pytest.raises(InputError, match="one entry a line"):
        withdraw(project, "actor/anna-alm")
    assert contents(project) == before


@pytest.mark.slow
def test_from_the_command_to_the_page_that_is_gone(tmp_path: Path) -> None:
    project, state = make_project(tmp_path / "project", NOTE, AGREEMENT), tmp_path / "state"

    def run(*words: str) -> str:
        result = CliRunner().invoke(
            main, ["--project", str(project), "--state", str(state), *words]
        )
        assert result.exit_code == 0, result.output
        return result.output

    def status(path: str) -> int:
        client = with_linked_data(create_app(), state, "https://x.se").test_client()
        with client.get(path, headers={"Accept": "text/turtle"}) as response:
            return response.status_code

    person, document = "id/actor/nujin-alacabek", f"id/document/{AGREEMENT}"
    run("build")
    assert (status(f"/page/{person}"), status(f"/page/{document}")) == (200, 200)
    told = run("withdraw", "actor/nujin-alacabek")
    assert "release 1: its files held it and were deleted" in " ".join(told.split())
    assert (status(f"/{person}"), status(f"/page/{person}")) == (410, 410)
    assert status("/releases/1/trygghetsgrafen.nq.gz") == 410
    dump = gzip.decompress((Releases(state).get(2).folder / "trygghetsgrafen.nq.gz").read_bytes())
    assert b"Nujin" not in dump
    assert b"nujin" not in dump
    run("withdraw", f"document/{AGREEMENT}")
    assert (status(f"/page/{document}"), status("/releases/2/claims.parquet")) == (410, 410)
    assert status("/releases/3/claims.parquet") == 200
