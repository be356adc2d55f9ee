"""The endpoint before a store behind somebody's service: Oxigraph's server and Virtuoso."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from tests.peer_servers import Peer, oxigraph_server, virtuoso_server
from tests.served import ENDLESS, EX, QUADS, ask, bearer, get, served
from tests.test_query_federation import REFUSED

from trygghetsgraf.namespaces import GRAPH
from trygghetsgraf.query.forwarding import _place
from trygghetsgraf.query.jobs import Limits
from trygghetsgraf.store.batches import insertions
from trygghetsgraf.store.service import Service
from trygghetsgraf.web import Running

DEFAULT = f"{EX}merge"
#: gets the token of the server that is asked
TOKEN: dict[str, str] = {}
UPDATE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle"}
LIMITS = Limits(deadline=2.0, rows=100)


def fill(peer: Peer, default: str) -> None:
    """Give the peer what other tests publish, its default graph as the peer wants it."""
    service = Service(peer.query_url, peer.update_url)
    for quad in ox.parse(QUADS, format=ox.RdfFormat.N_QUADS):
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode):
            for text in insertions([quad.triple], graph):
                service.update(text)
        elif default:
            for text in insertions([quad.triple], ox.NamedNode(default)):
                service.update(text)
        else:
            service.update(f"INSERT DATA {{ {quad.triple} }}")
    service.close()


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    start = oxigraph_server if request.param == "oxigraph" else virtuoso_server
    with start(tmp_path_factory.mktemp("peer")) as peer:
        default = "" if request.param == "oxigraph" else DEFAULT
        fill(peer, default)
        changed = {
            "remote_query_url": peer.query_url,
            "remote_update_url": peer.update_url,
            "remote_default_graph": default,
            "write_gate": "off",
        }
        state = tmp_path_factory.mktemp("state")
        TOKEN.update(bearer(state))
        with served(state, LIMITS, changed) as server:
            yield server


def test_tables(running: Running) -> None:
    query = f"SELECT ?name {{ ?who <{EX}name> ?name }} ORDER BY ?name"
    # the order of literals with and without a language is the service's
    lines = get(running.url, query, "text/csv").body.splitlines()
    assert sorted(lines) == [b'"Bo, ""B"""', b"Anna", b"name"]
    found = get(running.url, query).json()["results"]["bindings"]
    assert {"name": {"type": "literal", "value": "Anna", "xml:lang": "sv"}} in found
    xml = get(running.url, query, "application/sparql-results+xml")
    assert (xml.type, xml.body[:5]) == ("application/sparql-results+xml", b"<?xml")


def test_booleans_and_graphs(running: Running) -> None:
    assert get(running.url, f"ASK {{ <{EX}a> ?p ?o }}").json()["boolean"] is True
    query = f"CONSTRUCT {{ ?s <{EX}is> ?o }} WHERE {{ ?s <{EX}knows> ?o }}"
    for accept in ("text/turtle", "application/n-triples"):
        body = get(running.url, query, accept).body.decode()
        assert body.strip() == f"<{EX}a> <{EX}is> <{EX}b> ."


def test_named_graphs(running: Running) -> None:
    query = f"SELECT ?g {{ GRAPH ?g {{ <{EX}a> <{EX}knows> ?b }} }}"
    graph = f"&named-graph-uri={quote(EX + 'g1', safe='')}"
    assert f"{EX}g1" in get(running.url, query, "text/csv", graph).body.decode()
    joined = f"SELECT ?name {{ ?b <{EX}name> ?name GRAPH <{EX}g1> {{ ?a <{EX}knows> ?b }} }}"
    assert get(running.url, joined, "text/csv").body == b'name\r\n"Bo, ""B"""\r\n'
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph = f"&default-graph-uri={quote(EX + 'g1', safe='')}"
    assert get(running.url, count, "text/csv", graph).body.split() == [b"n", b"2"]
    assert get(running.url, count, "text/csv").body.split() == [b"n", b"3"]


def test_nothing_is_kept(running: Running) -> None:
    reply = get(running.url, "ASK {}")
    assert reply.headers["cache-control"] == "no-store"
    assert "etag" not in reply.headers
    assert ask(running.url, "GET", "/ready").json() == {"status": "ok", "snapshot": 0}


def test_faults(running: Running) -> None:
    reply = get(running.url, "SELECT * {\n ?s ?p }")
    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (400, "query-syntax")
    # as the service counts, where it does: Virtuoso names no column
    assert reply.json()["line"] == 2
    assert reply.json().get("column", 8) in (8, 9)
    assert get(running.url, "ASK {}", "image/png").status == 406
    assert get(running.url, "SELECT * {}", "text/turtle").status == 406


def test_no_service(running: Running) -> None:
    for query in REFUSED:
        text = query.replace("<HERE>", "<http://127.0.0.1:1/>").replace("PORT", "1")
        assert get(running.url, text).status == 403, query


