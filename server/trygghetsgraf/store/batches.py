"""Triples cut into update requests that a service can take, blank nodes kept whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox


def insertions(
    triples: Iterable[ox.Triple],
    graph: ox.NamedNode,
    max_triples: int = 1000,
    max_bytes: int = 256 * 1024,
) -> Iterator[str]:
    """Update requests that add the triples to a graph, each within the limits.

    A blank node label means something within one request only (SPARQL 1.1 Update, 3.1.1), so
    triples that hang together by blank nodes stay in one request, even beyond the limits.
    (1000 triples: Virtuoso compiles a request to at most 10,000 lines of its own code.)
    """
    lines: list[str] = []
    size = 0
    for group in _together(triples):
        more = [f"{triple} ." for triple in group]
        bytes_more = sum(len(line.encode()) + 1 for line in more)
        if lines and (len(lines) + len(more) > max_triples or size + bytes_more > max_bytes):
            yield _insertion(lines, graph)
            lines, size = [], 0
        lines += more
        size += bytes_more
    if lines:
        yield _insertion(lines, graph)


def _insertion(lines: list[str], graph: ox.NamedNode) -> str:
    # Not INSERT DATA, in which Virtuoso refuses blank nodes: the empty pattern has one
    # solution, for which each label in the template becomes one new node (3.1.3).
    text = "\n".join(lines)
    return f"INSERT {{ GRAPH {graph} {{\n{text}\n}} }} WHERE {{}}"


def _together(triples: Iterable[ox.Triple]) -> Iterator[list[ox.Triple]]:
    """Triples without blank nodes one by one, then the others by connected component."""
    tied: list[tuple[ox.BlankNode, ox.Triple]] = []
    parent: dict[ox.BlankNode, ox.BlankNode] = {}

    def root(node: ox.BlankNode) -> ox.BlankNode:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = parent[above]
            node = above
        return node

    for triple in triples:
        nodes = list(_blank_nodes(triple))
        if not nodes:
            yield [triple]
            continue
        for node in nodes[1:]:
            parent[root(node)] = root(nodes[0])
        tied.append((nodes[0], triple))
    groups: defaultdict[ox.BlankNode, list[ox.Triple]] = defaultdict(list)
    for node, triple in tied:
        groups[root(node)].append(triple)
    yield from groups.values()


def _blank_nodes(triple: ox.Triple) -> Iterator[ox.BlankNode]:
    for term in (triple.subject, triple.object):
        if isinstance(term, ox.BlankNode):
            yield term
        elif isinstance(term, ox.Triple):
            yield from _blank_nodes(term)
