"""SPARQL 1.1 Protocol over a socket, case by case."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper
from tests.served import EX, Reply, ask, get, publish, served

SELECT = f"SELECT ?name {{ ?who <{EX}name> ?name }} ORDER BY ?name"
CONSTRUCT = f"CONSTRUCT {{ ?s <{EX}is> ?o }} WHERE {{ ?s <{EX}knows> ?o }}"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state: Path = tmp_path_factory.mktemp("state")
    publish(state)
    with served(state) as running:
        yield running.url


def names(reply: Reply) -> list[str]:
    return [row["name"]["value"] for row in reply.json()["results"]["bindings"]]


def problem(reply: Reply) -> tuple[int, str]:
    assert reply.type == "application/problem+json"
    assert reply.json()["status"] == reply.status
    return reply.status, reply.json()["detail"]


# Ways to ask


def test_get(url: str) -> None:
    assert names(get(url, SELECT)) == ["Anna", 'Bo, "B"']


def test_post_form(url: str) -> None:
    body = urlencode({"query": SELECT}).encode()
    assert names(ask(url, "POST", "/sparql", FORM, body)) == ["Anna", 'Bo, "B"']


def test_post_direct(url: str) -> None:
    assert names(ask(url, "POST", "/sparql", DIRECT, SELECT.encode())) == ["Anna", 'Bo, "B"']


def test_query_method(url: str) -> None:
    assert names(ask(url, "QUERY", "/sparql", DIRECT, SELECT.encode())) == ["Anna", 'Bo, "B"']


def test_long_query_by_post(url: str) -> None:
    query = SELECT + "\n# å" * 100_000
    assert names(ask(url, "POST", "/sparql", DIRECT, query.encode())) == ["Anna", 'Bo, "B"']


def test_too_long_a_query(url: str) -> None:
    reply = ask(url, "POST", "/sparql", DIRECT, b"#" * (1 << 21))
    assert problem(reply)[0] == 413


def test_head(url: str) -> None:
    reply = ask(url, "HEAD", "/sparql?query=" + quote(SELECT))
    assert (reply.status, reply.type, reply.body) == (200, "application/sparql-results+json", b"")
    assert int(reply.headers["content-length"]) == len(get(url, SELECT).body)
    assert ask(url, "HEAD", "/sparql?query=nonsense").status == 400


def test_options(url: str) -> None:
    reply = ask(url, "OPTIONS", "/sparql", {"Origin": "https://example.com"})
    assert reply.status == 204
    assert reply.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "GET, HEAD, POST, QUERY, OPTIONS"


def test_any_page_may_read(url: str) -> None:
    assert get(url, SELECT).headers["access-control-allow-origin"] == "*"
    assert get(url, "nonsense").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/sparql", "/sparql?query=ASK%7B%7D", "/nothing", "/health"])
def test_what_every_response_says(url: str, path: str) -> None:
    headers = ask(url, "GET", path, BROWSER).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["access-control-allow-origin"] == "*"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    # the editor sets styles on what it draws; no page may run a script that it holds itself
    editor = "style-src 'self' 'unsafe-inline'; " if path == "/sparql" else ""
    assert policy.replace(editor, "").count("unsafe") == 0


# Formats


@pytest.mark.parametrize(
    ("accept", "type_", "beginning"),
    [
        ("application/sparql-results+json", "application/sparql-results+json", b'{"head"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", b"<?xml"),
        ("text/csv", "text/csv; charset=utf-8", b'name\r\nAnna\r\n"Bo, ""B"""\r\n'),
        (
            "text/tab-separated-values",
            "text/tab-separated-values; charset=utf-8",
            b'?name\n"Anna"@sv\n"Bo, \\"B\\""\n',
        ),
    ],
)
def test_tables(url: str, accept: str, type_: str, beginning: bytes) -> None:
    reply = get(url, SELECT, accept)
    assert (reply.status, reply.type) == (200, type_)
    assert reply.body.startswith(beginning)
    assert "Accept" in reply.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/trig", ox.RdfFormat.TRIG),
    ],
)
def test_graphs(url: str, accept: str, format_: ox.RdfFormat) -> None:
    reply = get(url, CONSTRUCT, accept)
    assert reply.status == 200
    assert reply.type.split(";")[0] == accept
    found = [str(quad.triple) for quad in ox.parse(reply.body, format=format_)]
    assert found == [f"<{EX}a> <{EX}is> <{EX}b>"]


def test_ask_and_describe(url: str) -> None:
    assert get(url, "ASK { ?s ?p ?o }").json()["boolean"] is True
    described = get(url, f"DESCRIBE <{EX}b>", "application/n-triples").body
    assert described == f'<{EX}b> <{EX}name> "Bo, \\"B\\"" .\n'.encode()


