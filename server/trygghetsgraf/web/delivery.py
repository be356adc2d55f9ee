"""How a response goes out: as events to the web server, or as bytes to the connection."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from types import MappingProxyType
from typing import Protocol

from trygghetsgraf.query.failures import QueryFailure
from trygghetsgraf.web.journal import Note
from trygghetsgraf.web.messages import Request, Response, Send

_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
#: with every response: everybody may read, from any page
#: (https://fetch.spec.whatwg.org/#http-cors-protocol); a page takes nothing from elsewhere,
#: runs no script of its own text and is shown inside no other (https://www.w3.org/TR/CSP3/)
ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Retry-After, Link, Allow, Location",
        "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
)
_ALWAYS_LINES = "".join(f"{name}: {value}\r\n" for name, value in ALWAYS.items())


class Sender(Protocol):
    """Whoever takes a response to the client."""

    async def whole(self, response: Response, body: bytes) -> None:
        """Send a response with all of its body."""

    async def begin(self, response: Response) -> None:
        """Send the head of a response whose body comes in pieces."""

    async def piece(self, data: bytes) -> None:
        """Send a piece of the body; returns when there is room for more."""

    async def end(self) -> None:
        """The body was whole."""


class Events:
    """Sends responses as ASGI events."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def whole(self, response: Response, body: bytes) -> None:
        """Send a response with all of its body."""
        await self.begin(response)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def begin(self, response: Response) -> None:
        """Send the head of a response whose body comes in pieces."""
        fields = {**ALWAYS, **_length(response), **response.headers}
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in fields.items()
        ]
        status = int(response.status)
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def piece(self, data: bytes) -> None:
        """Send a piece of the body; returns when there is room for more."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self) -> None:
        """The body was whole."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def wire(response: Response) -> bytes:
    """The head of a response as it goes out, without date and empty line."""
    fields = {**_length(response), **response.headers}
    if fields.keys() & ALWAYS.keys():
        fields = {**ALWAYS, **fields}
        always = ""
    else:
        always = _ALWAYS_LINES
    lines = "".join([f"{name}: {value}\r\n" for name, value in fields.items()])
    if lines.count("\n") != len(fields):
        raise ValueError(f"a header has a line break: {lines!r}")
    return f"{_status_line(response.status)}{always}{lines}".encode("latin-1")


@cache
def _status_line(status: int) -> str:
    return f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}\r\n"


def _length(response: Response) -> dict[str, str]:
    if isinstance(response.body, bytes) and response.status not in _BODILESS:
        return {"Content-Length": str(len(response.body))}
    return {}


async def deliver(request: Request, response: Response, sender: Sender, note: Note) -> str:
    """Send a response; one that breaks off is left without its end, for the client to see.

    Returns the outcome that broke it off, or nothing.
    """
    if isinstance(response.body, bytes):
        note.bytes = len(response.body)
        await sender.whole(response, b"" if request.method == "HEAD" else response.body)
        return ""
    await sender.begin(response)
    try:
        async for chunk in response.body:
            note.bytes += len(chunk)
            await sender.piece(chunk)
        await sender.end()
    except QueryFailure as failure:
        return failure.outcome.value
    return ""
