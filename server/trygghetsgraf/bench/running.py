"""One run: every server in turn, on the same data, with the same questions."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.bench import load
from trygghetsgraf.bench.generator import Made, document
from trygghetsgraf.bench.peers import Peer
from trygghetsgraf.bench.processes import Server, ask, memory
from trygghetsgraf.bench.questions import Question, path_of
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.writer import Writer

#: how often each analytic question is asked, by one client
_TIMES = 5


@dataclass(frozen=True)
class Figure:
    """How a server did on a question. Times in seconds."""

    question: str
    #: of the very first answer
    first: float
    median: float
    p95: float
    #: requests a second, 0 where one client asked a few times
    rate: float
    #: answers that were not 200
    refused: int = 0


@dataclass(frozen=True)
class Result:
    """How a server did."""

    server: str
    note: str
    load: float
    #: bytes, after the questions
    memory: int
    figures: Sequence[Figure] = field(default_factory=list)


def measure(
    peer: Peer,
    nquads: Path,
    folder: Path,
    questions: Sequence[Question],
    seconds: float,
    progress: Callable[[str], None],
) -> Result:
    """Load a server, ask it everything for so long each, and stop it."""
    folder.mkdir(parents=True)
    progress(f"loading {folder.name}")
    with peer(nquads, folder) as server:
        figures = []
        for question in questions:
            progress(f"{server.name}: {question.name}")
            figures.append(_figure(server, question, seconds))
        return Result(server.name, server.note, server.load, memory(server.pids), figures)


def _figure(server: Server, question: Question, seconds: float) -> Figure:
    def once(query: str, mark: str) -> tuple[int, float]:
        path = server.path + path_of(query, unique=True).replace("%s", mark)
        started = time.monotonic()
        status, _ = ask(server.url, path, question.accept)
        return status, time.monotonic() - started

    if question.kind == "analytic":
        asked = [once(question.queries[0], f"a{turn}") for turn in range(_TIMES)]
        times = [took for _, took in asked]
        refused = sum(status != 200 for status, _ in asked)
        return Figure(question.name, times[0], statistics.median(times), max(times), 0.0, refused)
    _, first = once(question.queries[0], "first")
    unique = question.kind == "random"
    paths = [server.path + path_of(query, unique=unique) for query in question.queries]
    headers = {"Accept": question.accept}
    load.drive(server.url, paths, 1, headers, load.CLIENTS)  # until it has warmed up
    found = load.drive(server.url, paths, seconds, headers, load.CLIENTS)
    return Figure(
        question.name, first, found.median, found.p95, found.rate, found.refused + found.broken
    )


def publish(state: Path, made: Made, times: int) -> list[float]:
    """Publish so many new documents, one by one, in a store that holds the graph: seconds."""
    took = []
    with Writer(state, "the benchmark") as writer:
        store = EmbeddedStore(writer)
        for number in range(made.documents, made.documents + times):
            graphs = {
                ox.NamedNode(graph): [
                    quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES)
                ]
                for graph, text in document(number, number)
            }
            started = time.monotonic()
            store.change(graphs)
            took.append(time.monotonic() - started)
    return took
