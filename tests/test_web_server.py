"""Limits, failures and the processes behind the server, with real ones."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from tests.served import ENDLESS, EX, HUNGRY, Reply, ask, bearer, get, publish, served

from trygghetsgraf.errors import SettingsError
from trygghetsgraf.query.jobs import Limits
from trygghetsgraf.settings import load_settings
from trygghetsgraf.web import Running, serve

#: rows without end
FLOOD = (
    "SELECT * { "
    + " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(60)))} }}" for i in range(8))
    + " }"
)

LIMITS = Limits(
    deadline=2.0, patience=1.0, quick_lane=2, slow_lane=1, memory=200 << 20, result=50 << 20
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    publish(folder)
    return folder


@pytest.fixture(scope="module")
def running(state: Path) -> Iterator[Running]:
    with served(state, LIMITS, trusted_proxies=["127.0.0.1"]) as server:
        yield server


def evaluators(running: Running) -> set[int]:
    """The process ids of the broker's children."""
    broker = running._broker.pid
    listed = Path(f"/proc/{broker}/task/{broker}/children").read_text()
    return {int(pid) for pid in listed.split()}


def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def curl(running: Running, query: str, *more: str) -> tuple[int, str]:
    """Exit status of curl and the HTTP status."""
    done = subprocess.run(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "30", *more,
         f"{running.url}/sparql?query={quote(query)}"],
        capture_output=True,
        text=True,
    )  # fmt: skip
    return done.returncode, done.stdout


def kind(reply: Reply) -> str:
    assert reply.type == "application/problem+json"
    return str(reply.json()["type"]).rpartition("/")[2]


def measure(running: Running, name: str) -> float:
    """One of the measures."""
    for line in ask(running.url, "GET", "/metrics").body.decode().splitlines():
        if line.startswith(f"trygghetsgraf_{name} "):
            return float(line.rpartition(" ")[2])
    raise LookupError(name)


def responses(running: Running) -> dict[tuple[str, str], float]:
    """(status, cached) → how many, of what asked for something."""
    text = ask(running.url, "GET", "/metrics").body.decode()
    pattern = r'trygghetsgraf_responses_total\{cached="(\w+)",status="(\d+)"\} (\S+)'
    return {(status, cached): float(n) for cached, status, n in re.findall(pattern, text)}


def test_a_query_past_its_deadline(running: Running) -> None:
    started = time.monotonic()
    reply = get(running.url, ENDLESS)
    assert (reply.status, kind(reply)) == (504, "query-deadline")
    assert 2.0 <= time.monotonic() - started < 3.0


def test_a_request_can_ask_for_less_time(running: Running) -> None:
    started = time.monotonic()
    assert get(running.url, ENDLESS, more="&timeout=0.5").status == 504
    assert 0.5 <= time.monotonic() - started < 1.5


def test_a_request_cannot_ask_for_more_time(running: Running) -> None:
    started = time.monotonic()
    assert get(running.url, ENDLESS, more="&timeout=20").status == 504
    assert time.monotonic() - started < 3.0


def test_a_query_past_its_memory(running: Running) -> None:
    reply = get(running.url, HUNGRY)
    assert (reply.status, kind(reply)) == (507, "query-memory")


def test_a_query_nested_too_deeply(running: Running) -> None:
    body = ("ASK " + "{" * 100_000 + "}" * 100_000).encode()
    reply = ask(running.url, "POST", "/sparql", {"Content-Type": "application/sparql-query"}, body)
    assert (reply.status, kind(reply)) == (400, "query-syntax")
    assert (reply.json()["line"], reply.json()["column"]) == (1, 205)


def test_a_query_that_overflows_the_stack_of_the_engine(running: Running) -> None:
    """Not nested, but long: the evaluator is brought down, and another takes its place."""
    before = evaluators(running)
    body = f"ASK {{ FILTER(1{'+1' * 100_000} > 0) }}".encode()
    reply = ask(running.url, "POST", "/sparql", {"Content-Type": "application/sparql-query"}, body)
    assert (reply.status, kind(reply)) == (507, "query-memory")
    eventually(lambda: len(evaluators(running)) == LIMITS.quick_lane, 10)
    assert len(evaluators(running) - before) == 1
    assert get(running.url, "ASK { FILTER(1 > 0) }").status == 200


