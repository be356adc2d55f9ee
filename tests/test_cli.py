"""The command line as a stranger runs it: real processes, output, exit codes."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from tests.project_copy import AGREEMENT, make_project
from tests.served import EX, publish

COUNT = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?c a <https://w3id.org/trygghetsgrafen/ontology/Agreement> }"
)


class Shell:
    """Runs the command in a project."""

    def __init__(self, project: Path) -> None:
        self.project = project

    def __call__(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        where = ["--project", str(self.project), "--state", str(self.project / "var")]
        return subprocess.run(
            [sys.executable, "-m", "trygghetsgraf", *where, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "COLUMNS": "200"},
            check=False,
        )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(make_project(tmp_path_factory.mktemp("cli") / "project", AGREEMENT))


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(make_project(tmp_path_factory.mktemp("cli-built") / "project", AGREEMENT))
    built = shell("build")
    assert built.returncode == 0, built.stderr
    return shell


def test_help_names_every_command() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "trygghetsgraf", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    for command in ("build", "validate", "serve", "query", "describe", "stats", "schema"):
        assert f"\n  {command} " in run.stdout


def test_build_again_does_nothing(shell: Shell) -> None:
    run = shell("build")
    assert (run.returncode, run.stdout) == (0, "")
    assert run.stderr == "Nothing has changed; snapshot 1 serves.\n"


def test_validate_conforms(shell: Shell) -> None:
    run = shell("validate", "--language", "en")
    assert run.returncode == 0
    assert run.stdout.startswith("0 errors, ")


def test_stats(shell: Shell) -> None:
    run = shell("stats", "--format", "json")
    assert run.returncode == 0
    (figures,) = json.loads(run.stdout)
    assert (figures["work"], figures["words"], figures["violations"]) == (AGREEMENT, 917, 0)
    table = shell("stats", "--unquoted")
    assert table.stdout.startswith(f"1  {AGREEMENT}\n")
    assert "Claims by force" in table.stdout


def test_query_gives_csv_in_a_pipe(shell: Shell) -> None:
    assert shell("query", COUNT).stdout.splitlines() == ["n", "2"]


def test_query_from_standard_input_as_json(shell: Shell) -> None:
    run = shell("query", "--file", "-", "--format", "json", stdin=COUNT)
    assert json.loads(run.stdout)["results"]["bindings"][0]["n"]["value"] == "2"


def test_construct_gives_triples(shell: Shell) -> None:
    run = shell("query", "CONSTRUCT { <urn:a> <urn:b> 1 } WHERE {}")
    assert run.stdout == '<urn:a> <urn:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'


def test_describe_by_label(shell: Shell) -> None:
    run = shell("describe", "Handslag mot skadegörelse i Haninge", "--language", "en")
    assert run.returncode == 0
    assert "”Nätverk med polisen, flera bostadsbolag, Vattenfall, SRV Återvinning" in run.stdout


def test_describe_unknown_names_the_nearest(shell: Shell) -> None:
    run = shell("describe", "Handslag mot skadegörels i Haninge")
    assert run.returncode == 2
    assert run.stderr.startswith("Looking up 'Handslag mot skadegörels i Haninge': ")
    assert "Handslag mot skadegörelse i Haninge" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("query", "SELECT * WHERE {"), "Reading the query: "),
        (("query", COUNT, "--format", "png"), "Writing the result as 'png': "),
        (("query",), "Usage: "),
        (("serve", "--port", "70000"), "Reading the setting 'port': "),
        (("describe", "measure/../../etc"), "Looking up 'measure/../../etc': "),
    ],
)
def test_errors_are_told_without_a_traceback(
    shell: Shell, arguments: tuple[str, ...], said: str
) -> None:
    run = shell(*arguments)
    assert run.returncode == 2
    assert run.stderr.startswith(said)
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("command", ["stats", "serve"])
def test_before_the_first_build(empty: Shell, command: str) -> None:
    run = empty(command)
    assert run.returncode == 2
    assert run.stderr == (
        f"Opening the current snapshot, {empty.project}/var/current: nothing has been "
        "published yet. Run `trygghetsgraf build`, or restore a dump.\n"
    )


def test_schema_is_json_schema() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "trygghetsgraf", "schema"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(run.stdout)["title"] == "FactFile"


def test_a_snapshot_and_a_dump_are_restored(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    publish(tmp_path / "var", f"<{EX}a> <{EX}p> <{EX}one> <{EX}g> .")
    publish(tmp_path / "var", f"<{EX}a> <{EX}p> <{EX}two> <{EX}g> .")
    shell = Shell(tmp_path)
    dump, broken = tmp_path / "dump.nq", tmp_path / "broken.nq"
    dump.write_text(f"<{EX}a> <{EX}p> <{EX}three> <{EX}g> .\n")
    broken.write_text(f"<{EX}a> <{EX}p> .\n")
    runs = [shell("restore", source) for source in ("1", str(dump), str(broken), "99", "no.nq")]
    assert [run.returncode for run in runs] == [0, 0, 2, 2, 2]
    assert [run.stderr for run in runs[:2]] == [
        "Restored 1; snapshot 3 serves.\n",
        f"Restored {dump}; snapshot 4 serves.\n",
    ]
    assert f"{broken}:1: " in runs[2].stderr
    asked = shell("query", "SELECT ?o { ?s ?p ?o }", "--format", "csv")
    assert asked.stdout.splitlines() == ["o", f"{EX}three"]


def test_what_does_not_conform_is_told_with_exit_code_1(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", AGREEMENT)
    facts = project / "data" / "facts" / f"{AGREEMENT}.yaml"
    place = "- force: states\n      facts:\n"
    bad = "        funding/omojlig a Funding: {amount: '-5', currency: sek, funder: haninge}\n"
    facts.write_text(facts.read_text().replace(place, place + bad, 1))
    shell = Shell(project)
    validated = shell("validate", "--language", "sv")
    assert validated.returncode == 1
    assert validated.stdout.startswith("1 fel, ")
    assert "FEL: " in validated.stdout
    assert "/id/funding/omojlig" in validated.stdout
    built = shell("build")
    assert built.returncode == 1
    assert built.stderr.startswith("Validating the graph: 1 violations, the first: ")
    assert "Nothing was published." in built.stderr


def test_progress_is_shown_at_a_terminal(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", AGREEMENT)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "trygghetsgraf", "--project", str(project)]
    with subprocess.Popen(
        [*command, "--state", str(tmp_path / "var"), "build"],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    ) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the terminal ends with the process
            while chunk := os.read(ours, 4096):
                shown += chunk
        os.close(ours)
    assert process.returncode == 0
    for step in (b"ontology, vocabularies, reference data", AGREEMENT.encode(), b"publishing"):
        assert step in shown
