"""Triples as update requests of limited size."""

from __future__ import annotations

from itertools import pairwise

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from trygghetsgraf.store.batches import insertions

GRAPH = ox.NamedNode("http://example.org/g")


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://example.org/{name}")


def test_request() -> None:
    triples = [ox.Triple(node("s"), node("p"), ox.Literal('"å"\n', language="sv"))]
    assert list(insertions(triples, GRAPH)) == [
        "INSERT { GRAPH <http://example.org/g> {\n"
        '<http://example.org/s> <http://example.org/p> "\\"å\\"\\n"@sv .\n'
        "} } WHERE {}"
    ]


def test_nothing_needs_no_request() -> None:
    assert list(insertions([], GRAPH)) == []


def test_limits() -> None:
    triples = [ox.Triple(node("s"), node("p"), ox.Literal(f"{i:03}")) for i in range(10)]
    sizes = [text.count(" .\n") for text in insertions(triples, GRAPH, max_triples=4)]
    assert sizes == [4, 4, 2]
    line = len(f"{triples[0]} .\n")
    sizes = [text.count(" .\n") for text in insertions(triples, GRAPH, max_bytes=3 * line)]
    assert sizes == [3, 3, 3, 1]


def test_chain_of_blank_nodes_stays_in_one_request() -> None:
    chain = [ox.BlankNode(f"b{i}") for i in range(9)]
    triples = [ox.Triple(one, node("next"), two) for one, two in pairwise(chain)]
    (text,) = insertions(triples, GRAPH, max_triples=2)
    assert text.count(" .\n") == 8


names = st.sampled_from("abcdefgh")
terms = st.one_of(names.map(node), names.map(ox.BlankNode))
objects = st.one_of(terms, st.text().map(ox.Literal))


@given(st.sets(st.builds(ox.Triple, terms, names.map(node), objects)), st.integers(1, 5))
@settings(deadline=None)
def test_requests_carried_out_one_by_one_give_the_same_graph(
    triples: set[ox.Triple], limit: int
) -> None:
    store = ox.Store()
    for text in insertions(triples, GRAPH, max_triples=limit):
        store.update(text)
    found = ox.Dataset(store)
    expected = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object, GRAPH) for t in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    expected.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert found == expected
