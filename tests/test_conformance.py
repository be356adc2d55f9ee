"""The letter of the standards, where the engine or a library reads it in another way.

Each case is one that the W3C's suites or a client made us look at; the data is our own.
"""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from tests.served import EX, Reply, ask, get, served

from trygghetsgraf.query.syntax import without_codepoint_escapes
from trygghetsgraf.query.updates import settled

QUERY = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle"}
PARK = f"<{EX}park> <{EX}has> <{EX}lamp> ."
SELECT = f"SELECT ?what {{ <{EX}park> <{EX}has> ?what }}"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    changed = {"own_store": True, "write_from_loopback": True}
    with served(tmp_path_factory.mktemp("state"), changed=changed) as running:
        yield running.url


@pytest.fixture
def fresh(url: str) -> str:
    """The server with one triple in its store."""
    assert update(url, f"DROP ALL ; INSERT DATA {{ {PARK} }}").status == 204
    return url


def update(url: str, text: str) -> Reply:
    return ask(url, "POST", "/sparql", UPDATE, text.encode())


def problem(reply: Reply) -> tuple[int, str]:
    assert reply.type == "application/problem+json"
    assert reply.json()["status"] == reply.status
    return reply.status, reply.json()["detail"]


# Media types


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        ("application/sparql-results+xml;charset=UTF-8", "application/sparql-results+xml"),
        ("text/csv;header=present;q=0.1, text/tab-separated-values;a=b;q=0.2",
         "text/tab-separated-values; charset=utf-8"),
    ],
)  # fmt: skip
def test_parameters_of_media_ranges(url: str, accept: str, type_: str) -> None:
    reply = get(url, SELECT, accept)
    assert (reply.status, reply.type) == (200, type_)


def test_parameters_of_media_ranges_at_the_graph_store(url: str) -> None:
    reply = ask(url, "GET", "/graphs?default", {"Accept": "text/turtle; charset=utf-8"})
    assert (reply.status, reply.type) == (200, "text/turtle; charset=utf-8")


def test_media_types_in_capitals(fresh: str) -> None:
    headers = {"Content-Type": "Application/SPARQL-Query; Charset=UTF-8"}
    assert ask(fresh, "POST", "/sparql", headers, b"ASK {}").json()["boolean"] is True
    headers = {"Content-Type": "TEXT/Turtle"}
    assert ask(fresh, "PUT", "/graphs?default", headers, b"").status == 204


# Parameters


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("default-graph-uri=park", "default-graph-uri"),
        ("named-graph-uri=", "named-graph-uri"),
        ("named-graph-uri=http%3A%2F%2Fexample.org%2Fa%20b", "named-graph-uri"),
    ],
)
def test_the_parameter_that_is_no_iri_is_named(url: str, parameters: str, name: str) -> None:
    status, detail = problem(get(url, SELECT, more=f"&{parameters}"))
    assert status == 400
    assert detail.startswith(f"{name} has ")


def test_a_query_under_another_name(url: str) -> None:
    assert problem(ask(url, "GET", f"/sparql?qurey={quote(SELECT)}"))[0] == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_misspelt_parameter_is_not_the_whole_store(fresh: str, method: str) -> None:
    for parameter in (f"grph={EX}g", "graph="):
        body = b"" if method == "PUT" else None
        reply = ask(fresh, method, f"/graphs?{parameter}", TURTLE, body)
        assert problem(reply)[0] == 400
    assert get(fresh, "ASK { ?s ?p ?o }").json()["boolean"] is True


# Bodies


def test_a_compressed_body(fresh: str) -> None:
    headers = {**QUERY, "Content-Encoding": "gzip"}
    body = gzip.compress(f"ASK {{ {PARK} }}".encode())
    assert ask(fresh, "POST", "/sparql", headers, body).json()["boolean"] is True
    headers = {**TURTLE, "Content-Encoding": "x-gzip"}
    body = gzip.compress(b"\n".join(b"<x:s> <x:p> %d ." % number for number in range(500)))
    assert ask(fresh, "PUT", f"/graphs?graph={EX}g", headers, body).status == 201
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{EX}g> {{ ?s ?p ?o }} }}"
    assert get(fresh, count, "text/csv").body == b"n\r\n500\r\n"


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("br", b"ASK {}", 415),
        ("gzip", b"ASK {}", 400),
        ("gzip", gzip.compress(b"ASK {}")[:-4], 400),
        ("gzip", gzip.compress(b"ASK {}") + b"ASK {}", 400),
        ("gzip", gzip.compress(b"#" * (1 << 25)), 413),
        ("identity", b"ASK {}", 200),
    ],
)
def test_codings_of_bodies(url: str, coding: str, body: bytes, status: int) -> None:
    reply = ask(url, "POST", "/sparql", {**QUERY, "Content-Encoding": coding}, body)
    assert reply.status == status
    assert reply.headers.get("accept-encoding") == ("gzip" if status == 415 else None)


