"""A process that changes the store, one change at a time, and may be killed at any moment.

A change is made on a draft, which nobody else sees, checked there, and published as a
snapshot: all of it or nothing, see :mod:`trygghetsgraf.store.writer`. Before the graphs of an
update are changed they are found and compared with what the token allows.
"""

from __future__ import annotations

import base64
import json
import signal
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from trygghetsgraf.errors import NotFoundError, StoreError
from trygghetsgraf.namespaces import is_ours
from trygghetsgraf.query import isolation
from trygghetsgraf.query.channel import BlockingChannel
from trygghetsgraf.query.failures import Outcome, QueryFailure, unknown_function
from trygghetsgraf.query.formats import GRAPH_BY_WORD
from trygghetsgraf.query.jobs import Change, Limits, NumberedChange
from trygghetsgraf.query.operations import split, targets
from trygghetsgraf.query.results import head_of
from trygghetsgraf.query.syntax import locate, refuse_deep
from trygghetsgraf.query.updates import refuse_reaching, settled, with_dataset
from trygghetsgraf.store.disk import faults
from trygghetsgraf.store.writer import Writer
from trygghetsgraf.writes.gate import Gate, Violations, publish
from trygghetsgraf.writes.log import Log
from trygghetsgraf.writes.tokens import EVERYTHING, covers
from trygghetsgraf.writes.watch import Watch

#: bytes that an open store maps without using them
_MAPPED = 1 << 30
_DEFAULT = DefaultGraph()
#: triples that are worth reading to tell how many were changed, where nothing is checked
_WORTH_COUNTING = 20_000


