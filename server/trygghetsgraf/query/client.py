"""The broker's clients: how a web worker has a query evaluated and reads its result."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.jobs import Job, Limits

#: bytes and seconds of output held back, so that an error can still be an error
_HOLD_BYTES = 1 << 16
_HOLD_SECONDS = 1.0
_CHUNK = 1 << 18
#: seconds within which the broker says why a result ended early
_REASON = 10.0


class Client:
    """Sends jobs to the broker at a Unix socket; one for each event loop."""

    def __init__(self, address: Path, limits: Limits) -> None:
        self._address = str(address)
        self._limits = limits
        self._channel: Channel | None = None
        self._numbers = count(1)
        self._failures: dict[int, asyncio.Future[QueryFailure]] = {}

    async def ask(self, job: Job) -> Answer:
        """The answer to a job, its beginning held back until it is likely to go well.

        Raises QueryFailure if there is no answer; if the caller is cancelled, so is the job.
        """
        channel = self._channel if self._channel is not None else await self._connect()
        number, seal = next(self._numbers), secrets.token_hex(8)
        failure = asyncio.get_running_loop().create_future()
        reading, writing = os.pipe()
        self._failures[number] = failure
        channel.send(job.to_frame(number, seal), writing)
        answer = Answer(self, number, seal.encode(), reading, self._limits.result, failure)
        try:
            await answer.begin()
        except BaseException:
            answer.close()
            raise
        return answer

    def forget(self, number: int, *, cancel: bool) -> None:
        """Take no more interest in a job; cancel it if it is still under way."""
        self._failures.pop(number, None)
        if cancel and self._channel is not None:
            self._channel.send(json.dumps({"cancel": number}).encode())

    async def _connect(self) -> Channel:
        sock = socket.socket(socket.AF_UNIX)
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, self._address)
        except OSError as error:
            sock.close()
            raise _broker_away() from error
        if self._channel is None:
            self._channel = Channel(sock, self._told, self._lost)
        else:
            sock.close()  # another task was faster
        return self._channel

    def _told(self, frame: bytes) -> None:
        told = json.loads(frame)
        future = self._failures.get(told["job"])
        if future is not None and not future.done():
            future.set_result(QueryFailure.from_dict(told))

    def _lost(self) -> None:
        self._channel = None
        for future in self._failures.values():
            if not future.done():
                future.set_result(_broker_away())


def _broker_away() -> QueryFailure:
    return QueryFailure(Outcome.BUSY, "The evaluators are being restarted.", retry_after=1)


class Answer:
    """A result on its way: what is known of it, its beginning, and the rest as it comes."""

    def __init__(
        self,
        client: Client,
        number: int,
        seal: bytes,
        pipe: int,
        size: int,
        failure: asyncio.Future[QueryFailure],
    ) -> None:
        self._client = client
        self._number = number
        self._seal = seal
        self._pipe: int | None = pipe
        self._left = size
        self._failure = failure
        self._buffer = bytearray()
        #: ``select``, ``ask`` or ``graph``
        self.form = ""
        #: name of the format, from the table of that form
        self.format = ""
        #: number of the snapshot that was asked
        self.snapshot = 0
        #: whether :attr:`beginning` is all of it
        self.complete = False
        os.set_blocking(pipe, False)

    @property
    def beginning(self) -> bytes:
        """The first bytes of the result; all of them if it is complete."""
        return bytes(self._buffer)

    async def begin(self) -> None:
        """Read until the result is whole, large, or a second old."""
        loop = asyncio.get_running_loop()
        until: float | None = None
        head = -1
        while not self.complete and len(self._buffer) < _HOLD_BYTES:
            patience = None if until is None else until - loop.time()
            try:
                async with asyncio.timeout(patience):
                    await self._fill()
            except TimeoutError:
                break
            if head < 0 and (head := self._buffer.find(b"\n")) >= 0:
                about = json.loads(self._buffer[:head])
                del self._buffer[: head + 1]
                self.form, self.format = about["form"], about["format"]
                self.snapshot = about["snapshot"]
                until = loop.time() + _HOLD_SECONDS
            self._unseal()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The whole result in pieces; raises QueryFailure if it breaks off."""
        while not self.complete:
            keep = len(self._buffer) - len(self._seal)
            if keep > 0:
                yield bytes(self._buffer[:keep])
                del self._buffer[:keep]
            await self._fill()
            self._unseal()
        if self._buffer:
            yield bytes(self._buffer)

    def close(self) -> None:
        """Stop reading; an evaluation still under way is cancelled."""
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
            self._client.forget(self._number, cancel=not self.complete and not self._failure.done())

    async def _fill(self) -> None:
        """Read more; raises QueryFailure at an end without the seal."""
        if self._pipe is None:
            raise ValueError("the answer is closed")
        try:
            data = os.read(self._pipe, _CHUNK)
        except BlockingIOError:
            await _readable(self._pipe)
            data = os.read(self._pipe, _CHUNK)
        if not data:
            raise await self._reason()
        self._left -= len(data)
        if self._left < 0:
            raise QueryFailure(Outcome.SIZE, "It reached the limit.")
        self._buffer += data

    def _unseal(self) -> None:
        """Take off the seal if it is there: then all has arrived."""
        if self._buffer.endswith(self._seal):
            del self._buffer[-len(self._seal) :]
            self.complete = True

    async def _reason(self) -> QueryFailure:
        try:
            async with asyncio.timeout(_REASON):
                return await self._failure
        except TimeoutError:
            return QueryFailure(Outcome.FAILED, "The result ended early.")


async def _readable(file: int) -> None:
    """Wait until a file can be read."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(file, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(file)
