"""The short way: what is asked most is answered without gunicorn's parser and events.

A request that came before, byte for byte, is answered from memory: it was answered in full
before, on the same snapshot. A query by GET with no more to it goes straight to the
application. Anything out of the ordinary goes the long way.

gunicorn has no setting for the class of its protocol, so :class:`Worker` puts ours in its
place.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from gunicorn.asgi import protocol  # type: ignore[import-untyped]
from gunicorn.workers import gasgi  # type: ignore[import-untyped]

from trygghetsgraf.web import plain
from trygghetsgraf.web.delivery import wire
from trygghetsgraf.web.messages import RAW_REQUEST, Response, Scope

#: what is asked for again and again, and answered from the snapshot alone
_START = (b"GET /sparql?", b"GET /api/queries/")
_STOP = (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT)
#: seconds after which the timer of an idle connection is set anew
_REARM = 1.0
#: bytes that may wait behind a request under way
_MOST = 1 << 18


class Protocol(protocol.ASGIProtocol):  # type: ignore[misc]
    """A connection of gunicorn's with a short way; sends what went that way itself."""

    #: set by gunicorn before our own attributes are
    _awaiting = False
    _behind = b""

    def __init__(self, worker: Any) -> None:
        super().__init__(worker)
        #: the request under way if it came in one piece and could go the short way next time
        self._raw = b""
        #: whether part of a head has gone to the parser
        self._partial = False
        self._armed = 0.0
        #: the plain request under way, what came behind it, and whether its answer is sent
        self._plain: asyncio.Task[None] | None = None
        self._behind = b""
        self._sent = False
        self._chunked = False
        #: whether the request that went the long way is whole without a body
        self._whole = False

    @property
    def _awaiting_request(self) -> bool:
        """Whether the long way is done with the request before; gunicorn sets it."""
        return self._awaiting

    @_awaiting_request.setter
    def _awaiting_request(self, awaiting: bool) -> None:
        self._awaiting = awaiting
        if awaiting and self._behind:
            self.worker.loop.call_soon(self._go_on)

    def data_received(self, data: bytes) -> None:
        """Answer from memory, or without the parser, or have the data parsed."""
        if self._plain is not None or self._behind:
            self._wait(data)
            return
        whole = not self._partial and data.startswith(_START) and data.endswith(plain.END)
        if whole and self._whole and not self._awaiting_request:
            # the answer before it is sent, but the long way is not yet done
            self._wait(data)
            return
        if whole and self._awaiting_request:
            known = self.app.known(data)
            if known is not None:
                head, body = known
                self.transport.write(head + protocol._get_cached_date_header() + body)
                self._rearm()
                return
            read = plain.read(data)
            if read is not None:
                self._plain = self.worker.loop.create_task(self._answer(data, read))
                return
        self._raw = data if whole else b""
        self._whole = whole and plain.is_plain(data)
        self._partial = True
        super().data_received(data)

    def _wait(self, data: bytes) -> None:
        """Keep data until what came before them is answered."""
        self._behind += data
        if len(self._behind) > _MOST:
            self._pause_reading()

    def _go_on(self) -> None:
        """Take up what came behind the request that is answered now."""
        behind, self._behind = self._behind, b""
        self._resume_reading()
        if behind:
            self.data_received(behind)

    async def _answer(self, data: bytes, read: plain.Plain) -> None:
        """Answer a plain request, then go on with what came behind it."""
        self._sent = False
        peer = self.transport.get_extra_info("peername")
        try:
            await self.app.plain(data, read, peer[0] if peer else "", self)
        except asyncio.CancelledError:
            return  # the client has left
        except Exception:
            self.log.exception("Sending an answer")
        if not self._sent or not self.worker.alive:
            self._close_transport()
            return
        self._plain = None
        self._rearm()
        self._go_on()

    async def whole(self, response: Response, body: bytes) -> None:
        """Send a response with all of its body."""
        head = wire(response) + protocol._get_cached_date_header()
        self.transport.write(b"".join((head, self._last(), b"\r\n", body)))
        self._sent = True

    async def begin(self, response: Response) -> None:
        """Send the head of a response whose body comes in pieces."""
        head = wire(response) + protocol._get_cached_date_header()
        # in chunks (RFC 9112, section 7.1), unless its length is known
        self._chunked = "Content-Length" not in response.headers
        coding = b"Transfer-Encoding: chunked\r\n" if self._chunked else b""
        self.transport.write(b"".join((head, coding, self._last(), b"\r\n")))

    async def piece(self, data: bytes) -> None:
        """Send a piece of the body; returns when there is room for more."""
        self.transport.write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
        if self._flow_control.write_paused:
            await self._flow_control.drain()

    async def end(self) -> None:
        """The body was whole."""
        if self._chunked:
            self.transport.write(b"0\r\n\r\n")
        self._sent = True

    def _last(self) -> bytes:
        """The header that says that nothing more is answered here, if that is so."""
        return b"" if self.worker.alive else b"Connection: close\r\n"

    def _rearm(self) -> None:
        """Let the connection be idle for a while again."""
        now = self.worker.loop.time()
        if now - self._armed > _REARM:
            self._armed = now
            self._arm_keepalive_timer()

    def _keepalive_timeout(self) -> None:
        if self._plain is not None:
            self._arm_keepalive_timer()
        else:
            super()._keepalive_timeout()

    def connection_lost(self, exc: Exception | None) -> None:
        """Want no answer to the request under way."""
        if self._plain is not None:
            self._plain.cancel()
        super().connection_lost(exc)

    def _send_error_response(
        self, status: int, message: str, extra_headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Say in the shape of all our errors what is wrong with what is no request."""
        self.transport.write(self.app.refusal(status, message))

    def _on_headers_complete(self) -> bool:
        self._partial = False
        answer: bool = super()._on_headers_complete()
        return answer

    def _build_http_scope(self, request: Any, sockname: Any, peername: Any) -> Scope:
        scope: Scope = super()._build_http_scope(request, sockname, peername)
        if self._raw and plain.is_plain(self._raw):
            scope[RAW_REQUEST] = self._raw
        self._raw = b""
        return scope


class Worker(gasgi.ASGIWorker):  # type: ignore[misc]
    """gunicorn's ASGI worker with our protocol."""

    #: the task that ends when the worker does
    _serving: asyncio.Task[None] | None = None

    def init_process(self) -> None:
        """Serve until told to stop."""
        # uvloop forgets a signal that comes before it runs, and gunicorn sends it once: a
        # worker told to stop while it starts would hold up the others until it is killed
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
        # it keeps what it finds about its fast parser in the class that is asked
        protocol.ASGIProtocol._check_h1c_protocol_available()
        gasgi.ASGIProtocol = Protocol
        for status in HTTPStatus:  # its own list has no 406, 412 and 507
            protocol._REASON_PHRASES.setdefault(status.value, status.phrase)
        super().init_process()

    async def _serve(self) -> None:
        self._serving = asyncio.current_task()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)
        await super()._serve()

    def handle_exit_signal(self) -> None:
        """Stop at once, and not when the look at the clock comes that is due each second."""
        if self.alive and self._serving is not None:
            self._serving.cancel()
        super().handle_exit_signal()
