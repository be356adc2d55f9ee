"""Evaluators for the web workers: started ahead of the queries, and lent."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable

from trygghetsgraf.query import children
from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.lanes import Process

#: seconds before an evaluator that died so young is replaced
_BACKOFF = 1.0


class Lender:
    """Evaluators that nobody has yet, and those that a web worker has: it sends them jobs."""

    def __init__(
        self, places: int, workers: int, taken: Callable[[], int], spawn: Callable[[], Process]
    ) -> None:
        """There are so many places for so many workers; ``taken`` of them are lent no more."""
        self._places = places
        self._workers = workers
        self._taken = taken
        self._spawn = spawn
        self._idle: list[Process] = []
        self._lent: dict[Channel, dict[int, Process]] = {}

    def welcome(self, owner: Channel) -> None:
        """Lend to one more worker."""
        self._lent[owner] = {}

    def dismiss(self, owner: Channel) -> None:
        """A worker has gone: end what it had."""
        for process in self._lent.pop(owner).values():
            process.kill()

    def fill(self) -> None:
        """Have evaluators for all places, and lend them to the workers."""
        have = len(self._idle) + self._taken() + sum(map(len, self._lent.values()))
        self._idle += [self._spawn() for _ in range(self._places - have)]
        for owner, lent in list(self._lent.items()):  # one that is told may have left
            while self._idle and len(lent) < self._places // self._workers:
                process = self._idle.pop()
                lent[process.pid] = process
                owner.send(json.dumps({"lend": process.pid}).encode(), process.channel.release())

    def end(self, owner: Channel, pid: int) -> None:
        """End an evaluator if that worker has it."""
        process = self._lent[owner].get(pid)
        if process is not None:
            process.kill()

    def take_back(self, owner: Channel, pid: int) -> Process | None:
        """An evaluator that a worker had; None if it has ended, as the worker will hear."""
        return self._lent[owner].pop(pid, None)

    def again(self, owner: Channel, process: Process) -> None:
        """Lend to the same worker again what was taken back."""
        self._lent[owner][process.pid] = process

    def ended(self, process: Process, status: int, said: str) -> float:
        """An evaluator has ended: tell the worker that has it.

        Returns the seconds to wait before there is another one.
        """
        if process in self._idle:
            self._idle.remove(process)
        for owner, lent in list(self._lent.items()):
            if lent.pop(process.pid, None) is not None:
                told = {"job": -process.pid, **children.why(status, said).as_dict()}
                owner.send(json.dumps(told).encode())
        age = asyncio.get_running_loop().time() - process.born
        crashed = process.run is None and status != -signal.SIGKILL
        return _BACKOFF if crashed and age < _BACKOFF else 0.0
