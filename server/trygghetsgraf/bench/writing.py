"""Writes: documents published one by one, with and without the gate that checks them."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from trygghetsgraf.bench.copies import Copy
from trygghetsgraf.bench.generator import Made, document
from trygghetsgraf.bench.peers import serving
from trygghetsgraf.errors import InputError
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.writer import Writer
from trygghetsgraf.writes.tokens import Tokens

#: graphs that somebody else sends in
_GRAPHS = "http://benchmark.invalid/graph/"


def publish(state: Path, made: Made, times: int) -> list[float]:
    """Publish so many new documents, one by one, in a store that holds the graph: seconds."""
    took = []
    with Writer(state, "the benchmark") as writer:
        store = EmbeddedStore(writer)
        for number in range(made.documents, made.documents + times):
            graphs = {
                ox.NamedNode(graph): [
                    quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES)
                ]
                for graph, text in document(number, number)
            }
            started = time.monotonic()
            store.change(graphs)
            took.append(time.monotonic() - started)
    return took


def put(state: Path, copy: Copy, times: int) -> list[float]:
    """Send a document to the server so many times, each under other names: seconds.

    Each is inferred and validated before it is published. Raises InputError if one is refused.
    """
    first = time.time_ns()  # so that another run on the same store writes new ones too
    sent = [copy.document(first + turn) for turn in range(times)]
    tokens, name = Tokens(state), f"benchmark-{first}"
    secret = tokens.create(name, (f"{_GRAPHS}*",))
    try:
        with serving(state) as server:
            return list(_put(server.url, secret, sent, first))
    finally:
        tokens.revoke(name)


def _put(url: str, secret: str, sent: Iterable[str], first: int) -> Iterable[float]:
    parts = urlsplit(url)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/n-triples"}
    for turn, text in enumerate(sent):
        started = time.monotonic()
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
        graph = quote(f"{_GRAPHS}{first + turn}", safe="")
        connection.request("PUT", f"/graphs?graph={graph}", text.encode(), headers)
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        if response.status != http.client.CREATED:
            raise InputError(
                "Writing a document for the benchmark",
                f"the answer was {response.status}: {answer[:500].decode(errors='replace')}",
                "Mend the document, or the gate.",
            )
        yield time.monotonic() - started
