"""The start page: the graph in numbers, the questions of the documents, the documents."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.site.visit import Visit

#: each counted where documents mention it, not where reference data list it
_COUNTS = {
    "n_documents": "SELECT (COUNT(*) AS ?n) { ?d tg:claimCount ?c }",
    "n_claims": "SELECT (COUNT(*) AS ?n) { ?c a tg:Claim }",
    "n_measures": "SELECT (COUNT(*) AS ?n) { ?m a tg:Measure }",
    "n_actors": (
        "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a a tg:Actor . FILTER EXISTS {"
        " { ?s rdf:object ?a } UNION { ?s rdf:subject ?a } UNION { ?s tg:speaker ?a } } }"
    ),
    "n_areas": (
        "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a a tg:Area . FILTER EXISTS {"
        " { ?s rdf:object ?a } UNION { ?s rdf:subject ?a } } }"
    ),
    "n_parties": ("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?p a tg:Party . ?l tg:partyGroupOf ?p }"),
}
_COVERAGE = "SELECT (AVG(?c) AS ?n) { ?d tg:coverage ?c }"
_QUESTIONS = """
SELECT DISTINCT ?question ?document {
  ?question a tg:Question ; tg:questionIn ?document .
  FILTER EXISTS { ?part tg:answers ?question }
} ORDER BY ?document ?question LIMIT 30
"""
_DOCUMENTS = """
SELECT ?document ?date ?claims ?coverage {
  ?document tg:claimCount ?claims ; tg:statusDate ?date ; tg:coverage ?coverage
} ORDER BY DESC(?date) ?document
"""


@dataclass(frozen=True)
class Document:
    """A document that was read, as lists show it."""

    iri: str
    date: str
    claims: int
    #: share of the words that are quoted, 0 to 1
    coverage: float


@dataclass(frozen=True)
class Start:
    """What the start page shows."""

    counts: dict[str, int]
    coverage: float
    #: document → its questions
    questions: dict[str, list[str]]
    documents: list[Document]


def start(visit: Visit) -> Start:
    """The content of the start page; counted once for each snapshot."""
    found = visit.opened.lately("site-start", _read)
    iris = [q for questions in found.questions.values() for q in questions]
    visit.names.fetch([*iris, *found.questions, *(d.iri for d in found.documents)])
    return found


def _read(store: ox.Store) -> Start:
    counts = {name: int(next(select(store, query))["n"].value) for name, query in _COUNTS.items()}
    coverage = next(select(store, _COVERAGE))["n"]
    questions: dict[str, list[str]] = {}
    for row in select(store, _QUESTIONS):
        questions.setdefault(row["document"].value, []).append(row["question"].value)
    return Start(
        counts,
        float(coverage.value) if coverage is not None else 0.0,
        questions,
        read_documents(store, limit=12),
    )


def read_documents(store: ox.Store, limit: int, offset: int = 0) -> list[Document]:
    """The documents that were read, the latest first."""
    rows = select(store, f"{_DOCUMENTS} LIMIT {limit} OFFSET {offset}")
    return [
        Document(
            row["document"].value,
            row["date"].value,
            int(row["claims"].value),
            float(row["coverage"].value),
        )
        for row in rows
    ]
