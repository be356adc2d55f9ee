"""A copy of the project with some of its documents, for tests that build."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
AGREEMENT = "haninge-overenskommelse-trygghetskommissionen"
NOTE = "huddinge-protokollsanteckning-avhopparverksamhet"


def make_project(folder: Path, *works: str) -> Path:
    """The folder, holding the project with some of its works."""
    for name in ("ontology", "shapes", "queries", "data/vocab", "data/reference"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("data/documents", "data/facts"):
        (folder / name).mkdir(parents=True)
    for work in works:
        add_work(folder, work)
    return folder


def add_work(folder: Path, work: str) -> None:
    """Add a work with its texts and facts to a copy of the project."""
    documents = ROOT / "data" / "documents"
    meta = (documents / f"{work}.yaml").read_text()
    shutil.copy(documents / f"{work}.yaml", folder / "data" / "documents")
    for text in documents.glob("*.txt"):
        if text.name in meta:
            shutil.copy(text, folder / "data" / "documents")
    shutil.copy(ROOT / "data" / "facts" / f"{work}.yaml", folder / "data" / "facts")