def test_a_part_of_a_graph_does_not_replace_it(url: str) -> None:
    headers = {**TURTLE, "Content-Range": "bytes 0-3/4"}
    assert problem(ask(url, "PUT", "/graphs?default", headers, b""))[0] == 400


def test_parts_with_and_without_the_name_of_a_file(fresh: str) -> None:
    body = (
        '--x\r\nContent-Disposition: form-data; name="graph"\r\nContent-Type: text/turtle\r\n\r\n'
        f"<{EX}park> <{EX}has> <{EX}bench> .\r\n"
        '--x\r\nContent-Disposition: form-data; name="more"; filename="more.nt"\r\n'
        f"Content-Type: application/n-triples\r\n\r\n<{EX}park> <{EX}has> <{EX}tree> .\r\n--x--\r\n"
    )
    headers = {"Content-Type": "Multipart/Form-Data; boundary=x"}
    assert ask(fresh, "POST", "/graphs?default", headers, body.encode()).status == 200
    found = get(fresh, f"{SELECT} ORDER BY ?what", "text/csv").body.decode().split()
    assert found == ["what", f"{EX}bench", f"{EX}lamp", f"{EX}tree"]


@pytest.mark.parametrize(
    ("type_", "body", "status"),
    [
        ("multipart/form-data", b"--x--", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n", 400),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: text/turtle\r\n\r\n\r\n--x--",
            400,
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n\xff: \xff\r\n\r\n\r\n--x--", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nhello\r\n--x--',
            415,
        ),
    ],
)
def test_parts_that_cannot_be_read(url: str, type_: str, body: bytes, status: int) -> None:
    assert problem(ask(url, "POST", "/graphs?default", {"Content-Type": type_}, body))[0] == status


# Errors that the application never sees


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (f"GET /sparql?query={'x' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n", "414 "),
        (f"GET /sparql HTTP/1.1\r\nHost: x\r\nX: {'x' * 20000}\r\n\r\n", "431 "),
        ("GET /sparql HTTP/1.1\r\nNo header\r\n\r\n", "400 Bad Request"),
        ("GET /sparql HTTP/1.1\r\nHost: x\r\nAccept: image/png\r\nConnection: close\r\n\r\n",
         "406 Not Acceptable"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_at_all(url: str, request_: str, status: str) -> None:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port or 0), timeout=30) as sock:
        sock.sendall(request_.encode())
        received = b""
        while piece := sock.recv(1 << 16):
            received += piece
    head, _, body = received.decode().partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status}")
    assert "content-type: application/problem+json" in head.lower()
    assert "access-control-allow-origin: *" in head.lower()
    assert f'"status": {status[:3]}' in body


# Queries and updates that can be read: then no error is a 400


def test_an_unknown_function(url: str) -> None:
    reply = get(url, f"SELECT (<{EX}dim>(1) AS ?x) {{}}")
    status, detail = problem(reply)
    assert (status, reply.json()["type"].rpartition("/")[2]) == (501, "query-function")
    assert f"<{EX}dim>" in detail
    reply = update(url, f"INSERT {{ ?s ?p ?x }} WHERE {{ ?s ?p ?o BIND(<{EX}dim>(?o) AS ?x) }}")
    assert reply.status == 501


@pytest.mark.parametrize(
    "text",
    [
        f"DROP GRAPH <{EX}none>",
        f"MOVE <{EX}none> TO <{EX}g>",
        f"CREATE GRAPH <{EX}g> ; CREATE GRAPH <{EX}g>",
    ],
)
def test_an_update_that_does_not_fit_the_store(fresh: str, text: str) -> None:
    assert problem(update(fresh, f"CLEAR ALL ; {text}"))[0] == 409
    assert get(fresh, "ASK { ?s ?p ?o }").json()["boolean"] is True


