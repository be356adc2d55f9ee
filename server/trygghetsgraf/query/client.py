"""The broker's clients: how a web worker has a query evaluated and reads its result."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
from itertools import count
from pathlib import Path

from trygghetsgraf.query.answers import Answer
from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.jobs import Change, Job, Limits
from trygghetsgraf.query.loans import Loans

_CHUNK = 1 << 16
#: seconds within which the broker says why a change ended early
_REASON = 10.0


class Client:
    """Sends jobs to the broker at a Unix socket; one for each event loop."""

    def __init__(self, address: Path, limits: Limits) -> None:
        self._address = str(address)
        self._limits = limits
        self._channel: Channel | None = None
        self._numbers = count(1)
        #: changes under way
        self._changes: dict[int, _Change] = {}
        self._measures: asyncio.Future[str] | None = None
        self._loans = Loans(limits, self._send)

    async def ask(self, job: Job | Change) -> Answer:
        """The answer to a job, its beginning held back until it is likely to go well.

        Raises QueryFailure if there is no answer; if the caller is cancelled, so is the job.
        """
        channel = self._channel if self._channel is not None else await self._connect()
        if isinstance(job, Change):
            change = _Change(next(self._numbers), self)
            self._changes[change.number] = change
            answer = change.begin(job, channel, self._limits)
        else:
            answer = await self._loans.ask(job)
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

    def forget(self, number: int, why: Outcome | None = None) -> None:
        """Take no more interest in a change; cancel it if there is a reason to."""
        self._changes.pop(number, None)
        if why is not None:
            self._send({"cancel": number, "why": why.value})

    def _send(self, told: dict[str, object]) -> None:
        if self._channel is not None:
            self._channel.send(json.dumps(told).encode())

    def report(self, responses: list[tuple[str, str, int]]) -> None:
        """Tell the broker, if it is there, of responses: status, whether cached, how many."""
        if responses:
            self._send_measures(responses)

    def _send_measures(self, responses: list[tuple[str, str, int]]) -> None:
        ended, self._loans.ended = self._loans.ended, []
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
        elif "lend" in told and self._channel is not None:
            sock = socket.socket(fileno=self._channel.files.popleft())
            self._loans.add(told["lend"], sock)
        elif "again" in told:
            self._loans.again(told["evaluator"], well=told["again"])
        elif told["job"] < 0:
            self._loans.ends(-told["job"], QueryFailure.from_dict(told))
        elif told["job"] in self._changes:
            self._changes[told["job"]].fail(QueryFailure.from_dict(told))

    def _lost(self) -> None:
        self._channel = None
        if self._measures is not None:
            self._measures.set_exception(_broker_away())
            self._measures = None
        for change in list(self._changes.values()):
            change.fail(_broker_away())
        self._loans.end_all(_broker_away())


def _broker_away() -> QueryFailure:
    return QueryFailure(Outcome.BUSY, "The evaluators are being restarted.", retry_after=1)


class _Change:
    """A change under way: what became of it comes through a pipe, and ends with a seal."""

    def __init__(self, number: int, client: Client) -> None:
        self.number = number
        self._client = client
        self._seal = secrets.token_hex(8)
        self._pipe = -1
        self._read = bytearray()
        self._answer: Answer

    def begin(self, change: Change, channel: Channel, limits: Limits) -> Answer:
        """Send the change to the broker; its answer."""
        self._pipe, writing = os.pipe()
        os.set_blocking(self._pipe, False)
        self._answer = Answer(limits.result, self._leave)
        asyncio.get_running_loop().add_reader(self._pipe, self._readable)
        channel.send(change.to_frame(self.number, self._seal), writing)
        return self._answer

    def _readable(self) -> None:
        data = os.read(self._pipe, _CHUNK)
        self._read += data
        if data:
            return
        self._close()
        seal = self._seal.encode()
        if self._read.endswith(seal):
            self._client.forget(self.number)
            self._answer.feed(bytes(self._read[: -len(seal)]), last=True)
        else:
            # the broker knows why, and tells
            failure = QueryFailure(Outcome.FAILED, "The answer ended early.")
            asyncio.get_running_loop().call_later(_REASON, self.fail, failure)

    def fail(self, failure: QueryFailure) -> None:
        """It was not carried out, or not as far as is known."""
        self._close()
        self._client.forget(self.number)
        self._answer.fail(failure)

    def _leave(self, why: Outcome) -> None:
        self._close()
        self._client.forget(self.number, why)

    def _close(self) -> None:
        if self._pipe >= 0:
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)
            self._pipe = -1
