"""A process that evaluates one query at a time and may be killed at any moment.

It reads jobs from its broker, each with the writing end of a pipe, and writes into that a
line of JSON (form, format, snapshot), the serialised result, and the job's seal. A result
without its seal is not whole. What went wrong goes to the broker.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import IO

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from trygghetsgraf.errors import StoreError
from trygghetsgraf.query import isolation
from trygghetsgraf.query.channel import BlockingChannel
from trygghetsgraf.query.dataset import dataset_of
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.federation import refuse_service
from trygghetsgraf.query.formats import GRAPH_BY_WORD, GRAPHS, TABLE_BY_WORD, TABLES
from trygghetsgraf.query.jobs import Job, Limits, Numbered
from trygghetsgraf.query.syntax import locate
from trygghetsgraf.store.snapshots import Snapshot, Snapshots

_Result = QuerySolutions | QueryBoolean | QueryTriples


def serve(control: socket.socket, state: Path, limits: Limits) -> None:
    """Evaluate jobs from a broker until it closes the channel."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    isolation.die_with_parent(signal.SIGKILL)
    isolation.forbid_sockets()
    evaluator = Evaluator(Snapshots(state), limits.memory)
    evaluator.warm_up()
    channel = BlockingChannel(control)
    while (received := channel.receive()) is not None:
        frame, file = received
        channel.send(json.dumps(evaluator.answer(Numbered.from_frame(frame), file)).encode())


class Evaluator:
    """Evaluates jobs on the current snapshot."""

    def __init__(self, snapshots: Snapshots, memory: int) -> None:
        """``memory`` is what a query may use beyond an open store, in bytes."""
        self._snapshots = snapshots
        self._memory = memory
        self._held: tuple[Snapshot, Store] | None = None
        self._empty = Store()

    def warm_up(self) -> None:
        """Open the current snapshot before somebody waits for it, if there is one."""
        with suppress(QueryFailure):
            self._current()

    def answer(self, numbered: Numbered, file: int) -> dict[str, object]:
        """Write the result of a job to an open file and close it; how that went."""
        try:
            with open(file, "wb", buffering=1 << 16) as pipe:
                self._write(numbered, pipe)
        except QueryFailure as failure:
            return failure.as_dict()
        except BrokenPipeError:
            return QueryFailure(Outcome.LEFT, "Nobody reads the result.").as_dict()
        except MemoryError:
            return QueryFailure(Outcome.MEMORY, "It reached the limit.").as_dict()
        except (RuntimeError, OSError, ValueError) as error:
            # What the engine raises while it evaluates or reads the store.
            return QueryFailure(Outcome.FAILED, f"{error}.").as_dict()
        return {"outcome": Outcome.COMPLETE.value}

    def _write(self, numbered: Numbered, pipe: IO[bytes]) -> None:
        job = numbered.job
        snapshot, store = self._current()
        result = self._evaluate(job, store)
        form, name = _form_and_format(job, result)
        head = {"form": form, "format": name, "snapshot": snapshot.number}
        pipe.write(json.dumps(head).encode() + b"\n")
        if isinstance(result, QueryTriples):
            graph = GRAPH_BY_WORD[name].engine
            if isinstance(graph, RdfFormat):
                result.serialize(pipe, format=graph)
        else:
            table = TABLE_BY_WORD[name].engine
            if isinstance(table, QueryResultsFormat):
                result.serialize(pipe, format=table)
        pipe.write(numbered.seal.encode())

    def _evaluate(self, job: Job, store: Store) -> _Result:
        refuse_service(job.query, self._report)
        try:
            dataset = dataset_of(job, store)
            return dataset.store.query(
                job.query,
                base_iri=job.base,
                default_graph=None if dataset.default is None else list(dataset.default),
                named_graphs=None if dataset.named is None else list(dataset.named),
            )
        except SyntaxError as error:
            fault = locate(job.query, str(error), self._report)
            raise QueryFailure(
                Outcome.SYNTAX, f"{fault.what}.", line=fault.line, column=fault.column
            ) from error

    def _report(self, text: str) -> str:
        """What the engine says of a text that is no query."""
        try:
            self._empty.query(text, base_iri="http://base.invalid/")
        except SyntaxError as error:
            return str(error)
        return ""

    def _current(self) -> tuple[Snapshot, Store]:
        """The current snapshot, opened if it is not the one already open."""
        number = self._snapshots.current_number()
        if self._held is not None and self._held[0].number == number:
            return self._held
        if self._held is not None:
            snapshot, _ = self._held
            self._held = None
            gc.collect()  # the store must be gone before its files may be
            snapshot.close()
        try:
            snapshot = self._snapshots.current()
            self._held = (snapshot, snapshot.open())
            # Not before: the engine maps a few hundred megabytes that it does not use.
            isolation.cap_memory(self._memory)
        except StoreError as error:
            raise QueryFailure(Outcome.STORE, error.found, retry_after=10) from error
        return self._held


def _form_and_format(job: Job, result: _Result) -> tuple[str, str]:
    """The form of the query (``select``, ``ask``, ``graph``) and its format's name.

    Raises QueryFailure if the client takes no format of that kind.
    """
    if isinstance(result, QueryTriples):
        form, name, offered = "graph", job.graph, GRAPHS
    else:
        form = "ask" if isinstance(result, QueryBoolean) else "select"
        name, offered = job.table, TABLES
    if name is None:
        types = ", ".join(format_.media_types[0] for format_ in offered)
        raise QueryFailure(Outcome.FORMAT, f"The result can be had as {types}.")
    return form, name


def start(state: Path, limits: Limits, errors: int) -> tuple[int, socket.socket]:
    """Fork an evaluator: its process id and the broker's end of the channel to it.

    ``errors`` becomes its standard error. The caller must not have opened a store: an open
    one does not survive a fork.
    """
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process:
        theirs.close()
        return process, ours
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        os.dup2(errors, 2)
        control = socket.socket(fileno=os.dup2(theirs.detach(), 3))
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        serve(control, state, limits)
        status = 0
    finally:
        # Nothing of the broker that was forked along may run on here.
        os._exit(status)
