"""Descriptions as triples: what is said of a thing, by whom and in which words.

A description is symmetric (the triples that the thing is the subject or the object of) and
bounded (it stops at the next thing that has an identifier, as Concise Bounded Descriptions
do, https://www.w3.org/submissions/CBD/). A statement about the thing brings the claims that
make it with their passages and evidence, whether it is plain or only said. What is large
comes in pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

import pyoxigraph as ox

from trygghetsgraf.namespaces import (
    BASE,
    ELI,
    GRAPH,
    ID,
    OA,
    ONTOLOGY_GRAPH,
    PREFIXES,
    QUERIES_GRAPH,
    SHAPE,
    SHAPES_GRAPH,
    TG,
)

Node = ox.NamedNode | ox.BlankNode
Home = ox.NamedNode | ox.DefaultGraph

#: triples with the thing in them that a page has at most, before what they bring along
PAGE = 250
#: the same for what is read as a whole: ontology, shapes, vocabularies, graphs
PAGE_OF_WHOLE = 5000

_DEFAULT = ox.DefaultGraph()
_SHAPES = ox.NamedNode(str(SHAPES_GRAPH))
#: saved queries, their parameters, and the variables that stand for these
_OF_QUERIES = (
    f"{BASE}queries/",
    str(ID["query/"]),
    str(ID["query-parameter/"]),
    f"{TG}parameter/",
)
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_SUBJECT = ox.NamedNode(PREFIXES["rdf"] + "subject")
_OBJECT = ox.NamedNode(PREFIXES["rdf"] + "object")
_STATES = ox.NamedNode(str(TG.states))
_RELAYS = ox.NamedNode(str(TG.relays))
_IN_SCHEME = ox.NamedNode(PREFIXES["skos"] + "inScheme")
_VERSION = ox.NamedNode(PREFIXES["owl"] + "versionIRI")
#: what has an identifier but is read as part of the thing that it belongs to
_PART = frozenset(
    ox.NamedNode(str(name))
    for name in (
        TG.passage,
        TG.evidence,
        OA.hasSelector,
        ELI.is_realized_by,
        ELI.is_embodied_by,
        PREFIXES["geo"] + "hasGeometry",
    )
)


@dataclass(frozen=True)
class Page:
    """One page of a description."""

    thing: ox.NamedNode
    #: from 1
    number: int
    #: whether another page follows
    more: bool
    #: the triples with the thing in them (all those of a graph that is described as a whole)
    items: tuple[ox.Triple, ...]
    #: the items and what they bring along, each once
    triples: tuple[ox.Triple, ...]


def describe_page(store: ox.Store, iri: str, number: int = 1) -> Page | None:
    """A page of the description of a thing; None if there is no such thing or page."""
    thing = ox.NamedNode(iri)
    size = PAGE_OF_WHOLE if _whole(store, thing) or _is_scheme(iri) else PAGE
    start = (number - 1) * size
    found = list(islice(_items(store, thing), start, start + size + 1))
    if not found:
        return None
    items = tuple(dict.fromkeys(quad.triple for quad in found[:size]))
    triples = tuple(sorted(_unfolded(store, thing, items), key=lambda t: _reading_order(thing, t)))
    return Page(thing, number, len(found) > size, items, triples)


def home_of(iri: str) -> Home:
    """The graph that a thing is described in: that of the shapes, of the queries, or the merge."""
    if iri.startswith(str(SHAPE)) or iri == f"{BASE}shapes":
        return _SHAPES
    if iri.startswith(_OF_QUERIES):
        return ox.NamedNode(str(QUERIES_GRAPH))
    return _DEFAULT


def claims_of(store: ox.Store, statement: Node) -> list[ox.NamedNode]:
    """The claims that make a statement, by IRI."""
    found = store.quads_for_pattern(None, _STATES, statement, _DEFAULT)
    return sorted((q.subject for q in found if isinstance(q.subject, ox.NamedNode)), key=str)


def _reading_order(thing: ox.NamedNode, triple: ox.Triple) -> tuple[bool, str, bool, str]:
    """The thing before all others, what something is before what else it has."""
    subject, predicate, _ = triple
    return subject != thing, str(subject), predicate != _TYPE, str(triple)


def _is_scheme(iri: str) -> bool:
    return iri.startswith(str(ID["scheme/"]))


def _whole(store: ox.Store, thing: ox.NamedNode) -> ox.NamedNode | None:
    """The graph that a thing stands for, if it stands for one."""
    if thing.value == f"{BASE}shapes":
        return _SHAPES
    versions = store.quads_for_pattern(None, _VERSION, thing, _DEFAULT)
    if thing.value == f"{BASE}ontology" or any(versions):
        return ox.NamedNode(str(ONTOLOGY_GRAPH))
    if thing.value.startswith(str(GRAPH)) and store.contains_named_graph(thing):
        return thing
    return None


def _items(store: ox.Store, thing: ox.NamedNode) -> Iterator[ox.Quad]:
    """The quads of a description without what they bring along, always in the same order."""
    home, whole = home_of(thing.value), _whole(store, thing)
    outgoing = store.quads_for_pattern(thing, None, None, home)
    if whole is not None:
        return chain(outgoing, store.quads_for_pattern(None, None, None, whole))
    return chain(outgoing, store.quads_for_pattern(None, None, thing, home))


def _unfolded(
    store: ox.Store, thing: ox.NamedNode, items: tuple[ox.Triple, ...]
) -> Iterator[ox.Triple]:
    """The items, and the triples of the nodes that are read as part of them."""
    home = home_of(thing.value)
    seen = dict.fromkeys(items)
    opened: set[Node] = {thing}
    waiting = list(items)
    yield from items
    while waiting:
        triple = waiting.pop()
        for node in _brought_along(store, thing, triple):
            if node in opened:
                continue
            opened.add(node)
            for quad in store.quads_for_pattern(node, None, None, home):
                if quad.triple not in seen:
                    seen[quad.triple] = None
                    waiting.append(quad.triple)
                    yield quad.triple


def _brought_along(store: ox.Store, thing: ox.NamedNode, triple: ox.Triple) -> Iterator[Node]:
    """The nodes whose own triples belong to the description that a triple is in."""
    subject, predicate, obj = triple
    if isinstance(subject, ox.Triple) or isinstance(obj, ox.Triple | ox.Literal):
        return
    for node in (subject, obj):
        if isinstance(node, ox.BlankNode):
            yield node
    if predicate in _PART or (predicate == _STATES and subject == thing):
        yield obj
    if obj != thing:
        return
    if predicate in (_STATES, _IN_SCHEME):
        yield subject
    if predicate in (_SUBJECT, _OBJECT):
        yield subject
        for claim in claims_of(store, subject):
            yield claim
            for quad in store.quads_for_pattern(None, _RELAYS, claim, _DEFAULT):
                if isinstance(quad.subject, ox.NamedNode):
                    yield quad.subject
