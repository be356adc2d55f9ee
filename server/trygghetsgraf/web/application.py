"""The application that the server runs: the endpoint itself, and everything else by Flask.

Queries are answered here, in the event loop, since one that waits costs no thread, a client
that leaves is noticed at once, and the way to a known answer is short.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from http import HTTPStatus

from a2wsgi import WSGIMiddleware
from flask import Flask

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.web import protocol
from trygghetsgraf.web.cache import Cache
from trygghetsgraf.web.compression import compress
from trygghetsgraf.web.endpoint import Endpoint
from trygghetsgraf.web.messages import (
    BodyTooLarge,
    ClientLeft,
    Event,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    head,
    read_body,
    request_of,
    tail,
)
from trygghetsgraf.web.negotiation import prefers_html
from trygghetsgraf.web.problems import Problem, problem_of, render
from trygghetsgraf.web.proxies import Proxies

_log = logging.getLogger(__name__)

#: bytes of answers that a worker keeps as they go out, and of the largest one that it does
_CACHE = 64 << 20
_CACHE_LARGEST = 1 << 18
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
#: with every response: everybody may read, from any page
#: (https://fetch.spec.whatwg.org/#http-cors-protocol); a page takes nothing from elsewhere,
#: runs no script of its own text and is shown inside no other (https://www.w3.org/TR/CSP3/)
_ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After, Link, Allow",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class _Ready:
    """An answer as it goes out, and the snapshot that it is of."""

    snapshot: int
    start: Event
    body: Event


class Application:
    """An ASGI application."""

    def __init__(self, endpoint: Endpoint, pages: Flask, proxies: Proxies, max_body: int) -> None:
        self._endpoint = endpoint
        self._pages = WSGIMiddleware(pages, workers=8)  # type: ignore[arg-type]
        self._proxies = proxies
        self._max_body = max_body
        self._ready: Cache[_Ready] = Cache(_CACHE, _CACHE_LARGEST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        key = _key(scope)
        known = self._ready.get(key) if key else None
        if known is not None and known.snapshot == self._endpoint.snapshot():
            await send(known.start)
            await send(known.body)
            return
        peer = scope["client"][0] if scope.get("client") else ""
        request = request_of(scope, peer)
        forwarded = request.header("x-forwarded-for")
        request = Request(**{**vars(request), "client": self._proxies.client(peer, forwarded)})
        if self._is_for_people(request):
            await self._pages(scope, receive, _with_headers(send))  # type: ignore[arg-type]
            return
        try:
            response = await self._answer(request, receive)
        except ClientLeft:
            return
        except QueryFailure as failure:
            response = _rendered(problem_of(failure), request)
        except Problem as problem:
            response = _rendered(problem, request)
        response = compress(request, response)
        await _deliver(request, response, send)
        if key and response.status == HTTPStatus.OK and "ETag" in response.headers:
            self._remember(key, response)

    def _remember(self, key: tuple[bytes, ...], response: Response) -> None:
        """Keep an answer with what makes a request ask for exactly it."""
        if isinstance(response.body, bytes):
            ready = _Ready(
                self._endpoint.snapshot(), head(response, _extra(response)), tail(response.body)
            )
            self._ready.put(key, ready, len(response.body) + sum(map(len, key)))

    def _is_for_people(self, request: Request) -> bool:
        if request.path in ("/health", "/ready"):
            return False
        if request.path != "/sparql":
            return True
        return (
            request.method in ("GET", "HEAD")
            and not request.query_string
            and prefers_html(request.header("accept"))
        )

    async def _answer(self, request: Request, receive: Receive) -> Response:
        allowed = protocol.METHODS if request.path == "/sparql" else ("GET", "HEAD", "OPTIONS")
        if request.method not in allowed:
            raise Problem(
                405,
                f"{request.method} does not work here. Use {', '.join(allowed)}.",
                headers={"Allow": ", ".join(allowed)},
            )
        if request.method == "OPTIONS":
            return _options(allowed)
        if request.path == "/health":
            return _json({"status": "ok"})
        if request.path == "/ready":
            return _json({"status": "ok", "snapshot": await self._endpoint.ready("")})
        body = b""
        if protocol.has_body(request.method):
            try:
                body = await read_body(receive, self._max_body)
            except BodyTooLarge as error:
                raise Problem(413, f"Send at most {self._max_body} bytes.") from error
        return await self._endpoint.respond(request, body)


def _options(allowed: tuple[str, ...]) -> Response:
    return Response(
        HTTPStatus.NO_CONTENT,
        {
            "Allow": ", ".join(allowed),
            "Access-Control-Allow-Methods": ", ".join(allowed),
            "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def _json(content: dict[str, object]) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(HTTPStatus.OK, headers, json.dumps(content).encode() + b"\n")


def _rendered(problem: Problem, request: Request) -> Response:
    status, headers, body = render(problem, request.header("accept"))
    return Response(status, headers, body)


def _key(scope: Scope) -> tuple[bytes, ...]:
    """What a GET of a result depends on besides the snapshot; empty for other requests."""
    if scope["method"] != "GET" or scope["path"] != "/sparql" or not scope["query_string"]:
        return ()
    accept = encoding = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept += value + b","
        elif name == b"accept-encoding":
            encoding += value + b","
        elif name == b"if-none-match":
            return ()
    return scope["query_string"], accept, encoding


def _with_headers(send: Send) -> Send:
    """The same, for a response of another application: it gets our headers too."""

    async def wrapped(event: Event) -> None:
        if event["type"] == "http.response.start":
            ours = [(name.lower().encode(), value.encode()) for name, value in _ALWAYS.items()]
            event = {**event, "headers": [*event["headers"], *ours]}
        await send(event)

    return wrapped


def _extra(response: Response) -> dict[str, str]:
    extra = dict(_ALWAYS)
    if isinstance(response.body, bytes) and response.status not in _BODILESS:
        extra["Content-Length"] = str(len(response.body))
    return extra


async def _deliver(request: Request, response: Response, send: Send) -> None:
    """Send a response; one that breaks off is left without its end, for the client to see."""
    await send(head(response, _extra(response)))
    if isinstance(response.body, bytes):
        await send(tail(b"" if request.method == "HEAD" else response.body))
        return
    try:
        async for chunk in response.body:
            await send(tail(chunk, more=True))
        await send(tail(b""))
    except QueryFailure as failure:
        if failure.outcome is not Outcome.LEFT:
            _log.info("A transfer was broken off: %s", failure)
