"""Quality: coverage, what no claim quotes, the validation report, releases and speed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from pydantic import BaseModel

from trygghetsgraf.description import select
from trygghetsgraf.releases.release import About, Releases
from trygghetsgraf.site.start import Document, read_documents
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.statistics import DocumentStatistics, Unquoted

#: documents, sentences of one, and releases on the page
DOCUMENTS, SENTENCES, RELEASES = 50, 40, 10
#: characters of a build's key that name its folder
_KEY = 20
#: the gravest first
SEVERITIES = ("Violation", "Warning", "Info")
_RESULTS = """
SELECT ?severity ?shape ?about ?message {
  ?result a sh:ValidationResult ; sh:resultSeverity ?severity ; sh:sourceShape ?shape ;
    sh:focusNode ?focus ; sh:resultMessage ?message .
  OPTIONAL { ?result sh:sourceConstraint ?constraint ; sh:value ?value }
  BIND(COALESCE(?value, ?focus) AS ?about)
} ORDER BY ?shape ?about
"""


@dataclass(frozen=True)
class Finding:
    """What validation found: a rule, and what does not follow it."""

    severity: str
    shape: str
    message: str
    things: tuple[ox.NamedNode | ox.Literal, ...]


class Timing(BaseModel):
    """How long a page or a query took, in seconds."""

    name: str
    first: float
    median: float


class Figure(BaseModel):
    """How a server did on a question; times in seconds."""

    question: str
    median: float
    #: requests a second, 0 where one client asked a few times
    rate: float


class Result(BaseModel):
    """How a server did on all of them."""

    server: str
    figures: tuple[Figure, ...]


class Benchmark(BaseModel):
    """What was measured: docs/benchmark.json."""

    machine: str
    quads: int
    results: tuple[Result, ...] = ()
    own: dict[str, tuple[Timing, ...]] = {}


@dataclass(frozen=True)
class Quality:
    """What the page shows."""

    documents: list[Document]
    #: document's key → its figures; none where the build is not on this server
    figures: Mapping[str, DocumentStatistics]
    #: document's key → sentences that no claim quotes
    unquoted: Mapping[str, tuple[Unquoted, ...]]
    #: severity → number of findings; None where the report is not on this server
    counts: Mapping[str, int] | None
    releases: list[About]
    benchmark: Benchmark | None


def quality(visit: Visit, state: Path, project: Path) -> Quality:
    """The figures of the current snapshot, and what its build left in the state folder."""
    documents = read_documents(visit.store, DOCUMENTS)
    visit.names.fetch(d.iri for d in documents)
    figures = _figures(_build(visit, state))
    found = findings(visit, state)
    counts = None
    if found is not None:
        counts = {s: sum(len(f.things) for f in found if f.severity == s) for s in SEVERITIES}
    return Quality(
        documents,
        {f.work: f for f in figures},
        {f.work: f.unquoted[:SENTENCES] for f in figures},
        counts,
        [release.about for release in Releases(state).all()[:RELEASES]],
        _benchmark(project / "docs" / "benchmark.json"),
    )


def findings(visit: Visit, state: Path) -> list[Finding] | None:
    """What validation found in the current snapshot; None if the report is not there."""
    path = _build(visit, state) / "report.ttl"
    try:
        report = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    store = ox.Store()
    store.load(report, format=ox.RdfFormat.TURTLE)
    groups: dict[tuple[str, str, str], dict[ox.NamedNode | ox.Literal, None]] = {}
    for row in select(store, _RESULTS):
        if row["message"].language == visit.language:
            severity = row["severity"].value.rpartition("#")[2]
            key = severity, row["shape"].value, row["message"].value
            groups.setdefault(key, {})[row["about"]] = None
    found = [Finding(*key, tuple(things)) for key, things in groups.items()]
    found.sort(key=lambda f: SEVERITIES.index(f.severity))
    things = [thing for f in found for thing in f.things]
    visit.names.fetch(
        [*(f.shape for f in found), *(t.value for t in things if isinstance(t, ox.NamedNode))]
    )
    return found


def _figures(folder: Path) -> list[DocumentStatistics]:
    try:
        text = (folder / "statistics.json").read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [DocumentStatistics.model_validate(item) for item in json.loads(text)]


@cache
def _benchmark(path: Path) -> Benchmark | None:
    try:
        return Benchmark.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None


def _build(visit: Visit, state: Path) -> Path:
    """The folder of the build that the snapshot is from."""
    key = visit.opened.meta.get("build", "")[:_KEY]
    return state / "builds" / (key if key.isalnum() else "none")
