"""What refers to a thing: in plain triples, and in what is only said."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from trygghetsgraf.linked.describing import home_of
from trygghetsgraf.namespaces import BASE, GRAPH, ID, PREFIXES, TG
from trygghetsgraf.site.claims import Stated, claims_stating, triple_of
from trygghetsgraf.site.visit import Visit

_DEFAULT = ox.DefaultGraph()
_SUBJECT, _PREDICATE, _OBJECT = (
    ox.NamedNode(PREFIXES["rdf"] + name) for name in ("subject", "predicate", "object")
)
_SPEAKER = ox.NamedNode(str(TG.speaker))
#: how the graph is built, not what is said: left to the data formats
_MACHINERY = frozenset({_SUBJECT, _OBJECT, _SPEAKER, _PREDICATE})
#: passages are read in the document's text, not listed
_PASSAGES = str(ID["passage/"])
_INFERRED = str(GRAPH["inferred"])

#: what a reader looks for first
_ORDER = [
    "kind status lastKnownStatus lastKnownAt responsibleActor leadActor participatingActor place",
    "targetGroup during start end purpose method frequency quantity funding fundedBy aimsAt",
    "aimsAgainst approach partOf examplePartOf changes changeKind proposedBy proposedIn",
]
_RANKS = {str(TG[name]): rank for rank, name in enumerate(" ".join(_ORDER).split())}


def rank(iri: str) -> tuple[int, str]:
    """Where a property stands on a page: the better known first, those of others last."""
    return _RANKS.get(iri, len(_RANKS) + (not iri.startswith(BASE))), iri


def incoming_of(visit: Visit, node: ox.NamedNode) -> Iterator[tuple[Stated, list[str], str]]:
    """What refers to the thing: plain triples with their claims, then what is only said."""
    store = visit.store
    for quad in _references(visit, node):
        subject = quad.subject
        if not isinstance(subject, ox.NamedNode) or subject.value.startswith(_PASSAGES):
            continue
        stated = Stated(subject.value, quad.predicate.value, node, True)
        claims = _claims_making(store, quad)
        origin = "" if claims else origin_of(store, quad)
        if origin != "inferred" or not _refers_otherwise(store, quad):
            yield stated, claims, origin
    for quad in store.quads_for_pattern(None, _OBJECT, node, _DEFAULT):
        said = triple_of(store, quad.subject)
        if said is not None and not said.plain:
            yield said, claims_stating(store, quad.subject), ""


def _references(visit: Visit, node: ox.NamedNode) -> Iterator[ox.Quad]:
    """The triples with the thing as object, property by property, machinery aside.

    Asked for one property at a time, since a thing that is named often has most of its triples
    from the machinery.
    """
    home = home_of(node.value)
    if home != _DEFAULT:
        yield from visit.store.quads_for_pattern(None, None, node, home)
        return
    known = (ox.NamedNode(name.strip("<>")) for name in visit.opened.figures.properties)
    for predicate in sorted(set(known) - _MACHINERY, key=lambda p: rank(p.value)):
        yield from visit.store.quads_for_pattern(None, predicate, node, home)


def _refers_otherwise(store: ox.Store, quad: ox.Quad) -> bool:
    """Whether the subject of an inferred reference has another one that is not inferred."""
    for other in store.quads_for_pattern(quad.subject, None, quad.object, None):
        graph = other.graph_name
        if (
            isinstance(graph, ox.NamedNode)
            and other.predicate != quad.predicate
            and not graph.value.startswith(_INFERRED)
        ):
            return True
    return False


def _claims_making(store: ox.Store, quad: ox.Quad) -> list[str]:
    """The claims that state a plain triple, through its statements."""
    claims: list[str] = []
    for other in store.quads_for_pattern(None, _SUBJECT, quad.subject, _DEFAULT):
        statement = other.subject
        if (
            ox.Quad(statement, _OBJECT, quad.object, _DEFAULT) in store
            and ox.Quad(statement, _PREDICATE, quad.predicate, _DEFAULT) in store
        ):
            claims += claims_stating(store, statement)
    return claims


def origin_of(store: ox.Store, quad: ox.Quad) -> str:
    """The sort of graph that holds a triple which no claim states."""
    graphs = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    names = [q.graph_name.value for q in graphs if isinstance(q.graph_name, ox.NamedNode)]
    sorts = sorted(name.removeprefix(str(GRAPH)).partition("/")[0] for name in names)
    return next((sort for sort in sorts if sort != "inferred"), sorts[0] if sorts else "")
