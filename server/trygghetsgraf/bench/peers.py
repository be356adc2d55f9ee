"""The servers that are compared, each loaded with the same file."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from trygghetsgraf.bench.processes import Server, free_port, program, running, wait_for
from trygghetsgraf.settings import load_settings
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.writer import Writer
from trygghetsgraf.web.server import serve

#: starts a server on a file, in a folder of its own
Peer = Callable[[Path, Path], AbstractContextManager[Server]]

#: seconds
_NO_BUDGET = 1e6
_RDFLIB_ENDPOINT = "rdflib-endpoint[cli]==0.6.3"


def load_ours(nquads: Path, state: Path) -> float:
    """Build a published snapshot from a file; the seconds it took."""
    started = time.monotonic()
    with Writer(state, "the benchmark") as writer:
        EmbeddedStore(writer).rebuild(nquads)
    return time.monotonic() - started


@contextmanager
def trygghetsgrafen(nquads: Path, folder: Path) -> Iterator[Server]:
    """This server on a file; one that was loaded in that folder before is taken as it is."""
    state = folder / "state"
    load = 0.0 if state.exists() else load_ours(nquads, state)
    with serving(state, load) as server:
        yield server


@contextmanager
def serving(state: Path, load: float = 0.0) -> Iterator[Server]:
    """This server on a state folder, with its default settings and no log of queries.

    Only the budget of long queries that one client has is not kept to: all come from one.
    """
    settings = load_settings(state=state, port=0, log_queries=False, client_budget=_NO_BUDGET)
    with serve(settings) as server:
        wait_for(server.url, "/ready")
        pids = [server._web.pid, server._broker.pid]
        yield Server("Trygghetsgrafen", server.url, "/sparql?", pids, load)


@contextmanager
def oxigraph(nquads: Path, folder: Path) -> Iterator[Server]:
    """Oxigraph's own server, read-only."""
    command = program("oxigraph", "Install the development dependencies: scripts/env")
    started = time.monotonic()
    subprocess.run(
        [command, "load", "--location", str(folder / "db"), "--file", str(nquads)],
        check=True,
        capture_output=True,
    )
    load = time.monotonic() - started
    address = f"127.0.0.1:{free_port()}"
    serve_it = [command, "serve-read-only", "--location", str(folder / "db"), "--bind", address]
    with running(serve_it, folder, f"http://{address}") as pid:
        yield Server("Oxigraph", f"http://{address}", "/query?", [pid], load)


#: what differs from Virtuoso's own values: ports, folders, and memory for a graph of millions
_VIRTUOSO = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 20
CheckpointInterval = 0
NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
DirsAllowed = .

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 12
EnableRequestTrap = 0

[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 300
"""
#: it has no default graph, so the triples of ours go into a graph that every request names
_MERGE = "http://merge.invalid/"


@contextmanager
def virtuoso(nquads: Path, folder: Path) -> Iterator[Server]:
    """Virtuoso 7 (Debian), its default graph filled with the triples of ours."""
    do = "apt-get install virtuoso-opensource-7-bin"
    command, console = program("virtuoso-t", do), program("isql-vt", do)
    sql, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_VIRTUOSO.format(sql=sql, http=http), encoding="ascii")
    (folder / "graph.nq").symlink_to(nquads.resolve())
    url = f"http://127.0.0.1:{http}"
    with running([command, "-f", "-c", str(ini)], folder, url) as pid:
        started = time.monotonic()
        load_it = f"ld_dir('.', 'graph.nq', '{_MERGE}'); rdf_loader_run(); checkpoint;"
        subprocess.run(
            [console, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load_it}"],
            check=True,
            capture_output=True,
        )
        load = time.monotonic() - started
        merge = f"/sparql?default-graph-uri={quote(_MERGE, safe='')}&"
        yield Server("Virtuoso 7", url, merge, [pid], load)


def rdflib_endpoint(quads: int) -> Peer:
    """rdflib-endpoint, in an environment of its own, on the default graph of that much."""

    @contextmanager
    def started(nquads: Path, folder: Path) -> Iterator[Server]:
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        pip = [str(folder / "venv" / "bin" / "pip"), "install", "--quiet", _RDFLIB_ENDPOINT]
        subprocess.run(pip, check=True, capture_output=True)
        part = folder / "graph.nt"
        first = islice(ox.parse(path=nquads, format=ox.RdfFormat.N_QUADS), quads)
        merged = (quad for quad in first if quad.graph_name == ox.DefaultGraph())
        ox.serialize((quad.triple for quad in merged), part, ox.RdfFormat.N_TRIPLES)
        port = free_port()
        command = [str(folder / "venv" / "bin" / "rdflib-endpoint"), "serve"]
        command += ["--host", "127.0.0.1", "--port", str(port), str(part)]
        url, began = f"http://127.0.0.1:{port}", time.monotonic()
        with running(command, folder, url) as pid:
            load = time.monotonic() - began
            note = f"only the default graph of the first {quads:,} quads"
            yield Server("rdflib-endpoint", url, "/?", [pid], load, note)

    return started
