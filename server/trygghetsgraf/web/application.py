"""The application that the server runs: the endpoint itself, and everything else by Flask.

Queries are answered here, in the event loop, since one that waits costs no thread, a client
that leaves is noticed at once, and the way to a known answer is short.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from http import HTTPStatus

from a2wsgi import WSGIMiddleware
from flask import Flask

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.measures import CONTENT_TYPE
from trygghetsgraf.web import graphs, protocol, violations
from trygghetsgraf.web.cache import Cache
from trygghetsgraf.web.compression import compress, decoded
from trygghetsgraf.web.delivery import ALWAYS, Events, Sender, deliver, wire
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
    read_body,
    request_of,
)
from trygghetsgraf.web.negotiation import prefers_html
from trygghetsgraf.web.plain import Plain
from trygghetsgraf.web.problems import Problem, problem_of, render
from trygghetsgraf.web.proxies import Proxies

_log = logging.getLogger(__name__)

#: bytes of answers that a worker keeps as they go out, and of the largest one that it does
_CACHE = 64 << 20
_CACHE_LARGEST = 1 << 18
#: bytes that the head of an answer takes, about
_HEAD = 1 << 10
_SPARQL = ("/sparql", "/sparql/")


@dataclass
class _Ready:
    """An answer that may be asked for again, and the snapshot that it is of."""

    snapshot: int
    #: as it goes out; the first part ends where the date goes
    parts: tuple[bytes, bytes] | None = None
    #: for the log
    line: str = ""
    #: what parts and line are made of when they are first needed
    response: Response | None = None
    note: Note | None = None

    def as_sent(self) -> tuple[bytes, bytes]:
        """The parts of it."""
        if self.parts is None:
            if self.response is None or not isinstance(self.response.body, bytes):
                raise ValueError("there is nothing to send")
            self.parts = wire(self.response), b"\r\n" + self.response.body
            if self.note is not None:
                self.line = members_of(replace(self.note, cached=True), 0.0)
        return self.parts


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
            sending = self._with_headers(send, scope.get(RAW_REQUEST, b""))
            await self._pages(scope, receive, sending)  # type: ignore[arg-type]
            return
        note = Note()
        try:
            await self._respond(request, receive, Events(send), note)
        except ClientLeft:
            return
        finally:
            if note.query:
                self._journal.line(note)

    async def plain(self, raw: bytes, read: Plain, peer: str, sender: Sender) -> None:
        """Answer a request that was read without a parser; keep the answer for the next."""
        path, query, headers = read
        client = self._rules.proxies.client(peer, headers.get("x-forwarded-for", ""))
        request = Request("GET", path, query, headers, client, "1.1")
        note = Note()
        try:
            response = await self._respond(request, _no_body, sender, note)
        finally:
            if note.query:
                self._journal.line(note)
        if response.status == HTTPStatus.OK and "ETag" in response.headers:
            self._remember(raw, response, note)

    async def _respond(
        self, request: Request, receive: Receive, sender: Sender, note: Note
    ) -> Response:
        """Answer a request that is not for the pages; note how that went."""
        outcome = Outcome.COMPLETE.value
        try:
            response = await self._answer(request, receive, note)
        except QueryFailure as failure:
            outcome = failure.outcome.value
            response = _failed(failure, request)
        except Problem as problem:
            outcome = "refused"
            response = _rendered(problem, request)
        except Exception:
            _log.exception("Answering %s %s", request.method, request.path)
            outcome = Outcome.FAILED.value
            response = _rendered(Problem(500, "The server failed; its log says where."), request)
        response = compress(request, response)
        note.status = int(response.status)
        self._journal.count(note.status, cached=note.cached)
        broken = await deliver(request, response, sender, note)
        note.outcome = broken or outcome
        return response

    def known(self, request: bytes) -> tuple[bytes, bytes] | None:
        """The answer to a request that came before; its date goes between the two parts."""
        ready = self._ready.get(request)
        if ready is None or ready.snapshot != self._endpoint.snapshot():
            return None
        parts = ready.as_sent()
        self._journal.count(HTTPStatus.OK, cached=True)
        if ready.line:
            self._journal.add(ready.line)
        return parts

    def refusal(self, status: int, found: str) -> bytes:
        """A whole response, after which the connection ends, to what cannot be a request.

        Also to one that was, if the server failed at it.
        """
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            found = "The server failed at this; its log says where"
        status, headers, body = render(Problem(status, f"{found}."), "")
        length = {"Content-Length": str(len(body)), "Connection": "close"}
        lines = [f"{name}: {value}\r\n" for name, value in {**ALWAYS, **headers, **length}.items()]
        first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        return (first + "".join(lines) + "\r\n").encode("latin-1") + body

    def _remember(self, request: bytes, response: Response, note: Note) -> None:
        """Keep an answer as it goes out, with the bytes that asked for it."""
        if isinstance(response.body, bytes):
            ready = _Ready(response.snapshot, response=response, note=note)
            self._ready.put(request, ready, _HEAD + len(response.body) + len(request))

    def _is_for_people(self, request: Request) -> bool:
        if request.path in ("/health", "/ready", "/metrics") or _is_graphs(request):
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
        elif _is_graphs(request):
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
        if _is_graphs(request):
            return await self._graphs.respond(request, body, note)
        return await self._endpoint.respond(request, body, note)

    async def _body(self, request: Request, receive: Receive) -> bytes:
        """The body; raises Problem past the limit, which is higher for those who may write."""
        if request.method in ("GET", "HEAD", "DELETE"):
            return b""
        limit = self._rules.max_upload if self._gate.opens(request) else self._rules.max_body
        if request.method == "PUT" and request.header("content-range"):
            raise Problem(400, "Send all of it: Content-Range does not work with PUT.")
        try:
            return decoded(await read_body(receive, limit), request, limit)
        except BodyTooLarge as error:
            raise Problem(413, f"Send at most {limit} bytes.") from error

    def _with_headers(self, send: Send, raw: bytes) -> Send:
        """The same, for a response of the pages: it gets our headers too, and is counted.

        ``raw``: the bytes of a request whose answer depends on nothing but the snapshot; then
        it is kept for the next that is the same.
        """
        # of this snapshot or of one that has come since: then it is never taken for this one's
        snapshot = self._endpoint.snapshot() if raw else 0
        head: list[tuple[bytes, bytes]] = []
        pieces: list[bytes] = []

        async def wrapped(event: Event) -> None:
            if event["type"] == "http.response.start":
                given = {name for name, _ in event["headers"]}
                every = [(name.lower().encode(), value.encode()) for name, value in ALWAYS.items()]
                ours = [pair for pair in every if pair[0] not in given]
                event = {**event, "headers": [*event["headers"], *ours]}
                self._journal.count(event["status"], cached=False)
                if raw and event["status"] == HTTPStatus.OK and b"etag" in given:
                    head.extend(event["headers"])
            elif head:
                pieces.append(event.get("body", b""))
                if not event.get("more_body", False):
                    body = b"".join(pieces)
                    ready = _Ready(snapshot, (_wire(head, pieces), b"\r\n" + body))
                    self._ready.put(raw, ready, _HEAD + len(body) + len(raw))
            await send(event)

        return wrapped


def _wire(head: list[tuple[bytes, bytes]], pieces: list[bytes]) -> bytes:
    """The head of a response of the pages as it goes out, without date and empty line."""
    length = b"%d" % sum(map(len, pieces))
    fields = {**dict(head), b"content-length": length}
    lines = (b"%s: %s\r\n" % (name, value) for name, value in fields.items() if name != b"date")
    return b"HTTP/1.1 200 OK\r\n" + b"".join(lines)


async def _no_body() -> Event:
    """What a request without a body brings after its head."""
    return {"type": "http.request", "body": b"", "more_body": False}


def _is_graphs(request: Request) -> bool:
    path = request.path
    at_store = path == graphs.PATH or path.startswith(graphs.PATH + "/")
    return at_store or graphs.is_for_changes(request)


def _options(allowed: tuple[str, ...]) -> Response:
    return Response(
        HTTPStatus.NO_CONTENT,
        {
            "Allow": ", ".join(allowed),
            "Access-Control-Allow-Methods": ", ".join(allowed),
            "Access-Control-Allow-Headers": "Accept, Accept-Language, Authorization, Content-Type, "
            "If-Match, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def _json(content: dict[str, object]) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(HTTPStatus.OK, headers, json.dumps(content).encode() + b"\n")


def _failed(failure: QueryFailure, request: Request) -> Response:
    if failure.outcome == Outcome.VIOLATION:
        return Response(*violations.render(failure, request))
    return _rendered(problem_of(failure), request)


def _rendered(problem: Problem, request: Request) -> Response:
    status, headers, body = render(problem, request.header("accept"))
    return Response(status, headers, body)