def test_a_result_that_breaks_off_is_no_result(running: Running) -> None:
    assert curl(running, FLOOD, "--limit-rate", "8M") == (18, "200")


def test_a_result_that_grows_too_large_is_no_result(running: Running) -> None:
    started = time.monotonic()
    assert curl(running, FLOOD)[0] == 18
    assert time.monotonic() - started < 3.0


@pytest.mark.parametrize("type_", ["text/csv", "application/sparql-results+json"])
def test_a_result_with_too_many_rows_is_no_result(state: Path, type_: str) -> None:
    with served(state, Limits(rows=20)) as running:
        most = get(running.url, FLOOD + " LIMIT 20", type_)
        assert most.status == 200
        reply = get(running.url, FLOOD + " LIMIT 21", type_)
        assert (reply.status, kind(reply)) == (507, "query-size")
        assert "more than 20 rows" in reply.json()["detail"]
        graph = (
            f"CONSTRUCT {{ <x:s> <x:p> ?v }} {{ VALUES ?v {{ {' '.join(map(str, range(60)))} }} }}"
        )
        assert get(running.url, f"{graph} LIMIT 20").status == 200
        assert get(running.url, f"{graph} LIMIT 21").status == 507


def test_a_client_that_reads_slowly_keeps_its_evaluator_until_the_deadline(
    running: Running,
) -> None:
    parts = urlsplit(running.url)
    before = evaluators(running)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as sock:
        started = time.monotonic()
        sock.sendall(f"GET /sparql?query={quote(FLOOD)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert sock.recv(1000).startswith(b"HTTP/1.1 200")
        assert get(running.url, "ASK {}").status == 200
        eventually(lambda: len(before - evaluators(running)) == 1, 4.0)
        assert LIMITS.deadline - 0.1 < time.monotonic() - started < LIMITS.deadline + 1.0
        received = b"x"
        while received:
            last, received = received, sock.recv(1 << 20)
        assert not last.endswith(b"0\r\n\r\n")


def test_measures(state: Path) -> None:
    with served(state, Limits(deadline=0.5), {"workers": 2}) as running:
        for _ in range(3):
            assert get(running.url, f"ASK {{ <{EX}a> ?p ?o }}").status == 200
        assert get(running.url, "nonsense").status == 400
        assert get(running.url, ENDLESS).status == 504
        eventually(lambda: responses(running).keys() >= {("400", "no"), ("504", "no")})
        counted = responses(running)
        assert counted[("400", "no")] == counted[("504", "no")] == 1
        assert counted[("200", "yes")] >= 1
        assert measure(running, 'queries_total{outcome="deadline"}') == 1
        assert measure(running, 'queries_total{outcome="syntax"}') == 1
        assert measure(running, "query_seconds_count") >= 3
        assert measure(running, "snapshot") == 1
        assert measure(running, "evaluators") == 4
        reply = ask(running.url, "GET", "/metrics")
        assert reply.type.startswith("text/plain; version=")


def test_a_line_for_each_query(state: Path, capfd: pytest.CaptureFixture[str]) -> None:
    query = f"ASK {{ <{EX}a> ?p 'secret-word' }}"
    token = bearer(state)
    secret = token["Authorization"].removeprefix("Bearer ")
    with served(state) as running:
        headers = {**token, "Connection": "close"}
        for _ in range(2):
            ask(running.url, "GET", f"/sparql?query={quote(query)}", headers)
        get(running.url, "nonsense")
        ask(running.url, "GET", "/")
        command = Path(f"/proc/{running._web.pid}/cmdline").read_bytes()
    said = capfd.readouterr().err
    assert "secret" not in said
    assert secret not in said
    assert secret.encode() not in command
    asked = [sha256(text.encode()).hexdigest()[:16] for text in (query, "nonsense")]
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    # two workers write when they like, and so does the server of other tests
    lines = sorted((line for line in lines if line["query"] in asked), key=itemgetter("time"))
    assert [(line["outcome"], line["status"]) for line in lines] == [
        ("complete", 200),
        ("complete", 200),
        ("syntax", 400),
    ]
    assert [line["query"] for line in lines] == [asked[0], asked[0], asked[1]]
    assert (lines[0]["snapshot"], lines[0]["cached"]) == (1, False)
    assert lines[0]["bytes"] == len(b'{"head":{},"boolean":false}')


def test_an_old_client_gets_all_or_an_error(running: Running) -> None:
    assert curl(running, FLOOD, "--http1.0")[1] in ("504", "507")
    assert curl(running, "SELECT * { VALUES ?x { 1 2 } }", "--http1.0") == (0, "200")
    long = FLOOD + " LIMIT 20000"
    done = subprocess.run(
        ["curl", "-sS", "--http1.0", f"{running.url}/sparql?query={quote(long)}&format=csv"],
        capture_output=True,
        check=True,
    )
    assert done.stdout == get(running.url, long, "text/csv").body
    assert done.stdout.count(b"\r\n") == 20_001


def test_the_head_of_an_endless_result(running: Running) -> None:
    reply = ask(running.url, "HEAD", f"/sparql?query={quote(FLOOD)}")
    assert (reply.status, reply.body) == (200, b"")


def test_long_queries_wait_and_then_are_refused(running: Running) -> None:
    """One is in the slow lane until its deadline; those behind it wait as long as they may."""
    with ThreadPoolExecutor(3) as pool:
        started = time.monotonic()
        replies = list(
            pool.map(
                lambda client: ask(
                    running.url,
                    "GET",
                    f"/sparql?query={quote(ENDLESS)}",
                    {"X-Forwarded-For": f"192.0.2.{client}"},
                ),
                range(3),
            )
        )
        assert sorted(reply.status for reply in replies) == [503, 503, 504]
        busy = next(reply for reply in replies if reply.status == 503)
        assert (kind(busy), busy.headers["retry-after"]) == ("query-busy", "1")
        assert time.monotonic() - started < 3.0


def test_a_client_that_leaves_is_not_waited_for(running: Running) -> None:
    before = evaluators(running)
    parts = urlsplit(running.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as sock:
        request = f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n"
        sock.sendall(request.encode())
        time.sleep(0.4)
    eventually(lambda: len(evaluators(running) - before) == 1)
    eventually(lambda: len(evaluators(running)) == LIMITS.quick_lane)


def test_a_client_that_leaves_in_the_middle(running: Running) -> None:
    parts = urlsplit(running.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as sock:
        sock.sendall(f"GET /sparql?query={quote(FLOOD)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert sock.recv(1000).startswith(b"HTTP/1.1 200")
    eventually(lambda: len(evaluators(running)) == LIMITS.quick_lane)
    assert get(running.url, "ASK {}").status == 200


def test_evaluators_have_no_network(running: Running) -> None:
    """They are in another network namespace, or may make no sockets at all."""
    ours = Path("/proc/self/ns/net").readlink()
    # after what other tests killed has been buried
    eventually(lambda: all(Path(f"/proc/{pid}/ns/net").exists() for pid in evaluators(running)))
    for pid in evaluators(running):
        status = Path(f"/proc/{pid}/status").read_text()
        assert Path(f"/proc/{pid}/ns/net").readlink() != ours or "Seccomp:\t2" in status


def test_an_evaluator_that_is_killed_is_replaced(running: Running) -> None:
    before = evaluators(running)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(evaluators(running) - before) == LIMITS.quick_lane)
    assert get(running.url, "ASK {}").status == 200


def test_a_budget_of_long_queries(state: Path) -> None:
    limits = Limits(deadline=1.0, budget=0.5, budget_rate=0.1)
    with served(state, limits, trusted_proxies=["127.0.0.1"]) as running:
        path = f"/sparql?query={quote(ENDLESS)}"
        one, other = ({"X-Forwarded-For": f"192.0.2.{i}"} for i in (1, 2))
        assert ask(running.url, "GET", path, one).status == 504
        reply = ask(running.url, "GET", path, one)
        assert (reply.status, kind(reply)) == (429, "query-budget")
        assert 1 <= int(reply.headers["retry-after"]) <= 5
        assert ask(running.url, "GET", path, other).status == 504


def test_without_a_snapshot(tmp_path: Path) -> None:
    with served(tmp_path) as running:
        reply = ask(running.url, "GET", "/ready")
        assert (reply.status, kind(reply)) == (503, "query-store")
        publish(tmp_path)
        assert ask(running.url, "GET", "/ready").json()["snapshot"] == 1


def test_a_new_snapshot_is_seen_at_once(tmp_path: Path) -> None:
    publish(tmp_path)
    with served(tmp_path) as running:
        assert get(running.url, f"ASK {{ <{EX}new> ?p ?o }}").json()["boolean"] is False
        publish(tmp_path, f"<{EX}new> <{EX}is> <{EX}here> .")
        for _ in range(5):
            assert get(running.url, f"ASK {{ <{EX}new> ?p ?o }}").json()["boolean"] is True


def test_a_damaged_snapshot_and_the_one_before_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    publish(tmp_path, f"<{EX}a> <{EX}in> <{EX}one> .")
    publish(tmp_path, f"<{EX}a> <{EX}in> <{EX}two> .")
    with served(tmp_path) as running:
        answer = get(running.url, "SELECT ?o { ?s ?p ?o }", "text/csv").body
        assert answer == f"o\r\n{EX}two\r\n".encode()
    for file in (tmp_path / "snapshots" / "2" / "store").glob("*.sst"):
        file.unlink()
    with served(tmp_path) as running:
        for _ in range(3):
            answer = get(running.url, "SELECT ?o { ?s ?p ?o }", "text/csv").body
            assert answer == f"o\r\n{EX}one\r\n".encode()
        ready = {"status": "damaged", "snapshot": 1, "damaged": 2}
        assert ask(running.url, "GET", "/ready").json() == ready
        assert measure(running, "snapshot_damaged") == 1
        publish(tmp_path, f"<{EX}a> <{EX}in> <{EX}three> .")
        answer = get(running.url, "SELECT ?o { ?s ?p ?o }", "text/csv").body
        assert answer == f"o\r\n{EX}three\r\n".encode()
        assert ask(running.url, "GET", "/ready").json() == {"status": "ok", "snapshot": 3}
        assert measure(running, "snapshot_damaged") == 0
    said = capfd.readouterr().err
    warnings = [line for line in said.splitlines() if line.startswith("WARNING")]
    assert len(warnings) == 1
    assert "An earlier snapshot serves: Opening snapshot 2:" in warnings[0]


def test_an_answer_under_way_ends_on_its_snapshot(tmp_path: Path) -> None:
    rows = "".join(f'<{EX}{i}> <{EX}p> "{"x" * 500}" .\n' for i in range(20_000))
    publish(tmp_path, rows)
    with served(tmp_path) as running:
        parts = urlsplit(running.url)
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as sock:
            path = f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}"
            sock.sendall(
                f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            received = sock.recv(1000)
            publish(tmp_path)
            while data := sock.recv(1 << 20):
                received += data
        assert received.endswith(b"0\r\n\r\n")
        assert received.count(b"x" * 500) > 19_000
        assert get(running.url, "SELECT * { ?s ?p ?o }", "text/csv").body.count(b"\r\n") == 4


def test_the_broker_may_die(state: Path) -> None:
    """Queries fail while it is away, and then go on; the one who waits restarts it."""
    code = (
        "import sys; from pathlib import Path; from trygghetsgraf.settings import load_settings; "
        "from trygghetsgraf.web import serve\n"
        "with serve(load_settings(state=Path(sys.argv[1]), port=0)) as running:\n"
        "    print(running.url, running._broker.pid, flush=True)\n"
        "    running.wait()\n"
        "print('stopped', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(state)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as program:
        assert program.stdout is not None
        url, broker = program.stdout.readline().split()
        assert get(url, "ASK {}").status == 200
        os.kill(int(broker), signal.SIGKILL)
        eventually(lambda: get(url, "ASK {}").status == 200, 15)
        program.send_signal(signal.SIGTERM)
        assert program.stdout.readline() == "stopped\n"
        assert program.wait(20) == 0


def test_stopping_lets_answers_end(state: Path) -> None:
    limits = Limits(deadline=2.0)
    with ThreadPoolExecutor(1) as pool, served(state, limits) as running:
        answer = pool.submit(get, running.url, ENDLESS)
        time.sleep(0.5)
        pids = {running._web.pid, running._broker.pid, *evaluators(running)}
        running.stop()
        assert answer.result().status == 504
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_port_that_is_taken(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match="Choose another"):
            serve(load_settings(state=state, port=port))
