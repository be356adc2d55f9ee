"""A writer that is killed with SIGKILL, at random moments of what it does."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.killed_writer import LEFT, LIST, RIGHT, content, listed

import trygghetsgraf
from trygghetsgraf.store.snapshots import Snapshots

PROGRAM = Path(__file__).with_name("killed_writer.py")
SERVER = Path(trygghetsgraf.__file__).parents[1]
#: phase → longest wait in seconds before the kill, so that all of the phase is hit
PHASES = {"update": 0.01, "backup": 0.01, "switch": 0.0002}


def number_in(store: ox.Store) -> int:
    """The number of the change that a store holds, all of it; fails if it is half of one."""

    def triples(graph: ox.NamedNode | ox.DefaultGraph) -> set[ox.Triple]:
        return {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}

    left = triples(LEFT)
    number = int(next(iter(left)).object.value)  # type: ignore[union-attr]
    assert left == triples(RIGHT) == content(number)
    assert triples(LIST) == listed(number)
    assert triples(ox.DefaultGraph()) == content(number) | listed(number)
    return number


class Reader(threading.Thread):
    """Reads the current snapshot without a pause, and keeps what went wrong."""

    def __init__(self, snapshots: Snapshots) -> None:
        super().__init__()
        self.stop = threading.Event()
        self.seen: list[int] = []
        self.fault: BaseException | None = None
        self._snapshots = snapshots

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                with self._snapshots.current() as snapshot:
                    self.seen.append(number_in(snapshot.open()))
        except BaseException as fault:
            self.fault = fault


def run_and_kill(state: Path, number: int, phase: str, chance: random.Random) -> tuple[int, str]:
    """Start a writer, kill it in a phase; the last acknowledged number and its last phase."""
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), str(state), str(number)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(SERVER)},
    ) as writer:
        assert writer.stdout is not None
        skip = chance.randrange(4)
        lines: list[bytes] = []
        for line in writer.stdout:
            lines.append(line)
            if line.startswith(phase.encode()):
                if not skip:
                    break
                skip -= 1
        time.sleep(chance.random() * PHASES.get(phase, 0))
        writer.kill()
        lines += writer.stdout.readlines()
    phases = [line.decode().split() for line in lines]
    acknowledged = [int(said) for name, said in phases if name == "acknowledged"]
    return max(acknowledged, default=number), phases[-1][0]


@pytest.mark.slow
def test_writer_killed_a_hundred_times_loses_nothing_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(2026)
    snapshots = Snapshots(tmp_path)
    number, _ = run_and_kill(tmp_path, 0, "acknowledged", chance)
    killed_in: Counter[str] = Counter()
    reader = Reader(snapshots)
    reader.start()
    try:
        while killed_in.total() < 100 or min(killed_in[phase] for phase in PHASES) < 10:
            assert killed_in.total() < 400, killed_in
            rarest = min(PHASES, key=lambda phase: killed_in[phase])
            aim = chance.choice([*PHASES, rarest])
            acknowledged, phase = run_and_kill(tmp_path, number, aim, chance)
            killed_in[phase] += 1
            with snapshots.current() as snapshot:
                found = number_in(snapshot.open())
            # the change under way may have been published just before its end was told
            assert found in {acknowledged, acknowledged + 1}
            number = found
            assert reader.fault is None
    finally:
        reader.stop.set()
        reader.join()
    print(f"killed in {dict(killed_in)}; {number} changes; {len(reader.seen)} reads")
    assert reader.fault is None
    assert reader.seen == sorted(reader.seen)
