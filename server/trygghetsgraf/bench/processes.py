"""Programs under test: started, waited for, measured and stopped."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from trygghetsgraf.errors import SettingsError

#: seconds that a server may take until it answers
_START = 600.0


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    name: str
    #: ``http://host:port``, and the path there up to where parameters go
    url: str
    path: str
    #: processes of which the memory is counted, with all that come from them
    pids: Sequence[int]
    #: seconds that loading took
    load: float
    #: what has to be known beside the figures
    note: str = ""


def program(name: str, do: str) -> str:
    """Path of a program, of this environment or of the system; raises SettingsError."""
    found = shutil.which(name, path=f"{sysconfig.get_path('scripts')}{os.pathsep}{os.defpath}")
    if found is None:
        raise SettingsError("Starting a peer", f"{name} is not installed.", do)
    return found


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], folder: Path, url: str) -> Iterator[int]:
    """A program, from the moment when it answers at a URL; its process id."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(url, process=process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, path: str = "/", process: subprocess.Popen[bytes] | None = None) -> None:
    """Return when something answers there; raises SettingsError if it does not in time."""
    until = time.monotonic() + _START
    while (process is None or process.poll() is None) and time.monotonic() < until:
        with suppress(OSError, http.client.HTTPException):
            if ask(url, path)[0] < 500:
                return
        time.sleep(0.1)
    raise SettingsError("Starting a peer", f"nothing answers at {url}.", "See its server.log.")


def ask(
    url: str, path: str, accept: str = "*/*", headers: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, bytes]:
    """One GET over a connection of its own: status and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    try:
        connection.request("GET", path, headers={"Accept": accept, **headers})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def memory(pids: Sequence[int]) -> int:
    """Bytes of memory of processes and their children; what several share counts once (PSS)."""
    total = 0
    for pid in pids:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        line = next(line for line in text.splitlines() if line.startswith("Pss:"))
        total += int(line.split()[1]) * 1024 + memory([int(child) for child in children])
    return total
