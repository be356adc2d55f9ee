"""Clients: wrk, a load generator in C that costs some microseconds a request.

Eight connections, each with one request under way; every request its own.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import count
from pathlib import Path

from trygghetsgraf.errors import SettingsError

#: clients that ask at the same time, each waiting for its answer
CLIENTS = 8
_THREADS = 2
_runs = count()


@dataclass(frozen=True)
class Load:
    """What the clients saw. Times in seconds."""

    requests: int
    seconds: float
    median: float
    p95: float
    most: float
    #: answers that were not 200
    refused: int
    #: connections that failed or answers that did not come in time
    broken: int
    #: of answers, with their heads
    bytes: int
    #: processor time of the clients themselves, in seconds
    own: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def wrk() -> str:
    """Path of the program; raises SettingsError where it is missing."""
    found = shutil.which("wrk")
    if found is None:
        raise SettingsError("Making load", "wrk is not installed.", "apt-get install wrk")
    return found


def drive(
    url: str, paths: Sequence[str], seconds: float, headers: Mapping[str, str], clients: int
) -> Load:
    """Ask a server (``http://host:port``) for the paths again and again, for so long.

    ``%s`` in a path becomes something else in every request.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paths"
        file.write_text("".join(f"{path}\n" for path in paths), encoding="ascii")
        script = resources.files("trygghetsgraf.bench").joinpath("wrk.lua")
        with resources.as_file(script) as lua:
            command = [wrk(), "-t", str(min(_THREADS, clients)), "-c", str(clients)]
            command += ["-d", f"{seconds:.0f}s", "--timeout", "120s", "-s", str(lua), url]
            for name, value in headers.items():
                command[-1:-1] = ["-H", f"{name}: {value}"]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            ran = subprocess.run(
                [*command, "--", str(file), f"r{next(_runs)}x"],
                check=True,
                capture_output=True,
                text=True,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Load(**json.loads(ran.stdout.splitlines()[-1]), own=own)
