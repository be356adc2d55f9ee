"""The one process that decides which query runs where and for how long.

Every query starts in the quick lane. One that has used the processor for ``Limits.quick``
seconds moves to the slow lane, where it runs only while nothing else wants the processor, or is
stopped until there is room. So a burst of long queries costs the short ones little, and
nobody has to say beforehand which is which.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import logging
import math
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trygghetsgraf.query import changes, children, evaluator, forwarding, gateway, isolation
from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.fairness import Budgets, FairQueue
from trygghetsgraf.query.jobs import Setup
from trygghetsgraf.query.measures import Measures
from trygghetsgraf.store.snapshots import Snapshots

_log = logging.getLogger(__name__)

#: a query that uses no processor, because its client reads slowly, is not quick either after
#: so many times the seconds that one may use
_IDLING = 10
#: seconds before an evaluator that died so young is replaced
_BACKOFF = 1.0


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

    def __init__(self, setup: Setup, gateways: Mapping[str, str], *, alone: bool) -> None:
        """``alone`` says whether this process has left the network."""
        self._gateways = gateways
        self._setup = setup
        self._alone = alone
        #: what was warned of last, so as not to repeat it for every query
        self._warned = ""
        #: what is the matter with the current snapshot, if it is not the one that serves
        self._fault = ""
        self._limits = limits = setup.limits
        self._loop = asyncio.get_running_loop()
        self._budgets = Budgets(limits.budget, limits.budget_rate)
        self._runs: dict[tuple[Channel, int], _Run] = {}
        #: changes wait in a queue of their own, for the one process that makes them
        self._changes: FairQueue[_Run] = FairQueue()
        self._changing: _Run | None = None
        self._changer: _Process | None = None
        #: evaluators that nobody has yet, and those that a web worker has: it sends them jobs
        self._idle: list[_Process] = []
        self._lent: dict[Channel, dict[int, _Process]] = {}
        self._lane = max(limits.quick_lane, setup.workers)
        #: how many queries wait in each worker for an evaluator
        self._waiting: dict[Channel, int] = {}
        self._processes: set[_Process] = set()
        self._quick: set[_Run] = set()
        self._slow: set[_Run] = set()
        self._paused: list[_Run] = []
        self._closing = False
        self._measures = Measures(self._states())
        self._fill()

    def _states(self) -> dict[str, tuple[str, Callable[[], float]]]:
        """What can be read off at any time: name → what it is, how to read it."""
        snapshots = Snapshots(self._setup.state)
        return {
            "queue": ("Queries that wait for their turn.", lambda: sum(self._waiting.values())),
            "running_quick": ("Queries that may turn out long.", lambda: len(self._quick)),
            "running_slow": ("Queries in the slow lane.", lambda: len(self._slow)),
            "paused": ("Queries that wait for the slow lane.", lambda: len(self._paused)),
            "changes": ("Changes that wait for their turn.", lambda: len(self._changes)),
            "evaluators": ("Evaluator processes, that of changes too.", self._processes.__len__),
            "snapshot": (
                "Number of the current snapshot, 0 before the first.",
                lambda: snapshots.current_number() or 0,
            ),
            "snapshot_damaged": (
                "1 if an earlier snapshot serves because the current one is damaged.",
                lambda: bool(self._fault),
            ),
        }

    # What the web workers send

    def accept(self, sock: socket.socket) -> None:
        """Take orders from a web worker until it closes its end."""
        channel = Channel(sock, lambda frame: self._ordered(channel, frame), lambda: left(channel))

        def left(owner: Channel) -> None:
            self._waiting.pop(owner, None)
            for process in self._lent.pop(owner).values():
                process.kill()
            for run in [run for run in self._runs.values() if run.owner is owner]:
                self._stop(run, QueryFailure(Outcome.LEFT, "The worker closed the channel."))

        self._lent[channel] = {}
        self._pump()

    def _ordered(self, owner: Channel, frame: bytes) -> None:
        told = json.loads(frame)
        if "cancel" in told:
            self._cancelled(owner, told["cancel"], Outcome(told["why"]))
        elif "measures" in told:
            self._measured(owner, told)
        elif "adopt" in told:
            self._adopt(owner, told)
        elif "finished" in told:
            self._finished(owner, told)
        elif "told" in told:
            self._noticed(told["told"])
        else:
            self._order(owner, told, frame)

    def _cancelled(self, owner: Channel, number: int, why: Outcome) -> None:
        run = self._runs.get((owner, number))
        if run is not None:
            self._stop(run, QueryFailure(why, "Nobody reads on."))
        elif (process := self._lent[owner].get(-number)) is not None:
            process.kill()

    def _order(self, owner: Channel, told: dict[str, Any], frame: bytes) -> None:
        """Take a change."""
        job, now = told["change"], self._loop.time()
        run = _Run(
            owner=owner,
            number=told["job"],
            client=job["client"],
            frame=frame,
            file=owner.files.popleft(),
            deadline=min(job["deadline"] or math.inf, self._limits.deadline),
            arrived=now,
        )
        self._runs[owner, run.number] = run
        if (owes := self._owes(run.client, now)) is not None:
            self._end(run, owes)
        elif len(self._changes) >= self._limits.waiting:
            self._end(run, self._busy(f"{len(self._changes)} wait already."))
        else:
            self._changes.push(run.client, run)
            self._after(self._limits.patience, run, self._impatient)
            self._pump()

    def _owes(self, client: str, now: float) -> QueryFailure | None:
        wait = math.ceil(self._budgets.wait(client, now))
        if wait <= 0:
            return None
        return QueryFailure(Outcome.BUDGET, f"There is more in {wait} s.", retry_after=wait)

    def _adopt(self, owner: Channel, told: dict[str, Any]) -> None:
        """Take over a query that was not short, with the evaluator that runs it."""
        process = self._lent[owner].pop(told["adopt"], None)
        if process is None:
            return  # it has ended, and the worker is about to hear of it
        now = self._loop.time()
        run = _Run(
            owner=owner,
            number=-process.pid,
            client=told["client"],
            frame=b"",
            file=None,
            deadline=told["deadline"],
            arrived=now - told["waited"] - told["ran"],
            process=process,
            started=now - told["ran"],
            used=told["used"],
        )
        self._runs[owner, run.number] = run
        process.run = run
        self._quick.add(run)
        if (owes := self._owes(run.client, now)) is not None:
            self._stop(run, owes)
            return
        self._after(max(0.0, min(run.deadline, self._limits.deadline)), run, self._expired)
        self._judge(run)

    def _finished(self, owner: Channel, told: dict[str, Any]) -> None:
        """A query that was taken over has ended by itself: lend its evaluator again, if well."""
        run = self._runs.get((owner, -told["finished"]))
        if run is None or run.process is None:
            return
        process = run.process
        process.run = None
        again = run.slow_since is None
        if again:
            self._lent[owner][process.pid] = process
        else:
            process.kill()  # it has been told to give way for good
        owner.send(json.dumps({"again": again, "evaluator": process.pid}).encode())
        self._forget(run, Outcome(told["outcome"]))

    def _noticed(self, told: dict[str, Any]) -> None:
        """An evaluator has something to say beside its results."""
        if told.get("sockets") and not self._alone:
            self._warn("Nothing keeps evaluators from the network but the check of queries.")
        self._fault = told.get("fault", self._fault)
        if self._fault:
            self._warn(f"An earlier snapshot serves: {self._fault}")

    def _measured(self, owner: Channel, told: dict[str, Any]) -> None:
        """Count what a web worker reports; if it reports nothing, it asks for all measures."""
        for outcome, seconds in told["ended"]:
            self._measures.ended(Outcome(outcome), seconds)
        self._waiting[owner] = told["waiting"]
        for status, cached, times in told["measures"]:
            self._measures.responded(status, cached, times)
        if not told["measures"]:
            owner.send(json.dumps({"measures": self._measures.text().decode()}).encode())

    def _busy(self, found: str) -> QueryFailure:
        return QueryFailure(Outcome.BUSY, found, retry_after=math.ceil(self._limits.patience))

    # The lanes

    def _pump(self) -> None:
        """Start what can be started."""
        self._fill()
        while self._paused and len(self._slow) < self._limits.slow_lane:
            self._resume(self._next_paused())
        if self._changes and self._changing is None and not self._closing:
            self._changing = self._changes.pop()
            self._changer = self._changer or self._spawn(self._change)
            self._start(self._changing, self._changer)

    def _start(self, run: _Run, process: _Process) -> None:
        for timer in run.timers:
            timer.cancel()
        run.timers.clear()
        run.process, process.run = process, run
        run.started, run.used = self._loop.time(), isolation.processor_time(process.pid)
        process.channel.send(run.frame, run.file)
        run.file = None
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
            self._changes.remove(run.client, run)
        else:
            process.run = None
            process.kill()
            if process is self._changer:
                self._changer = None
        self._end(run, failure)

    def _end(self, run: _Run, failure: QueryFailure | None) -> None:
        """Forget a run; tell its owner unless all is well."""
        if failure is not None:
            run.owner.send(json.dumps({"job": run.number, **failure.as_dict()}).encode())
        self._forget(run, Outcome.COMPLETE if failure is None else failure.outcome)

    def _forget(self, run: _Run, outcome: Outcome) -> None:
        self._measures.ended(outcome, self._loop.time() - run.arrived)
        for timer in run.timers:
            timer.cancel()
        if run.file is not None:
            os.close(run.file)
        del self._runs[run.owner, run.number]
        self._quick.discard(run)
        self._slow.discard(run)
        if run is self._changing:
            self._changing = None
        if run in self._paused:
            self._paused.remove(run)
        if run.slow_since is not None:
            now = self._loop.time()
            self._budgets.charge(run.client, now - run.slow_since, now)
        self._pump()

    # The processes

    def _fill(self) -> None:
        """Have evaluators for all places of the quick lane, and lend them to the workers."""
        while not self._closing and self._places() < self._lane:
            self._idle.append(self._spawn(self._evaluate))
        for owner, lent in list(self._lent.items()):  # one that is told may have left
            while self._idle and len(lent) < self._lane // self._setup.workers:
                process = self._idle.pop()
                lent[process.pid] = process
                owner.send(json.dumps({"lend": process.pid}).encode(), process.channel.release())

    def _places(self) -> int:
        return len(self._idle) + len(self._quick) + sum(map(len, self._lent.values()))

    def _spawn(self, serve: Callable[[socket.socket], None]) -> _Process:
        process = children.start(serve, self._done)
        self._processes.add(process)
        self._loop.add_reader(process.exit, self._exited, process)
        return process

    def _evaluate(self, control: socket.socket) -> None:
        if self._setup.remote is not None:
            forwarding.serve_queries(control, self._setup)
            return
        evaluator.serve(control, self._setup.state, self._limits, self._gateways)

    def _change(self, control: socket.socket) -> None:
        if self._setup.remote is not None:
            forwarding.serve_changes(control, self._setup)
            return
        changes.serve(control, self._setup.state, self._limits, merged=self._setup.merged)

    def _done(self, process: _Process, frame: bytes) -> None:
        """The child that makes changes has made one, or an idle one has something to say."""
        told = json.loads(frame)
        self._noticed(told)
        run, process.run = process.run, None
        if run is None:
            return
        whole = told["outcome"] == Outcome.COMPLETE
        self._end(run, None if whole else QueryFailure.from_dict(told))

    def _exited(self, process: _Process) -> None:
        """A child has ended: killed by us, or by what its query did."""
        self._loop.remove_reader(process.exit)
        status, said = process.bury()
        self._processes.discard(process)
        if process in self._idle:
            self._idle.remove(process)
        if process is self._changer:
            self._changer = None
        for owner, lent in list(self._lent.items()):  # one that is told may have left
            if lent.pop(process.pid, None) is not None:
                told = {"job": -process.pid, **children.why(status, said).as_dict()}
                owner.send(json.dumps(told).encode())
        run, process.run = process.run, None
        if run is not None:
            self._end(run, children.why(status, said))
        elif self._loop.time() - process.born < _BACKOFF and status != -signal.SIGKILL:
            self._loop.call_later(_BACKOFF, self._pump)
            return
        self._pump()

    def _warn(self, words: str) -> None:
        if words != self._warned:
            _log.warning("%s", words)
            self._warned = words

    def close(self) -> None:
        """Kill all evaluators and wait for them."""
        self._closing = True
        for process in self._processes:
            self._loop.remove_reader(process.exit)
            process.kill()
            os.waitpid(process.pid, 0)

    def _after(self, seconds: float, run: _Run, do: Callable[[_Run], None]) -> None:
        run.timers.append(self._loop.call_later(seconds, do, run))


_Process = children.Child[_Run]


def serve(listener: socket.socket, setup: Setup) -> None:
    """Be the broker for everyone who connects, until SIGTERM."""
    isolation.die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    way_out, theirs = socket.socketpair()
    if setup.services and os.fork() == 0:
        children.be_child(functools.partial(_pass_on, setup=setup), theirs)
    theirs.close()
    # A remote store is reached over the network, by us alone: queries never name a server.
    alone = setup.remote is None and isolation.leave_network()
    gateways = {}
    if setup.services and alone:
        gateways = _open_gateway(way_out, setup.services)
    elif setup.services:
        _log.error("SERVICE stays off: this system does not let us take evaluators off the net.")
    gc.freeze()
    asyncio.run(_serve(listener, setup, gateways, way_out, alone=alone))


def _pass_on(control: socket.socket, setup: Setup) -> None:
    gateway.serve(control, setup.services, setup.limits, private=setup.private_services)


def _open_gateway(way_out: socket.socket, services: Sequence[str]) -> dict[str, str]:
    """Give the gateway, which is outside, a socket in here: service → URL to ask it at."""
    isolation.raise_loopback()
    with socket.create_server(("127.0.0.1", 0)) as door:
        socket.send_fds(way_out, [b"x"], [door.fileno()])
        port = door.getsockname()[1]
    return {service: f"http://127.0.0.1:{port}/{number}" for number, service in enumerate(services)}


async def _serve(
    listener: socket.socket,
    setup: Setup,
    gateways: Mapping[str, str],
    way_out: socket.socket,
    *,
    alone: bool,
) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    broker = Broker(setup, gateways, alone=alone)
    if gateways:
        # Without the gateway there are no services: whoever started us starts both again.
        loop.add_reader(way_out, ended.set)
    listener.setblocking(False)

    async def accept() -> None:
        while True:
            broker.accept((await loop.sock_accept(listener))[0])

    accepting = loop.create_task(accept())
    await ended.wait()
    accepting.cancel()
    broker.close()