def test_a_format_by_name(url: str) -> None:
    assert get(url, SELECT, "text/turtle", "&format=csv").type == "text/csv; charset=utf-8"
    assert problem(get(url, SELECT, "", "&format=png"))[0] == 400
    assert problem(get(url, SELECT, "", "&format=turtle"))[0] == 406


@pytest.mark.parametrize(
    ("query", "accept"), [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "image/png")]
)
def test_no_acceptable_format(url: str, query: str, accept: str) -> None:
    assert problem(get(url, query, accept))[0] == 406


# Datasets


def graph_counts(url: str, parameters: str, query: str) -> str:
    return get(url, query, "text/csv", parameters).body.decode().split("\r\n")[1]


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
G1, G2 = (f"default-graph-uri={quote(EX + name)}" for name in ("g1", "g2"))
N1, N2 = (f"named-graph-uri={quote(EX + name)}" for name in ("g1", "g2"))


@pytest.mark.parametrize(
    ("parameters", "query", "expected"),
    [
        ("", COUNT, "3"),
        ("", COUNT_NAMED, "4"),
        (f"&{G1}", COUNT, "2"),
        (f"&{G1}&{G2}", COUNT, "3"),
        (f"&{G1}&{G1}", COUNT, "2"),
        (f"&{G1}&{G2}", COUNT_NAMED, "0"),
        (f"&{N1}", COUNT, "0"),
        (f"&{N1}", COUNT_NAMED, "2"),
        (f"&{N1}&{N2}", COUNT_NAMED, "4"),
        (f"&{G1}&{G2}&{N2}", COUNT_NAMED, "2"),
        ("&default-graph-uri=http%3A%2F%2Fexample.org%2Fnone", COUNT, "0"),
        (f"&{G1}", COUNT.replace("{", f"FROM <{EX}g1> FROM <{EX}g2> {{", 1), "2"),
        ("", COUNT.replace("{", f"FROM <{EX}g1> FROM <{EX}g2> {{", 1), "3"),
        ("", f"PREFIX e: <{EX}> " + COUNT.replace("{", "FROM e:g1 FROM e:g2 {", 1), "3"),
        ("", f"BASE <{EX}> " + COUNT.replace("{", "FROM <g1> FROM <./g2> {", 1), "3"),
        ("", COUNT_NAMED.replace("{", f"FROM <{EX}g1> FROM NAMED <{EX}g2> {{", 1), "2"),
    ],
)
def test_datasets(url: str, parameters: str, query: str, expected: str) -> None:
    assert graph_counts(url, parameters, query) == expected


def test_a_graph_name_that_is_no_iri(url: str) -> None:
    assert problem(get(url, COUNT, "", "&default-graph-uri=not%20an%20iri"))[0] == 400


# What cannot be answered


