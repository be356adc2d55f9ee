"""The same as :mod:`evaluator` and :mod:`changes` for a store behind somebody's service.

What differs there: no snapshots, so nothing is kept and every answer may be of another state;
the service decides how far it goes on with a query that was stopped here; an update of a
store that holds graphs of the build cannot be looked at before it takes effect, so there
only whole graphs can be changed. What comes back is read and written anew: answers look the
same whatever the service, and half an answer is never taken for a whole one.
"""

from __future__ import annotations

import io
import json
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import IO, Any, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
    serialize,
)

from trygghetsgraf.errors import StoreError
from trygghetsgraf.namespaces import is_ours
from trygghetsgraf.query import isolation
from trygghetsgraf.query.changes import triples_of
from trygghetsgraf.query.channel import BlockingChannel
from trygghetsgraf.query.evaluator import write_result
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.federation import refuse_service
from trygghetsgraf.query.formats import GRAPH_BY_WORD
from trygghetsgraf.query.jobs import Change, Job, Limits, Numbered, NumberedChange, Setup
from trygghetsgraf.query.syntax import form_of, from_clauses, terminals
from trygghetsgraf.query.updates import refuse_reaching, with_dataset
from trygghetsgraf.store.batches import insertions
from trygghetsgraf.store.kinds import RemoteAddress, open_remote
from trygghetsgraf.store.remote import RemoteStore
from trygghetsgraf.store.service import Answer, Credentials, ServiceError

_TABLE = "application/sparql-results+json"
_GRAPH = "application/n-triples"
_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
_OUTCOMES = {400: Outcome.SYNTAX, 504: Outcome.DEADLINE, 507: Outcome.SIZE}


def serve_queries(control: socket.socket, setup: Setup) -> None:
    """Pass on jobs from a broker until it closes the channel."""
    channel = _prepare(control, setup)
    forwarder = Forwarder(store_of(setup), setup.limits)
    while (received := channel.receive()) is not None:
        numbered = Numbered.from_frame(received[0])
        channel.send(_told(received[1], partial(forwarder.answer, numbered)))


def serve_changes(control: socket.socket, setup: Setup) -> None:
    """Pass on changes from a broker until it closes the channel."""
    channel = _prepare(control, setup)
    changer = RemoteChanger(store_of(setup), merged=setup.merged)
    while (received := channel.receive()) is not None:
        numbered = NumberedChange.from_frame(received[0])
        channel.send(_told(received[1], partial(changer.answer, numbered)))


def store_of(setup: Setup) -> RemoteStore:
    """The store that the setup names; raises SettingsError."""
    remote = setup.remote
    if remote is None:
        raise ValueError("the setup has no remote store")
    credentials = None
    if remote.secret:
        credentials = Credentials(remote.secret, remote.user, digest=remote.digest)
    address = RemoteAddress(remote.query_url, remote.update_url, credentials, remote.default_graph)
    return open_remote(address, merged=setup.merged)


def _prepare(control: socket.socket, setup: Setup) -> BlockingChannel:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    isolation.die_with_parent(signal.SIGKILL)
    isolation.cap_memory(setup.limits.memory)
    return BlockingChannel(control)


def _told(file: int, answer: Callable[[IO[bytes]], None]) -> bytes:
    """Have an answer written to an open file and close it; how that went."""
    told: dict[str, object] = {"outcome": Outcome.COMPLETE.value}
    try:
        with open(file, "wb", buffering=1 << 16) as pipe:
            answer(pipe)
    except QueryFailure as failure:
        told = failure.as_dict()
    except ServiceError as error:
        outcome = _OUTCOMES.get(error.status, Outcome.REMOTE)
        told = QueryFailure(outcome, error.found).as_dict()
    except StoreError as error:
        told = QueryFailure(Outcome.REMOTE, error.found).as_dict()
    except BrokenPipeError:
        told = QueryFailure(Outcome.LEFT, "Nobody reads the result.").as_dict()
    except MemoryError:
        told = QueryFailure(Outcome.MEMORY, "It reached the limit.").as_dict()
    except (SyntaxError, ValueError, OSError) as error:
        told = QueryFailure(Outcome.REMOTE, f"Its answer cannot be read: {error}.").as_dict()
    return json.dumps(told).encode()


