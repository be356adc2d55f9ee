"""No query and no update reaches another server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.served import ask, get, publish, served

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.federation import refuse_service

EMPTY = ox.Store()

#: <HERE> stands for the canary
REFUSED = [
    "SELECT * { SERVICE <HERE> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <HERE> { ?s ?p ?o } }",
    "SELECT * { service silent <HERE> { ?s ?p ?o } }",
    "SELECT*{SERVICE<HERE>{?s?p?o}}",
    "SELECT * { SERVICE # <x>\n <HERE> # {\n { ?s ?p ?o } }",
    "SELECT * { SERVICE#\n<HERE>{ ?s ?p ?o } }",
    "PREFIX h: <HERE> SELECT * { SERVICE h: { ?s ?p ?o } }",
    "PREFIX : <HERE> SELECT * { SERVICE: { ?s ?p ?o } }",
    "PREFIX : <HERE> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <HERE> SELECT * { SERVICESILENT:x { ?s ?p ?o } }",
    "PREFIX SERVICE: <http://x/> PREFIX : <HERE> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "BASE <HERE> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { SERVICE <\\u0068ttp://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SELECT * { BIND(<HERE> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <HERE> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { SERVICE ?u { ?s ?p ?o } } VALUES ?u { <HERE> }",
    "ASK { FILTER EXISTS { SERVICE <HERE> { ?s ?p ?o } } }",
    "ASK { FILTER NOT EXISTS { SERVICE <HERE> { ?s ?p ?o } } }",
    "ASK { { SELECT ?s { { SELECT ?s { SERVICE <HERE> { ?s ?p ?o } } } } } }",
    "ASK { OPTIONAL { SERVICE <HERE> { ?s ?p ?o } } }",
    "ASK { GRAPH ?g { MINUS { SERVICE <HERE> { ?s ?p ?o } } } }",
    "ASK { { ?a ?b ?c } UNION { SERVICE <HERE> { ?s ?p ?o } } }",
    "SELECT (EXISTS { SERVICE <HERE> { ?s ?p ?o } } AS ?e) {}",
    "SELECT * { BIND(EXISTS { SERVICE <HERE> { ?s ?p ?o } } AS ?e) }",
    "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (EXISTS { SERVICE <HERE> { ?s ?p ?o } })",
    "SELECT ?s { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <HERE> { ?s ?p ?o } })",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <HERE> { ?s ?p ?o } }",
    "DESCRIBE ?s WHERE { SERVICE <HERE> { ?s ?p ?o } }",
    "ASK { SERVICE <http://user@127.0.0.1:PORT/> { ?s ?p ?o } }",
    "ASK { SERVICE <http://localhost:PORT/> { ?s ?p ?o } }",
    "ASK { SERVICE <http://[::ffff:127.0.0.1]:PORT/> { ?s ?p ?o } }",
    "ASK { ?s ?p 'SERVICE' SERVICE <HERE> { ?s ?p ?o } }",
]

NO_QUERY = [
    "LOAD <HERE>",
    "LOAD SILENT <HERE>",
    "LOAD<HERE>INTO GRAPH<http://x/>",
    "ASK {} ; LOAD <HERE>",
    "PREFIX h: <HERE> LOAD h:",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <HERE> { ?s ?p ?o } }",
]

ALLOWED = [
    "ASK { ?service ?p 'SERVICE <http://x/> {}' }",
    "ASK { ?s <http://x/service> ?o }",
    "PREFIX service: <http://x/> ASK { ?s service:a service:SERVICE }",
    "PREFIX SERVICE: <http://x/> ASK { SERVICE:a ?p ?o . ?s SERVICE:b SERVICE:c }",
    "ASK { ?s ?p _:service } # SERVICE <http://x/> {}",
    "ASK { ?s ?p 'tjänst'@service }",
    "PREFIX x: <http://x/> ASK { ?s x:service-SERVICE ?o }",
    "SELECT (1 AS ?service) {}",
]


def report(text: str) -> str:
    with pytest.raises(SyntaxError) as raised:
        EMPTY.query(text, base_iri="http://x/")
    return str(raised.value)


@pytest.mark.parametrize("query", REFUSED)
def test_a_query_that_asks_another_server_is_refused(query: str) -> None:
    text = query.replace("<HERE>", "<http://127.0.0.1:1/>").replace("PORT", "1")
    with pytest.raises(QueryFailure) as raised:
        refuse_service(text, report)
    assert raised.value.outcome is Outcome.SERVICE


def test_the_refusal_says_where() -> None:
    with pytest.raises(QueryFailure) as raised:
        refuse_service("ASK {\n  SERVICE <http://x/> {} }", report)
    assert (raised.value.line, raised.value.column) == (2, 3)


@pytest.mark.parametrize("query", ALLOWED)
def test_the_word_alone_is_no_reason(query: str) -> None:
    refuse_service(query, report)
    EMPTY.query(query)


@given(
    st.lists(
        st.sampled_from(
            [
                "SERVICE", "SeRvIcE", "SILENT", "<http://127.0.0.1:1/>", ":x", "service:x", "?u",
                "{", "}", "{ ?s ?p ?o }", "#c\n", "'SERVICE'", ".", "FILTER EXISTS", "OPTIONAL",
                "?s ?p", "BIND(1 AS ?b)", "x:service", "(", ")", " ", "\n",
            ]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_what_passes_does_not_reach_the_network(parts: list[str]) -> None:
    prologue = "PREFIX : <http://127.0.0.1:1/> PREFIX service: <http://y/> PREFIX x: <http://z/> "
    query = f"{prologue} SELECT * {{ {''.join(parts)} }}"
    try:
        refuse_service(query, report)
        result = EMPTY.query(query)
    except (QueryFailure, SyntaxError):
        return
    # The engine refuses port 1 without trying it, and says so.
    assert isinstance(result, ox.QuerySolutions)
    list(result)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = tmp_path_factory.mktemp("state")
    publish(state)
    with served(state) as running:
        yield running.url


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A server that remembers who called, and its port."""
    calls: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with sock:
                calls.append(sock.recv(100))

    thread = threading.Thread(target=listen)
    thread.start()
    port: int = listener.getsockname()[1]
    yield port, calls
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_the_canary_sings_when_it_is_called(canary: tuple[int, list[bytes]]) -> None:
    port, calls = canary
    with pytest.raises(OSError, match=r"."):
        EMPTY.query(f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
    assert calls.pop().startswith(b"POST / HTTP/1.1")


@pytest.mark.parametrize(
    ("query", "status"), [(query, 403) for query in REFUSED] + [(query, 400) for query in NO_QUERY]
)
def test_nothing_calls_the_canary(
    url: str, canary: tuple[int, list[bytes]], query: str, status: int
) -> None:
    port, calls = canary
    text = query.replace("<HERE>", f"<http://127.0.0.1:{port}/>").replace("PORT", str(port))
    assert get(url, text).status == status
    assert calls == []


def test_no_update_calls_the_canary(url: str, canary: tuple[int, list[bytes]]) -> None:
    port, calls = canary
    update = f"LOAD <http://127.0.0.1:{port}/>".encode()
    headers = {"Content-Type": "application/sparql-update"}
    assert ask(url, "POST", "/sparql", headers, update).status == 403
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask(url, "POST", "/sparql", form, b"update=" + update).status == 403
    assert calls == []
