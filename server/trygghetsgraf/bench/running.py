"""One run: every server in turn, on the same data, with the same questions."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from trygghetsgraf.bench import load
from trygghetsgraf.bench.peers import Peer
from trygghetsgraf.bench.processes import Server, ask, memory
from trygghetsgraf.bench.questions import Question, path_of

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


def compare(
    peers: Mapping[str, Peer],
    nquads: Path,
    folder: Path,
    questions: Sequence[Question],
    seconds: float,
    progress: Callable[[str], None],
) -> list[Result]:
    """Load all servers, then ask each question of one after the other, for so long each.

    All are there all the time, and those that are not asked do nothing: so what else the
    machine does in the course of a run falls on all of them.
    """
    with ExitStack() as stack:
        servers = []
        for name, peer in peers.items():
            progress(f"loading {name}")
            (folder / name).mkdir(parents=True, exist_ok=True)
            servers.append(stack.enter_context(peer(nquads, folder / name)))
        figures: dict[str, list[Figure]] = {server.name: [] for server in servers}
        for question in questions:
            for server in servers:
                progress(f"{server.name}: {question.name}")
                figures[server.name].append(_figure(server, question, seconds))
        return [
            Result(server.name, server.note, server.load, memory(server.pids), figures[server.name])
            for server in servers
        ]


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
