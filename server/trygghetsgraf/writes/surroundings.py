"""Surroundings: what of a store bears on some changed graphs, and no more.

The cost grows with the graphs that were changed. Of their subjects, and of what lost a
triple, everything is fetched that any graph asserts; of what those lead to, the classes; of
what leads to them, one triple for each property, and only where a shape could ask for it:
persons, who need a role, and what has lost a class. What is inferred is left out: a range
gives everything the class that it should have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import pyoxigraph as ox

from trygghetsgraf.namespaces import (
    ID,
    INFERRED_GRAPH,
    PREFIXES,
    QUERIES_GRAPH,
    SHAPES_GRAPH,
    TG,
    inferred_graph,
    is_entailed,
)
from trygghetsgraf.writes.rules import Rules

Node = ox.NamedNode | ox.BlankNode

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_PERSON = ox.NamedNode(str(TG.Person))
_APART = frozenset(map(str, (INFERRED_GRAPH, SHAPES_GRAPH, QUERIES_GRAPH)))
_INFERRED = str(inferred_graph(""))
#: of a property that leads to a node thousands of times, perhaps never but by inference
_LOOKED_AT = 1000
#: along which nothing may lead back to itself
_ROUND = tuple(
    ox.NamedNode(str(TG[name]))
    for name in ("within", "unitOf", "partOf", "examplePartOf", "changes", "annexOf", "relays")
)


@dataclass(frozen=True)
class Change:
    """What a named graph held and what it holds now."""

    graph: ox.NamedNode
    before: frozenset[ox.Triple]
    after: frozenset[ox.Triple]


@dataclass
class Surroundings:
    """Quads of one default graph, and what the findings may be about."""

    quads: set[ox.Quad] = field(default_factory=set)
    #: as N-Triples writes them: what was written about or has lost something
    subjects: set[str] = field(default_factory=set)
    #: what those lead to
    objects: set[str] = field(default_factory=set)


def surroundings(store: ox.Store, changes: Iterable[Change], rules: Rules) -> Surroundings:
    """The surroundings of changed graphs, with the graphs themselves."""
    found = Surroundings()
    looked_at: set[Node] = set()
    lost_class: set[Node] = set()
    for change in changes:
        looked_at.update(_nodes(triple.subject for triple in change.after))
        lost = change.before - change.after
        ends = (node for triple in lost for node in (triple.subject, triple.object))
        looked_at.update(node for node in _nodes(ends) if _is_ours(node))
        lost_class.update(_nodes(t.subject for t in lost if t.predicate == _TYPE))
    for node in looked_at:
        found.quads.update(_plain(asserted(store, node)))
    _follow(store, found)
    persons = (q.subject for q in found.quads if q.predicate == _TYPE and q.object == _PERSON)
    for node in lost_class | (looked_at & set(_nodes(persons))):
        found.quads.update(_leading_to(store, node, rules))
    leads = set(_nodes(node for q in found.quads for node in (q.subject, q.object)))
    for node in leads - looked_at:
        found.quads.update(_plain(asserted(store, node, _TYPE)))
    found.subjects = {str(node) for node in looked_at}
    found.objects = {str(node) for node in leads}
    return found


def asserted(
    store: ox.Store, subject: Node, predicate: ox.NamedNode | None = None
) -> Iterator[ox.Quad]:
    """What named graphs assert of a node: neither inferred nor in shapes and saved queries."""
    for quad in store.quads_for_pattern(subject, predicate, None, None):
        if _counts(quad.graph_name):
            yield quad


def _counts(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> bool:
    if not isinstance(graph, ox.NamedNode):
        return False
    name = graph.value
    return name not in _APART and not name.startswith(_INFERRED) and not is_entailed(name)


def _follow(store: ox.Store, found: Surroundings) -> None:
    """Add what lies further along the properties that may not lead back."""
    waiting = [q.object for q in found.quads if q.predicate in _ROUND]
    seen: set[object] = set()
    while waiting:
        node = waiting.pop()
        if node in seen or not isinstance(node, ox.NamedNode):
            continue
        seen.add(node)
        for predicate in _ROUND:
            for quad in _plain(asserted(store, node, predicate)):
                found.quads.add(quad)
                waiting.append(quad.object)


def _leading_to(store: ox.Store, node: Node, rules: Rules) -> Iterator[ox.Quad]:
    """One triple for each property that leads to a node."""
    for predicate in rules.links:
        quads = islice(store.quads_for_pattern(None, predicate, node, None), _LOOKED_AT)
        first = next((quad for quad in quads if _counts(quad.graph_name)), None)
        if first is not None:
            yield from _plain([first])


def _plain(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The same triples in a default graph."""
    return (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


def _nodes(terms: Iterable[object]) -> Iterator[Node]:
    return (term for term in terms if isinstance(term, ox.NamedNode | ox.BlankNode))


def _is_ours(node: Node) -> bool:
    return isinstance(node, ox.NamedNode) and node.value.startswith(str(ID))
