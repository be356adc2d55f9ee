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
import os
import re
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
from trygghetsgraf.query.jobs import Change, Job, Limits, NumberedChange, Setup
from trygghetsgraf.query.results import ResultFile, as_file, head_of, tell
from trygghetsgraf.query.syntax import form_of, from_clauses, refuse_deep, terminals
from trygghetsgraf.query.updates import refuse_reaching, settled, with_dataset
from trygghetsgraf.store.batches import insertions
from trygghetsgraf.store.kinds import RemoteAddress, open_remote
from trygghetsgraf.store.remote import RemoteStore
from trygghetsgraf.store.service import Answer, Credentials, ServiceError
from trygghetsgraf.writes.tokens import EVERYTHING, covers

_TABLE = "application/sparql-results+json"
_GRAPH = "application/n-triples"
_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
#: "error at 2:16" (Oxigraph), "line 2" (Virtuoso), "line 2, column 16" (Jena, RDF4J)
_PLACE = re.compile(
    r"\berror at (?P<first>\d+):(?P<second>\d+)"
    r"|\bline:? ?(?P<line>\d+)(?:,? col(?:umn)?:? ?(?P<column>\d+))?",
    re.IGNORECASE,
)
_OUTCOMES = {400: Outcome.SYNTAX, 504: Outcome.DEADLINE, 507: Outcome.SIZE}


def serve_queries(control: socket.socket, setup: Setup) -> None:
    """Pass on jobs from a broker until it closes the channel."""
    channel = _prepare(control, setup)
    forwarder = Forwarder(store_of(setup), setup.limits)
    while (frame := channel.receive()) is not None:
        file = ResultFile(channel)
        failure = _tried(partial(forwarder.answer, Job.from_frame(frame), file))
        if failure is None:
            file.finish()
        else:
            file.fail(failure)


def serve_changes(control: socket.socket, setup: Setup) -> None:
    """Pass on changes from a broker until it closes the channel."""
    channel = _prepare(control, setup)
    changer = RemoteChanger(store_of(setup), merged=setup.merged, checked=setup.gate != "off")
    while (frame := channel.receive()) is not None:
        with os.fdopen(channel.take_file(), "wb") as pipe:
            failure = _tried(partial(changer.answer, NumberedChange.from_frame(frame), pipe))
        tell(channel, failure.as_dict() if failure else {"outcome": Outcome.COMPLETE.value})


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


def _tried(do: Callable[[], None]) -> QueryFailure | None:
    """Do what may fail; how it failed."""
    try:
        do()
    except QueryFailure as failure:
        return failure
    except ServiceError as error:
        outcome = _OUTCOMES.get(error.status, Outcome.REMOTE)
        if outcome is not Outcome.SYNTAX:
            return QueryFailure(outcome, error.found)
        line, column = _place(error.found)
        return QueryFailure(outcome, error.found, line=line, column=column)
    except StoreError as error:
        return QueryFailure(Outcome.REMOTE, error.found)
    except ConnectionError:
        raise  # the worker has gone
    except MemoryError:
        return QueryFailure(Outcome.MEMORY, "It reached the limit.")
    except (SyntaxError, ValueError, OSError) as error:
        return QueryFailure(Outcome.REMOTE, f"Its answer cannot be read: {error}.")
    return None


def _place(found: str) -> tuple[int | None, int | None]:
    """Line and column that a service names in its error, as far as it names them.

    It was sent one line more, with the base, before the client's first.
    """
    place = _PLACE.search(found)
    if place is None:
        return None, None
    line, column = place["line"] or place["first"], place["column"] or place["second"]
    return max(1, int(line) - 1), None if column is None else int(column)


class Forwarder:
    """Has jobs answered by the service."""

    def __init__(self, store: RemoteStore, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._empty = Store()

    def answer(self, job: Job, file: ResultFile) -> None:
        """Write the result of a job; raises QueryFailure, ServiceError, SyntaxError."""
        if job.whole:
            raise QueryFailure(Outcome.UNABLE, "It cannot give all of itself at once.")
        refuse_deep(job.query)
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
            file.begin(form, name, 0)
            self._rewrite(answer, form, name, as_file(file))

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

    def __init__(self, store: RemoteStore, *, merged: bool, checked: bool) -> None:
        self._store = store
        self._merged = merged
        self._checked = merged and checked
        self._empty = Store()

    def answer(self, numbered: NumberedChange, pipe: IO[bytes]) -> None:
        """Make a change and write what became of it; raises QueryFailure, ServiceError."""
        change = numbered.change
        existed = self._update(change) if change.kind == "update" else self._graph(change)
        pipe.write(head_of("change", "json", 0))
        about = {"existed": existed, "grew": bool(change.parts)}
        pipe.write(json.dumps(about).encode() + numbered.seal.encode())

    def _update(self, change: Change) -> bool:
        refuse_deep(change.update)
        update = settled(change.update)
        refuse_reaching(update, self._report)
        if self._merged:
            raise QueryFailure(
                Outcome.PROTECTED, "A remote store with graphs of the build takes whole graphs."
            )
        if EVERYTHING not in change.scopes:
            found = f"{change.who} may not change every graph, and an update could."
            raise QueryFailure(Outcome.SCOPE, found)
        text = with_dataset(update, change.default_graphs, change.named_graphs)
        self._store.update(text, base_iri=change.base)
        return True

    def _graph(self, change: Change) -> bool:
        if not change.graph:
            raise QueryFailure(Outcome.UNABLE, "Only its named graphs can be changed here.")
        if self._merged and is_ours(change.graph):
            raise QueryFailure(Outcome.PROTECTED, f"<{change.graph}> is made by the build.")
        if not covers(change.scopes, change.graph):
            found = f"{change.who} may not change <{change.graph}>."
            raise QueryFailure(Outcome.SCOPE, found)
        if self._checked:
            found = "What it holds cannot be checked. TRYGGHETSGRAF_WRITE_GATE=off does without."
            raise QueryFailure(Outcome.UNABLE, found)
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