class Forwarder:
    """Has jobs answered by the service."""

    def __init__(self, store: RemoteStore, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._empty = Store()

    def answer(self, numbered: Numbered, pipe: IO[bytes]) -> None:
        """Write the result of a job; raises QueryFailure, ServiceError, SyntaxError."""
        job = numbered.job
        if job.whole:
            raise QueryFailure(Outcome.UNABLE, "It cannot give all of itself at once.")
        refuse_service(job.query, self._report)
        form = form_of(job.query)
        name = job.graph if form == "graph" else job.table
        if name is None:
            raise QueryFailure(Outcome.FORMAT, "It is a graph for CONSTRUCT and DESCRIBE only.")
        default, named = self._dataset(job)
        with self._store.service.query(
            f"BASE <{job.base}>\n{job.query}",
            _GRAPH if form == "graph" else _TABLE,
            default_graphs=default,
            named_graphs=named,
            deadline=job.deadline or self._limits.deadline,
            max_bytes=self._limits.result,
        ) as answer:
            head = {"form": form, "format": name, "snapshot": 0}
            pipe.write(json.dumps(head).encode() + b"\n")
            self._rewrite(answer, form, name, pipe)
        pipe.write(numbered.seal.encode())

    def _rewrite(self, answer: Answer, form: str, name: str, pipe: IO[bytes]) -> None:
        source = cast("IO[bytes]", io.BufferedReader(_Chunks(answer.chunks)))
        if form != "graph":
            result = parse_query_results(source, format=QueryResultsFormat.JSON)
            if form == "ask":
                result = _boolean(result)
            write_result(result, name, pipe, self._limits.rows)
            return
        quads = parse(source, format=RdfFormat.N_TRIPLES)
        graph = GRAPH_BY_WORD[name].engine
        if isinstance(graph, RdfFormat):
            serialize((quad.triple for quad in quads), pipe, format=graph)

    def _dataset(self, job: Job) -> tuple[Sequence[str], Sequence[str]]:
        """The graphs of the job; with the one that the store keeps as its default graph.

        Who names a default graph names all others too (SPARQL 1.1 Protocol, section 2.1.4):
        so they are asked for first if the query says GRAPH.
        """
        default = self._store.default_graph
        if default is None or job.default_graphs or job.named_graphs:
            return job.default_graphs, job.named_graphs
        if any(from_clauses(job.query)):
            return (), ()
        if not any(terminal.is_word("GRAPH") for terminal in terminals(job.query)):
            return (default.value,), ()
        with self._store.service.query(_GRAPHS, _TABLE) as answer:
            found = parse_query_results(b"".join(answer.chunks), format=QueryResultsFormat.JSON)
        if not isinstance(found, QuerySolutions):
            raise ValueError("a table was expected")
        return (default.value,), [row["g"].value for row in found if row["g"] != default]

    def _report(self, text: str) -> str:
        try:
            self._empty.query(text, base_iri="http://base.invalid/")
        except SyntaxError as error:
            return str(error)
        return ""


class RemoteChanger:
    """Has changes made by the service."""

    def __init__(self, store: RemoteStore, *, merged: bool) -> None:
        self._store = store
        self._merged = merged
        self._empty = Store()

    def answer(self, numbered: NumberedChange, pipe: IO[bytes]) -> None:
        """Make a change and write what became of it; raises QueryFailure, ServiceError."""
        change = numbered.change
        existed = self._update(change) if change.kind == "update" else self._graph(change)
        pipe.write(b'{"form": "change", "format": "json", "snapshot": 0}\n')
        about = {"existed": existed, "grew": bool(change.parts)}
        pipe.write(json.dumps(about).encode() + numbered.seal.encode())

    def _update(self, change: Change) -> bool:
        refuse_reaching(change.update, self._report)
        if self._merged:
            raise QueryFailure(
                Outcome.PROTECTED, "A remote store with graphs of the build takes whole graphs."
            )
        text = with_dataset(change.update, change.default_graphs, change.named_graphs)
        self._store.update(text, base_iri=change.base)
        return True

    def _graph(self, change: Change) -> bool:
        if not change.graph:
            raise QueryFailure(Outcome.UNABLE, "Only its named graphs can be changed here.")
        if self._merged and is_ours(change.graph):
            raise QueryFailure(Outcome.PROTECTED, "That graph is made by the build.")
        graph = NamedNode(change.graph)
        triples = list(triples_of(change))
        existed = self._exists(graph)
        if change.kind == "put":
            self._store.change({graph: triples})
        elif change.kind == "delete":
            self._store.change(drop=[graph])
        else:
            for insertion in insertions(triples, graph):
                self._store.update(insertion)
        return existed

    def _exists(self, graph: NamedNode) -> bool:
        query = f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        with self._store.service.query(query, _TABLE) as answer:
            body = b"".join(answer.chunks)
            return bool(_boolean(parse_query_results(body, format=QueryResultsFormat.JSON)))

    def _report(self, text: str) -> str:
        try:
            self._empty.update(text, base_iri="http://base.invalid/")
        except SyntaxError as error:
            return str(error)
        return ""


def _boolean(result: QuerySolutions | QueryBoolean) -> QueryBoolean:
    """The answer to ASK; Virtuoso 7 gives a table that has a row if it is yes."""
    if isinstance(result, QueryBoolean):
        return result
    yes = json.dumps({"head": {}, "boolean": any(True for _ in result)})
    made = parse_query_results(yes, format=QueryResultsFormat.JSON)
    if not isinstance(made, QueryBoolean):
        raise TypeError("a boolean was read as a table")
    return made


class _Chunks(io.RawIOBase):
    """Chunks of bytes as a file to read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
