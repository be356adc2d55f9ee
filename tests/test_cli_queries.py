"""The commands for saved queries, in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import CompletionItem, get_completion_class
from tests.saved_project import graph_as_quads, write_queries
from tests.served import publish

from trygghetsgraf.cli import main

_MAIN = """
from trygghetsgraf.cli import main
from trygghetsgraf.cli_queries import queries_command, run_command
main.add_command(queries_command)
main.add_command(run_command)
main(prog_name="trygghetsgraf")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its published graph in the subfolder state."""
    folder = tmp_path_factory.mktemp("project")
    write_queries(folder / "queries")
    (folder / "state").mkdir()
    publish(folder / "state", graph_as_quads())
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _MAIN, *arguments]
    more = {
        "TRYGGHETSGRAF_PROJECT": str(folder),
        "TRYGGHETSGRAF_STATE": str(folder / "state"),
        "PYTHONPATH": str(Path(__file__).parents[1] / "server"),
        **environment,
    }
    return subprocess.run(command, capture_output=True, text=True, env=more, check=False)


def test_queries_are_listed(folder: Path) -> None:
    assert run(folder, "queries").stdout == (
        "around\tOm en plats\nmeasures\tÅtgärder av ett slag\nplaces\tPlatser med åtgärder\n"
    )
    assert run(folder, "queries", "kind", "--language", "en").stdout == (
        "measures\tMeasures of one kind\n"
    )


def test_csv_in_a_pipe(folder: Path) -> None:
    found = run(folder, "run", "measures", "--slag", "kamera", "--plats", "Tallbro")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == (
        "measure,name,number,amount,where\n"
        "https://w3id.org/trygghetsgrafen/id/measure/a,"
        '"Kameror ""på"" torget; =1+1",40,1.5,POINT(17.25 59.5)\n'
    )


def test_table_when_asked_for(folder: Path) -> None:
    found = run(folder, "run", "places", "--format", "table", COLUMNS="120")
    assert "Platser med åtgärder" in found.stdout
    assert "id/area/tallbro" in found.stdout


def test_help_comes_from_the_header(folder: Path) -> None:
    text = run(folder, "run", "measures", "--help").stdout
    for part in (
        "Measures of one kind",
        "amount: amount",
        "--slag TEXT",
        "kind of measure  [required]",
        "--lang [sv|en]",
        "[default: sv]",
    ):
        assert part in text


def test_more_rows_are_told_of(folder: Path) -> None:
    found = run(folder, "run", "measures", "--slag", "kamera", "--limit", "1")
    assert found.stderr == "There are more rows: --offset 1\n"


def test_format_follows_the_ending_of_the_file(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "kameror.geojson"
    run(folder, "run", "measures", "--slag", "kamera", "--output", str(target))
    assert target.read_text().startswith('{"type": "FeatureCollection"')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "measure"), "Nearest: measures."),
        (("run", "measures", "--slag", "kamear"), "Nearest: kamera."),
        (("run", "measures"), "Reading the parameter slag: it is missing."),
        (("run", "places", "--output", "no/such.csv"), "Writing no/such.csv: No such file"),
        (("run", "--url", "http://127.0.0.1:9/sparql", "places"), "http://127.0.0.1:9/sparql"),
    ],
)
def test_error_is_told_in_words(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    found = run(folder, *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert said in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("trygghetsgraf run me", "plain,measures\n"),
        ("trygghetsgraf run measures --pl", "plain,--plats\n"),
        ("trygghetsgraf run measures --plats Tal", "plain,Tallbro\n"),
        ("trygghetsgraf run measures --lang ", "plain,sv\nplain,en\n"),
    ],
)
def test_shell_completes(folder: Path, words: str, offered: str) -> None:
    found = run(
        folder,
        _TRYGGHETSGRAF_COMPLETE="bash_complete",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split(" ")) - 1),
    )
    assert found.stdout == offered


def test_bash_is_given_words_that_it_does_not_take_apart() -> None:
    bash = get_completion_class("bash")
    assert bash is not None
    completion = bash(main, {}, "trygghetsgraf", "_TRYGGHETSGRAF_COMPLETE")
    assert completion.format_completion(CompletionItem("trygghetsvärd")) == "plain,trygghetsvärd"
    # bash reads the line as it reads any: of two backslashes one is left
    assert completion.format_completion(CompletionItem("unga (i kris)")) == (
        r"plain,unga\\ \\(i\\ kris\\)"
    )


def test_no_rows_are_told_beside_the_result(folder: Path) -> None:
    found = run(folder, "run", "measures", "--slag", "kamera", "--offset", "9")
    assert found.stdout.count("\n") == 1
    assert found.stderr == "No rows: not in the documents.\n"
