"""The application that the server runs: the endpoint itself, and everything else by Flask.

Queries are answered here, in the event loop, since one that waits costs no thread, a client
that leaves is noticed at once, and the way to a known answer is short.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus

from a2wsgi import WSGIMiddleware
from flask import Flask

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.measures import CONTENT_TYPE
from trygghetsgraf.web import graphs, protocol
from trygghetsgraf.web.cache import Cache
from trygghetsgraf.web.compression import compress
from trygghetsgraf.web.endpoint import Endpoint
from trygghetsgraf.web.gate import Gate
from trygghetsgraf.web.graphs import GraphStore
from trygghetsgraf.web.journal import Journal, Note, members_of
from trygghetsgraf.web.messages import (
    RAW_REQUEST,
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
    wire,
)
from trygghetsgraf.web.negotiation import prefers_html
from trygghetsgraf.web.problems import Problem, problem_of, render
from trygghetsgraf.web.proxies import Proxies

#: bytes of answers that a worker keeps as they go out, and of the largest one that it does
_CACHE = 64 << 20
_CACHE_LARGEST = 1 << 18
_SPARQL = ("/sparql", "/sparql/")
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
    #: the first part ends where the date goes
    parts: tuple[bytes, bytes]
    #: for the log
    line: str


@dataclass(frozen=True)
class Rules:
    """What holds for all requests."""

    proxies: Proxies
    #: bytes of a body, and of one from somebody who may change the store
    max_body: int
    max_upload: int
    #: whether there is a line in the log for each query
    log: bool


class Application:
    """An ASGI application."""

    def __init__(
        self, endpoint: Endpoint, graphs: GraphStore, pages: Flask, gate: Gate, rules: Rules
    ) -> None:
        self._endpoint = endpoint
        self._graphs = graphs
        self._pages = WSGIMiddleware(pages, workers=8)  # type: ignore[arg-type]
        self._gate = gate
        self._rules = rules
        self._journal = Journal(endpoint.report, log=rules.log)
        self._ready: Cache[_Ready] = Cache(_CACHE, _CACHE_LARGEST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = request_of(scope, self._rules.proxies.client)
        if self._is_for_people(request):
            await self._pages(scope, receive, self._with_headers(send))  # type: ignore[arg-type]
            return
        note = Note()
        try:
            response = await self._respond(request, receive, send, note)
        except ClientLeft:
            return
        finally:
            if note.query:
                self._journal.line(note)
        raw = scope.get(RAW_REQUEST, b"")
        if raw and response.status == HTTPStatus.OK and "ETag" in response.headers:
            self._remember(raw, response, note)

    async def _respond(
        self, request: Request, receive: Receive, send: Send, note: Note
    ) -> Response:
        """Answer a request that is not for the pages; note how that went."""
        outcome = Outcome.COMPLETE.value
        try:
            response = await self._answer(request, receive, note)
        except QueryFailure as failure:
            outcome = failure.outcome.value
            response = _rendered(problem_of(failure), request)
        except Problem as problem:
            outcome = "refused"
            response = _rendered(problem, request)
        response = compress(request, response)
        note.status = int(response.status)
        self._journal.count(note.status, cached=note.cached)
        broken = await _deliver(request, response, send, note)
        note.outcome = broken or outcome
        return response

    def known(self, request: bytes) -> tuple[bytes, bytes] | None:
        """The answer to a request that came before; its date goes between the two parts."""
        ready = self._ready.get(request)
        if ready is None or ready.snapshot != self._endpoint.snapshot():
            return None
        self._journal.count(HTTPStatus.OK, cached=True)
        self._journal.add(ready.line)
        return ready.parts

    def _remember(self, request: bytes, response: Response, note: Note) -> None:
        """Keep an answer as it goes out, with the bytes that asked for it."""
        if isinstance(response.body, bytes):
            start = wire(response, _extra(response))
            line = members_of(replace(note, cached=True), 0.0)
            ready = _Ready(response.snapshot, (start, b"\r\n" + response.body), line)
            self._ready.put(request, ready, len(start) + len(response.body) + len(request))

    def _is_for_people(self, request: Request) -> bool:
        if request.path in ("/health", "/ready", "/metrics") or _is_graphs(request.path):
            return False
        if request.path not in _SPARQL:
            return True
        return (
            request.method in ("GET", "HEAD")
            and not request.query_string
            and prefers_html(request.header("accept"))
        )

    async def _answer(self, request: Request, receive: Receive, note: Note) -> Response:
        allowed: tuple[str, ...] = ("GET", "HEAD", "OPTIONS")
        if request.path in _SPARQL:
            allowed = protocol.METHODS
        elif _is_graphs(request.path):
            allowed = graphs.METHODS
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
            return _json(await self._endpoint.ready())
        if request.path == "/metrics":
            headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
            return Response(HTTPStatus.OK, headers, await self._endpoint.measures())
        body = await self._body(request, receive)
        if _is_graphs(request.path):
            return await self._graphs.respond(request, body, note)
        return await self._endpoint.respond(request, body, note)

    async def _body(self, request: Request, receive: Receive) -> bytes:
        """The body; raises Problem past the limit, which is higher for those who may write."""
        if request.method in ("GET", "HEAD", "DELETE"):
            return b""
        limit = self._rules.max_upload if self._gate.opens(request) else self._rules.max_body
        try:
            return await read_body(receive, limit)
        except BodyTooLarge as error:
            raise Problem(413, f"Send at most {limit} bytes.") from error

    def _with_headers(self, send: Send) -> Send:
        """The same, for a response of the pages: it gets our headers too, and is counted."""

        async def wrapped(event: Event) -> None:
            if event["type"] == "http.response.start":
                given = {name for name, _ in event["headers"]}
                every = [(name.lower().encode(), value.encode()) for name, value in _ALWAYS.items()]
                ours = [pair for pair in every if pair[0] not in given]
                event = {**event, "headers": [*event["headers"], *ours]}
                self._journal.count(event["status"], cached=False)
            await send(event)

        return wrapped


def _is_graphs(path: str) -> bool:
    return path == graphs.PATH or path.startswith(graphs.PATH + "/")


def _options(allowed: tuple[str, ...]) -> Response:
    return Response(
        HTTPStatus.NO_CONTENT,
        {
            "Allow": ", ".join(allowed),
            "Access-Control-Allow-Methods": ", ".join(allowed),
            "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def _json(content: dict[str, object]) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(HTTPStatus.OK, headers, json.dumps(content).encode() + b"\n")


def _rendered(problem: Problem, request: Request) -> Response:
    status, headers, body = render(problem, request.header("accept"))
    return Response(status, headers, body)


def _extra(response: Response) -> dict[str, str]:
    extra = dict(_ALWAYS)
    if isinstance(response.body, bytes) and response.status not in _BODILESS:
        extra["Content-Length"] = str(len(response.body))
    return extra


async def _deliver(request: Request, response: Response, send: Send, note: Note) -> str:
    """Send a response; one that breaks off is left without its end, for the client to see.

    Returns the outcome that broke it off, or nothing.
    """
    await send(head(response, _extra(response)))
    if isinstance(response.body, bytes):
        note.bytes = len(response.body)
        await send(tail(b"" if request.method == "HEAD" else response.body))
        return ""
    try:
        async for chunk in response.body:
            note.bytes += len(chunk)
            await send(tail(chunk, more=True))
        await send(tail(b""))
    except QueryFailure as failure:
        return failure.outcome.value
    return ""
