"""What there is how much of in a snapshot, counted once and kept with it."""

from __future__ import annotations

from collections import Counter
from typing import cast
from urllib.parse import urlsplit

import pyoxigraph as ox
from pydantic import BaseModel, ConfigDict, ValidationError

from trygghetsgraf.dumps import write_whole
from trygghetsgraf.linked.current import Opened
from trygghetsgraf.linked.writing import term
from trygghetsgraf.namespaces import BASE, ID, TG

_DEFAULT = ox.DefaultGraph()
#: properties that lead from a thing of ours to the same, or the like, elsewhere
_LINKS = (
    "schema:sameAs",
    "rdfs:seeAlso",
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
)


class Link(BaseModel):
    """Links of one property into one dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    predicate: str
    #: what the IRIs of the other dataset begin with
    target: str
    triples: int


class Counts(BaseModel):
    """Figures of the default graph."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    triples: int
    subjects: int
    objects: int
    #: class → its instances, property → its triples, the largest first
    classes: dict[str, int]
    properties: dict[str, int]
    links: tuple[Link, ...]
    #: the first and the last day that a document speaks of, ISO 8601; empty without documents
    earliest: str
    latest: str
    #: areas that documents are about
    areas: tuple[str, ...]


def counts_of(opened: Opened) -> Counts:
    """The figures of a snapshot: read where they were counted before, else counted."""
    path = opened.folder / "counts.json"

    def read_or_count(store: ox.Store) -> Counts:
        try:
            return Counts.model_validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):
            found = count(store)
            write_whole(path, found.model_dump_json().encode())
            return found

    return opened.once("counts", read_or_count)


def count(store: ox.Store) -> Counts:
    """The figures of a store; reads all of it."""
    days = sorted(_days(store))
    return Counts(
        triples=_number(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        subjects=_number(store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        objects=_number(store, "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        classes=_table(store, "SELECT ?x (COUNT(*) AS ?n) { ?s a ?x } GROUP BY ?x"),
        properties=_table(store, "SELECT ?x (COUNT(*) AS ?n) { ?s ?x ?o } GROUP BY ?x"),
        links=tuple(_links(store)),
        earliest=days[0] if days else "",
        latest=days[-1] if days else "",
        areas=tuple(_areas(store)),
    )


def _number(store: ox.Store, query: str) -> int:
    return int(next(cast("ox.QuerySolutions", store.query(query)))["n"].value)


def _table(store: ox.Store, query: str) -> dict[str, int]:
    found = {
        row["x"].value: int(row["n"].value)
        for row in cast("ox.QuerySolutions", store.query(query))
        if isinstance(row["x"], ox.NamedNode)
    }
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _links(store: ox.Store) -> list[Link]:
    found: Counter[tuple[str, str]] = Counter()
    for name in _LINKS:
        for quad in store.quads_for_pattern(None, term(name), None, _DEFAULT):
            other = quad.object
            if isinstance(other, ox.NamedNode) and not other.value.startswith(BASE):
                found[quad.predicate.value, _space(other.value)] += 1
    return [
        Link(predicate=predicate, target=target, triples=number)
        for (predicate, target), number in sorted(found.items())
    ]


def _space(iri: str) -> str:
    """What the IRIs of a dataset begin with: all up to the last part."""
    parts = urlsplit(iri)
    if parts.fragment:
        return iri.partition("#")[0] + "#"
    return iri.rpartition("/")[0] + "/"


def _days(store: ox.Store) -> list[str]:
    """The bounds of the time that documents speak of; an open one has none on that side."""
    quads = store.quads_for_pattern(None, ox.NamedNode(str(TG.statusDate)), None, _DEFAULT)
    texts = [quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)]
    bounds = [bound.rstrip("~?%") for text in texts for bound in text.split("/")]
    return [bound for bound in bounds if bound[:4].isdigit()]


def _areas(store: ox.Store) -> list[str]:
    quads = store.quads_for_pattern(None, term("dcterms:spatial"), None, _DEFAULT)
    return sorted(
        {
            quad.object.value
            for quad in quads
            if isinstance(quad.object, ox.NamedNode)
            and isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value.startswith(str(ID["document/"]))
        }
    )
