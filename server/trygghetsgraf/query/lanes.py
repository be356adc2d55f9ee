"""The two lanes of queries under way: a quick one, and a slow one that gives way to it.

Every query starts in the quick lane. One that has used the processor for ``Limits.quick``
seconds moves to the slow lane, where it runs only while nothing else wants the processor, or is
stopped until there is room. So a burst of long queries costs the short ones little, and
nobody has to say beforehand which is which.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from trygghetsgraf.query import children, isolation
from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.jobs import Limits

#: a query that uses no processor, because its client reads slowly, is not quick either after
#: so many times the seconds that one may use
_IDLING = 10


@dataclass(eq=False)
class Run:
    """A query or change between its arrival and its end."""

    owner: Channel
    number: int
    client: str
    frame: bytes
    #: writing end of the answer's pipe, for a change; sent to the child at the start
    file: int | None
    deadline: float
    arrived: float
    process: Process | None = None
    #: when it started, and how much processor its evaluator had used by then
    started: float = 0.0
    used: float = 0.0
    #: when it entered the slow lane, None before
    slow_since: float | None = None
    timers: list[asyncio.TimerHandle] = field(default_factory=list)

    def after(self, seconds: float, do: Callable[[Run], None]) -> None:
        """Have something done in so many seconds, unless the run has ended by then."""
        loop = asyncio.get_running_loop()
        self.timers.append(loop.call_later(max(0.0, seconds), do, self))

    def cancel_timers(self) -> None:
        """Have nothing of that done."""
        for timer in self.timers:
            timer.cancel()
        self.timers.clear()


Process = children.Child[Run]


class Lanes:
    """Which queries are in which lane, and which wait between the two."""

    def __init__(
        self,
        limits: Limits,
        stop: Callable[[Run, QueryFailure], None],
        moved: Callable[[], None],
    ) -> None:
        """``stop`` ends a run; ``moved`` is called when a place in the quick lane is free."""
        self._limits = limits
        self._stop = stop
        self._moved = moved
        self._loop = asyncio.get_running_loop()
        self.quick: set[Run] = set()
        self.slow: set[Run] = set()
        self.paused: list[Run] = []

    def judge(self, run: Run) -> None:
        """Leave a query in the quick lane as long as others have kept it from running."""
        process = run.process
        if process is None:
            return
        left = self._limits.quick - (isolation.processor_time(process.pid) - run.used)
        since = self._loop.time() - run.started
        kept = since < self._limits.quick * _IDLING or isolation.wants_processor(process.pid)
        if left > 0 and kept:
            run.after(left, self.judge)
        else:
            self._demote(run, process)

    def _demote(self, run: Run, process: Process) -> None:
        """Move a query out of the quick lane: into the slow one, or to wait for that."""
        self.quick.discard(run)
        run.slow_since = self._loop.time()
        isolation.give_way(process.pid)
        if len(self.slow) < self._limits.slow_lane:
            self.slow.add(run)
        elif len(self.paused) < self._limits.paused:
            os.kill(process.pid, signal.SIGSTOP)
            self.paused.append(run)
            run.after(run.arrived + self._limits.patience - run.slow_since, self.impatient)
        else:
            self._stop(run, self.busy(f"{len(self.paused)} long queries wait already."))
            return
        self._moved()

    def resume(self) -> None:
        """Let those that wait go on in the slow lane while it has room."""
        while self.paused and len(self.slow) < self._limits.slow_lane:
            run = self._next()
            self.slow.add(run)
            if run.process is not None:
                os.kill(run.process.pid, signal.SIGCONT)

    def _next(self) -> Run:
        """The oldest paused run of a client that has the fewest in the slow lane."""
        clients = [run.client for run in self.slow]
        run = min(self.paused, key=lambda run: clients.count(run.client))
        self.paused.remove(run)
        return run

    def impatient(self, run: Run) -> None:
        """End a run that still waits for its turn."""
        if run.process is None or run in self.paused:
            waited = f"The query waited {self._limits.patience:g} s for its turn."
            self._stop(run, self.busy(waited))

    def leave(self, run: Run) -> None:
        """The run has ended."""
        self.quick.discard(run)
        self.slow.discard(run)
        if run in self.paused:
            self.paused.remove(run)

    def busy(self, found: str) -> QueryFailure:
        """The failure of a run for which there is no room."""
        return QueryFailure(Outcome.BUSY, found, retry_after=math.ceil(self._limits.patience))
