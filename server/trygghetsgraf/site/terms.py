"""The ontology and the vocabularies, as lists, trees and a drawing."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.namespaces import TG
from trygghetsgraf.site.visit import Visit

_CLASSES = """
SELECT ?class ?above {
  ?class a owl:Class ; rdfs:isDefinedBy <https://w3id.org/trygghetsgrafen/ontology> .
  OPTIONAL { ?class rdfs:subClassOf ?above . ?above rdfs:isDefinedBy
    <https://w3id.org/trygghetsgrafen/ontology> }
}
"""
_PROPERTIES = """
SELECT DISTINCT ?property {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?property a ?kind ; rdfs:isDefinedBy <https://w3id.org/trygghetsgrafen/ontology> .
}
"""
_DEFINITIONS = "SELECT ?term ?text { ?term skos:definition ?text }"
_SCHEMES = "SELECT ?scheme (COUNT(?c) AS ?n) { ?c skos:inScheme ?scheme } GROUP BY ?scheme"
_KINDS = """
SELECT ?kind ?above {
  ?kind skos:inScheme <https://w3id.org/trygghetsgrafen/id/scheme/kind> .
  OPTIONAL { ?kind skos:broader ?above }
}
"""
_MEASURE, _KIND = (str(ox.NamedNode(str(TG[name]))) for name in ("Measure", "kind"))
_SHAPES = """
SELECT DISTINCT ?shape ?part ?text {
  GRAPH tgg:shapes {
    { ?shape sh:targetClass ?term ; sh:property ?part }
    UNION { ?shape sh:targetClass ?term ; sh:sparql ?part }
    UNION { ?shape sh:property ?part . ?part sh:path ?term }
    ?part sh:message ?text .
  }
} ORDER BY ?shape ?part
"""


@dataclass(frozen=True)
class Branch:
    """A term with those below it."""

    iri: str
    #: how many use it, those below counted
    count: int
    below: tuple[Branch, ...]


@dataclass(frozen=True)
class Terms:
    """What the page of terms lists."""

    classes: tuple[Branch, ...]
    properties: tuple[str, ...]
    #: scheme → number of concepts
    schemes: tuple[tuple[str, int], ...]
    definitions: dict[str, str]


def terms(visit: Visit) -> Terms:
    """Every class, property and vocabulary of ours."""
    classes, properties, schemes = visit.opened.once("site-terms", _read)
    every = visit.opened.once("site-definitions", _definitions)
    definitions = {term: text for (term, tag), text in every.items() if tag == visit.language}
    visit.names.fetch([*_all(classes), *properties, *(s for s, _ in schemes)])
    of = visit.names.of
    return Terms(
        _sorted(visit, classes),
        tuple(sorted(properties, key=lambda iri: of(iri).casefold())),
        tuple(sorted(schemes, key=lambda pair: of(pair[0]).casefold())),
        definitions,
    )


def kinds(visit: Visit) -> tuple[Branch, ...]:
    """The kinds of measures as a tree, with the number of measures."""
    used = visit.opened.figures.facet(_MEASURE, (_KIND,)) or {}
    counts = Counter({kind.strip("<>"): number for kind, number in used.items()})
    tree = visit.opened.once("site-kinds", lambda store: _kinds(store, counts))
    visit.names.fetch(_all(tree))
    return _sorted(visit, tree)


@dataclass(frozen=True)
class Rule:
    """What is checked of a class or a property."""

    shape: str
    part: str
    text: str


def rules(visit: Visit, iri: str) -> list[Rule]:
    """The rules of a class or property of ours, in the page's language."""
    if not iri.startswith(str(TG)):
        return []
    found = {}
    for row in select(visit.store, _SHAPES, {"term": ox.NamedNode(iri)}):
        key = (row["shape"].value, str(row["part"].value))
        if key not in found or row["text"].language == visit.language:
            found[key] = Rule(*key, row["text"].value)
    visit.names.fetch({rule.shape for rule in found.values()})
    return list(found.values())


@dataclass(frozen=True)
class Box:
    """A class in the drawing."""

    iri: str
    x: int
    y: int
    #: where the class above it is
    above: tuple[int, int] | None


def drawing(classes: tuple[Branch, ...]) -> tuple[list[Box], int]:
    """The classes as boxes from left to right, and the drawing's height."""
    boxes: list[Box] = []

    def place(branch: Branch, depth: int, above: tuple[int, int] | None) -> None:
        x, y = depth * 230, len(boxes) * 30
        boxes.append(Box(branch.iri, x, y, above))
        for one in branch.below:
            place(one, depth + 1, (x, y))

    for branch in classes:
        place(branch, 0, None)
    return boxes, len(boxes) * 30


def _read(store: ox.Store) -> tuple[tuple[Branch, ...], list[str], list[tuple[str, int]]]:
    pairs = [(row["class"].value, row["above"]) for row in select(store, _CLASSES)]
    properties = [row["property"].value for row in select(store, _PROPERTIES)]
    schemes = [(row["scheme"].value, int(row["n"].value)) for row in select(store, _SCHEMES)]
    return (
        _tree([(c, a.value if a is not None else "") for c, a in pairs], Counter()),
        properties,
        schemes,
    )


def _kinds(store: ox.Store, used: Counter[str]) -> tuple[Branch, ...]:
    rows = select(store, _KINDS)
    return _tree(
        [(r["kind"].value, r["above"].value if r["above"] is not None else "") for r in rows], used
    )


def _tree(pairs: list[tuple[str, str]], used: Counter[str]) -> tuple[Branch, ...]:
    """The tree of pairs of a term and one above it; a term with two above stands twice."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    known = {term for term, _ in pairs}
    tops = {term for term, _ in pairs} - {t for t, above in pairs if above in known}
    for term, above in pairs:
        if above in known:
            below[above].append(term)

    def branch(term: str, path: frozenset[str]) -> Branch:
        parts = tuple(
            branch(one, path | {one}) for one in sorted(set(below[term])) if one not in path
        )
        return Branch(term, used[term] + sum(part.count for part in parts), parts)

    return tuple(branch(term, frozenset({term})) for term in sorted(tops))


def _sorted(visit: Visit, tree: tuple[Branch, ...]) -> tuple[Branch, ...]:
    return tuple(
        Branch(b.iri, b.count, _sorted(visit, b.below))
        for b in sorted(tree, key=lambda b: visit.names.of(b.iri).casefold())
    )


def _all(tree: tuple[Branch, ...]) -> list[str]:
    return [iri for branch in tree for iri in (branch.iri, *_all(branch.below))]


def _definitions(store: ox.Store) -> dict[tuple[str, str], str]:
    """Term and language → definition."""
    rows = select(store, _DEFINITIONS)
    return {(row["term"].value, row["text"].language or ""): row["text"].value for row in rows}