def serve(
    control: socket.socket, state: Path, limits: Limits, *, merged: bool, gate: str = "off"
) -> None:
    """Carry out changes from a broker until it closes the channel."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    isolation.die_with_parent(signal.SIGKILL)
    isolation.forbid_sockets()
    isolation.cap_memory(limits.memory + _MAPPED)
    channel = BlockingChannel(control)
    with Writer(state, "the server", patience=limits.patience) as writer:
        changer = Changer(writer, Gate(gate, merged=merged))
        while (frame := channel.receive()) is not None:
            told = changer.answer(NumberedChange.from_frame(frame), channel.take_file())
            channel.send(json.dumps(told).encode())


@dataclass(frozen=True)
class _Made:
    """What a change did to a draft."""

    #: whether the graph that was named existed before, and whether it gained anything
    existed: bool = True
    grew: bool = False


class Changer:
    """Carries out changes on drafts of a writer."""

    def __init__(self, writer: Writer, gate: Gate) -> None:
        self._writer = writer
        self._gate = gate
        self._log = Log(writer.snapshots)
        self._empty = Store()

    def answer(self, numbered: NumberedChange, file: int) -> dict[str, object]:
        """Write what became of a change to an open file and close it; how that went."""
        try:
            with open(file, "wb") as pipe:
                self._write(numbered, pipe)
        except QueryFailure as failure:
            return failure.as_dict()
        except Violations as error:
            return QueryFailure(
                Outcome.VIOLATION, error.found, report=error.report.json()
            ).as_dict()
        except BrokenPipeError:
            return QueryFailure(Outcome.LEFT, "Nobody reads the answer.").as_dict()
        except StoreError as error:
            return QueryFailure(Outcome.STORE, error.found, retry_after=10).as_dict()
        except MemoryError:
            return QueryFailure(Outcome.MEMORY, "It reached the limit.").as_dict()
        except (RuntimeError, OSError, ValueError) as error:
            # What the engine raises for an update that it cannot carry out.
            refused = unknown_function(error) or QueryFailure(Outcome.UPDATE, f"{error}.")
            return refused.as_dict()
        return {"outcome": Outcome.COMPLETE.value}

    def _write(self, numbered: NumberedChange, pipe: IO[bytes]) -> None:
        change = numbered.change
        if change.kind == "update":
            refuse_deep(change.update)
            refuse_reaching(settled(change.update), self._report)
        failure: Exception | None = None
        number, made = 0, _Made()
        with self._writer.draft() as draft:
            watch = Watch(draft.store, None if self._gate.merged else _WORTH_COUNTING)
            try:
                self._log.complete()
                with faults("Changing the store"):
                    made = self._make(change, draft.store, watch)
                    self._gate.pass_through(draft, watch, self._writer.snapshots)
            except _EXPECTED as error:
                failure = _alone(error)
            else:
                if change.kind != "delete" or made.existed:
                    record = publish(draft, self._log, watch, who=change.who, kind=change.kind)
                    number = record.snapshot
            del watch
        if failure is not None:
            raise failure
        pipe.write(head_of("change", "json", number))
        about = {"existed": made.existed, "grew": made.grew}
        pipe.write(json.dumps(about).encode() + numbered.seal.encode())

    def _make(self, change: Change, store: Store, watch: Watch) -> _Made:
        """Change a draft."""
        if change.kind == "update":
            self._update(change, store, watch)
            return _Made()
        if change.graph is None:
            return self._whole(change, store, watch)
        self._allow(change, change.graph)
        before = watch.graph(change.graph)
        if not change.graph:
            self._expect(change, store, bool(before) or before is None)
            return _default_graph(change, store)
        graph = NamedNode(change.graph)
        existed = store.contains_named_graph(graph)
        self._expect(change, store, existed)
        if change.kind == "delete":
            store.remove_graph(graph)
            return _Made(existed)
        quads = [Quad(t.subject, t.predicate, t.object, graph) for t in triples_of(change)]
        if change.kind == "put":
            if before is None:
                store.clear_graph(graph)
            else:
                new = {quad.triple for quad in quads}
                _remove(store, graph, before - new)
        grew = any(quad not in store for quad in quads)
        store.add_graph(graph)
        store.extend(quads)
        return _Made(existed, grew)

    # What is allowed

    def _allow(self, change: Change, graph: str) -> None:
        """Raise QueryFailure unless a graph may be changed, by this client; ``""``: default."""
        if self._gate.merged and not graph:
            found = "The default graph is the merge of the named graphs."
            raise QueryFailure(Outcome.PROTECTED, found)
        if self._gate.merged and is_ours(graph):
            raise QueryFailure(Outcome.PROTECTED, f"<{graph}> is made by the build.")
        if not covers(change.scopes, graph):
            name = f"<{graph}>" if graph else "the default graph"
            raise QueryFailure(Outcome.SCOPE, f"{change.who} may not change {name}.")

    def _allow_everything(self, change: Change) -> None:
        if self._gate.merged:
            found = "There are graphs that the build makes."
            raise QueryFailure(Outcome.PROTECTED, found)
        if EVERYTHING not in change.scopes:
            found = f"{change.who} may not change every graph."
            raise QueryFailure(Outcome.SCOPE, found)

    def _expect(self, change: Change, store: Store, existed: bool) -> None:
        """Raise QueryFailure unless the graph is as the client takes it to be."""
        if change.must_exist is not None and change.must_exist != existed:
            found = "It exists already." if existed else "It does not exist."
            raise QueryFailure(Outcome.CONFLICT, found)
        since, now = change.unchanged_since, self._writer.snapshots.current_number()
        if since is None or since == now:
            return
        name = NamedNode(change.graph) if change.graph else _DEFAULT
        try:
            with self._writer.snapshots.get(since) as snapshot:
                then = set(snapshot.open().quads_for_pattern(None, None, None, name))
        except NotFoundError as error:
            raise QueryFailure(Outcome.CONFLICT, "It may have changed.") from error
        if then != set(store.quads_for_pattern(None, None, None, name)):
            raise QueryFailure(Outcome.CONFLICT, "It has changed since you read it.")

    # Updates

    def _update(self, change: Change, store: Store, watch: Watch) -> None:
        update = settled(change.update)
        text = with_dataset(update, change.default_graphs, change.named_graphs)
        try:
            if self._gate.merged or EVERYTHING not in change.scopes:
                self._one_by_one(change, text, store, watch)
            else:
                watch.everything()
                store.update(text, base_iri=change.base)
        except SyntaxError as error:
            fault = locate(change.update, str(error), self._report)
            raise QueryFailure(
                Outcome.SYNTAX, f"{fault.what}.", line=fault.line, column=fault.column
            ) from error

    def _one_by_one(self, change: Change, text: str, store: Store, watch: Watch) -> None:
        """Carry out the operations of an update, each after a look at what it may change."""
        try:
            operations = split(text)
        except QueryFailure:
            Store().update(text, base_iri=change.base)  # raises SyntaxError if that is why
            raise
        for operation in operations:
            found = targets(operation, store, change.base)
            if found.everything:
                self._allow_everything(change)
                watch.everything()
            for graph in sorted(found.graphs):
                self._allow(change, graph)
                watch.graph(graph)
            store.update(operation.text, base_iri=change.base)

    def _report(self, text: str) -> str:
        """What the engine says of a text that is no update."""
        try:
            self._empty.update(text, base_iri="http://base.invalid/")
        except SyntaxError as error:
            return str(error)
        return ""

    # The graph store

    def _whole(self, change: Change, store: Store, watch: Watch) -> _Made:
        """Replace or remove everything."""
        self._allow_everything(change)
        watch.everything()
        quads = list(_quads(change)) if change.kind == "put" else []
        store.clear()
        store.extend(quads)
        return _Made()


#: what may stop a change before it is published
_EXPECTED = (QueryFailure, Violations, StoreError, RuntimeError, OSError, ValueError)


def _alone(error: Exception) -> Exception:
    """The error without what it came from, which would keep the draft's store open."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _remove(store: Store, graph: NamedNode, triples: Iterable[Triple]) -> None:
    for triple in triples:
        store.remove(Quad(triple.subject, triple.predicate, triple.object, graph))


def _default_graph(change: Change, store: Store) -> _Made:
    """Change the default graph of a store of the user's own."""
    triples = [] if change.kind == "delete" else list(triples_of(change))
    quads = [Quad(t.subject, t.predicate, t.object) for t in triples]
    existed = next(store.quads_for_pattern(None, None, None, _DEFAULT), None) is not None
    if change.kind != "post":
        store.clear_graph(_DEFAULT)
    grew = any(quad not in store for quad in quads)
    store.extend(quads)
    # it cannot be removed, only emptied (SPARQL 1.1 Update, section 3.2.2)
    return _Made(existed or change.kind == "delete", grew)


def triples_of(change: Change) -> Iterator[Triple]:
    """The data of a change that is for one graph; raises QueryFailure."""
    for quad in _quads(change):
        if quad.graph_name != _DEFAULT:
            raise QueryFailure(Outcome.DATA, "It names graphs, and is to go into one.")
        yield quad.triple


def _quads(change: Change) -> Iterator[Quad]:
    """The data of a change; raises QueryFailure."""
    for part in change.parts:
        engine = GRAPH_BY_WORD[part.format].engine
        if not isinstance(engine, RdfFormat):
            raise TypeError(f"{part.format} is no format for graphs")
        try:
            yield from parse(
                base64.b64decode(part.data),
                format=engine,
                base_iri=change.base,
                rename_blank_nodes=True,
            )
        except SyntaxError as error:
            raise QueryFailure(
                Outcome.DATA, f"{error.msg}.", line=error.lineno, column=error.offset
            ) from error
