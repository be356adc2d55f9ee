"""Requests to a SPARQL service that is slow, moves, talks too much or wants to know who asks."""

from __future__ import annotations

import gzip
import logging
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from trygghetsgraf.store.service import Credentials, Service, ServiceError

Behaviour = Callable[[BaseHTTPRequestHandler, bytes], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], str]]:
    """Starts a server that does one thing with every POST; its URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(behaviour: Behaviour) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                behaviour(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answer(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **more: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **more}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def ask(url: str, **more: object) -> bytes:
    service = Service(url, url, **more)  # type: ignore[arg-type]
    try:
        with service.query("ASK {}", "text/csv") as reply:
            return b"".join(reply.chunks)
    finally:
        service.close()


def test_query_is_a_form_with_its_dataset(serve: Callable[[Behaviour], str]) -> None:
    got: list[tuple[str | None, dict[str, list[str]]]] = []

    def behaviour(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        got.append((handler.headers["Accept"], parse_qs(body.decode())))
        answer(handler, b"x", Content_Type="Text/CSV; charset=utf-8")

    url = serve(behaviour)
    service = Service(url, url)
    with service.query(
        "ASK { # å\n}", "text/csv, */*;q=0.1", default_graphs=["x:1", "x:2"], named_graphs=["x:3"]
    ) as reply:
        assert reply.media_type == "text/csv"
        assert list(reply.chunks) == [b"x"]
    service.close()
    form = {
        "query": ["ASK { # å\n}"],
        "default-graph-uri": ["x:1", "x:2"],
        "named-graph-uri": ["x:3"],
    }
    assert got == [("text/csv, */*;q=0.1", form)]


def test_service_that_does_not_answer_in_time(serve: Callable[[Behaviour], str]) -> None:
    url = serve(lambda handler, body: time.sleep(5))
    start = time.monotonic()
    with pytest.raises(ServiceError, match=r"did not answer in full within 0\.2 s") as caught:
        ask(url, deadline=0.2)
    assert caught.value.status == 504
    assert time.monotonic() - start < 2


def test_service_that_drips(serve: Callable[[Behaviour], str]) -> None:
    def behaviour(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(50):
            handler.wfile.write(b".")
            time.sleep(0.1)

    start = time.monotonic()
    with pytest.raises(ServiceError, match=r"did not answer in full within 0\.5 s"):
        ask(serve(behaviour), deadline=0.5)
    assert time.monotonic() - start < 2


def test_answer_that_breaks_off(serve: Callable[[Behaviour], str]) -> None:
    def behaviour(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        answer(handler, b"half", Content_Length="8")
        handler.close_connection = True

    with pytest.raises(ServiceError, match="the connection failed: ") as caught:
        ask(serve(behaviour))
    assert caught.value.status == 502


def test_packed_answer_is_capped_by_its_unpacked_size(serve: Callable[[Behaviour], str]) -> None:
    body = gzip.compress(bytes(10_000_000))
    url = serve(lambda handler, _: answer(handler, body, Content_Encoding="gzip"))
    with pytest.raises(ServiceError, match="longer than 1000000 bytes") as caught:
        ask(url, max_bytes=1_000_000)
    assert caught.value.status == 507


def test_redirect_is_not_followed(serve: Callable[[Behaviour], str]) -> None:
    asked: list[bytes] = []
    there = serve(lambda handler, body: asked.append(body))
    url = serve(lambda handler, _: answer(handler, b"", 307, Location=there))
    with pytest.raises(ServiceError, match="it answered 307 Temporary Redirect") as caught:
        ask(url)
    assert caught.value.status == 502
    assert asked == []


def test_error_page_is_shown_in_part(serve: Callable[[Behaviour], str]) -> None:
    url = serve(lambda handler, _: answer(handler, b"no\n  room " * 1000, 500))
    with pytest.raises(
        ServiceError, match="it answered 500 Internal Server Error: “no room"
    ) as caught:
        ask(url)
    assert len(str(caught.value)) < 800


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        (Credentials(SecretStr("hush"), "me"), "Basic bWU6aHVzaA=="),
        (Credentials(SecretStr("hush")), "Bearer hush"),
    ],
)
def test_credentials_are_sent_and_never_told(
    serve: Callable[[Behaviour], str],
    caplog: pytest.LogCaptureFixture,
    credentials: Credentials,
    header: str,
) -> None:
    got: list[str | None] = []

    def behaviour(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        got.append(handler.headers["Authorization"])
        answer(handler, b"who are you?", 401)

    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(ServiceError, match=r"401 .*\. Check URL, rights and credentials") as caught,
    ):
        ask(serve(behaviour), credentials=credentials)
    assert got == [header]
    told = caplog.text + str(caught.value) + repr(credentials)
    assert "hush" not in told
    assert header not in told
