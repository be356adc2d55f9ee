"""Requests and responses as plain data, between the server's ASGI events and our handlers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

#: key of a scope: the bytes of a request that may be answered from memory when it comes again
RAW_REQUEST = "trygghetsgraf.request"

#: name/value pairs of one request that are looked at
_MAX_FIELDS = 200


class BodyTooLarge(Exception):
    """Raised when a request's body is longer than allowed."""


class ClientLeft(Exception):
    """Raised when the client closes the connection before its request is complete."""


@dataclass(frozen=True)
class Request:
    """The head of a request."""

    method: str
    path: str
    query_string: bytes
    #: lower-case names; several headers of one name are joined with commas (RFC 9110, 5.3)
    headers: Mapping[str, str]
    #: address of the client, from a trusted proxy's word if one stands between
    client: str
    http_version: str
    #: ``http`` or ``https``, as this server hears it
    scheme: str = "http"

    def header(self, name: str) -> str:
        """A header's value, empty if it was not sent."""
        return self.headers.get(name, "")


@dataclass
class Response:
    """A response; the body is all there or comes in pieces."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | AsyncIterator[bytes] = b""
    #: number of the snapshot that it is of, 0 if it is of none
    snapshot: int = 0


def request_of(scope: Scope, client: Callable[[str, str], str]) -> Request:
    """The request that an ASGI scope describes.

    ``client`` tells who asks, from the address of the connection and X-Forwarded-For.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    peer = scope["client"][0] if scope.get("client") else ""
    return Request(
        scope["method"],
        scope["path"],
        scope["query_string"],
        headers,
        client(peer, headers.get("x-forwarded-for", "")),
        scope["http_version"],
        scope.get("scheme", "http"),
    )


def pairs(encoded: bytes) -> list[tuple[str, str]]:
    """The pairs of an application/x-www-form-urlencoded text.

    Raises ValueError if it is not UTF-8 or has too many.
    """
    return parse_qsl(
        encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS
    )


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body of a request; raises BodyTooLarge past the limit, or ClientLeft."""
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientLeft
        body += event.get("body", b"")
        if len(body) > limit:
            raise BodyTooLarge
        if not event.get("more_body", False):
            return bytes(body)


def head(response: Response, extra: Mapping[str, str]) -> Event:
    """The event that sends the head of a response."""
    return {
        "type": "http.response.start",
        "status": int(response.status),
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in {**extra, **response.headers}.items()
        ],
    }


def wire(response: Response, extra: Mapping[str, str]) -> bytes:
    """The head of a response with status 200 as it goes out, without date and empty line."""
    lines = [f"{name}: {value}\r\n" for name, value in {**extra, **response.headers}.items()]
    return ("HTTP/1.1 200 OK\r\n" + "".join(lines)).encode("latin-1")


def tail(body: bytes, *, more: bool = False) -> Event:
    """The event that sends a piece of a body, the last one unless there is more."""
    return {"type": "http.response.body", "body": body, "more_body": more}
