"""Named graphs, and the default graph that is the merge of most of them."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from trygghetsgraf.namespaces import (
    QUERIES_GRAPH,
    SHAPES_GRAPH,
    document_graph,
    inferred_graph,
    said_graph,
)
from trygghetsgraf.store.graphs import (
    copy_graphs,
    count_by_graph,
    drop_graph,
    in_merge,
    merge,
    named_graphs,
    replace_graph,
)

A, B = ox.NamedNode(document_graph("a")), ox.NamedNode(document_graph("b"))
INFERRED = ox.NamedNode(inferred_graph("a"))
SAID = ox.NamedNode(said_graph("a"))
SHAPES, QUERIES = ox.NamedNode(SHAPES_GRAPH), ox.NamedNode(QUERIES_GRAPH)
GRAPHS = [A, B, INFERRED, SAID, SHAPES, QUERIES]
NODE = ox.NamedNode("http://example.org/n")


def triple(value: str) -> ox.Triple:
    return ox.Triple(NODE, NODE, ox.Literal(value))


def values(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> list[str]:
    quads = store.quads_for_pattern(None, None, None, graph)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))


def merged_values(store: ox.Store) -> list[str]:
    """What the default graph should hold, put together the slow way."""
    return sorted({value for graph in GRAPHS if in_merge(graph) for value in values(store, graph)})


def test_said_shapes_and_queries_are_not_in_the_merge() -> None:
    assert [graph for graph in GRAPHS if not in_merge(graph)] == [SAID, SHAPES, QUERIES]


def test_replace_writes_the_difference_alone() -> None:
    store = ox.Store()
    assert replace_graph(store, A, [triple("1"), triple("2"), triple("2")]) == 2
    assert replace_graph(store, A, [triple("2"), triple("3")]) == 2
    assert replace_graph(store, A, [triple("2"), triple("3")]) == 0
    assert values(store, A) == values(store, ox.DefaultGraph()) == ["2", "3"]


def test_triple_stays_in_the_default_graph_while_a_merged_graph_has_it() -> None:
    store = ox.Store()
    replace_graph(store, A, [triple("shared")])
    replace_graph(store, B, [triple("shared")])
    replace_graph(store, SAID, [triple("shared")])
    assert drop_graph(store, A) == 1
    assert values(store, ox.DefaultGraph()) == ["shared"]
    assert drop_graph(store, B) == 1
    assert values(store, ox.DefaultGraph()) == []
    assert values(store, SAID) == ["shared"]


def test_default_graph_of_a_users_own_store_is_left_alone() -> None:
    store = ox.Store()
    store.add(ox.Quad(NODE, NODE, ox.Literal("mine")))
    replace_graph(store, A, [triple("mine"), triple("1")], merged=False)
    drop_graph(store, A, merged=False)
    assert values(store, ox.DefaultGraph()) == ["mine"]


def test_graph_without_triples_exists_until_it_is_dropped() -> None:
    store = ox.Store()
    replace_graph(store, A, [])
    assert named_graphs(store) == [A]
    assert count_by_graph(store) == {"": 0, A.value: 0}
    assert drop_graph(store, A) == 0
    assert named_graphs(store) == []


def test_count_by_graph() -> None:
    store = ox.Store()
    replace_graph(store, B, [triple("1"), triple("2")])
    replace_graph(store, SAID, [triple("3")])
    assert count_by_graph(store) == {"": 2, B.value: 2, SAID.value: 1}


def test_copy_takes_the_chosen_graphs_and_what_they_add_to_the_merge() -> None:
    source, target = ox.Store(), ox.Store()
    for graph in (A, B, SAID):
        replace_graph(source, graph, [triple(graph.value)])
    replace_graph(target, B, [triple("new")])
    assert copy_graphs(source, target, lambda graph: graph != B) == [A, SAID]
    assert count_by_graph(target) == {"": 2, A.value: 1, B.value: 1, SAID.value: 1}
    assert values(target, ox.DefaultGraph()) == [A.value, "new"]


def test_merge_mends_a_default_graph_whatever_is_in_it() -> None:
    store = ox.Store()
    for graph in (A, B, SAID):
        store.add(ox.Quad(NODE, NODE, ox.Literal("all"), graph))
    store.add(ox.Quad(NODE, NODE, ox.Literal("only said"), SAID))
    store.add(ox.Quad(NODE, NODE, ox.Literal("stale")))
    store.add(ox.Quad(NODE, NODE, ox.Literal("only said")))
    assert merge(store) == (1, 2)
    assert values(store, ox.DefaultGraph()) == ["all"]
    assert merge(store) == (0, 0)


contents = st.dictionaries(st.sampled_from(GRAPHS), st.sets(st.sampled_from("1234")), max_size=6)


@given(st.lists(contents), st.sets(st.sampled_from(GRAPHS)))
@settings(deadline=None)
def test_any_changes_leave_the_default_graph_the_merge(
    changes: list[dict[ox.NamedNode, set[str]]], dropped: set[ox.NamedNode]
) -> None:
    store = ox.Store()
    expected: dict[ox.NamedNode, set[str]] = {}
    for change in changes:
        expected |= change
        for graph, content in change.items():
            replace_graph(store, graph, map(triple, content))
    for graph in dropped:
        expected.pop(graph, None)
        drop_graph(store, graph)
    assert {graph: set(values(store, graph)) for graph in named_graphs(store)} == expected
    assert values(store, ox.DefaultGraph()) == merged_values(store)
    assert merge(store) == (0, 0)
