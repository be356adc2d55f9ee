"""A hundred writes, a third of them violating, from four clients at once while others read."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.served import Reply, ask, bearer, get, served
from tests.written import PREFIXES, document, insertion

from trygghetsgraf.namespaces import ID, SHAPE, entailed_graph
from trygghetsgraf.query.jobs import Limits
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web import Running
from trygghetsgraf.writes.log import Log

EX = "https://example.org/many/"
WRITES = 100
CLIENTS = 4
DECLARED = PREFIXES.replace("@prefix", "PREFIX").replace(" .\n", "\n")
#: the message of the one shape that what is refused offends, and what it is about
MESSAGE = {
    "sv": "Ge saken ett namn på svenska och ett på engelska som den som inte läst dokumentet"
    " förstår, på en rad och högst 250 tecken.",
    "en": "Give the thing one Swedish and one English name that somebody who has not read the"
    " document understands, on one line and 250 characters at most.",
}


@dataclass(frozen=True)
class Write:
    """One of the hundred."""

    number: int

    @property
    def graph(self) -> str:
        return f"{EX}{self.number}"

    @property
    def conforms(self) -> bool:
        return self.number % 3 != 0

    @property
    def language(self) -> str:
        return "sv" if self.number % 2 else "en"

    @property
    def is_document(self) -> bool:
        """A document with claims, or only an actor with its names."""
        return self.number % 4 == 0

    @property
    def thing(self) -> str:
        """What it is about, and what is at fault in one that does not conform."""
        kind = "measure/kameror" if self.is_document else "actor/grannsamverkan"
        return str(ID[f"{kind}-{self.number}"])

    def send(self, url: str, token: dict[str, str]) -> Reply:
        """By Update and by the Graph Store in turn."""
        headers = {**token, "Accept-Language": self.language}
        if self.number // 2 % 2:
            headers["Content-Type"] = "application/sparql-update"
            return ask(url, "POST", "/sparql", headers, self._update())
        headers["Content-Type"] = "text/turtle"
        path = f"/graphs?graph={quote(self.graph, safe='')}"
        return ask(url, "PUT", path, headers, self._turtle())

    def _actor(self) -> str:
        names = "'Grannar'@sv , 'Neighbours'@en" if self.conforms else "'Grannar'@sv"
        return f"<{self.thing}> a tg:Organisation ; rdfs:label {names} ."

    def _turtle(self) -> bytes:
        if self.is_document:
            return document(self.number, named=self.conforms)
        return (PREFIXES + self._actor()).encode()

    def _update(self) -> bytes:
        if self.is_document:
            return insertion(self.graph, self.number, named=self.conforms)
        data = f"INSERT DATA {{ GRAPH <{self.graph}> {{ {self._actor()} }} }}"
        return (DECLARED + data).encode()


class Readers:
    """Clients that read all the while; what they see is all or nothing of each write."""

    def __init__(self, url: str) -> None:
        self.seen = 0
        self._url = url
        self._stop = threading.Event()

    def read(self) -> None:
        names = " ".join(f"<{Write(n).graph}>" for n in range(WRITES))
        query = (
            f"SELECT ?g (COUNT(*) AS ?n) {{ VALUES ?g {{ {names} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            " GROUP BY ?g"
        )
        for turn in count():
            headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
            body = f"{query}\n# {turn} {threading.get_ident()}".encode()
            reply = ask(self._url, "POST", "/sparql", headers, body)
            assert reply.status == 200
            for row in reply.body.decode().split()[1:]:
                graph, size = row.split(",")
                write = Write(int(graph.removeprefix(EX)))
                assert write.conforms
                assert int(size) == (74 if write.is_document else 3)
            self.seen += 1
            if self._stop.wait(0.02):
                return

    def stop(self) -> None:
        self._stop.set()


@pytest.fixture
def running(published: Path, tmp_path: Path) -> Iterator[Running]:
    shutil.copytree(published, tmp_path / "state", symlinks=True)
    # a slow machine is no fault
    with served(tmp_path / "state", Limits(deadline=60, patience=60)) as running:
        yield running


def sees(url: str, write: Write) -> bool:
    """Whether new connections, whichever worker answers them, see what was written."""
    pattern = f"GRAPH <{write.graph}> {{ <{write.thing}> ?p ?o }} <{write.thing}> ?p ?o"
    found = {bool(get(url, f"ASK {{ {pattern} }}").json()["boolean"]) for _ in range(3)}
    assert len(found) == 1
    return found.pop()


def check_report(reply: Reply, write: Write) -> None:
    """The report names the focus node, the shape and what to mend, in the client's language."""
    assert reply.status == 422, write
    assert reply.headers["content-language"] == write.language
    (result,) = reply.json()["results"]
    assert result == {
        "focusNode": write.thing,
        "resultPath": "http://www.w3.org/2000/01/rdf-schema#label",
        "value": None,
        "sourceShape": f"{SHAPE}Named-label",
        "sourceConstraint": None,
        "resultSeverity": "Violation",
        "resultMessage": MESSAGE[write.language],
    }


@pytest.mark.slow
def test_a_hundred_writes(running: Running, tmp_path: Path) -> None:
    url, state = running.url, tmp_path / "state"
    token = bearer(state, f"{EX}*")
    readers = Readers(url)

    def client(first: int) -> None:
        for number in range(first, WRITES, CLIENTS):
            write = Write(number)
            reply = write.send(url, token)
            if write.conforms:
                assert reply.status in (201, 204), (number, reply.body)
            else:
                check_report(reply, write)
            assert sees(url, write) == write.conforms

    with ThreadPoolExecutor(CLIENTS + 2) as threads:
        reading = [threads.submit(readers.read) for _ in range(2)]
        writing = [threads.submit(client, first) for first in range(CLIENTS)]
        try:
            for job in writing:
                job.result()
        finally:
            readers.stop()
        for job in reading:
            job.result()
    assert readers.seen > WRITES / CLIENTS
    accepted = {write.graph for write in map(Write, range(WRITES)) if write.conforms}
    with Snapshots(state).current() as snapshot:
        store = snapshot.open()
        names = {str(graph).strip("<>") for graph in store.named_graphs()}
        everything = {str(term) for quad in store for term in (quad.subject, quad.object)}
    assert {name for name in names if name.startswith(EX)} == accepted
    refused = [write for write in map(Write, range(WRITES)) if not write.conforms]
    assert not everything & {f"<{write.thing}>" for write in refused}
    assert not names & {str(entailed_graph(write.graph)) for write in refused}
    records = Log(Snapshots(state)).records()
    assert {graph for record in records for graph in record.graphs or ()} == accepted
    assert [record.snapshot for record in records] == [*range(2, len(accepted) + 2)]
