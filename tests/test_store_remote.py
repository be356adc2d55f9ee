"""The remote kind of store, against two servers that are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.peer_servers import free_port, oxigraph_server, virtuoso_server

from trygghetsgraf.errors import SettingsError, StoreError
from trygghetsgraf.namespaces import GRAPH, SHAPES_GRAPH, document_graph, said_graph
from trygghetsgraf.store.remote import RemoteStore
from trygghetsgraf.store.service import Service, ServiceError

A, B = ox.NamedNode(document_graph("a")), ox.NamedNode(document_graph("b"))
SAID = ox.NamedNode(said_graph("a"))
SHAPES = ox.NamedNode(SHAPES_GRAPH)
MERGE = ox.NamedNode(GRAPH["merge"])


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://example.org/{name}")


def triple(subject: str, value: str) -> ox.Triple:
    return ox.Triple(node(subject), node("p"), ox.Literal(value))


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, ox.NamedNode | None]]:
    """A service and the graph that stands for its default graph, if it has none."""
    start, default_graph = {
        "oxigraph": (oxigraph_server, None),
        "virtuoso": (virtuoso_server, MERGE),
    }[request.param]
    with start(tmp_path_factory.mktemp(request.param)) as peer:
        service = Service(peer.query_url, peer.update_url)
        yield service, default_graph
        service.close()


@pytest.fixture
def store(server: tuple[Service, ox.NamedNode | None]) -> Iterator[RemoteStore]:
    """An empty store; the merge, too, holds nothing of ours."""
    service, default_graph = server
    store = RemoteStore(service, default_graph=default_graph)
    store.change(drop=[A, B, SAID, SHAPES])
    yield store
    store.change(drop=[A, B, SAID, SHAPES])


def test_large_graph_goes_in_many_requests_and_keeps_blank_nodes_whole(store: RemoteStore) -> None:
    blanks = [ox.BlankNode() for _ in range(600)]
    ties = [ox.Triple(node(str(i)), node("p"), blank) for i, blank in enumerate(blanks)]
    ties += [ox.Triple(blank, node("q"), ox.Literal(str(i))) for i, blank in enumerate(blanks)]
    store.change({A: [*ties, *(triple(f"s{i}", "v") for i in range(3000))]})
    assert store.count_by_graph() == {"": 4200, A.value: 4200}
    sparql = f"SELECT ?s {{ GRAPH {A} {{ ?s {node('p')} [ {node('q')} ?v ] }} }}"
    with store.service.query(sparql, "text/csv") as answer:
        assert b"".join(answer.chunks).count(b"example.org") == 600


def test_what_a_broken_change_left_is_not_seen_and_is_swept(store: RemoteStore) -> None:
    def breaks() -> Iterator[ox.Triple]:
        yield from (triple(str(i), "v") for i in range(1500))
        raise StoreError("Reading", "the source broke off.", "Try again.")

    store.change({A: [triple("x", "old")]})
    with pytest.raises(StoreError, match="the source broke off"):
        store.change({A: breaks()})
    assert store.count_by_graph() == {"": 1, A.value: 1}
    store.change({A: [triple("x", "new")]})
    assert store.count_by_graph() == {"": 1, A.value: 1}


def test_query_with_a_dataset(store: RemoteStore) -> None:
    store.change({A: [triple("x", "a")], B: [triple("x", "b")]})
    with store.service.query(
        "SELECT ?v { ?s ?p ?v } ORDER BY ?v", "text/csv", default_graphs=[A.value, B.value]
    ) as answer:
        assert answer.media_type == "text/csv"
        assert b"".join(answer.chunks).decode().replace('"', "").split() == ["v", "a", "b"]


def test_query_with_a_mistake_is_a_400_that_says_which(store: RemoteStore) -> None:
    with (
        pytest.raises(ServiceError, match="answered 400") as caught,
        store.service.query("SELECT * {", "text/csv"),
    ):
        pass
    assert caught.value.status == 400


def test_answer_over_its_cap_is_a_507(store: RemoteStore) -> None:
    store.change({A: [triple("x", "v" * 2000)]})
    with (
        pytest.raises(ServiceError, match="longer than 1000 bytes") as caught,
        store.service.query("SELECT * { ?s ?p ?o }", "text/csv", max_bytes=1000) as answer,
    ):
        list(answer.chunks)
    assert caught.value.status == 507


def test_graph_without_triples_is_not_there(store: RemoteStore) -> None:
    store.change({A: [triple("x", "a")]})
    store.change({A: []})
    assert store.count_by_graph() == {"": 0}


def test_dump_that_the_service_cuts_is_refused(tmp_path: Path) -> None:
    dump = tmp_path / "dump.nq"
    with virtuoso_server(tmp_path, max_rows=100) as peer:
        service = Service(peer.query_url, peer.update_url)
        with closing(RemoteStore(service, default_graph=MERGE)) as store:
            store.change({A: [triple(str(i), "v") for i in range(150)]})
            with pytest.raises(StoreError, match=r"10\d triples came and 150 were counted"):
                store.dump(dump)
    assert not dump.exists()


def test_service_that_is_not_there() -> None:
    url = f"http://127.0.0.1:{free_port()}/sparql"
    with closing(RemoteStore(Service(url, url))) as store:
        health = store.health()
        assert not health.ok
        assert f"Asking {url}: the connection failed" in health.detail
        with pytest.raises(ServiceError) as caught:
            store.change(drop=[A])
    assert caught.value.status == 502


@pytest.mark.parametrize(
    "url", ["http://name:secret@127.0.0.1/sparql", "file:///etc/passwd", "sparql", "http:///x"]
)
def test_url_that_is_refused_is_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Service(url, url)
    assert "secret" not in str(caught.value)
