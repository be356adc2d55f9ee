"""A process that changes the store, one change at a time, and may be killed at any moment.

A change is made on a draft and published as a snapshot, all of it or nothing: see
:mod:`trygghetsgraf.store.writer`.
"""

from __future__ import annotations

import base64
import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from trygghetsgraf.errors import StoreError
from trygghetsgraf.namespaces import is_ours
from trygghetsgraf.query import isolation
from trygghetsgraf.query.channel import BlockingChannel
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.formats import GRAPH_BY_WORD
from trygghetsgraf.query.jobs import Change, Limits, NumberedChange
from trygghetsgraf.query.syntax import locate
from trygghetsgraf.query.updates import refuse_reaching, with_dataset
from trygghetsgraf.store.disk import faults
from trygghetsgraf.store.graphs import (
    count_by_graph,
    drop_graph,
    in_merge,
    merge,
    named_graphs,
    replace_graph,
)
from trygghetsgraf.store.writer import Draft, Writer

#: bytes that an open store maps without using them
_MAPPED = 1 << 30
_DEFAULT = DefaultGraph()


def serve(control: socket.socket, state: Path, limits: Limits, *, merged: bool) -> None:
    """Carry out changes from a broker until it closes the channel."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    isolation.die_with_parent(signal.SIGKILL)
    isolation.forbid_sockets()
    isolation.cap_memory(limits.memory + _MAPPED)
    channel = BlockingChannel(control)
    with Writer(state, "the server", patience=limits.patience) as writer:
        changer = Changer(writer, merged=merged)
        while (received := channel.receive()) is not None:
            frame, file = received
            told = changer.answer(NumberedChange.from_frame(frame), file)
            channel.send(json.dumps(told).encode())


class Changer:
    """Carries out changes on drafts of a writer.

    ``merged`` is False for a store of the user's own: there every graph is the user's, and
    the default graph is no merge.
    """

    def __init__(self, writer: Writer, *, merged: bool) -> None:
        self._writer = writer
        self._merged = merged
        self._empty = Store()

    def answer(self, numbered: NumberedChange, file: int) -> dict[str, object]:
        """Write what became of a change to an open file and close it; how that went."""
        try:
            with open(file, "wb") as pipe:
                self._write(numbered, pipe)
        except QueryFailure as failure:
            return failure.as_dict()
        except BrokenPipeError:
            return QueryFailure(Outcome.LEFT, "Nobody reads the answer.").as_dict()
        except StoreError as error:
            return QueryFailure(Outcome.STORE, error.found, retry_after=10).as_dict()
        except MemoryError:
            return QueryFailure(Outcome.MEMORY, "It reached the limit.").as_dict()
        except (RuntimeError, OSError, ValueError) as error:
            # What the engine raises for an update that it cannot carry out.
            return QueryFailure(Outcome.UPDATE, f"{error}.").as_dict()
        return {"outcome": Outcome.COMPLETE.value}

    def _write(self, numbered: NumberedChange, pipe: IO[bytes]) -> None:
        change = numbered.change
        if change.kind == "update":
            self._refuse(change)
        failure: Exception | None = None
        number, about = 0, {"existed": False, "grew": False}
        with self._writer.draft() as draft:
            try:
                before = len(draft.store)
                with faults("Changing the store"):
                    about["existed"] = self._carry_out(change, draft.store)
                about["grew"] = len(draft.store) > before
            except (QueryFailure, StoreError, RuntimeError, OSError, ValueError) as error:
                failure = _alone(error)
            else:
                if change.kind != "delete" or about["existed"]:
                    number = _published(draft)
        if failure is not None:
            raise failure
        head = {"form": "change", "format": "json", "snapshot": number}
        pipe.write(json.dumps(head).encode() + b"\n")
        pipe.write(json.dumps(about).encode() + numbered.seal.encode())

    # Updates

    def _refuse(self, change: Change) -> None:
        refuse_reaching(change.update, self._report)

    def _report(self, text: str) -> str:
        """What the engine says of a text that is no update."""
        try:
            self._empty.update(text, base_iri="http://base.invalid/")
        except SyntaxError as error:
            return str(error)
        return ""

    def _update(self, change: Change, store: Store) -> None:
        text = with_dataset(change.update, change.default_graphs, change.named_graphs)
        kept = _protected(store) if self._merged else {}
        try:
            store.update(text, base_iri=change.base)
        except SyntaxError as error:
            fault = locate(change.update, str(error), self._report)
            raise QueryFailure(
                Outcome.SYNTAX, f"{fault.what}.", line=fault.line, column=fault.column
            ) from error
        if self._merged:
            if _protected(store) != kept:
                raise QueryFailure(Outcome.PROTECTED, "It changes a graph that the build makes.")
            merge(store)

    # The graph store

    def _carry_out(self, change: Change, store: Store) -> bool:
        """Change a draft; whether the graph that was named existed before."""
        if change.kind == "update":
            self._update(change, store)
            return True
        if change.graph is None:
            return self._whole(change, store)
        if self._merged and (not change.graph or is_ours(change.graph)):
            raise QueryFailure(Outcome.PROTECTED, "That graph is made by the build.")
        if not change.graph:
            return _default_graph(change, store)
        graph = NamedNode(change.graph)
        existed = graph in named_graphs(store)
        if change.kind == "delete":
            drop_graph(store, graph, merged=self._merged)
        elif change.kind == "put":
            replace_graph(store, graph, triples_of(change), merged=self._merged)
        else:
            triples = list(triples_of(change))
            store.add_graph(graph)
            store.extend(_in(graph, triples))
            if self._merged and in_merge(graph):
                store.extend(_in(_DEFAULT, triples))
        return existed

    def _whole(self, change: Change, store: Store) -> bool:
        """Replace or remove everything."""
        if self._merged:
            raise QueryFailure(Outcome.PROTECTED, "There are graphs that the build makes.")
        quads = list(_quads(change)) if change.kind == "put" else []
        store.clear()
        store.extend(quads)
        return True


def _alone(error: Exception) -> Exception:
    """The error without what it came from, which would keep the draft's store open."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _published(draft: Draft) -> int:
    with draft.publish({"by": "the server"}) as snapshot:
        return snapshot.number


def _protected(store: Store) -> dict[str, set[Triple]]:
    """What the graphs hold that the build makes: reads all of them, some 3 s for a million."""
    return {
        graph: {q.triple for q in store.quads_for_pattern(None, None, None, NamedNode(graph))}
        for graph in count_by_graph(store)
        if graph and is_ours(graph)
    }


def _default_graph(change: Change, store: Store) -> bool:
    """Change the default graph of a store of the user's own; whether it held anything."""
    triples = [] if change.kind == "delete" else list(triples_of(change))
    existed = next(store.quads_for_pattern(None, None, None, _DEFAULT), None) is not None
    if change.kind != "post":
        store.clear_graph(_DEFAULT)
    store.extend(_in(_DEFAULT, triples))
    # it cannot be removed, only emptied (SPARQL 1.1 Update, section 3.2.2)
    return existed or change.kind == "delete"


def _in(graph: NamedNode | DefaultGraph, triples: list[Triple]) -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object, graph) for t in triples]


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
