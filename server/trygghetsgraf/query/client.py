"""The broker's clients: how a web worker has a query evaluated and reads its result."""

from __future__ import annotations

import asyncio
import json
import math
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.jobs import Change, Job, Limits
from trygghetsgraf.query.loans import Loan, Loans

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
        self._measures: asyncio.Future[str] | None = None
        self._loans = Loans(limits)
        #: outcome and seconds of queries that the broker did not see
        self._ended: list[tuple[str, float]] = []

    async def ask(self, job: Job | Change) -> Answer:
        """The answer to a job, its beginning held back until it is likely to go well.

        Raises QueryFailure if there is no answer; if the caller is cancelled, so is the job.
        """
        channel = self._channel if self._channel is not None else await self._connect()
        loan, waited = None, 0.0
        if isinstance(job, Job):
            before = time.monotonic()
            loan = await self._loans.take(job.client)
            waited = time.monotonic() - before
        number = next(self._numbers) if loan is None else -loan.pid
        seal = secrets.token_hex(8)
        failure = asyncio.get_running_loop().create_future()
        reading, writing = os.pipe()
        self._failures[number] = failure
        if loan is None:
            channel.send(job.to_frame(number, seal), writing)
        else:
            loan.begin(job.to_frame(number, seal), writing, failure)
            deadline = min(job.deadline or math.inf, self._limits.deadline)
            loan.watch(self._limits.quick, job.client, deadline, waited)
        answer = Answer(self, number, seal.encode(), reading, self._limits.result, failure)
        try:
            await answer.begin()
        except BaseException:
            answer.close()
            raise
        return answer

    async def whole(self, job: Job) -> bytes:
        """The whole result of a job; raises QueryFailure."""
        answer = await self.ask(job)
        try:
            return b"".join([chunk async for chunk in answer.chunks()])
        finally:
            answer.close()

    def forget(self, number: int, cancel: Outcome | None) -> None:
        """Take no more interest in a job; cancel it, for that reason, if it is under way."""
        failure = self._failures.pop(number, None)
        loan = self._loans.get(-number)
        if loan is not None:
            self._give_back(loan, cancel, failure)
        if cancel is not None:
            self._send({"cancel": number, "why": cancel.value})

    def _give_back(
        self, loan: Loan, cancel: Outcome | None, failure: asyncio.Future[QueryFailure] | None
    ) -> None:
        """A job has ended: use its evaluator again if it is still ours and well."""
        seconds = loan.end()
        outcome = Outcome.COMPLETE
        if failure is not None and failure.done():
            outcome = failure.result().outcome
        if not loan.handed_over:
            self._ended.append(((cancel or outcome).value, seconds))
        if cancel is not None:
            self._loans.drop(loan)
        elif loan.handed_over:
            self._send({"finished": loan.pid, "outcome": outcome.value})
        else:
            self._loans.free(loan)

    def _send(self, told: dict[str, object]) -> None:
        if self._channel is not None:
            self._channel.send(json.dumps(told).encode())

    def report(self, responses: list[tuple[str, str, int]]) -> None:
        """Tell the broker, if it is there, of responses: status, whether cached, how many."""
        if responses:
            self._send_measures(responses)

    def _send_measures(self, responses: list[tuple[str, str, int]]) -> None:
        ended, self._ended = self._ended, []
        waiting = self._loans.waiting
        self._send({"measures": responses, "ended": ended, "waiting": waiting})

    async def measures(self) -> str:
        """The measures of the whole server as text; raises QueryFailure."""
        if self._channel is None:
            await self._connect()
        if self._measures is None:
            self._measures = asyncio.get_running_loop().create_future()
            self._send_measures([])
        return await asyncio.shield(self._measures)

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
        if "measures" in told:
            if self._measures is not None:
                self._measures.set_result(told["measures"])
            self._measures = None
            return
        if "lend" in told and self._channel is not None:
            sock = socket.socket(fileno=self._channel.files.popleft())
            self._loans.add(Loan(told["lend"], sock, self._send))
            return
        if "again" in told:
            loan = self._loans.get(told["evaluator"])
            if loan is not None:
                (self._loans.free if told["again"] else self._loans.drop)(loan)
            return
        failure = QueryFailure.from_dict(told)
        future = self._failures.get(told["job"])
        if future is not None and not future.done():
            future.set_result(failure)
        loan = self._loans.get(-told["job"])
        if loan is not None:
            # it has ended; what it was doing, the broker has counted if it knew of it
            if loan.busy and not loan.handed_over:
                self._ended.append((failure.outcome.value, loan.end()))
            self._loans.drop(loan)

    def _lost(self) -> None:
        self._channel = None
        if self._measures is not None:
            self._measures.set_exception(_broker_away())
            self._measures = None
        for future in self._failures.values():
            if not future.done():
                future.set_result(_broker_away())
        self._loans.drop_all()


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
            try:
                if until is None:
                    await self._fill()
                else:
                    async with asyncio.timeout_at(until):
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
            over = self.complete or self._failure.done()
            left = Outcome.SIZE if self._left < 0 else Outcome.LEFT
            self._client.forget(self._number, None if over else left)

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
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(file, _set, ready)
    try:
        await ready
    finally:
        loop.remove_reader(file)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
