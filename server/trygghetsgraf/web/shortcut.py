"""The short way: a request that came before, byte for byte, is answered before it is parsed.

gunicorn has no setting for the class of its protocol, so :class:`Worker` puts ours in its
place. What is answered here was answered in full before, by the application, on the same
snapshot; anything out of the ordinary goes the long way.
"""

from __future__ import annotations

from typing import Any

from gunicorn.asgi import protocol  # type: ignore[import-untyped]
from gunicorn.workers import gasgi  # type: ignore[import-untyped]

from trygghetsgraf.web.messages import RAW_REQUEST, Scope

_START = b"GET /sparql?"
_END = b"\r\n\r\n"
_VERSION = b" HTTP/1.1\r\n"
#: headers that make more of a request than a question: a body, another protocol, a condition,
#: a connection that ends
_MORE = (
    b"\r\ncontent-length:",
    b"\r\ntransfer-encoding:",
    b"\r\nexpect:",
    b"\r\nupgrade:",
    b"\r\nconnection: close",
    b"\r\nif-none-match:",
    b"\r\nauthorization:",
)
#: seconds after which the timer of an idle connection is set anew
_REARM = 1.0


class Protocol(protocol.ASGIProtocol):  # type: ignore[misc]
    """A connection of gunicorn's with a short way."""

    def __init__(self, worker: Any) -> None:
        super().__init__(worker)
        #: the request under way if it came in one piece and could go the short way next time
        self._raw = b""
        #: whether part of a head has gone to the parser
        self._partial = False
        self._armed = 0.0

    def data_received(self, data: bytes) -> None:
        """Answer from memory, or have the data parsed."""
        whole = not self._partial and data.startswith(_START) and data.endswith(_END)
        if whole and self._awaiting_request:
            known = self.app.known(data)
            if known is not None:
                head, body = known
                self.transport.write(head + protocol._get_cached_date_header() + body)
                now = self.worker.loop.time()
                if now - self._armed > _REARM:
                    self._armed = now
                    self._arm_keepalive_timer()
                return
        self._raw = data if whole else b""
        self._partial = True
        super().data_received(data)

    def _on_headers_complete(self) -> bool:
        self._partial = False
        answer: bool = super()._on_headers_complete()
        return answer

    def _build_http_scope(self, request: Any, sockname: Any, peername: Any) -> Scope:
        scope: Scope = super()._build_http_scope(request, sockname, peername)
        if self._raw and is_plain(self._raw):
            scope[RAW_REQUEST] = self._raw
        self._raw = b""
        return scope


def is_plain(request: bytes) -> bool:
    """Whether a request in one piece asks for a query's answer and for nothing else."""
    line = request.find(b"\r\n")
    if request.find(_END) != len(request) - len(_END):
        return False
    if request[line - len(_VERSION) + 2 : line + 2] != _VERSION:
        return False
    headers = request[line:].lower()
    return not any(name in headers for name in _MORE)


class Worker(gasgi.ASGIWorker):  # type: ignore[misc]
    """gunicorn's ASGI worker with our protocol."""

    def init_process(self) -> None:
        """Serve until told to stop."""
        # it keeps what it finds about its fast parser in the class that is asked
        protocol.ASGIProtocol._check_h1c_protocol_available()
        gasgi.ASGIProtocol = Protocol
        super().init_process()
