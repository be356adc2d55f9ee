"""The commands in the documentation, run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.project_copy import ROOT, make_project

from trygghetsgraf.settings import load_settings
from trygghetsgraf.web import serve

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
#: the two commands of the README are run by the whole of the checks, not within a test
ELSEWHERE = ("scripts/serve", "scripts/test")


def blocks(page: Path) -> list[tuple[str, str]]:
    """The shell blocks of a page, each with the output that the next block shows, if it does."""
    shell = r"^```sh\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?"
    return re.findall(shell, page.read_text(), re.MULTILINE | re.DOTALL)


COMMANDS = [
    pytest.param(block, shown, id=f"{page.name}-{number}")
    for page in PAGES
    for number, (block, shown) in enumerate(blocks(page), start=1)
    if not all(line.startswith(ELSEWHERE) for line in block.splitlines() if line)
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """A copy of the project, built and served, and the environment that finds it."""
    works = [path.stem for path in (ROOT / "data" / "facts").glob("*.yaml")]
    folder = make_project(tmp_path_factory.mktemp("docs") / "project", *works)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / "tests").symlink_to(ROOT / "tests")
    environment = {
        **os.environ,
        "TRYGGHETSGRAF_PROJECT": str(folder),
        "TRYGGHETSGRAF_STATE": str(folder / "var"),
    }
    subprocess.run(
        [sys.executable, "-m", "trygghetsgraf", "build"], env=environment, check=True, timeout=120
    )
    with serve(load_settings(project=folder, state=folder / "var", port=0)) as running:
        yield folder, {**environment, "SERVER": running.url}


@pytest.mark.slow
@pytest.mark.parametrize(("command", "shown"), COMMANDS)
def test_documented_command_runs(
    checkout: tuple[Path, dict[str, str]], command: str, shown: str
) -> None:
    folder, environment = checkout
    here = command.replace("http://127.0.0.1:8000", environment["SERVER"])
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", here],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout + run.stderr != ""
    assert "Traceback" not in run.stderr
    if shown:
        assert run.stdout == shown


def test_links_between_pages_lead_somewhere() -> None:
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in (*PAGES, *sorted((ROOT / "data").glob("**/*.md")))
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert dead == []