def test_a_query_that_cannot_be_read(url: str) -> None:
    reply = get(url, "SELECT * WHERE {\n ?s ?p }")
    assert reply.status == 400
    assert reply.json() == {
        "type": "https://w3id.org/trygghetsgrafen/problem/query-syntax",
        "title": "The request cannot be read",
        "status": 400,
        "detail": "The query cannot be read at line 2, column 8: '}' cannot stand here. "
        "Correct it at that place.",
        "line": 2,
        "column": 8,
    }


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}, None, 400),
        ("GET", "/sparql?update=CLEAR%20ALL", {}, None, 400),
        ("GET", "/sparql?query=%FF", {}, None, 400),
        ("GET", "/sparql?query=", {}, None, 400),
        ("GET", "/sparql?query=ASK%7B%7D&timeout=soon", {}, None, 400),
        ("GET", "/sparql?query=ASK%7B%7D&timeout=-1", {}, None, 400),
        ("POST", "/sparql", FORM, b"", 400),
        ("POST", "/sparql", FORM, b"update=CLEAR+ALL", 403),
        ("POST", "/sparql?query=ASK%7B%7D", DIRECT, b"ASK{}", 400),
        ("POST", "/sparql", DIRECT, "ASK {} # å".encode("latin-1"), 400),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK{}", 415),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ("QUERY", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 400),
        (
            "POST",
            "/sparql",
            {"Content-Type": "application/sparql-query; charset=utf-16"},
            "ASK{}".encode("utf-16"),
            415,
        ),
        ("POST", "/sparql", {}, b"ASK{}", 415),
        ("PUT", "/sparql", DIRECT, b"ASK{}", 405),
        ("DELETE", "/sparql", {}, None, 405),
        ("POST", "/health", {}, None, 405),
        ("GET", "/nothing", {}, None, 404),
    ],
)
def test_refusals(
    url: str, method: str, path: str, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    reply = ask(url, method, path, headers, body)
    assert problem(reply)[0] == status
    assert ("allow" in reply.headers) == (status == 405)


def test_people_get_a_page(url: str) -> None:
    reply = ask(url, "GET", "/sparql?query=nonsense", BROWSER)
    assert (reply.status, reply.type) == (400, "text/html; charset=utf-8")
    assert b"line 1, column 1" in reply.body


def test_nothing_of_a_request_gets_into_a_page_unescaped(url: str) -> None:
    reply = ask(url, "GET", "/sparql?query=" + quote("<script>alert(1)</script>"), BROWSER)
    assert reply.status == 400
    assert b"<script" not in reply.body


# Without a query


def test_the_service_description(url: str) -> None:
    reply = ask(url, "GET", "/sparql", {"Accept": "text/turtle"})
    assert (reply.status, reply.type) == (200, "text/turtle; charset=utf-8")
    store = ox.Store()
    store.load(reply.body, format=ox.RdfFormat.TURTLE)
    sd = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
    endpoint = store.query(sd + "SELECT ?e { ?s a sd:Service ; sd:endpoint ?e }")
    assert isinstance(endpoint, ox.QuerySolutions)
    assert [str(row["e"]) for row in endpoint] == [f"<{url}/sparql>"]
    graphs = store.query(sd + "SELECT ?g { ?d sd:namedGraph/sd:name ?g } ORDER BY ?g")
    assert isinstance(graphs, ox.QuerySolutions)
    assert [str(row["g"]) for row in graphs] == [f"<{EX}g1>", f"<{EX}g2>"]


def test_the_description_in_every_format(url: str) -> None:
    for type_ in ("application/rdf+xml", "application/ld+json", "application/n-triples"):
        assert ask(url, "GET", "/sparql", {"Accept": type_}).type == type_
    assert ask(url, "GET", "/sparql", {"Accept": "image/png"}).status == 406


def test_the_form_for_people(url: str) -> None:
    reply = ask(url, "GET", "/sparql", BROWSER)
    assert (reply.status, reply.type) == (200, "text/html; charset=utf-8")
    assert f"{url}/sparql".encode() in reply.body


def test_the_first_page(url: str) -> None:
    assert b"Trygghetsgrafen" in ask(url, "GET", "/", BROWSER).body


def test_health_and_readiness(url: str) -> None:
    assert ask(url, "GET", "/health").json() == {"status": "ok"}
    assert ask(url, "GET", "/ready").json() == {"status": "ok", "snapshot": 1}


# Clients of others


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("directly", [False, True])
def test_sparqlwrapper(url: str, method: str, directly: bool) -> None:
    client = SPARQLWrapper(f"{url}/sparql")
    client.setQuery(SELECT)
    client.setMethod(method)
    if directly:
        client.setRequestMethod(POSTDIRECTLY)
    client.setReturnFormat(JSON)
    found = client.queryAndConvert()
    assert isinstance(found, dict)
    assert [row["name"]["value"] for row in found["results"]["bindings"]] == ["Anna", 'Bo, "B"']


@pytest.mark.parametrize(
    ("format_", "expected"), [(CSV, b'name\r\nAnna\r\n"Bo, ""B"""\r\n'), (XML, b"<?xml")]
)
def test_sparqlwrapper_formats(url: str, format_: str, expected: bytes) -> None:
    client = SPARQLWrapper(f"{url}/sparql", returnFormat=format_)
    client.setQuery(SELECT)
    assert client.query().response.read().startswith(expected)


def test_sparqlwrapper_graph(url: str) -> None:
    client = SPARQLWrapper(f"{url}/sparql", returnFormat=TURTLE)
    client.setQuery(CONSTRUCT)
    assert f"<{EX}a> <{EX}is> <{EX}b>".encode() in client.query().response.read()


def test_two_requests_on_one_connection(url: str) -> None:
    parts = urlsplit(url)
    request = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n"
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as sock:
        sock.sendall(request + b"\r\n" + request + b"Connection: close\r\n\r\n")
        received = b""
        while data := sock.recv(65536):
            received += data
    assert received.count(b'"boolean":true') == 2


def test_curl(url: str) -> None:
    done = subprocess.run(
        [
            "curl",
            "-sS",
            "--fail",
            f"{url}/sparql",
            "--data-urlencode",
            f"query={SELECT}",
            "-H",
            "Accept: text/csv",
        ],
        capture_output=True,
        check=True,
    )
    assert done.stdout == b'name\r\nAnna\r\n"Bo, ""B"""\r\n'
