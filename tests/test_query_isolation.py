"""A broker on systems that grant less than they should."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.served import EX, publish

from trygghetsgraf.query.client import Client
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.jobs import Job, Limits, Setup

LIMITS = Limits(quick_lane=2)
#: a broker, after the functions that are named have been made to say no
BROKER = """\
import logging, socket, sys
from trygghetsgraf.query import isolation, serving
from trygghetsgraf.query.jobs import Setup
logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
for name in sys.argv[3:]:
    setattr(isolation, name, lambda: False)
serving.serve(socket.socket(fileno=int(sys.argv[1])), Setup.from_text(sys.argv[2]))
"""
WARNING = "WARNING Nothing keeps evaluators from the network but the check of queries."
NAMED = f"SELECT * {{ ?s ?p ?o SERVICE <{EX}sparql> {{ ?s ?p ?o }} }}"


def job(query: str) -> Job:
    return Job(query, "192.0.2.1", f"{EX}base", table="csv", graph="turtle")


async def evaluated(address: Path) -> tuple[bytes, Outcome, set[int]]:
    """An answer, how a query that names a server ended, and the Seccomp modes of evaluators."""
    client = Client(address, LIMITS)
    answers = [await client.whole(job(f"SELECT ?o {{ <{EX}a> <{EX}knows> ?o }}")) for _ in range(3)]
    modes = set()
    for loan in client._loans._known.values():
        status = Path(f"/proc/{loan.pid}/status").read_text()
        modes.add(int(status.partition("Seccomp:")[2].split()[0]))
    with pytest.raises(QueryFailure) as raised:
        await client.whole(job(NAMED))
    assert client._channel is not None
    client._channel.close()
    return answers[-1], raised.value.outcome, modes


def run(tmp_path: Path, refused: Sequence[str], services: tuple[str, ...] = ()) -> tuple[str, int]:
    """What a broker writes that was refused some things; the mode of its evaluators."""
    publish(tmp_path)
    setup = Setup(tmp_path, LIMITS, services=services, workers=1)
    with socket.socket(socket.AF_UNIX) as inside:
        inside.bind(str(tmp_path / "broker"))
        inside.listen()
        broker = subprocess.Popen(
            [sys.executable, "-c", BROKER, str(inside.fileno()), setup.to_text(), *refused],
            pass_fds=[inside.fileno()],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    try:
        answer, outcome, modes = asyncio.run(evaluated(tmp_path / "broker"))
    finally:
        broker.send_signal(signal.SIGTERM)
        said = broker.communicate(timeout=30)[1]
    assert answer == f"o\r\n{EX}b\r\n".encode()
    assert outcome is Outcome.SERVICE
    (mode,) = modes
    return said, mode


def test_nothing_is_granted(tmp_path: Path) -> None:
    """It is said once that the check of queries stands alone; it does its work."""
    said, mode = run(tmp_path, ["leave_network", "forbid_sockets"])
    assert said.splitlines() == [WARNING]
    assert mode == 0


def test_no_namespaces_but_the_filter(tmp_path: Path) -> None:
    said, mode = run(tmp_path, ["leave_network"])
    assert said == ""
    assert mode == 2


def test_allowed_services_need_the_namespaces(tmp_path: Path) -> None:
    said, mode = run(tmp_path, ["leave_network"], (f"{EX}sparql",))
    assert said.splitlines() == [
        "ERROR SERVICE stays off: this system does not let us take evaluators off the net."
    ]
    assert mode == 2
