"""The remote kind of store: any SPARQL 1.1 service, reached by URL.

What it cannot do as the embedded kind does:

- There are no snapshots. Two requests of a reader may see two states, and nothing can be
  taken back but by loading a dump.
- A change is prepared in graphs of its own and then takes effect in one update request. A
  service should carry out a request whole or not at all (SPARQL 1.1 Update, 3). Oxigraph
  does; Virtuoso 7 does not: there a reader, or a fault in that moment, can meet some graphs
  new and some old.
- The service decides what a literal looks like: Virtuoso 7 writes ``1.50`` as ``1.5``.
- Blank nodes that two named graphs share become two.
- Graphs without triples may be unknown to it.
- Some services have no default graph but the union of all (Virtuoso): name a graph that
  holds the merge, and ask with it as the default graph.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from trygghetsgraf.errors import StoreError
from trygghetsgraf.namespaces import GRAPH
from trygghetsgraf.store.batches import insertions
from trygghetsgraf.store.bulk import Progress, read_nquads, silent, writing
from trygghetsgraf.store.graphs import IN_MERGE, in_merge
from trygghetsgraf.store.interface import NO_CONTENTS, NO_META, Contents, Health
from trygghetsgraf.store.service import Answer, Service

#: graphs in which a change is prepared; a later change sweeps what a broken one left
_LOADING = str(GRAPH["loading/"])
#: graphs that an empty Virtuoso 7 has and lives on: neither counted nor dumped
_SYSTEM = frozenset(
    {
        "http://localuriqaserver/sparql",
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/ns/ldp#",
    }
)
_PROBE_SECONDS = 5.0


class RemoteStore:
    """A store behind a SPARQL service. ``default_graph`` is for one without its own.

    ``merged`` is False where the default graph is none of our business.
    """

    snapshots = None

    def __init__(
        self,
        service: Service,
        *,
        default_graph: ox.NamedNode | None = None,
        merged: bool = True,
    ) -> None:
        self.service = service
        self.default_graph = default_graph
        self._merged = merged

    def change(
        self,
        replace: Contents = NO_CONTENTS,
        drop: Collection[ox.NamedNode] = (),
        meta: Mapping[str, str] = NO_META,
    ) -> None:
        """Give graphs new contents, remove others and keep the default graph the merge.

        Until the last request nothing that readers see has changed. ``meta`` has no place to
        go. Raises ServiceError.
        """
        steps = [step for graph in drop for step in self._steps(graph, None)]
        for graph, triples in replace.items():
            loading = _loading(graph)
            self.service.update(f"DROP SILENT GRAPH {loading}")
            empty = True
            for insertion in insertions(triples, loading):
                self.service.update(insertion)
                empty = False
            steps += self._steps(graph, None if empty else loading)
        if steps:
            self.service.update(";\n".join(steps))

    def update(
        self, text: str, base_iri: str | None = None, meta: Mapping[str, str] = NO_META
    ) -> None:
        """Have the service carry out an update and make the default graph the merge again.

        The merge is a request of its own, so the two may be seen apart. Raises ServiceError.
        """
        self.service.update(text if base_iri is None else f"BASE <{base_iri}>\n{text}")
        if self._merged:
            default = self._in_default("?s ?p ?o")
            stated = f"GRAPH ?g {{ ?s ?p ?o }} FILTER({self._others()})"
            self.service.update(
                f"DELETE {{ {default} }} WHERE {{ {default} MINUS {{ {stated} }} }};\n"
                f"INSERT {{ {default} }} WHERE {{ {stated} }}"
            )

    def count_by_graph(self) -> dict[str, int]:
        """Graph IRI → number of triples; ``""`` is the default graph."""
        default = self._in_default("?s ?p ?o")
        apart = _SYSTEM if self.default_graph is None else _SYSTEM | {self.default_graph.value}
        counts = {}
        for row in self._rows(f"SELECT (COUNT(*) AS ?n) {{ {default} }}"):
            counts[""] = int(row["n"])
        for row in self._rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"):
            graph = row["g"]
            if graph not in apart and not graph.startswith(_LOADING):
                counts[graph] = int(row["n"])
        return counts

    def dump(self, path: Path) -> None:
        """Write all quads as N-Quads to a file, ``.nq`` or ``.nq.gz``.

        Raises StoreError when the service gives fewer than it counted: it cuts long answers,
        or somebody wrote in between.
        """
        with writing(path) as file:
            for graph, count in self.count_by_graph().items():
                ox.serialize(self._read(graph, count), file, ox.RdfFormat.N_QUADS)

    def restore_dump(self, path: Path, progress: Progress = silent) -> None:
        """Give the graphs in a dump their contents; others stay. Holds the dump in memory.

        Triples of the default graph are not read: the merge is made anew.
        """
        contents: defaultdict[ox.NamedNode, list[ox.Triple]] = defaultdict(list)
        for quad in read_nquads(path, progress):
            if isinstance(quad.graph_name, ox.NamedNode):
                contents[quad.graph_name].append(quad.triple)
        self.change(contents)

    def health(self) -> Health:
        """Whether the service answers ASK within five seconds."""
        start = time.monotonic()
        try:
            accept = "application/sparql-results+json"
            with self.service.query("ASK {}", accept, deadline=_PROBE_SECONDS) as answer:
                _stream(answer).read()
            ok, detail = True, "the remote service answers"
        except StoreError as error:
            ok, detail = False, str(error)
        return Health(ok, detail, time.monotonic() - start)

    def close(self) -> None:
        """Close the connections."""
        self.service.close()

    def _steps(self, graph: ox.NamedNode, loading: ox.NamedNode | None) -> Iterator[str]:
        """Operations that put what was loaded, or nothing, in the place of a graph."""
        merged = self._merged and in_merge(graph)
        default = self._in_default("?s ?p ?o")
        if merged:
            yield (
                f"DELETE {{ {default} }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} FILTER NOT EXISTS"
                f" {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {graph} && {self._others()}) }} }}"
            )
        if loading is None:
            yield f"DROP SILENT GRAPH {graph}"
            return
        yield f"MOVE GRAPH {loading} TO GRAPH {graph}"
        if merged:
            yield f"INSERT {{ {default} }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"

    def _others(self) -> str:
        """The rule of which graphs ?g are merged, as an expression."""
        apart = [*_SYSTEM, *([] if self.default_graph is None else [self.default_graph.value])]
        names = ", ".join(f"<{graph}>" for graph in sorted(apart))
        return f'{IN_MERGE} && !STRSTARTS(STR(?g), "{_LOADING}") && ?g NOT IN ({names})'

    def _in_default(self, pattern: str) -> str:
        if self.default_graph is None:
            return pattern
        return f"GRAPH {self.default_graph} {{ {pattern} }}"

    def _read(self, graph: str, count: int) -> Iterator[ox.Quad]:
        """The quads of a graph, ``""`` for the default graph."""
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else self._in_default("?s ?p ?o")
        sparql = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}"
        found = 0
        with self.service.query(sparql, "application/n-triples") as answer:
            for quad in ox.parse(_stream(answer), ox.RdfFormat.N_TRIPLES):
                found += 1
                yield ox.Quad(quad.subject, quad.predicate, quad.object, name)
        if found != count:
            raise StoreError(
                f"Reading {graph or 'the default graph'} from the remote store",
                f"{found} triples came and {count} were counted.",
                "Raise the service's limit on results (Virtuoso: ResultSetMaxRows), or try again"
                " when nobody writes.",
            )

    def _rows(self, sparql: str) -> Iterator[dict[str, str]]:
        """The solutions of a SELECT, values without their types."""
        with self.service.query(sparql, "application/sparql-results+json") as answer:
            results = ox.parse_query_results(_stream(answer), ox.QueryResultsFormat.JSON)
            names = cast("ox.QuerySolutions", results).variables
            for row in cast("ox.QuerySolutions", results):
                yield {name.value: row[name].value for name in names}


def _loading(graph: ox.NamedNode) -> ox.NamedNode:
    """The graph in which the next content of a graph is prepared."""
    return ox.NamedNode(_LOADING + hashlib.sha256(graph.value.encode()).hexdigest()[:20])


class _Stream:
    """The chunks of an answer as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._rest += chunk
        size = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def _stream(answer: Answer) -> IO[bytes]:
    return cast("IO[bytes]", _Stream(answer.chunks))
