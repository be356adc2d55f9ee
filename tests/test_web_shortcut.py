"""The short way: the same bytes again, answered without being parsed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from tests.served import QUADS, publish, served

from trygghetsgraf.web import Running
from trygghetsgraf.web.plain import is_plain

QUERY = "SELECT ?s ?o { ?s <http://example.org/knows> ?o }"
ASKED = f"GET /sparql?query={quote(QUERY)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n".encode()
ROW = b"http://example.org/a,http://example.org/b\r\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    state = tmp_path_factory.mktemp("state")
    publish(state)
    with served(state, workers=2) as server:
        yield server


def connected(running: Running) -> socket.socket:
    parts = urlsplit(running.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """Head and body of the next response."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(1)
    length = int(data.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = b""
    while len(body) < length:
        body += connection.recv(length - len(body))
    return data, body


def headers(head: bytes) -> dict[bytes, bytes]:
    """Lower-case names and values, without those that a server may leave out."""
    lines = [line.partition(b": ") for line in head.split(b"\r\n")[1:-2]]
    found = {name.lower(): value for name, _, value in lines}
    return {name: value for name, value in found.items() if name not in (b"date", b"server")}


def test_the_fast_event_loop_and_parser_are_used(running: Running) -> None:
    web = running._web.pid
    for pid in Path(f"/proc/{web}/task/{web}/children").read_text().split():
        loaded = Path(f"/proc/{pid}/maps").read_text()
        assert "/uvloop/" in loaded
        assert "/gunicorn_h1c/" in loaded


def test_the_answer_is_the_same_and_dated(running: Running) -> None:
    with connected(running) as connection:
        answers = []
        for _ in range(4):
            connection.sendall(ASKED + b"\r\n")
            answers.append(answer(connection))
    first, first_body = answers[0]
    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert first_body.endswith(ROW)
    for head, body in answers[1:]:
        assert body == first_body
        assert headers(head) == headers(first)
        assert b"\r\nDate: " in head


def test_what_follows_in_the_same_piece_is_answered_too(running: Running) -> None:
    with connected(running) as connection:
        for _ in range(2):
            connection.sendall(ASKED + b"\r\n" + ASKED + b"\r\n")
            assert [answer(connection)[1].endswith(ROW) for _ in range(2)] == [True, True]


def test_a_request_in_two_pieces(running: Running) -> None:
    with connected(running) as connection:
        for _ in range(2):
            connection.sendall(ASKED + b"\r\n")
            assert answer(connection)[1].endswith(ROW)
        connection.sendall(ASKED[:30])
        connection.sendall(ASKED[30:] + b"\r\n")
        assert answer(connection)[1].endswith(ROW)
        connection.sendall(ASKED + b"\r\n")
        assert answer(connection)[1].endswith(ROW)


def test_requests_that_do_not_wait_are_answered_in_order(running: Running) -> None:
    def asked(line: bytes) -> bytes:
        return line + b" HTTP/1.1\r\nHost: x\r\n\r\n"

    saved = asked(b"GET /api/queries/documents/results?format=csv")
    missing = asked(b"GET /api/queries/no-such/results?format=csv")
    text = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    # a body that looks like a request is none
    body = b"#" + ASKED.replace(b"\r\n", b"") + b"\nASK {}\r\n\r\n"
    posted = text + b"Content-Length: %d\r\n\r\n" % len(body)
    with connected(running) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in (saved, saved, missing, ASKED + b"\r\n", posted, body, saved):
            connection.sendall(part)
        heads = [answer(connection)[0].split(b"\r\n")[0] for _ in range(6)]
    assert [head.split()[1] for head in heads] == [b"200", b"200", b"404", b"200", b"200", b"200"]


def test_a_condition_is_looked_at_each_time(running: Running) -> None:
    with connected(running) as connection:
        connection.sendall(ASKED + b"\r\n")
        tag = headers(answer(connection)[0])[b"etag"]
        for _ in range(2):
            connection.sendall(ASKED + b"If-None-Match: " + tag + b"\r\n\r\n")
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += connection.recv(1)
            assert head.startswith(b"HTTP/1.1 304 ")


def test_a_new_snapshot_shows_at_once(tmp_path: Path) -> None:
    publish(tmp_path)
    with served(tmp_path, workers=2) as running, connected(running) as connection:
        for _ in range(3):
            connection.sendall(ASKED + b"\r\n")
            assert answer(connection)[1].count(b"\r\n") == 2
        more = "<http://example.org/b> <http://example.org/knows> <http://example.org/c> .\n"
        publish(tmp_path, QUADS + more)
        connection.sendall(ASKED + b"\r\n")
        assert answer(connection)[1].count(b"\r\n") == 3


def test_a_saved_query_is_answered_again_by_the_short_way(tmp_path: Path) -> None:
    asked = b"GET /api/queries/documents/results?format=csv HTTP/1.1\r\nHost: x\r\n\r\n"
    publish(tmp_path)
    with served(tmp_path, workers=1) as running, connected(running) as connection:
        answers = []
        for _ in range(3):
            connection.sendall(asked)
            answers.append(answer(connection))
        # only the long way names the program
        assert [b"gunicorn" in head for head, _ in answers] == [True, False, False]
        assert headers(answers[0][0]) == headers(answers[1][0])
        assert answers[0][1] == answers[1][1] == answers[2][1] != b""
        publish(tmp_path, QUADS)
        connection.sendall(asked)
        head, _ = answer(connection)
        assert b"gunicorn" in head
        assert headers(head)[b"etag"] != headers(answers[0][0])[b"etag"]


@pytest.mark.parametrize(
    ("request_", "plain"),
    [
        (b"GET /sparql?query=x HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET /sparql?query=x HTTP/1.0\r\nHost: x\r\n\r\n", False),
        (b"GET /sparql?query=x HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n", False),
        (b"GET /sparql?query=x HTTP/1.1\r\nHost: x\r\nCONTENT-LENGTH: 3\r\n\r\n", False),
        (b"GET /sparql?query=x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", False),
        (b"GET /sparql?query=x HTTP/1.1\r\nIf-None-Match: *\r\n\r\n", False),
        (b"GET /sparql?query=x HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n", False),
        (b"GET /sparql?query=x HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", False),
    ],
)
def test_what_is_plain(request_: bytes, plain: bool) -> None:
    assert is_plain(request_) == plain
