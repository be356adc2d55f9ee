"""SERVICE where some services are allowed: those are asked, and nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.served import EX, ask, get, publish, served
from tests.test_query_federation import NO_QUERY, REFUSED

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.federation import to_gateway
from trygghetsgraf.query.gateway import Egress, Refused

EMPTY = ox.Store()
GATES = {"http://a.example/sparql": "http://127.0.0.1:9/0"}


def report(text: str) -> str:
    with pytest.raises(SyntaxError) as raised:
        EMPTY.query(text, base_iri="http://x/")
    return str(raised.value)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "ASK { SERVICE <http://a.example/sparql> { ?s ?p ?o } }",
            "ASK { SERVICE <http://127.0.0.1:9/0> { ?s ?p ?o } }",
        ),
        (
            "PREFIX a: <http://a.example/> ASK { service silent a:sparql { ?s ?p ?o } }",
            "PREFIX a: <http://a.example/> ASK { service silent <http://127.0.0.1:9/0> "
            "{ ?s ?p ?o } }",
        ),
        (
            "BASE <http://a.example/> ASK{SERVICE<sparql>{?s ?p ?o}FILTER('SERVICE <x:y>'!=?o)}",
            "BASE <http://a.example/> ASK{SERVICE<http://127.0.0.1:9/0>{?s ?p ?o}"
            "FILTER('SERVICE <x:y>'!=?o)}",
        ),
        ("ASK { ?service ?p 'SERVICE' }",) * 2,
    ],
)
def test_an_allowed_service_is_asked_through_the_gateway(query: str, expected: str) -> None:
    assert to_gateway(query, "http://x/", GATES, report) == expected
    with pytest.raises(SyntaxError, match="expected"):
        EMPTY.query(expected + " }")


@pytest.mark.parametrize("query", REFUSED)
@pytest.mark.parametrize("beside", [False, True])
def test_others_are_refused(query: str, beside: bool) -> None:
    text = query.replace("<HERE>", "<http://127.0.0.1:1/>").replace("PORT", "1")
    if beside:
        text = text.replace("{", "{ SERVICE <http://a.example/sparql> { ?x ?y ?z } ", 1)
    try:
        passed = to_gateway(text, "http://x/", GATES, report)
    except QueryFailure as failure:
        outcome = failure.outcome
    else:
        # in a template, say, where no query could go on
        outcome = Outcome.SYNTAX
        with pytest.raises(SyntaxError, match="expected"):
            EMPTY.query(passed)
    assert outcome is Outcome.SERVICE or (beside and outcome is Outcome.SYNTAX)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("10.1.2.3", "10.1.2.3"),
        ("169.254.169.254", "169.254.169.254"),
        ("100.64.0.1", "100.64.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("224.0.0.1", "224.0.0.1"),
        ("::1", "::1"),
        ("fe80::1", "fe80::1"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
        ("2002:0a00:0001::", "2002:a00:1::"),
        ("0x7f.1", "127.0.0.1"),
    ],
)
def test_private_addresses(host: str, address: str) -> None:
    with pytest.raises(Refused, match="nobody's business"):
        Egress((), False, 1.0).address(host, 80)
    assert Egress((), True, 1.0).address(host, 80)


def test_public_addresses() -> None:
    assert Egress((), False, 1.0).address("8.8.8.8", 443) == "8.8.8.8"


class _Service(BaseHTTPRequestHandler):
    """Answers as its server's table says: path → status, headers, body."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        server = self.server
        assert isinstance(server, _Canary)
        server.calls.append((self.path, self.rfile.read(length)))
        status, headers, body = server.answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        pass