def test_no_graph_is_empty_already(fresh: str) -> None:
    text = f"CLEAR GRAPH <{EX}none> ; INSERT DATA {{ <{EX}s> <{EX}p> <test> }}"
    assert update(fresh, text).status == 204
    assert get(fresh, f"ASK {{ <{EX}s> <{EX}p> <{fresh}/test> }}").json()["boolean"] is True


def test_a_silent_load_succeeds_and_loads_nothing(fresh: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        source = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        text = f"LOAD SILENT <{source}> INTO GRAPH <{EX}g> ; INSERT DATA {{ <{EX}s> <{EX}p> 1 }}"
        assert update(fresh, text).status == 204
        assert update(fresh, f"PREFIX s: <{source}> LOAD SILENT s:x").status == 204
        assert update(fresh, f"LOAD <{source}>").status == 403
        assert update(fresh, f"LOAD # quietly\n SILENT # too\n <{source}>").status in (204, 403)
        with pytest.raises(TimeoutError):
            canary.accept()
    assert get(fresh, f"ASK {{ <{EX}s> <{EX}p> 1 }}").json()["boolean"] is True
    assert ask(fresh, "GET", f"/graphs?graph={EX}g").status == 404


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("CLEAR ALL ; CLEAR SILENT GRAPH <x:y>", "CLEAR ALL ; CLEAR SILENT GRAPH <x:y>"),
        ("clear graph<x:y>", "clear SILENT graph<x:y>"),
        ("LOAD SILENT <x:y>", " INSERT DATA {} "),
        ("CLEAR ALL;load silent x:y into graph <x:z>;", "CLEAR ALL; INSERT DATA {} ;"),
        ("LOAD SILENT ?x", "LOAD SILENT ?x"),
        ("LOADSILENT<x:y>", "LOADSILENT<x:y>"),
        (
            "INSERT DATA { <x:a> <x:b> 'LOAD SILENT <x:y>; CLEAR GRAPH <x:y>' }",
            "INSERT DATA { <x:a> <x:b> 'LOAD SILENT <x:y>; CLEAR GRAPH <x:y>' }",
        ),
    ],
)
def test_operations_that_succeed_in_any_case(given: str, expected: str) -> None:
    assert settled(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (r"SELECT * { ?s :p\u00E4rk ?\U0000006f }", "SELECT * { ?s :pärk ?o }"),
        (r"\u0041SK {}", "ASK {}"),
        (r"ASK { <\u0078:y> <x:\u0070> '\u0027', '''\u0027''' } # \u0041",
         r"ASK { <\u0078:y> <x:\u0070> '\u0027', '''\u0027''' } # \u0041"),
        (r"ASK { ?s\u0020?p ?o \u007D \ud800 \UFFFFFFFF }",
         r"ASK { ?s\u0020?p ?o \u007D \ud800 \UFFFFFFFF }"),
        ("ASK {}", "ASK {}"),
    ],
)  # fmt: skip
def test_codepoints_in_names(given: str, expected: str) -> None:
    assert without_codepoint_escapes(given) == expected


def test_codepoints_in_a_request(fresh: str) -> None:
    query = rf"PREFIX e: <{EX}> \u0041SK {{ e:p\u0061rk e:h\U00000061s ?wh\u0061t }}"
    assert get(fresh, query).json()["boolean"] is True
    assert update(fresh, rf"PREFIX e: <{EX}> INSERT DATA {{ e:\u0061 e:b e:c }}").status == 204
    assert get(fresh, f"ASK {{ <{EX}a> ?p ?o }}").json()["boolean"] is True
    # an escape is no way around what is refused
    assert get(fresh, r"ASK { SERVIC\u0045 <http://127.0.0.1:1/> {} }").status == 403
    assert update(fresh, r"LO\u0041D <http://127.0.0.1:1/>").status == 403


# What is known already


def test_the_tag_of_what_a_client_holds(url: str) -> None:
    rows = " ".join(f"<{EX}lamp-{number}>" for number in range(100))
    query = f"SELECT * {{ VALUES ?lamp {{ {rows} }} }}"
    plain = get(url, query).headers["etag"]
    gzipped = plain[:-1] + '-gzip"'
    for held in (plain, gzipped):
        for coding in ("gzip", "identity"):
            headers = {"Accept-Encoding": coding, "If-None-Match": held}
            reply = ask(url, "GET", f"/sparql?query={quote(query)}", headers)
            expected = gzipped if (held, coding) == (gzipped, "gzip") else plain
            assert (reply.status, reply.headers["etag"]) == (304, expected)
            assert reply.headers["vary"] == "Accept, Accept-Encoding"
