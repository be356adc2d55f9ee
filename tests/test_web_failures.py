"""What nobody foresaw: the client learns that it was our fault, and the log learns where."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import pytest

from trygghetsgraf.web.application import Application, Rules
from trygghetsgraf.web.gate import Gate
from trygghetsgraf.web.messages import Event
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.proxies import Proxies

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def broken(*_: object) -> NoReturn:
    raise RuntimeError("the secret detail")


async def answer(accept: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body for a query that the endpoint stumbles over."""
    endpoint = SimpleNamespace(respond=broken, report=lambda counts: None, snapshot=lambda: 1)
    rules = Rules(Proxies(()), 1000, 1000, log=False)
    gate = cast("Gate", SimpleNamespace(opens=lambda request: False))
    app = Application(cast("Any", endpoint), cast("Any", None), create_app(), gate, rules)
    events: list[Event] = []

    async def receive() -> Event:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event: Event) -> None:
        events.append(event)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/sparql",
        "query_string": b"query=ASK%7B%7D",
        "headers": [(b"accept", accept.encode())],
        "client": ("192.0.2.1", 1),
        "http_version": "1.1",
    }
    await app(scope, receive, send)
    start, *rest = events
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(event["body"] for event in rest)


@pytest.mark.parametrize(
    ("accept", "type_"),
    [("application/json", "application/problem+json"), (BROWSER, "text/html; charset=utf-8")],
)
def test_an_endpoint_that_stumbles(
    accept: str, type_: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        status, headers, body = asyncio.run(answer(accept))
    assert (status, headers["content-type"]) == (500, type_)
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert b"secret" not in body
    assert b"Traceback" not in body
    assert "the secret detail" in caplog.text


@pytest.mark.parametrize(
    ("accept", "type_"),
    [("application/json", "application/problem+json"), (BROWSER, "text/html; charset=utf-8")],
)
def test_a_page_that_stumbles(accept: str, type_: str, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app()
    app.add_url_rule("/stumbles", view_func=broken)
    reply = app.test_client().get("/stumbles", headers={"Accept": accept})
    assert (reply.status_code, reply.headers["Content-Type"]) == (500, type_)
    assert b"secret" not in reply.data
    assert b"Traceback" not in reply.data
    assert "the secret detail" in caplog.text