def test_a_query_past_its_deadline(running: Running) -> None:
    """We stop waiting ourselves, whatever limits the service has and whatever it says."""
    started = time.monotonic()
    reply = get(running.url, ENDLESS)
    assert time.monotonic() - started < LIMITS.deadline + 1.0
    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (504, "query-deadline")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("it answered 400 Bad Request: “error at 3:9: expected '}'”.", (2, 9)),
        ("SPARQL compiler, line 3: syntax error at '}' before '}'", (2, None)),
        ('Lexical error at line 4, column 12. Encountered: "x"', (3, 12)),
        ("Expected end of text (at char 0), (line:1, col:1)", (1, 1)),
        ("it answered 400 Bad Request.", (None, None)),
    ],
)
def test_where_a_service_sees_a_fault(found: str, expected: tuple[int | None, int | None]) -> None:
    assert _place(found) == expected


def test_too_many_rows(running: Running) -> None:
    values = " ".join(map(str, range(101)))
    query = f"SELECT ?v {{ VALUES ?v {{ {values} }} }}"
    assert get(running.url, query).status == 507
    assert get(running.url, query + " LIMIT 100").status == 200


def test_changes(running: Running) -> None:
    path = f"/graphs?graph={quote(EX + 'mine', safe='')}"
    data = f"<{EX}x> <{EX}y> 'å' ; <{EX}z> [ <{EX}y> 1 ] .".encode()
    assert ask(running.url, "PUT", path, {**TURTLE, **TOKEN}, data).status == 201
    assert get(running.url, f"ASK {{ GRAPH <{EX}mine> {{ <{EX}x> <{EX}y> 'å' }} }}").json() == {
        "head": {},
        "boolean": True,
    }
    reply = ask(running.url, "GET", path, {"Accept": "application/n-triples"})
    assert (reply.status, reply.body.count(b"\n")) == (200, 3)
    more = f"<{EX}x> <{EX}more> <{EX}y> .".encode()
    assert ask(running.url, "POST", path, {**TURTLE, **TOKEN}, more).status == 200
    reply = ask(running.url, "GET", path, {"Accept": "application/n-triples"})
    assert reply.body.count(b"\n") == 4
    assert ask(running.url, "PUT", path, {**TURTLE, **TOKEN}, more).status == 204
    assert ask(running.url, "DELETE", path, TOKEN).status == 200
    assert ask(running.url, "GET", path).status == 404


def test_changes_that_are_refused(running: Running) -> None:
    reply = ask(running.url, "POST", "/sparql", {**UPDATE, **TOKEN}, b"CLEAR ALL")
    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (403, "query-protected")
    path = f"/graphs?graph={quote(str(GRAPH['document/x']), safe='')}"
    assert ask(running.url, "PUT", path, {**TURTLE, **TOKEN}, b"").status == 403
    assert ask(running.url, "PUT", "/graphs?default", {**TURTLE, **TOKEN}, b"").status == 501
    assert ask(running.url, "GET", "/graphs").status == 501


def test_what_cannot_be_checked_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "peer").mkdir()
    token = bearer(tmp_path, f"{EX}*")
    with oxigraph_server(tmp_path / "peer") as peer:
        changed = {"remote_query_url": peer.query_url, "remote_update_url": peer.update_url}
        with served(tmp_path, LIMITS, changed) as server:
            path = f"/graphs?graph={quote(EX + 'mine', safe='')}"
            reply = ask(server.url, "PUT", path, {**TURTLE, **token}, b"")
            assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (501, "query-unable")
            other = f"/graphs?graph={quote('https://example.com/theirs', safe='')}"
            reply = ask(server.url, "PUT", other, {**TURTLE, **token}, b"")
            assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (403, "query-scope")


def test_updates_of_a_remote_store_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "peer").mkdir()
    with oxigraph_server(tmp_path / "peer") as peer:
        changed = {
            "remote_query_url": peer.query_url,
            "remote_update_url": peer.update_url,
            "own_store": True,
            "write_from_loopback": True,
        }
        with served(tmp_path, LIMITS, changed) as server:
            headers = {"Content-Type": "application/sparql-update"}
            text = f"INSERT DATA {{ <{EX}s> <{EX}p> <o> }}".encode()
            assert ask(server.url, "POST", "/sparql", headers, text).status == 204
            query = f"ASK {{ <{EX}s> <{EX}p> <{server.url}/o> }}"
            assert get(server.url, query).json()["boolean"] is True
            text = b"LOAD <http://127.0.0.1:1/>"
            assert ask(server.url, "POST", "/sparql", headers, text).status == 403
            os.kill(peer.pid, signal.SIGKILL)
            reply = get(server.url, query)
            assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (502, "query-remote")
