"""A process that evaluates one query at a time and may be killed at any moment.

It reads jobs from a socket, which a web worker has from the broker, and writes each result, or
what went wrong, back to it: see :mod:`results`.
"""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from trygghetsgraf.errors import StoreError
from trygghetsgraf.query import isolation
from trygghetsgraf.query.channel import BlockingChannel
from trygghetsgraf.query.counting import from_figures
from trygghetsgraf.query.dataset import dataset_of
from trygghetsgraf.query.failures import Outcome, QueryFailure, unknown_function
from trygghetsgraf.query.federation import NO_GATEWAYS, to_gateway
from trygghetsgraf.query.formats import GRAPH_BY_WORD, GRAPHS, TABLE_BY_WORD, TABLES
from trygghetsgraf.query.jobs import Job, Limits
from trygghetsgraf.query.results import ResultFile, as_file, tell
from trygghetsgraf.query.rows import CountingFile, at_most
from trygghetsgraf.query.syntax import locate, refuse_deep
from trygghetsgraf.store.figures import Figures, read_figures
from trygghetsgraf.store.snapshots import Snapshot, Snapshots

_Result = QuerySolutions | QueryBoolean | QueryTriples


def serve(control: socket.socket, state: Path, limits: Limits, gateways: Mapping[str, str]) -> None:
    """Evaluate jobs from a broker until it closes the channel.

    ``gateways``: IRI of an allowed service → URL at which our gateway asks it.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    isolation.die_with_parent(signal.SIGKILL)
    channel = BlockingChannel(control)
    if not gateways and not isolation.forbid_sockets():
        tell(channel, {"sockets": True})
    evaluator = Evaluator(Snapshots(state), limits, gateways)
    evaluator.warm_up()
    told = None
    while (frame := channel.receive()) is not None:
        evaluator.answer(Job.from_frame(frame), ResultFile(channel))
        if evaluator.damage is not None and evaluator.damage != told:
            told = evaluator.damage
            tell(channel, {"damaged": told[0], "fault": told[1]})


class Evaluator:
    """Evaluates jobs on the current snapshot."""

    def __init__(
        self, snapshots: Snapshots, limits: Limits, gateways: Mapping[str, str] = NO_GATEWAYS
    ) -> None:
        self._snapshots = snapshots
        self._limits = limits
        self._gateways = gateways
        self._held: tuple[Snapshot, Store] | None = None
        #: number of the snapshot that was current when one was opened
        self._opened_for: int | None = None
        #: number of a snapshot and its figures
        self._figures: tuple[int, Figures | None] | None = None
        #: the number of a snapshot for which an earlier one was opened, and what is the matter
        self.damage: tuple[int, str] | None = None
        self._empty = Store()

    def warm_up(self) -> None:
        """Open the current snapshot before somebody waits for it, if there is one."""
        with suppress(QueryFailure):
            self._current()

    def answer(self, job: Job, file: ResultFile) -> None:
        """Write the result of a job, or why there is none."""
        try:
            self._write(job, file)
        except QueryFailure as failure:
            file.fail(failure)
        except ConnectionError:
            raise  # the worker has gone
        except MemoryError:
            file.fail(QueryFailure(Outcome.MEMORY, "It reached the limit."))
        except (RuntimeError, OSError, ValueError) as error:
            # What the engine raises while it evaluates or reads the store.
            file.fail(self._failed(error))
        else:
            file.finish()

    def _failed(self, error: Exception) -> QueryFailure:
        for service, url in self._gateways.items():
            if url in str(error):
                said = str(error).replace(url, service)
                return QueryFailure(Outcome.REMOTE, f"{said}.")
        return unknown_function(error) or QueryFailure(Outcome.FAILED, f"{error}.")

    def _write(self, job: Job, file: ResultFile) -> None:
        snapshot, store = self._current()
        if job.whole:
            file.begin("graph", job.graph or "", snapshot.number)
            dump = GRAPH_BY_WORD[job.graph or ""].engine
            if isinstance(dump, RdfFormat):
                serialize(at_most(self._limits.rows, store), as_file(file), format=dump)
            return
        result = self._evaluate(job, snapshot, store)
        form, name = _form_and_format(job, result)
        file.begin(form, name, snapshot.number)
        write_result(result, name, as_file(file), self._limits.rows)

    def _evaluate(self, job: Job, snapshot: Snapshot, store: Store) -> _Result:
        refuse_deep(job.query)
        query = to_gateway(job.query, job.base, self._gateways, self._report)
        if not job.default_graphs and not job.named_graphs:
            query = from_figures(query, lambda: self._figures_of(snapshot)) or query
        try:
            dataset = dataset_of(job, store)
            return dataset.store.query(
                query,
                base_iri=job.base,
                default_graph=None if dataset.default is None else list(dataset.default),
                named_graphs=None if dataset.named is None else list(dataset.named),
            )
        except SyntaxError as error:
            fault = locate(job.query, str(error), self._report)
            raise QueryFailure(
                Outcome.SYNTAX, f"{fault.what}.", line=fault.line, column=fault.column
            ) from error

    def _figures_of(self, snapshot: Snapshot) -> Figures | None:
        """The figures of a snapshot, read when they are first asked for."""
        if self._figures is None or self._figures[0] != snapshot.number:
            self._figures = (snapshot.number, read_figures(snapshot.folder))
        return self._figures[1]

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
        if self._held is not None and self._opened_for == number:
            return self._held
        if self._held is not None:
            snapshot, _ = self._held
            self._held = None
            gc.collect()  # the store must be gone before its files may be
            snapshot.close()
        try:
            self._held = self._open()
        except StoreError as error:
            raise QueryFailure(Outcome.STORE, error.found, retry_after=10) from error
        # The link may have moved on since it was read: then the next job sees that.
        self._opened_for = number
        # Not before: the engine maps a few hundred megabytes that it does not use.
        isolation.cap_memory(self._limits.memory)
        return self._held

    def _open(self) -> tuple[Snapshot, Store]:
        """The current snapshot, or the last one that can be opened; raises StoreError."""
        snapshot = self._snapshots.current()
        try:
            return snapshot, snapshot.open()
        except StoreError as fault:
            snapshot.close()
            self.damage = (snapshot.number, str(fault))
        snapshot, _ = self._snapshots.last_good()
        return snapshot, snapshot.open()


def write_result(result: _Result, name: str, pipe: IO[bytes], rows: int) -> None:
    """Write a result in the format of that name; raises QueryFailure past so many rows."""
    if isinstance(result, QueryTriples):
        graph = GRAPH_BY_WORD[name].engine
        if isinstance(graph, RdfFormat):
            serialize(at_most(rows, result), pipe, format=graph)
        return
    table = TABLE_BY_WORD[name].engine
    if not isinstance(table, QueryResultsFormat):
        return
    if isinstance(result, QueryBoolean):
        result.serialize(pipe, format=table)
    else:
        # the stubs want a whole file where the engine only writes
        result.serialize(cast("IO[bytes]", CountingFile(pipe, table, rows)), format=table)


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
