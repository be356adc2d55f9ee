"""Quality: coverage, what no claim quotes, the validation report and the snapshots."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trygghetsgraf.site.start import Document, read_documents
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.statistics import DocumentStatistics, Unquoted
from trygghetsgraf.store.snapshots import Snapshots

#: documents, and sentences of one, on the page
DOCUMENTS, SENTENCES = 50, 40
#: characters of a build's key that name its folder
_KEY = 20
_REPORT = {"sv": "rapport.txt", "en": "report.txt"}


@dataclass(frozen=True)
class Snapshot:
    """A published state."""

    number: int
    made: str
    claims: int
    triples: int


@dataclass(frozen=True)
class Quality:
    """What the page shows."""

    documents: list[Document]
    #: document's key → sentences that no claim quotes
    unquoted: Mapping[str, tuple[Unquoted, ...]]
    #: the validation report's first lines, empty where it is not on this server
    report: str
    snapshots: list[int]
    current: int
    meta: Mapping[str, str]


def quality(visit: Visit, state: Path) -> Quality:
    """The figures of the current snapshot, and what its build left in the state folder."""
    folder = _build(visit, state)
    documents = read_documents(visit.store, DOCUMENTS)
    visit.names.fetch(d.iri for d in documents)
    figures = _figures(folder)
    return Quality(
        documents,
        {f.work: f.unquoted[:SENTENCES] for f in figures},
        full_report(visit, state).partition("\n\n")[0],
        Snapshots(state).numbers()[::-1][:20],
        visit.opened.number,
        visit.opened.meta,
    )


def full_report(visit: Visit, state: Path) -> str:
    """The validation report of the current snapshot in the page's language; may be empty."""
    path = _build(visit, state) / _REPORT[visit.language]
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _figures(folder: Path) -> list[DocumentStatistics]:
    try:
        text = (folder / "statistics.json").read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [DocumentStatistics.model_validate(item) for item in json.loads(text)]


def _build(visit: Visit, state: Path) -> Path:
    """The folder of the build that the snapshot is from."""
    key = visit.opened.meta.get("build", "")[:_KEY]
    return state / "builds" / (key if key.isalnum() else "none")
