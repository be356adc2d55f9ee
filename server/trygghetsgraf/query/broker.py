"""The one process that decides which query runs where and for how long.

Every query starts in the quick lane. One that has used the processor for ``Limits.quick``
seconds moves to the slow lane, where it runs only while nothing else wants the processor, or is
stopped until there is room. So a burst of long queries costs the short ones little, and
nobody has to say beforehand which is which.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import math
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from trygghetsgraf.query import evaluator, isolation
from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.fairness import Budgets, FairQueue
from trygghetsgraf.query.jobs import Limits, Numbered

_log = logging.getLogger(__name__)

#: a query that uses no processor, because its client reads slowly, is not quick either after
#: so many times the seconds that one may use
_IDLING = 10
#: seconds before an evaluator that died before its first job is replaced
_BACKOFF = 1.0


@dataclass(eq=False)
class _Process:
    """An evaluator: its process, the channel to it, and what it runs."""

    pid: int
    #: readable when the process has ended
    exit: int
    errors: int
    channel: Channel | None = None
    run: _Run | None = None
    jobs: int = 0


@dataclass(eq=False)
class _Run:
    """A query between its arrival and its end."""

    owner: Channel
    number: int
    client: str
    frame: bytes
    #: writing end of the result's pipe; sent to the evaluator at the start
    file: int | None
    deadline: float
    arrived: float
    process: _Process | None = None
    #: when it started, and how much processor its evaluator had used by then
    started: float = 0.0
    used: float = 0.0
    #: when it entered the slow lane, None before
    slow_since: float | None = None
    timers: list[asyncio.TimerHandle] = field(default_factory=list)


class Broker:
    """Queues, lanes and budgets; lives inside a running event loop."""

    def __init__(self, state: Path, limits: Limits) -> None:
        self._state = state
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._waiting: FairQueue[_Run] = FairQueue()
        self._budgets = Budgets(limits.budget, limits.budget_rate)
        self._runs: dict[tuple[Channel, int], _Run] = {}
        self._idle: list[_Process] = []
        self._processes: set[_Process] = set()
        self._quick: set[_Run] = set()
        self._slow: set[_Run] = set()
        self._paused: list[_Run] = []
        self._closing = False
        self._fill()

    # What the web workers send

    def accept(self, sock: socket.socket) -> None:
        """Take orders from a web worker until it closes its end."""
        channel = Channel(sock, lambda frame: self._ordered(channel, frame), lambda: left(channel))

        def left(owner: Channel) -> None:
            for run in [run for run in self._runs.values() if run.owner is owner]:
                self._stop(run, QueryFailure(Outcome.LEFT, "The worker closed the channel."))

    def _ordered(self, owner: Channel, frame: bytes) -> None:
        if frame.startswith(b'{"cancel"'):
            run = self._runs.get((owner, json.loads(frame)["cancel"]))
            if run is not None:
                self._stop(run, QueryFailure(Outcome.LEFT, "The client left."))
            return
        numbered = Numbered.from_frame(frame)
        job, now = numbered.job, self._loop.time()
        run = _Run(
            owner=owner,
            number=numbered.number,
            client=job.client,
            frame=frame,
            file=owner.files.popleft(),
            deadline=min(job.deadline or math.inf, self._limits.deadline),
            arrived=now,
        )
        self._runs[owner, run.number] = run
        wait = self._budgets.wait(run.client, now)
        if wait > 0:
            found = f"There is more in {math.ceil(wait)} s."
            self._end(run, QueryFailure(Outcome.BUDGET, found, retry_after=math.ceil(wait)))
        elif len(self._waiting) >= self._limits.waiting:
            self._end(run, self._busy(f"{len(self._waiting)} queries wait already."))
        else:
            self._waiting.push(run.client, run)
            self._after(self._limits.patience, run, self._impatient)
            self._pump()

    def _busy(self, found: str) -> QueryFailure:
        return QueryFailure(Outcome.BUSY, found, retry_after=math.ceil(self._limits.patience))

    # The lanes

    def _pump(self) -> None:
        """Start what can be started."""
        self._fill()
        while self._paused and len(self._slow) < self._limits.slow_lane:
            self._resume(self._next_paused())
        while self._waiting and self._idle and len(self._quick) < self._limits.quick_lane:
            self._start(self._waiting.pop(), self._idle.pop())

    def _start(self, run: _Run, process: _Process) -> None:
        for timer in run.timers:
            timer.cancel()
        run.timers.clear()
        self._quick.add(run)
        run.process, process.run = process, run
        run.started, run.used = self._loop.time(), isolation.processor_time(process.pid)
        if process.channel is not None:
            process.channel.send(run.frame, run.file)
        run.file = None
        self._after(self._limits.quick, run, self._judge)
        self._after(run.deadline, run, self._expired)

    def _judge(self, run: _Run) -> None:
        """Leave a query in the quick lane as long as others have kept it from running."""
        process = run.process
        if process is None:
            return
        left = self._limits.quick - (isolation.processor_time(process.pid) - run.used)
        since = self._loop.time() - run.started
        if left > 0 and since < self._limits.quick * _IDLING:
            self._after(left, run, self._judge)
        else:
            self._demote(run, process)

    def _demote(self, run: _Run, process: _Process) -> None:
        """Move a query out of the quick lane: into the slow one, or to wait for that."""
        self._quick.discard(run)
        run.slow_since = self._loop.time()
        isolation.give_way(process.pid)
        if len(self._slow) < self._limits.slow_lane:
            self._slow.add(run)
        elif len(self._paused) < self._limits.paused:
            os.kill(process.pid, signal.SIGSTOP)
            self._paused.append(run)
            left = run.arrived + self._limits.patience - run.slow_since
            self._after(max(0.0, left), run, self._impatient)
        else:
            self._stop(run, self._busy(f"{len(self._paused)} long queries wait already."))
            return
        self._pump()

    def _next_paused(self) -> _Run:
        """The oldest paused run of a client that has the fewest in the slow lane."""
        clients = [run.client for run in self._slow]
        run = min(self._paused, key=lambda run: clients.count(run.client))
        self._paused.remove(run)
        return run

    def _resume(self, run: _Run) -> None:
        self._slow.add(run)
        if run.process is not None:
            os.kill(run.process.pid, signal.SIGCONT)

    # How a run ends

    def _expired(self, run: _Run) -> None:
        found = f"It was stopped after {run.deadline:g} s."
        self._stop(run, QueryFailure(Outcome.DEADLINE, found))

    def _impatient(self, run: _Run) -> None:
        if run.process is None or run in self._paused:
            self._stop(
                run, self._busy(f"The query waited {self._limits.patience:g} s for its turn.")
            )

    def _stop(self, run: _Run, failure: QueryFailure) -> None:
        """End a run that is waiting or under way."""
        process = run.process
        if process is None:
            self._waiting.remove(run.client, run)
        else:
            process.run = None
            os.kill(process.pid, signal.SIGKILL)
        self._end(run, failure)

    def _end(self, run: _Run, failure: QueryFailure | None) -> None:
        """Forget a run; tell its owner unless all is well."""
        for timer in run.timers:
            timer.cancel()
        if run.file is not None:
            os.close(run.file)
        del self._runs[run.owner, run.number]
        self._quick.discard(run)
        self._slow.discard(run)
        if run in self._paused:
            self._paused.remove(run)
        if run.slow_since is not None:
            now = self._loop.time()
            self._budgets.charge(run.client, now - run.slow_since, now)
        if failure is not None:
            run.owner.send(json.dumps({"job": run.number, **failure.as_dict()}).encode())
        self._pump()

    # The processes

    def _fill(self) -> None:
        """Have as many idle evaluators as the quick lane has free places."""
        while not self._closing and len(self._idle) + len(self._quick) < self._limits.quick_lane:
            self._idle.append(self._spawn())

    def _spawn(self) -> _Process:
        errors = os.memfd_create("errors")
        pid, sock = evaluator.start(self._state, self._limits, errors)
        process = _Process(pid, os.pidfd_open(pid), errors)
        process.channel = Channel(sock, lambda frame: self._done(process, frame), lambda: None)
        self._processes.add(process)
        self._loop.add_reader(process.exit, self._exited, process)
        return process

    def _done(self, process: _Process, frame: bytes) -> None:
        """An evaluator has finished its job, well or not."""
        run, process.run = process.run, None
        if run is None:
            return
        process.jobs += 1
        if run.slow_since is None:
            self._idle.append(process)
        else:
            os.kill(process.pid, signal.SIGKILL)  # it has been told to give way for good
        told = json.loads(frame)
        whole = told["outcome"] == Outcome.COMPLETE
        self._end(run, None if whole else QueryFailure.from_dict(told))

    def _exited(self, process: _Process) -> None:
        """An evaluator has ended: killed by us, or by what its query did."""
        self._loop.remove_reader(process.exit)
        status = os.waitstatus_to_exitcode(os.waitpid(process.pid, 0)[1])
        said = os.pread(process.errors, 10_000, 0).decode(errors="replace")
        for file in (process.exit, process.errors):
            os.close(file)
        if process.channel is not None:
            process.channel.close()
        self._processes.discard(process)
        if process in self._idle:
            self._idle.remove(process)
        run, process.run = process.run, None
        if run is not None:
            self._end(run, _why(status, said))
        elif process.jobs == 0 and status != -signal.SIGKILL:
            _log.error("An evaluator ended with %d before its first job: %s", status, said)
            self._loop.call_later(_BACKOFF, self._pump)
            return
        self._pump()

    def close(self) -> None:
        """Kill all evaluators and wait for them."""
        self._closing = True
        for process in self._processes:
            self._loop.remove_reader(process.exit)
            os.kill(process.pid, signal.SIGKILL)
            os.waitpid(process.pid, 0)

    def _after(self, seconds: float, run: _Run, do: Callable[[_Run], None]) -> None:
        run.timers.append(self._loop.call_later(seconds, do, run))


def _why(status: int, said: str) -> QueryFailure:
    """The failure behind an evaluator's own end: -6 is SIGABRT, and so on."""
    if status == -signal.SIGSEGV or "overflowed its stack" in said:
        return QueryFailure(Outcome.MEMORY, "It is nested too deeply.")
    if status == -signal.SIGABRT:
        return QueryFailure(Outcome.MEMORY, "It was stopped at the limit.")
    _log.error("An evaluator ended with %d: %s", status, said)
    return QueryFailure(Outcome.FAILED, "The process that evaluated it ended.")


def serve(listener: socket.socket, state: Path, limits: Limits) -> None:
    """Be the broker for everyone who connects, until SIGTERM."""
    isolation.die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not isolation.leave_network():
        _log.warning("This system keeps evaluators on the network; socket calls are forbidden.")
    gc.freeze()
    asyncio.run(_serve(listener, state, limits))


async def _serve(listener: socket.socket, state: Path, limits: Limits) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    broker = Broker(state, limits)
    listener.setblocking(False)

    async def accept() -> None:
        while True:
            broker.accept((await loop.sock_accept(listener))[0])

    accepting = loop.create_task(accept())
    await ended.wait()
    accepting.cancel()
    broker.close()