class _Canary(ThreadingHTTPServer):
    """A server that remembers who called."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Service)
        self.calls: list[tuple[str, bytes]] = []
        self.answers: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        self.port = self.server_port
        self.url = f"http://127.0.0.1:{self.port}"


@pytest.fixture
def canary() -> Iterator[_Canary]:
    with _Canary() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


JSON = {"Content-Type": "application/sparql-results+json"}
ROWS = (
    f'{{"head":{{"vars":["b","o"]}},"results":{{"bindings":[{{"b":{{"type":"uri","value":"{EX}b"}},'
    '"o":{"type":"literal","value":"x"}}]}}'
).encode()


@contextmanager
def server(state: Path, *services: str, private: bool = True) -> Iterator[str]:
    publish(state)
    changed = {"services": services, "private_services": private}
    with served(state, changed=changed) as running:
        yield running.url


def test_an_allowed_service_is_asked(tmp_path: Path, canary: _Canary) -> None:
    canary.answers["/sparql"] = 200, JSON, ROWS
    service = f"{canary.url}/sparql"
    with server(tmp_path, service) as url:
        query = f"SELECT ?o {{ <{EX}a> <{EX}knows> ?b SERVICE <{service}> {{ ?b ?p ?o }} }}"
        reply = get(url, query, "text/csv")
        assert (reply.status, reply.body) == (200, b"o\r\nx\r\n")
        assert "etag" not in reply.headers
        path, asked = canary.calls.pop()
        assert path == "/sparql"
        assert b"SERVICE" not in asked


def test_a_service_within_a_service_has_its_own_name(tmp_path: Path, canary: _Canary) -> None:
    canary.answers["/one"] = 200, JSON, ROWS
    one, two = f"{canary.url}/one", f"{canary.url}/two"
    with server(tmp_path, one, two) as url:
        inner = f"OPTIONAL {{ SERVICE <{two}> {{ ?b ?q ?r }} }}"
        query = f"SELECT ?o {{ SERVICE <{one}> {{ ?b ?p ?o {inner} }} }}"
        assert get(url, query, "text/csv").body == b"o\r\nx\r\n"
    (path, asked), *more = canary.calls
    assert (path, more) == ("/one", [])
    assert f"SERVICE <{two}>".encode() in asked


def test_our_own_endpoint_as_a_service(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    publish(tmp_path / "one", f"<{EX}b> <{EX}age> <{EX}old> .")
    with served(tmp_path / "one") as other, server(tmp_path / "two", f"{other.url}/sparql") as url:
        query = f"SELECT ?o {{ ?a <{EX}knows> ?b SERVICE <{other.url}/sparql> {{ ?b ?p ?o }} }}"
        assert get(url, query, "text/csv").body == f"o\r\n{EX}old\r\n".encode()


def test_services_that_do_not_answer(tmp_path: Path, canary: _Canary) -> None:
    cases: dict[str, tuple[int, Mapping[str, str], bytes]] = {
        "/broken": (500, {}, b""),
        "/page": (200, {"Content-Type": "text/html"}, b"<p>"),
        "/half": (200, JSON, ROWS[:-5]),
        "/elsewhere": (307, {"Location": "/other"}, b""),
        "/inside": (302, {"Location": "http://localhost:1/"}, b""),
        "/round": (308, {"Location": "/round"}, b""),
    }
    canary.answers.update(cases)
    canary.answers["/other"] = 200, JSON, ROWS
    with server(tmp_path, *(f"{canary.url}{path}" for path in cases)) as url:
        for path in cases:
            canary.calls.clear()
            service = f"<{canary.url}{path}> {{ ?s ?p ?o }}"
            assert get(url, f"SELECT * {{ SERVICE {service} }}").status == 502, path
            assert {called for called, _ in canary.calls} == {path}
            silent = get(url, f"SELECT * {{ SERVICE SILENT {service} }}", "text/csv")
            assert silent.status == 200, path


def test_nothing_else_is_called(tmp_path: Path, canary: _Canary) -> None:
    """The machinery is on, and allows another host and another path only."""
    with server(tmp_path, "http://192.0.2.1/sparql", f"{canary.url}/allowed") as url:
        for query in REFUSED:
            text = query.replace("<HERE>", f"<{canary.url}/>").replace("PORT", str(canary.port))
            assert get(url, text).status == 403, query
        for query in NO_QUERY:
            assert get(url, query.replace("<HERE>", f"<{canary.url}/>")).status == 400
        assert canary.calls == []


def test_updates_call_nobody(tmp_path: Path, canary: _Canary) -> None:
    """The same for those who may write, so that it is LOAD and SERVICE that are refused."""
    changed = {
        "own_store": True,
        "write_from_loopback": True,
        "services": (f"{canary.url}/allowed",),
        "private_services": True,
    }
    update = {"Content-Type": "application/sparql-update"}
    with served(tmp_path, changed=changed) as running:
        url = running.url
        for query in NO_QUERY:
            body = query.replace("<HERE>", f"<{canary.url}/>").encode()
            reply = ask(url, "POST", "/sparql", update, body)
            # the first is a success that loads nothing, the second no update
            odd = {"LOAD SILENT <HERE>": 204, "ASK {} ; LOAD <HERE>": 400}
            assert reply.status == odd.get(query, 403), query
            if query not in odd:
                assert reply.json()["type"].rpartition("/")[2] == "query-service"
        allowed = f"INSERT DATA {{ <{EX}s> <{EX}p> 'LOAD <{canary.url}/>' }}".encode()
        assert ask(url, "POST", "/sparql", update, allowed).status == 204
        assert canary.calls == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_an_allowed_name_that_leads_into_a_private_network(
    tmp_path: Path, canary: _Canary, host: str
) -> None:
    service = f"http://{host}:{canary.port}/"
    with server(tmp_path, service, private=False) as url:
        reply = get(url, f"SELECT * {{ SERVICE <{service}> {{ ?s ?p ?o }} }}")
        assert reply.status == 502
        assert canary.calls == []


def test_evaluators_are_in_a_network_of_their_own(tmp_path: Path, canary: _Canary) -> None:
    """Even a query that slipped through would find nobody there but the gateway."""
    publish(tmp_path)
    changed = {"services": (f"{canary.url}/sparql",), "private_services": True}
    with served(tmp_path, changed=changed) as running:
        assert get(running.url, "ASK {}").status == 200
        broker = running._broker.pid
        children = Path(f"/proc/{broker}/task/{broker}/children").read_text().split()
        networks = [Path(f"/proc/{pid}/ns/net").readlink() for pid in (broker, *children)]
        ours = Path("/proc/self/ns/net").readlink()
        # the gateway alone is where we are
        assert networks.count(ours) == 1
        assert set(networks) == {ours, networks[0]}
        assert networks[0] != ours
