"""Requests and responses as plain data, between the server's ASGI events and our handlers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

#: key of a scope: the bytes of a request that may be answered from memory when it comes again
RAW_REQUEST = "trygghetsgraf.request"

_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_PERCENT = b"%25"

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
    fields = encoded.split(b"&")
    if len(fields) > _MAX_FIELDS:
        raise ValueError(f"there are {len(fields)} parameters")
    return [
        (_decoded(name), _decoded(value))
        for name, _, value in (field.partition(b"=") for field in fields)
        if name or value
    ]


def _decoded(text: bytes) -> str:
    """A name or value as it was before it was encoded (https://url.spec.whatwg.org/#urlencoded).

    Raises UnicodeError if it is not UTF-8.
    """
    if not text.isascii():
        raise ValueError("there are octets that are not percent-encoded")
    text = text.replace(b"+", b" ")
    if b"%" in text:
        # each kind of escape at once, and that of the percent sign last: what it leaves is none
        for escape in set(_ESCAPE.findall(text)):
            if escape != _PERCENT:
                text = text.replace(escape, bytes.fromhex(escape[1:].decode()))
        text = text.replace(_PERCENT, b"%")
    return text.decode()


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
