"""Ordinary queries beside twenty that would run for ever or take all memory.

Each of the twenty comes from a client of its own, all at once. What ordinary ones take
meanwhile is compared with what they take when nobody else asks.
"""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from trygghetsgraf.bench.processes import ask, wait_for
from trygghetsgraf.bench.questions import path_of
from trygghetsgraf.settings import load_settings
from trygghetsgraf.web.server import serve

#: seconds between ordinary queries
_PAUSE = 0.005
_MANY = 20
#: for the status of an answer that had begun, and was not sent to its end
BROKEN_OFF = 0
#: bytes that one of them may take
_MEMORY = 400 << 20

_VALUES = " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(60)))} }}" for i in range(8))
HOSTILE = (
    f"SELECT (COUNT(*) AS ?n) {{ {_VALUES} }}",
    f"SELECT (GROUP_CONCAT(?s) AS ?all) {{ {_VALUES} BIND(CONCAT('{'x' * 3000}', STR(?v0))"
    " AS ?s) }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a = ?b || ?c = ?d) }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c",
)


@dataclass(frozen=True)
class Assault:
    """What was seen. Times in seconds."""

    #: of ordinary queries: 95th percentile and how many there were, before and meanwhile
    quiet: float
    quiet_many: int
    busy: float
    busy_many: int
    #: status of each hostile query and when it ended
    ends: Sequence[tuple[int, float]]

    @property
    def ratio(self) -> float:
        """How many times longer ordinary queries took meanwhile."""
        return self.busy / self.quiet


def assault(
    state: Path, ordinary: Sequence[str], *, deadline: float = 10.0, quiet: float = 5.0
) -> Assault:
    """Start a server on a state folder and send it all that; ``ordinary`` are short queries.

    ``deadline`` is how many seconds a query may run, ``quiet`` how long ordinary ones are alone.
    """
    settings = load_settings(
        state=state,
        port=0,
        log_queries=False,
        query_seconds=deadline,
        query_memory=_MEMORY,
        trusted_proxies=("127.0.0.1",),
    )
    with serve(settings) as server, ThreadPoolExecutor(_MANY + 1) as pool:
        wait_for(server.url, "/ready")
        numbers = count()

        def one(query: str, client: str) -> tuple[int, float]:
            asked = path_of(query, unique=True).replace("%s", f"h{next(numbers)}")
            started = time.monotonic()
            headers = {"X-Forwarded-For": client}
            try:
                status, _ = ask(server.url, f"/sparql?{asked}", headers=headers)
            except http.client.IncompleteRead:
                status = BROKEN_OFF
            return status, time.monotonic() - started

        def until(stop: threading.Event) -> list[float]:
            times = []
            while not stop.wait(_PAUSE):
                number = next(numbers)
                status, took = one(ordinary[number % len(ordinary)], "198.51.100.1")
                if status == 200:
                    times.append(took)
            return times

        def during(seconds: float) -> list[float]:
            stop = threading.Event()
            found = pool.submit(until, stop)
            time.sleep(seconds)
            stop.set()
            return found.result()

        during(1.0)  # until it has warmed up
        alone = during(quiet)
        stop = threading.Event()
        found = pool.submit(until, stop)
        attacks = [
            pool.submit(one, HOSTILE[i % len(HOSTILE)], f"192.0.2.{i}") for i in range(_MANY)
        ]
        wait(attacks)
        stop.set()
        ends = [attack.result() for attack in attacks]
        busy = found.result()
    return Assault(_p95(alone), len(alone), _p95(busy), len(busy), ends)


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
