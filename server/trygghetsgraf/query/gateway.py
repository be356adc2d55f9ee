"""The one way out: a process that asks allowed services on behalf of evaluators.

Evaluators live in a network that holds nothing but a socket of this process. What it is
asked it passes on to one of the allowed services: by their number, so that nobody can name
another. It looks up the service's address itself and keeps to what it found.
"""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import IO, cast
from urllib.parse import urljoin

import httpx
from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

from trygghetsgraf.errors import TrygghetsgrafError
from trygghetsgraf.query import isolation
from trygghetsgraf.query.failures import QueryFailure
from trygghetsgraf.query.jobs import Limits
from trygghetsgraf.query.rows import CountingFile

#: seconds to reach a service, bytes and rows of its answer, redirects that are followed
_CONNECT = 5.0
_BYTES = 64 << 20
_ROWS = 100_000
_REDIRECTS = 3
#: bytes of a query that an evaluator may pass on
_QUERY = 1 << 20
_TYPES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
}
_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.8"


class Refused(TrygghetsgrafError):
    """Raised when a service may not be asked, or does not answer as it should."""

    def __init__(self, found: str) -> None:
        super().__init__("Asking another service", found, "")


@dataclass(frozen=True)
class Egress:
    """Which services may be asked, and at what kind of address."""

    allowed: Sequence[str]
    #: whether an allowed service may be in a network of the operator's own
    private: bool
    #: seconds for one request
    deadline: float

    def ask(self, number: int, query: bytes) -> bytes:
        """The answer of an allowed service as SPARQL results in JSON; raises Refused."""
        url = self.allowed[number]
        for _ in range(_REDIRECTS + 1):
            response = self._send(url, query)
            if not isinstance(response, str):
                return response
            url = urljoin(url, response)
            if url not in self.allowed:
                raise Refused(f"{self.allowed[number]} sends us to {url}, which is not allowed.")
        raise Refused(f"{self.allowed[number]} sends us round in a circle.")

    def _send(self, url: str, query: bytes) -> bytes | str:
        """The answer, or where the service sends us."""
        target = httpx.URL(url)
        headers = {
            "Host": target.netloc.decode("ascii"),
            "Accept": _ACCEPT,
            "Content-Type": "application/sparql-query",
        }
        pinned = target.copy_with(host=self.address(target.host, target.port))
        timeout = httpx.Timeout(self.deadline, connect=_CONNECT)
        try:
            with (
                httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout) as client,
                client.stream(
                    "POST",
                    pinned,
                    content=query,
                    headers=headers,
                    extensions={"sni_hostname": target.host},
                ) as response,
            ):
                if response.has_redirect_location:
                    return response.headers["Location"]
                if not response.is_success:
                    raise Refused(f"{url} answered {response.status_code}.")
                return _results(url, response)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Refused(f"{url}: {str(error) or type(error).__name__}.") from error

    def address(self, host: str, port: int | None) -> str:
        """An address of the host that may be asked; raises Refused if one of them may not."""
        try:
            found = socket.getaddrinfo(host, port or 80, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Refused(f"{host} is not known: {error}.") from error
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            if not self.private and not _is_public(address):
                raise Refused(f"{host} is at {address}, in a network that is nobody's business.")
        return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inside = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (inside is None or inside.is_global)


def _results(url: str, response: httpx.Response) -> bytes:
    """The solutions in a response, read to the end, in our own writing."""
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        raise Refused(f"{url} answered with {media_type or 'no media type'}.")
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _BYTES:
            raise Refused(f"The answer of {url} is longer than {_BYTES} bytes.")
    written = BytesIO()
    try:
        result = parse_query_results(bytes(body), format=_TYPES[media_type])
        if isinstance(result, QuerySolutions):
            counting = CountingFile(written, QueryResultsFormat.JSON, _ROWS)
            result.serialize(cast("IO[bytes]", counting), format=QueryResultsFormat.JSON)
        elif isinstance(result, QueryBoolean):
            result.serialize(written, format=QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise Refused(f"The answer of {url} cannot be read: {error}.") from error
    except QueryFailure as failure:
        raise Refused(f"The answer of {url}: {failure.found}") from failure
    return written.getvalue()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, egress: Egress) -> None:
        super().__init__(("", 0), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.egress = egress


class _Handler(BaseHTTPRequestHandler):
    """One request of an evaluator: POST /number with a query."""

    server: _Server

    def do_POST(self) -> None:
        """Pass the query on; 502 if there is no answer to it."""
        length = int(self.headers.get("Content-Length", "0"))
        name = self.path.strip("/")
        allowed = range(len(self.server.egress.allowed))
        if not name.isdecimal() or int(name) not in allowed or length > _QUERY:
            self._reply(403, "text/plain", b"This is not allowed.\n")
            return
        query = self.rfile.read(length)
        # a SERVICE inside a SERVICE is for the service that is asked: it does not know us
        for number, service in enumerate(self.server.egress.allowed):
            ours = f"<http://{self.headers['Host']}/{number}>"
            query = query.replace(ours.encode("latin-1"), f"<{service}>".encode())
        try:
            answer = self.server.egress.ask(int(name), query)
        except Refused as refused:
            self._reply(502, "text/plain", refused.found.encode())
        else:
            self._reply(200, "application/sparql-results+json", answer)

    def _reply(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing: queries are logged where they arrive."""


def serve(control: socket.socket, allowed: Sequence[str], limits: Limits, *, private: bool) -> None:
    """Pass on queries that come to a listening socket, which comes over ``control``."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    isolation.die_with_parent(signal.SIGKILL)
    _, files, _, _ = socket.recv_fds(control, 1, 1)
    if not files:
        return  # the broker has no use for us
    listener = socket.socket(fileno=files[0])
    _Server(listener, Egress(allowed, private, limits.deadline)).serve_forever()
