"""Evaluators lent to this web worker by the broker: jobs go straight to them.

A short query then costs the broker nothing. One that takes longer than ``Limits.quick`` is
handed to the broker with its evaluator, and the broker decides from there: it knows the
process, may stop or kill it, and lends another one in its place.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from trygghetsgraf.query import isolation
from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.fairness import FairQueue
from trygghetsgraf.query.jobs import Limits

#: sends a frame to the broker, if it is there
ToBroker = Callable[[dict[str, object]], None]


class Loan:
    """An evaluator that does one job of ours at a time."""

    def __init__(self, pid: int, sock: socket.socket, to_broker: ToBroker) -> None:
        self.pid = pid
        self._to_broker = to_broker
        self._channel = Channel(sock, self._told, lambda: None)
        #: what becomes known if the job under way fails
        self._failure: asyncio.Future[QueryFailure] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._started = self._used = 0.0
        #: whether the job under way is the broker's by now
        self.handed_over = False

    def begin(self, frame: bytes, file: int, failure: asyncio.Future[QueryFailure]) -> None:
        """Start a job that writes to a file, which is closed here."""
        self._failure = failure
        self.handed_over = False
        self._started, self._used = time.monotonic(), isolation.processor_time(self.pid)
        self._channel.send(frame, file)

    def watch(self, quick: float, client: str, deadline: float, waited: float) -> None:
        """Hand the job under way over unless it ends within so many seconds."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(
            min(quick, deadline), self._hand_over, client, deadline, waited
        )

    def _hand_over(self, client: str, deadline: float, waited: float) -> None:
        self.handed_over = True
        ran = time.monotonic() - self._started
        self._to_broker(
            {
                "adopt": self.pid,
                "client": client,
                "deadline": deadline - ran,
                "ran": ran,
                "waited": waited,
                "used": self._used,
            }
        )

    def end(self) -> float:
        """Forget the job; how long it took."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._failure = None
        return time.monotonic() - self._started

    def close(self) -> None:
        """Give the evaluator up; the broker ends it."""
        self.end()
        self._channel.close()

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._failure is not None

    def fail(self, failure: QueryFailure) -> None:
        """The job under way has failed."""
        if self._failure is not None and not self._failure.done():
            self._failure.set_result(failure)

    def _told(self, frame: bytes) -> None:
        told = json.loads(frame)
        if "outcome" in told and told["outcome"] != Outcome.COMPLETE:
            self.fail(QueryFailure.from_dict(told))
        if told.get("sockets") or "fault" in told:
            self._to_broker({"told": told})


class Loans:
    """The evaluators that this worker has, and who waits for one."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: dict[int, Loan] = {}
        self._free: list[Loan] = []
        self._waiting: FairQueue[asyncio.Future[Loan]] = FairQueue()

    @property
    def waiting(self) -> int:
        """How many jobs wait for an evaluator."""
        return len(self._waiting)

    def add(self, loan: Loan) -> None:
        """One more evaluator."""
        self._known[loan.pid] = loan
        self.free(loan)

    def get(self, pid: int) -> Loan | None:
        """The evaluator with that process id, if it is ours."""
        return self._known.get(pid)

    def free(self, loan: Loan) -> None:
        """An evaluator can take the next job."""
        while self._waiting:
            turn = self._waiting.pop()
            if not turn.done():
                turn.set_result(loan)
                return
        self._free.append(loan)

    def drop(self, loan: Loan) -> None:
        """An evaluator is not ours any more."""
        self._known.pop(loan.pid, None)
        if loan in self._free:
            self._free.remove(loan)
        loan.close()

    def drop_all(self) -> None:
        """The broker has gone, and the evaluators with it."""
        for loan in list(self._known.values()):
            self.drop(loan)

    async def take(self, client: str) -> Loan:
        """An evaluator, as soon as it is the client's turn; raises QueryFailure."""
        if self._free:
            return self._free.pop()
        if len(self._waiting) >= self._limits.waiting:
            raise self._busy(f"{len(self._waiting)} queries wait already.")
        turn: asyncio.Future[Loan] = asyncio.get_running_loop().create_future()
        self._waiting.push(client, turn)
        try:
            async with asyncio.timeout(self._limits.patience):
                return await turn
        except TimeoutError:
            self._leave(client, turn)
            raise self._busy(
                f"The query waited {self._limits.patience:g} s for its turn."
            ) from None
        except asyncio.CancelledError:
            self._leave(client, turn)
            raise

    def _leave(self, client: str, turn: asyncio.Future[Loan]) -> None:
        """Wait no longer; if the turn has come just now, the next one has it."""
        if turn.done() and not turn.cancelled():
            self.free(turn.result())
            return
        with suppress(KeyError, ValueError):  # passed over already
            self._waiting.remove(client, turn)

    def _busy(self, found: str) -> QueryFailure:
        return QueryFailure(
            Outcome.BUSY, found, retry_after=max(1, math.ceil(self._limits.patience))
        )
