"""Sources: which files a build reads, and keys that change with their content and nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from trygghetsgraf.documents import Work
from trygghetsgraf.errors import InputError, SettingsError
from trygghetsgraf.sources import Sources, digest, key_of


@pytest.fixture
def copied(project: Path) -> Path:
    """The project with an ontology and vocabularies of its own, which may be changed."""
    for name in ("ontology", "data/vocab"):
        folder = project / name
        folder.unlink()
        folder.mkdir()
        (folder / "a.ttl").write_text("")
    (project / "shapes" / "s.ttl").write_text("")
    (project / "data" / "reference" / "README.md").write_text("")
    return project


def test_files(copied: Path, work: Work) -> None:
    sources = Sources(copied)
    sources.check()
    assert [path.relative_to(copied).as_posix() for path in sources.data] == [
        "data/reference/counties.csv",
        "data/reference/municipalities.csv",
        "data/reference/parties.csv",
        "data/reference/things.yaml",
        "data/vocab/a.ttl",
        "ontology/a.ttl",
        "shapes/s.ttl",
    ]
    assert [path.relative_to(copied).as_posix() for path in sources.of(work)] == [
        "data/documents/tallbro-svar.yaml",
        "data/documents/tallbro-a.txt",
        "data/documents/tallbro-b.txt",
        "data/facts/tallbro-svar.yaml",
    ]


def test_code_that_reads_is_a_source_and_the_command_line_is_not(copied: Path) -> None:
    code = {path.name for path in Sources(copied).common if path.suffix == ".py"}
    assert {"reading.py", "claims.py", "graph.py", "inference.py"} <= code
    assert "cli.py" not in code


def test_keys_do_not_change_by_themselves(copied: Path, work: Work) -> None:
    before = Sources(copied).document_key(work)
    os.utime(copied / "ontology" / "a.ttl", (0, 0))
    (copied / "data" / "reference" / "README.md").write_text("Changed.")
    assert Sources(copied).document_key(work) == before


@pytest.mark.parametrize(
    "name",
    [
        "ontology/a.ttl",
        "shapes/s.ttl",
        "data/vocab/a.ttl",
        "data/reference/parties.csv",
        "data/facts/tallbro-svar.yaml",
        "data/documents/tallbro-svar.yaml",
        "data/documents/tallbro-b.txt",
    ],
)
def test_key_of_a_document_changes_with_each_of_its_files(
    copied: Path, work: Work, name: str
) -> None:
    before = Sources(copied).document_key(work)
    with (copied / name).open("a") as file:
        file.write("\n")
    assert Sources(copied).document_key(work) != before


def test_facts_of_another_document_do_not_change_the_key(copied: Path, work: Work) -> None:
    before = Sources(copied).document_key(work)
    (copied / "data" / "facts" / "granby.yaml").write_text("work: granby\n")
    assert Sources(copied).document_key(work) == before


def test_key_of_files_is_that_of_names_and_contents(tmp_path: Path) -> None:
    for name, content in (("a", "1"), ("b", "2")):
        (tmp_path / name).write_text(content)
    lines = f"a {hashlib.sha256(b'1').hexdigest()}\nb {hashlib.sha256(b'2').hexdigest()}"
    expected = hashlib.sha256(lines.encode()).hexdigest()
    assert key_of([tmp_path / "a", tmp_path / "b"]) == expected


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        digest(tmp_path / "facts.yaml")
    assert str(caught.value) == (
        f"{tmp_path / 'facts.yaml'}: Reading a source: No such file or directory. "
        "Write it or restore it."
    )


@pytest.mark.parametrize(
    "name",
    ["ontology", "shapes", "data/vocab", "data/reference", "data/documents", "data/facts"],
)
def test_folder_that_is_missing_is_named(copied: Path, name: str) -> None:
    shutil.rmtree(copied / name)
    with pytest.raises(SettingsError) as caught:
        Sources(copied).check()
    assert str(caught.value) == (
        f"Looking for the project in {copied}: it has no folder {name}/. "
        "Give the checkout with --project or TRYGGHETSGRAF_PROJECT."
    )
