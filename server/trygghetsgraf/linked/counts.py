"""What there is how much of in a snapshot, from the figures that were published with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlsplit

import pyoxigraph as ox
from pydantic import BaseModel, ConfigDict

from trygghetsgraf.linked.current import Opened
from trygghetsgraf.linked.writing import term
from trygghetsgraf.namespaces import BASE, ID, TG
from trygghetsgraf.store.figures import Figures, count_all, read_figures

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


def figures_of(opened: Opened) -> Figures:
    """The figures that were published with a snapshot; counted where there are none."""
    return opened.once("figures", lambda store: read_figures(opened.folder) or count_all(store))


def counts_of(opened: Opened) -> Counts:
    """The figures of a snapshot, as they are told to others."""
    figures = figures_of(opened)
    return opened.once("counts", lambda store: count(store, figures))


def count(store: ox.Store, figures: Figures) -> Counts:
    """The figures of a store, completed by what is quickly counted."""
    days = sorted(_days(store))
    return Counts(
        triples=figures.triples,
        subjects=figures.subjects,
        objects=figures.objects,
        classes=_largest_first(figures.classes),
        properties=_largest_first(figures.properties),
        links=tuple(_links(store)),
        earliest=days[0] if days else "",
        latest=days[-1] if days else "",
        areas=tuple(_areas(store)),
    )


def _largest_first(table: Mapping[str, int]) -> dict[str, int]:
    """A table by IRI; blank nodes have no name that others could use."""
    named = {term[1:-1]: number for term, number in table.items() if term.startswith("<")}
    return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))


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
    document = str(ID["document/"])
    quads = store.quads_for_pattern(None, term("dcterms:spatial"), None, _DEFAULT)
    return sorted(
        {
            quad.object.value
            for quad in quads
            if isinstance(quad.object, ox.NamedNode)
            and isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value.startswith(document)
        }
    )
