"""The one process that lends evaluators, and decides what becomes of what is not short.

It makes changes too, one at a time, in a child that is the only one to write.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import os
import socket
from collections.abc import Callable, Mapping
from typing import Any

from trygghetsgraf.query import changes, children, evaluator, forwarding, isolation
from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.fairness import Budgets, FairQueue
from trygghetsgraf.query.jobs import Setup
from trygghetsgraf.query.lanes import Lanes, Process, Run
from trygghetsgraf.query.lending import Lender
from trygghetsgraf.query.measures import Measures
from trygghetsgraf.store.snapshots import Snapshots

_log = logging.getLogger(__name__)


class Broker:
    """Queues, lanes and budgets; lives inside a running event loop."""

    def __init__(self, setup: Setup, gateways: Mapping[str, str], *, alone: bool) -> None:
        """``alone`` says whether this process has left the network."""
        self._gateways = gateways
        self._setup = setup
        self._alone = alone
        #: what was warned of last, so as not to repeat it for every query
        self._warned = ""
        #: the last snapshot for which an earlier one had to serve, 0 for none
        self._damaged = 0
        self._limits = limits = setup.limits
        self._loop = asyncio.get_running_loop()
        self._budgets = Budgets(limits.budget, limits.budget_rate)
        self._runs: dict[tuple[Channel, int], Run] = {}
        #: changes wait in a queue of their own, for the one process that makes them
        self._changes: FairQueue[Run] = FairQueue()
        self._changing: Run | None = None
        self._changer: Process | None = None
        #: how many queries wait in each worker for an evaluator
        self._waiting: dict[Channel, int] = {}
        self._processes: set[Process] = set()
        self._lanes = lanes = Lanes(limits, self._stop, self._pump)
        self._lender = Lender(
            max(limits.quick_lane, setup.workers),
            setup.workers,
            lambda: len(lanes.quick),
            lambda: self._spawn(self._evaluate),
        )
        self._closing = False
        self._measures = Measures(self._states())
        self._lender.fill()

    def _states(self) -> dict[str, tuple[str, Callable[[], float]]]:
        """What can be read off at any time: name → what it is, how to read it."""
        snapshots = Snapshots(self._setup.state)
        return {
            "queue": ("Queries that wait for their turn.", lambda: sum(self._waiting.values())),
            "running_quick": ("Queries that may turn out long.", lambda: len(self._lanes.quick)),
            "running_slow": ("Queries in the slow lane.", lambda: len(self._lanes.slow)),
            "paused": ("Queries that wait for the slow lane.", lambda: len(self._lanes.paused)),
            "changes": ("Changes that wait for their turn.", lambda: len(self._changes)),
            "evaluators": ("Evaluator processes, that of changes too.", self._processes.__len__),
            "snapshot": (
                "Number of the current snapshot, 0 before the first.",
                lambda: snapshots.current_number() or 0,
            ),
            "snapshot_damaged": (
                "1 if an earlier snapshot serves because the current one is damaged.",
                lambda: 0 < self._damaged == snapshots.current_number(),
            ),
        }

    # What the web workers send

    def accept(self, sock: socket.socket) -> None:
        """Take orders from a web worker until it closes its end."""
        channel = Channel(sock, lambda frame: self._ordered(channel, frame), lambda: left(channel))

        def left(owner: Channel) -> None:
            self._waiting.pop(owner, None)
            self._lender.dismiss(owner)
            for run in [run for run in self._runs.values() if run.owner is owner]:
                self._stop(run, QueryFailure(Outcome.LEFT, "The worker closed the channel."))

        self._lender.welcome(channel)
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
        else:
            self._lender.end(owner, -number)

    def _order(self, owner: Channel, told: dict[str, Any], frame: bytes) -> None:
        """Take a change."""
        job, now = told["change"], self._loop.time()
        run = Run(
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
            self._end(run, self._lanes.busy(f"{len(self._changes)} wait already."))
        else:
            self._changes.push(run.client, run)
            run.after(self._limits.patience, self._lanes.impatient)
            self._pump()

    def _owes(self, client: str, now: float) -> QueryFailure | None:
        wait = math.ceil(self._budgets.wait(client, now))
        if wait <= 0:
            return None
        return QueryFailure(Outcome.BUDGET, f"There is more in {wait} s.", retry_after=wait)

    def _adopt(self, owner: Channel, told: dict[str, Any]) -> None:
        """Take over a query that was not short, with the evaluator that runs it."""
        process = self._lender.take_back(owner, told["adopt"])
        if process is None:
            return  # it has ended, and the worker is about to hear of it
        now = self._loop.time()
        run = Run(
            owner=owner,
            number=-process.pid,
            client=told["client"],
            frame=b"",
            file=None,
            deadline=min(told["deadline"], self._limits.deadline),
            arrived=now - told["waited"] - told["ran"],
            process=process,
            started=now - told["ran"],
            used=told["used"],
        )
        self._runs[owner, run.number] = run
        process.run = run
        self._lanes.quick.add(run)
        if (owes := self._owes(run.client, now)) is not None:
            self._stop(run, owes)
            return
        run.after(run.deadline - told["ran"], self._expired)
        self._lanes.judge(run)

    def _finished(self, owner: Channel, told: dict[str, Any]) -> None:
        """A query that was taken over has ended by itself: lend its evaluator again, if well."""
        run = self._runs.get((owner, -told["finished"]))
        if run is None or run.process is None:
            return
        process = run.process
        process.run = None
        again = run.slow_since is None
        if again:
            self._lender.again(owner, process)
        else:
            process.kill()  # it has been told to give way for good
        owner.send(json.dumps({"again": again, "evaluator": process.pid}).encode())
        self._forget(run, Outcome(told["outcome"]))

    def _noticed(self, told: dict[str, Any]) -> None:
        """An evaluator has something to say beside its results."""
        if told.get("sockets") and not self._alone:
            self._warn("Nothing keeps evaluators from the network but the check of queries.")
        if "damaged" in told:
            self._damaged = told["damaged"]
            self._warn(f"An earlier snapshot serves: {told['fault']}")

    def _measured(self, owner: Channel, told: dict[str, Any]) -> None:
        """Count what a web worker reports; if it reports nothing, it asks for all measures."""
        for outcome, seconds in told["ended"]:
            self._measures.ended(Outcome(outcome), seconds)
        self._waiting[owner] = told["waiting"]
        for status, cached, times in told["measures"]:
            self._measures.responded(status, cached, times)
        if not told["measures"]:
            owner.send(json.dumps({"measures": self._measures.text().decode()}).encode())

    # What starts and what goes on

    def _pump(self) -> None:
        """Start what can be started."""
        if self._closing:
            return
        self._lender.fill()
        self._lanes.resume()
        if self._changes and self._changing is None:
            self._changing = self._changes.pop()
            self._changer = self._changer or self._spawn(self._change)
            self._start(self._changing, self._changer)

    def _start(self, run: Run, process: Process) -> None:
        run.cancel_timers()
        run.process, process.run = process, run
        run.started, run.used = self._loop.time(), isolation.processor_time(process.pid)
        process.channel.send(run.frame, run.file)
        run.file = None
        run.after(run.deadline, self._expired)

    # How a run ends

    def _expired(self, run: Run) -> None:
        found = f"It was stopped after {run.deadline:g} s."
        self._stop(run, QueryFailure(Outcome.DEADLINE, found))

    def _stop(self, run: Run, failure: QueryFailure) -> None:
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

    def _end(self, run: Run, failure: QueryFailure | None) -> None:
        """Forget a run; tell its owner unless all is well."""
        if failure is not None:
            run.owner.send(json.dumps({"job": run.number, **failure.as_dict()}).encode())
        self._forget(run, Outcome.COMPLETE if failure is None else failure.outcome)

    def _forget(self, run: Run, outcome: Outcome) -> None:
        self._measures.ended(outcome, self._loop.time() - run.arrived)
        run.cancel_timers()
        if run.file is not None:
            os.close(run.file)
        del self._runs[run.owner, run.number]
        self._lanes.leave(run)
        if run is self._changing:
            self._changing = None
        if run.slow_since is not None:
            now = self._loop.time()
            self._budgets.charge(run.client, now - run.slow_since, now)
        self._pump()

    # The processes

    def _spawn(self, serve: Callable[[socket.socket], None]) -> Process:
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
        setup = self._setup
        changes.serve(control, setup.state, self._limits, merged=setup.merged, gate=setup.gate)

    def _done(self, process: Process, frame: bytes) -> None:
        """The child that makes changes has made one, or an idle one has something to say."""
        told = json.loads(frame)
        self._noticed(told)
        run, process.run = process.run, None
        if run is None:
            return
        whole = told["outcome"] == Outcome.COMPLETE
        self._end(run, None if whole else QueryFailure.from_dict(told))

    def _exited(self, process: Process) -> None:
        """A child has ended: killed by us, or by what its query did."""
        self._loop.remove_reader(process.exit)
        status, said = process.bury()
        self._processes.discard(process)
        if process is self._changer:
            self._changer = None
        pause = self._lender.ended(process, status, said)
        run, process.run = process.run, None
        if run is not None:
            self._end(run, children.why(status, said))
        if pause:
            self._loop.call_later(pause, self._pump)
        else:
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
