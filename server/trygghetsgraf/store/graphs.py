"""Named graphs inside a store, and the default graph that is the merge of most of them.

The default graph holds, as a set, the triples of every named graph but those of what
documents only say, of the shapes and of the saved queries. Here that is kept true triple by
triple: one leaves the default graph when the last merged graph that has it lets go of it.
A store of the user's own has no such rule: there ``merged`` is False throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

import pyoxigraph as ox

from trygghetsgraf.namespaces import QUERIES_GRAPH, SHAPES_GRAPH, said_graph

_DEFAULT = ox.DefaultGraph()
_SAID = str(said_graph(""))
_APART = (str(SHAPES_GRAPH), str(QUERIES_GRAPH))
#: the rule of :func:`in_merge` as a SPARQL expression on the graph ?g
IN_MERGE = f'!STRSTARTS(STR(?g), "{_SAID}") && ?g NOT IN ({", ".join(f"<{g}>" for g in _APART)})'


def in_merge(graph: ox.NamedNode) -> bool:
    """Whether the triples of a graph are in the default graph too."""
    return graph.value not in _APART and not graph.value.startswith(_SAID)


def named_graphs(store: ox.Store) -> list[ox.NamedNode]:
    """The named graphs by IRI. One named by a blank node cannot be asked for: left out."""
    graphs = [graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
    return sorted(graphs, key=lambda graph: graph.value)


def count_by_graph(store: ox.Store) -> dict[str, int]:
    """Graph IRI → number of triples, empty graphs included; ``""`` is the default graph."""
    counts = {"": _count(store), **{graph.value: 0 for graph in named_graphs(store)}}
    rows = store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    for row in cast("ox.QuerySolutions", rows):
        counts[row["g"].value] = int(row["n"].value)
    return counts


def replace_graph(
    store: ox.Store,
    graph: ox.NamedNode,
    triples: Iterable[ox.Triple],
    *,
    merged: bool = True,
    touched: set[ox.Triple] | None = None,
) -> int:
    """Make a graph hold exactly these triples; return how many were added or removed.

    These are put into ``touched`` where the default graph may have changed with them.

    What stays is not touched, so the cost is that of reading the old graph and writing the
    difference. A blank node is a new one each time it is parsed, so its triples always differ.
    """
    new = set(triples)
    old = _triples(store, graph)
    added = new - old
    removed = old - new
    _remove(store, graph, removed, merged=merged)
    store.add_graph(graph)
    store.extend([_quad(triple, graph) for triple in added])
    if merged and in_merge(graph):
        store.extend([_quad(triple) for triple in added])
        if touched is not None:
            touched |= added | removed
    return len(added) + len(removed)


def drop_graph(
    store: ox.Store,
    graph: ox.NamedNode,
    *,
    merged: bool = True,
    touched: set[ox.Triple] | None = None,
) -> int:
    """Remove a graph with its name; return how many triples it had (``touched``: as above)."""
    old = _triples(store, graph)
    _remove(store, graph, old, merged=merged)
    store.remove_graph(graph)
    if touched is not None and merged and in_merge(graph):
        touched |= old
    return len(old)


def copy_graphs(
    source: ox.Store,
    target: ox.Store,
    chosen: Callable[[ox.NamedNode], bool],
    *,
    merged: bool = True,
) -> list[ox.NamedNode]:
    """Copy the chosen named graphs into another store; return them."""
    graphs = [graph for graph in named_graphs(source) if chosen(graph)]
    for graph in graphs:
        target.add_graph(graph)
        target.bulk_extend(source.quads_for_pattern(None, None, None, graph))
        if merged and in_merge(graph):
            quads = source.quads_for_pattern(None, None, None, graph)
            target.bulk_extend(_quad(quad.triple) for quad in quads)
    return graphs


def merge(store: ox.Store) -> tuple[int, int]:
    """Make the default graph the merge, whatever it was; return (added, removed).

    For after a bulk load without one or an update that may have touched any graph: it reads
    the whole store. After :func:`replace_graph` and :func:`drop_graph` it is not needed.
    """
    before = _count(store)
    stated = f"GRAPH ?g {{ ?s ?p ?o }} FILTER({IN_MERGE})"
    store.update(f"DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o MINUS {{ {stated} }} }}")
    between = _count(store)
    lacking = store.query(
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {stated} FILTER NOT EXISTS {{ ?s ?p ?o }} }}"
    )
    store.bulk_extend(_quad(triple) for triple in cast("ox.QueryTriples", lacking))
    return _count(store) - between, before - between


def settle(
    store: ox.Store,
    graph: ox.NamedNode,
    added: Iterable[ox.Triple],
    removed: Iterable[ox.Triple],
) -> None:
    """Bring the default graph up to date with a named graph that gained and lost triples.

    For changes that were made triple by triple: the cost is that of the difference.
    """
    if not in_merge(graph):
        return
    for triple in removed:
        others = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        names = (quad.graph_name for quad in others)
        if not any(isinstance(name, ox.NamedNode) and in_merge(name) for name in names):
            store.remove(_quad(triple))
    store.extend([_quad(triple) for triple in added])


def _triples(store: ox.Store, graph: ox.NamedNode) -> set[ox.Triple]:
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}


def _remove(store: ox.Store, graph: ox.NamedNode, triples: set[ox.Triple], *, merged: bool) -> None:
    leaving = (
        triples - _elsewhere(store, graph) if triples and merged and in_merge(graph) else set()
    )
    for triple in triples:
        store.remove(_quad(triple, graph))
    for triple in leaving:
        store.remove(_quad(triple))


def _elsewhere(store: ox.Store, graph: ox.NamedNode) -> set[ox.Triple]:
    """The triples of a graph that another graph of the merge has too.

    One query: asked for one by one from here, each triple costs ten times as much.
    """
    rows = store.query(
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }}"
        f" FILTER EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {graph} && {IN_MERGE}) }} }}"
    )
    return set(cast("ox.QueryTriples", rows))


def _quad(triple: ox.Triple, graph: ox.NamedNode | ox.DefaultGraph = _DEFAULT) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _count(store: ox.Store) -> int:
    """Number of triples in the default graph."""
    rows = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return int(next(cast("ox.QuerySolutions", rows))["n"].value)
