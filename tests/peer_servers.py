"""Other people's SPARQL servers, started on loopback with an empty folder and stopped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Peer:
    """A running server and where it listens."""

    name: str
    query_url: str
    update_url: str
    pid: int


@contextmanager
def oxigraph_server(folder: Path) -> Iterator[Peer]:
    """Oxigraph's own server (`oxigraph` on PyPI), empty."""
    program = _program("oxigraph", "install the development dependencies: scripts/env")
    port = free_port()
    command = [program, "serve", "--location", str(folder / "db"), "--bind", f"127.0.0.1:{port}"]
    url = f"http://127.0.0.1:{port}"
    with _running(command, folder, port) as pid:
        yield Peer("oxigraph", f"{url}/query", f"{url}/update", pid)


#: Only what an empty server on loopback needs; every other value is Virtuoso's own.
_VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
FileExtend = 200

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
ServerThreads = 20
CheckpointInterval = 60
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
SchedulerInterval = 10
DirsAllowed = .

[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerThreads = 10
EnableRequestTrap = 0

[SPARQL]
ResultSetMaxRows = {max_rows}
MaxQueryExecutionTime = 60
"""


@contextmanager
def virtuoso_server(
    folder: Path, max_rows: int = 10_000_000, *, federates: bool = False
) -> Iterator[Peer]:
    """Virtuoso 7 (Debian's virtuoso-opensource-7-bin), empty, open to updates.

    It cuts every answer after ``max_rows`` rows, and does not say so. One that ``federates``
    lets everybody use SERVICE.
    """
    do = "apt-get install virtuoso-opensource-7-bin"
    program = _program("virtuoso-t", do)
    console = _program("isql-vt", do)
    sql_port, http_port = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    text = _VIRTUOSO_INI.format(sql_port=sql_port, http_port=http_port, max_rows=max_rows)
    ini.write_text(text, encoding="ascii")
    url = f"http://127.0.0.1:{http_port}/sparql"
    with _running([program, "-f", "-c", str(ini)], folder, http_port, sql_port) as pid:
        grant = 'GRANT SPARQL_UPDATE TO "SPARQL";'
        if federates:
            grant += ' GRANT SPARQL_SPONGE TO "SPARQL"; GRANT SPARQL_SELECT_FED TO "SPARQL";'
            grant += ' GRANT SELECT ON DB.DBA.SPARQL_SINV_2 TO "SPARQL";'
            grant += ' GRANT EXECUTE ON DB.DBA.SPARQL_SINV_IMP TO "SPARQL";'
        subprocess.run(
            [console, f"127.0.0.1:{sql_port}", "dba", "dba", f"exec={grant}"],
            check=True,
            capture_output=True,
            timeout=60,
        )
        yield Peer("virtuoso", url, url, pid)


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def _running(command: list[str], folder: Path, *ports: int) -> Iterator[int]:
    """The server, from the moment when it listens on all its ports; its process id."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while not all(map(_listens, ports)):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _program(name: str, do: str) -> str:
    """Path of a program; without it the test is skipped, and fails in CI."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        message = f"{name} is not installed: {do}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


_NGINX = """\
daemon off;
worker_processes 1;
user root;
pid {folder}/nginx.pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location {prefix}/ {{
            proxy_pass {upstream}/;
            proxy_http_version 1.1;
        }}
    }}
}}
"""


@contextmanager
def nginx_proxy(folder: Path, port: int, prefix: str, upstream: str) -> Iterator[None]:
    """nginx (Debian's nginx) on a port of loopback: what is under the prefix goes upstream."""
    program = _program("nginx", "apt-get install nginx")
    config = folder / "nginx.conf"
    text = _NGINX.format(folder=folder, port=port, prefix=prefix, upstream=upstream)
    if os.geteuid() != 0:
        text = text.replace("user root;\n", "")
    config.write_text(text, encoding="utf-8")
    with _running([program, "-e", "stderr", "-c", str(config)], folder, port):
        yield
