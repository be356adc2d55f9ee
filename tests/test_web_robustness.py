"""Twenty hostile queries at once, from as many clients, beside ordinary ones."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

import pytest
from tests.served import ENDLESS, EX, HUNGRY, ask, publish, served

from trygghetsgraf.query.jobs import Limits
from trygghetsgraf.web import Running

LIMITS = Limits(deadline=6.0, patience=4.0, memory=300 << 20)
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a = ?b || ?c = ?d) }"
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"
HOSTILE = [ENDLESS, HUNGRY, CROSS, SORTED]
#: a process's memory that is not its queries' own: the interpreter, the engine, its files
_BASE_MEMORY = 150 << 20


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    rows = "".join(f'<{EX}{i}> <{EX}p{i % 7}> "value {i}" .\n' for i in range(20_000))
    publish(tmp_path, rows)
    with served(tmp_path, LIMITS, trusted_proxies=["127.0.0.1"]) as server:
        yield server


def seconds(url: str, query: str, client: str) -> tuple[int, float]:
    """The status of an answer and how long it took."""
    started = time.monotonic()
    reply = ask(url, "GET", f"/sparql?query={quote(query)}", {"X-Forwarded-For": client})
    return reply.status, time.monotonic() - started


def ordinary(url: str, stop: threading.Event) -> list[float]:
    """How long ordinary queries take until told to stop; all of them must succeed."""
    times: list[float] = []
    while not stop.is_set():
        query = f"SELECT * {{ <{EX}{len(times) % 20_000}> ?p ?o }}"
        status, took = seconds(url, query, "198.51.100.1")
        assert status == 200
        times.append(took)
        time.sleep(0.01)
    return times


def family(pid: int) -> set[int]:
    """A process and all that come from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {pid}.union(*(family(int(child)) for child in children))


def resident(pids: set[int]) -> int:
    """Bytes of memory that are theirs alone, added up."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/statm").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")
    return total


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


@pytest.mark.slow
def test_hostile_queries_end_and_ordinary_ones_go_on(running: Running) -> None:
    broker = running._broker.pid
    with ThreadPoolExecutor(22) as pool:
        stop = threading.Event()
        quiet = pool.submit(ordinary, running.url, stop)
        time.sleep(4)
        stop.set()
        quiet_p95 = p95(quiet.result())
        files = len(list(Path(f"/proc/{broker}/fd").iterdir()))

        stop = threading.Event()
        busy = pool.submit(ordinary, running.url, stop)
        hostile = [
            pool.submit(seconds, running.url, HOSTILE[i % 4], f"192.0.2.{i}") for i in range(20)
        ]
        most = 0
        while not all(answer.done() for answer in hostile):
            most = max(most, resident(family(broker)))
            time.sleep(0.1)
        stop.set()

    ends = {504: LIMITS.deadline, 503: LIMITS.patience}
    for status, took in (answer.result() for answer in hostile):
        assert status in (503, 504, 507)
        if status in ends:
            assert ends[status] <= took < ends[status] + 1.0
        else:
            assert took < LIMITS.deadline + 1.0
    assert 504 in {answer.result()[0] for answer in hostile}

    # On a machine with other work a single slow moment must not decide.
    assert p95(busy.result()) <= max(3 * quiet_p95, 0.05)

    places = LIMITS.slow_lane + LIMITS.quick_lane
    assert most < places * (LIMITS.memory + _BASE_MEMORY) + LIMITS.paused * _BASE_MEMORY

    time.sleep(0.5)
    assert len(family(broker)) == 1 + LIMITS.quick_lane
    assert len(list(Path(f"/proc/{broker}/fd").iterdir())) == files
