"""Other people's clients and servers ask ours, each over a socket.

SPARQLWrapper is in test_protocol.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from tests.peer_servers import Peer, oxigraph_server, virtuoso_server
from tests.served import EX, bearer, publish, served

from trygghetsgraf.store.service import Service

CSV = "text/csv"
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = tmp_path_factory.mktemp("state")
    publish(state)
    with served(state) as running:
        yield running.url


# rdflib


def test_rdflib_as_a_graph(url: str) -> None:
    graph = Graph(SPARQLStore(f"{url}/sparql"))
    anna = URIRef(f"{EX}a")
    assert (anna, URIRef(f"{EX}name"), Literal("Anna", lang="sv")) in graph
    assert list(graph.objects(anna, URIRef(f"{EX}knows"))) == [URIRef(f"{EX}b")]
    assert len(graph) == 3
    rows = graph.query(f"SELECT ?name {{ ?who <{EX}name> ?name }} ORDER BY ?name")
    assert [str(row[0]) for row in rows] == ["Anna", 'Bo, "B"']  # type: ignore[index]
    assert bool(graph.query(f"ASK {{ <{EX}b> ?p ?o }}"))


def test_rdflib_as_a_named_graph(url: str) -> None:
    graph = Graph(SPARQLStore(f"{url}/sparql"), URIRef(f"{EX}g1"))
    assert len(graph) == 2
    assert {str(found) for found in graph.store.contexts()} == {f"{EX}g1", f"{EX}g2"}


def test_rdflib_writes(tmp_path: Path) -> None:
    headers = bearer(tmp_path)
    with served(tmp_path, changed={"own_store": True}) as running:
        endpoint = f"{running.url}/sparql"
        store = SPARQLUpdateStore(endpoint, endpoint, headers=headers)
        graph = Graph(store, URIRef(f"{EX}g"))
        triple = (URIRef(f"{EX}s"), URIRef(f"{EX}p"), Literal("å"))
        graph.add(triple)
        assert triple in graph
        graph.remove(triple)
        assert len(graph) == 0


# Servers that federate into ours


def _federated(peer: Peer, url: str) -> str:
    """Names that the peer gets from us, joined with what it knows itself."""
    service = Service(peer.query_url, peer.update_url)
    graph = f"{EX}theirs"
    service.update(
        f'INSERT DATA {{ GRAPH <{graph}> {{ <{EX}a> <{EX}age> "42" . <{EX}c> <{EX}age> "7" }} }}'
    )
    query = (
        f"SELECT ?age ?name {{ GRAPH <{graph}> {{ ?who <{EX}age> ?age }}"
        f" SERVICE <{url}/sparql> {{ ?who <{EX}name> ?name }} }}"
    )
    with service.query(query, CSV) as answer:
        text = b"".join(answer.chunks).decode()
    service.close()
    return text.replace("\r\n", "\n").replace('"', "")


def test_oxigraph_asks_us(url: str, tmp_path: Path) -> None:
    with oxigraph_server(tmp_path) as peer:
        assert _federated(peer, url) == "age,name\n42,Anna\n"


def test_virtuoso_asks_us(url: str, tmp_path: Path) -> None:
    with virtuoso_server(tmp_path, federates=True) as peer:
        assert _federated(peer, url) == "age,name\n42,Anna\n"


# Comunica


@pytest.fixture(scope="module")
def comunica() -> str:
    """The program, installed as tests/package-lock.json says."""
    program = HERE / "node_modules" / ".bin" / "comunica-sparql"
    if program.exists():
        return str(program)
    do = "Comunica is not installed: npm ci --prefix tests"
    if os.environ.get("CI") == "true":
        pytest.fail(do)
    pytest.skip(do)


@pytest.mark.slow
def test_comunica_finds_the_endpoint_by_its_description(url: str, comunica: str) -> None:
    """It is given a URL and no type: that this is an endpoint it reads in the description."""
    query = f"SELECT ?name {{ ?who <{EX}name> ?name }} ORDER BY ?name"
    node = shutil.which("node")
    assert node is not None
    done = subprocess.run(
        [node, comunica, f"{url}/sparql", query, "-t", CSV],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == ""
    assert done.stdout.replace("\r\n", "\n").strip() == 'name\nAnna\n"Bo, ""B"""'
