"""What both kinds of store do, the remote one against two servers that are not ours."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.peer_servers import Peer, oxigraph_server, virtuoso_server

from trygghetsgraf.namespaces import GRAPH, SHAPES_GRAPH, document_graph, said_graph
from trygghetsgraf.store.interface import GraphStore
from trygghetsgraf.store.kinds import RemoteAddress, open_store

A, B = ox.NamedNode(document_graph("a")), ox.NamedNode(document_graph("b"))
SAID = ox.NamedNode(said_graph("a"))
SHAPES = ox.NamedNode(SHAPES_GRAPH)
XSD_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://example.org/{name}")


def triple(subject: str, value: str) -> ox.Triple:
    return ox.Triple(node(subject), node("p"), ox.Literal(value))


def open_peer(peer: Peer, folder: Path) -> GraphStore:
    default_graph = GRAPH["merge"] if peer.name == "virtuoso" else ""
    address = RemoteAddress(peer.query_url, peer.update_url, default_graph=default_graph)
    return open_store(folder, "the test", address)


@pytest.fixture(scope="module", params=["embedded", "oxigraph", "virtuoso"])
def kind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GraphStore]:
    """A store of each kind, open for all tests of this file."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "embedded":
        store = open_store(folder, "the test")
        yield store
    else:
        start = {"oxigraph": oxigraph_server, "virtuoso": virtuoso_server}[request.param]
        with start(folder) as peer:
            store = open_peer(peer, folder)
            yield store
    store.close()


@pytest.fixture
def store(kind: GraphStore) -> GraphStore:
    """An empty store; the merge, too, holds nothing of ours."""
    kind.change(drop=[A, B, SAID, SHAPES])
    return kind


def test_change_replaces_graphs_and_keeps_the_default_graph_the_merge(store: GraphStore) -> None:
    store.change(
        {
            A: [triple("x", "both"), triple("x", "only a")],
            B: [triple("x", "both"), triple("x", "only b")],
            SAID: [triple("x", "a wish")],
            SHAPES: [triple("x", "a shape")],
        }
    )
    assert store.count_by_graph() == {"": 3, A.value: 2, B.value: 2, SAID.value: 1, SHAPES.value: 1}
    store.change({A: [triple("y", "new")]}, drop=[SAID])
    assert store.count_by_graph() == {"": 3, A.value: 1, B.value: 2, SHAPES.value: 1}
    store.change(drop=[B])
    assert store.count_by_graph() == {"": 1, A.value: 1, SHAPES.value: 1}


def test_dump_and_restore(store: GraphStore, tmp_path: Path) -> None:
    blank = ox.BlankNode("b")
    store.change(
        {
            A: [
                triple("x", 'rad 1\nrad "två" \\ åäö 𝄞'),
                ox.Triple(node("x"), node("q"), ox.Literal("belysning", language="sv")),
                ox.Triple(node("x"), node("q"), ox.Literal("7", datatype=XSD_INTEGER)),
                ox.Triple(node("x"), node("q"), blank),
                ox.Triple(blank, node("q"), blank),
            ],
            SAID: [triple("x", "a wish")],
        }
    )
    dump = tmp_path / "dump.nq.gz"
    store.dump(dump)
    found = ox.Dataset(ox.parse(gzip.decompress(dump.read_bytes()), ox.RdfFormat.N_QUADS))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    in_a = [
        ox.Quad(node("x"), node("p"), ox.Literal('rad 1\nrad "två" \\ åäö 𝄞'), A),
        ox.Quad(node("x"), node("q"), ox.Literal("belysning", language="sv"), A),
        ox.Quad(node("x"), node("q"), ox.Literal("7", datatype=XSD_INTEGER), A),
        ox.Quad(node("x"), node("q"), blank, A),
        ox.Quad(blank, node("q"), blank, A),
    ]
    in_default = [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in in_a]
    said = ox.Quad(node("x"), node("p"), ox.Literal("a wish"), SAID)
    expected = ox.Dataset([*in_a, *in_default, said])
    expected.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert found == expected

    store.change(drop=[A, SAID])
    store.restore_dump(dump)
    assert store.count_by_graph() == {"": 5, A.value: 5, SAID.value: 1}


def test_update_keeps_the_default_graph_the_merge(store: GraphStore) -> None:
    store.change({A: [triple("x", "1")], SAID: [triple("x", "2")]})
    store.update(
        f"DELETE WHERE {{ GRAPH {A} {{ ?s ?p ?o }} }};"
        f"INSERT DATA {{ GRAPH {B} {{ <y> <p> 3 }} GRAPH {SHAPES} {{ <y> <p> 4 }} }}",
        "http://example.org/",
    )
    counts = {graph: n for graph, n in store.count_by_graph().items() if n}
    assert counts == {"": 1, B.value: 1, SAID.value: 1, SHAPES.value: 1}


def test_health(store: GraphStore) -> None:
    health = store.health()
    assert health.ok
    assert health.detail.split()[0] in {"snapshot", "the"}
    assert health.seconds < 5


def test_no_iri_can_break_out_of_a_request() -> None:
    with pytest.raises(ValueError, match="Invalid IRI"):
        ox.NamedNode("http://example.org/> { } }; DROP ALL #")
