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
from trygghetsgraf.query.answers import Answer
from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.fairness import FairQueue
from trygghetsgraf.query.jobs import Job, Limits
from trygghetsgraf.query.results import LAST, TOLD

#: sends a frame to the broker, if it is there
ToBroker = Callable[[dict[str, object]], None]

#: seconds within which the broker says why an evaluator ended
_REASON = 10.0


class Loan:
    """An evaluator that does one job of ours at a time."""

    def __init__(self, pid: int, sock: socket.socket, owner: Loans) -> None:
        self.pid = pid
        self._owner = owner
        self._channel = Channel(sock, self._told, self._ended)
        self._answer: Answer | None = None
        self._timer: asyncio.TimerHandle | None = None
        #: when the job under way began, and how much processor the evaluator had used by then
        self.started = self._used = 0.0
        #: whether the job under way is the broker's by now, and whether nobody wants its answer
        self.handed_over = self._abandoned = False

    def begin(self, job: Job, limits: Limits, waited: float) -> Answer:
        """Start a job, which has waited for so long; its answer."""
        self.handed_over = self._abandoned = False
        self.started, self._used = time.monotonic(), isolation.processor_time(self.pid)
        self._answer = Answer(limits.result, self._leave, self._hurry)
        deadline = limits.deadline if job.deadline is None else min(job.deadline, limits.deadline)
        self._timer = asyncio.get_running_loop().call_later(
            min(limits.quick, deadline), self._hand_over, job.client, deadline, waited
        )
        self._channel.send(job.to_frame())
        return self._answer

    def _hand_over(self, client: str, deadline: float, waited: float) -> None:
        """Leave the job under way to the broker: it is not short."""
        if self._abandoned:
            self._owner.left(self, Outcome.LEFT, self.forget())
            return
        self.handed_over = True
        ran = time.monotonic() - self.started
        self._owner.to_broker(
            {
                "adopt": self.pid,
                "client": client,
                "deadline": deadline,
                "ran": ran,
                "waited": waited,
                "used": self._used,
            }
        )

    def _told(self, frame: bytes) -> None:
        kind = frame[:1]
        if kind == TOLD:
            told = json.loads(frame)
            if "outcome" in told:
                self.fail(QueryFailure.from_dict(told))
                self._done(Outcome(told["outcome"]))
            else:
                self._owner.to_broker({"told": told})
        elif self._answer is not None:
            self._answer.feed(frame[1:], last=kind == LAST)
            if kind == LAST:
                self._done(Outcome.COMPLETE)

    def _done(self, outcome: Outcome) -> None:
        """The job has ended, and the evaluator has not."""
        if self._answer is not None:
            seconds = self.forget()
            self._owner.done(self, Outcome.LEFT if self._abandoned else outcome, seconds)

    def _leave(self, why: Outcome) -> None:
        """Nobody wants the answer: an evaluator cannot be stopped, only ended.

        Unless it is short: then it has ended before another could take its place.
        """
        if why is Outcome.LEFT and not self.handed_over:
            self._abandoned = True
            self._channel.resume()
            return
        seconds = self.forget()
        self._owner.left(self, why, seconds)

    def _hurry(self, wanted: bool) -> None:
        if wanted:
            self._channel.resume()
        else:
            self._channel.pause()

    def _ended(self) -> None:
        """The evaluator has gone; the broker knows why, and tells."""
        if self._answer is None:
            self._owner.drop(self)
            return
        failure = QueryFailure(Outcome.FAILED, "The result ended early.")
        asyncio.get_running_loop().call_later(_REASON, self._answer.fail, failure)

    def fail(self, failure: QueryFailure) -> None:
        """The job under way, if there is one, has failed."""
        if self._answer is not None:
            self._answer.fail(failure)

    def forget(self) -> float:
        """Take no more interest in the job under way; how long it took so far."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._answer = None
        return time.monotonic() - self.started

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._answer is not None

    @property
    def closed(self) -> bool:
        """Whether the evaluator has gone."""
        return self._channel.closed

    def close(self) -> None:
        """Give the evaluator up; the broker ends it."""
        self.forget()
        self._channel.close()


class Loans:
    """The evaluators that this worker has, and who waits for one."""

    def __init__(self, limits: Limits, to_broker: ToBroker) -> None:
        self.to_broker = to_broker
        self._limits = limits
        self._known: dict[int, Loan] = {}
        self._free: list[Loan] = []
        self._waiting: FairQueue[asyncio.Future[Loan]] = FairQueue()
        #: outcome and seconds of jobs that the broker did not see; whoever reports takes them
        self.ended: list[tuple[str, float]] = []

    @property
    def waiting(self) -> int:
        """How many jobs wait for an evaluator."""
        return len(self._waiting)

    async def ask(self, job: Job) -> Answer:
        """Have a job begun as soon as it is its client's turn; raises QueryFailure."""
        if self._free:
            return self._free.pop().begin(job, self._limits, 0.0)
        came = time.monotonic()
        while (loan := await self._turn(job.client)).closed:
            pass  # it ended just after it was offered
        return loan.begin(job, self._limits, time.monotonic() - came)

    # What becomes of an evaluator

    def add(self, pid: int, sock: socket.socket) -> None:
        """One more evaluator."""
        self._known[pid] = loan = Loan(pid, sock, self)
        self._offer(loan)

    def done(self, loan: Loan, outcome: Outcome, seconds: float) -> None:
        """A job has ended: use its evaluator again if it is still ours."""
        if loan.handed_over:
            self.to_broker({"finished": loan.pid, "outcome": outcome.value})
        else:
            self.ended.append((outcome.value, seconds))
            self._offer(loan)

    def left(self, loan: Loan, why: Outcome, seconds: float) -> None:
        """A job is to end before it has."""
        if not loan.handed_over:
            self.ended.append((why.value, seconds))
        self.drop(loan)
        self.to_broker({"cancel": -loan.pid, "why": why.value})

    def again(self, pid: int, *, well: bool) -> None:
        """The broker is done with an evaluator that it took over."""
        loan = self._known.get(pid)
        if loan is not None:
            (self._offer if well else self.drop)(loan)

    def ends(self, pid: int, failure: QueryFailure) -> None:
        """The broker says that an evaluator has ended, or is about to."""
        loan = self._known.get(pid)
        if loan is None:
            return
        if loan.busy and not loan.handed_over:
            # had it been handed over, the broker would have counted it
            self.ended.append((failure.outcome.value, time.monotonic() - loan.started))
        loan.fail(failure)
        self.drop(loan)

    def end_all(self, failure: QueryFailure) -> None:
        """The broker has gone, and the evaluators with it."""
        for loan in list(self._known.values()):
            loan.fail(failure)
            self.drop(loan)

    def drop(self, loan: Loan) -> None:
        """Use an evaluator no more."""
        self._known.pop(loan.pid, None)
        if loan in self._free:
            self._free.remove(loan)
        loan.close()

    def _offer(self, loan: Loan) -> None:
        """An evaluator can take the next job."""
        while self._waiting:
            turn = self._waiting.pop()
            if not turn.done():
                turn.set_result(loan)
                return
        self._free.append(loan)

    # Who waits

    async def _turn(self, client: str) -> Loan:
        if len(self._waiting) >= self._limits.waiting:
            raise self._busy(f"{len(self._waiting)} queries wait already.")
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Loan] = loop.create_future()
        self._waiting.push(client, turn)
        timer = loop.call_later(self._limits.patience, self._refuse, turn)
        try:
            return await turn
        except BaseException:
            self._leave(client, turn)
            raise
        finally:
            timer.cancel()

    def _refuse(self, turn: asyncio.Future[Loan]) -> None:
        if not turn.done():
            waited = f"The query waited {self._limits.patience:g} s for its turn."
            turn.set_exception(self._busy(waited))

    def _leave(self, client: str, turn: asyncio.Future[Loan]) -> None:
        """Wait no longer; if the turn has come just now, the next one has it."""
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self._offer(turn.result())
            return
        with suppress(KeyError, ValueError):  # passed over already
            self._waiting.remove(client, turn)

    def _busy(self, found: str) -> QueryFailure:
        return QueryFailure(
            Outcome.BUSY, found, retry_after=max(1, math.ceil(self._limits.patience))
        )
