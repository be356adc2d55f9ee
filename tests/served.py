"""A server over a small store, for the tests that need a socket."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from trygghetsgraf.query.jobs import Limits
from trygghetsgraf.settings import load_settings
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web import Running, serve
from trygghetsgraf.writes.tokens import Tokens

EX = "http://example.org/"

#: in the default graph three triples; in two graphs that share one of them
QUADS = f"""
<{EX}a> <{EX}name> "Anna"@sv .
<{EX}a> <{EX}knows> <{EX}b> .
<{EX}b> <{EX}name> "Bo, \\"B\\"" .
<{EX}a> <{EX}name> "Anna"@sv <{EX}g1> .
<{EX}a> <{EX}knows> <{EX}b> <{EX}g1> .
<{EX}a> <{EX}name> "Anna"@sv <{EX}g2> .
<{EX}b> <{EX}name> "Bo, \\"B\\"" <{EX}g2> .
"""

#: ends with the universe
ENDLESS = (
    "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(60)))} }}" for i in range(8))
    + " }"
)

#: keeps all that it makes
HUNGRY = (
    "SELECT (GROUP_CONCAT(?s) AS ?all) { "
    + " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(60)))} }}" for i in range(6))
    + f' BIND(CONCAT("{"x" * 5000}", STR(?v0)) AS ?s) }}'
)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "")

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    url: str,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 60.0,
) -> Reply:
    """One request over a connection of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, response.read())
    finally:
        connection.close()


def get(url: str, query: str, accept: str = "", more: str = "") -> Reply:
    """A query by GET."""
    headers = {"Accept": accept} if accept else {}
    return ask(url, "GET", f"/sparql?query={quote(query)}{more}", headers)


def publish(state: Path, quads: str = QUADS) -> None:
    """Make the quads the current snapshot of a state folder."""
    store = ox.Store(str(state / "writer"))
    store.clear()
    store.load(quads.encode(), format=ox.RdfFormat.N_QUADS)
    Snapshots(state).publish(store).close()


def bearer(state: Path, *graphs: str) -> dict[str, str]:
    """The header of a new token for some graphs, for all if none are named."""
    tokens = Tokens(state)
    secret = tokens.create(f"test-{len(tokens.all())}", graphs or ("*",))
    return {"Authorization": f"Bearer {secret}"}


@contextmanager
def served(
    state: Path,
    limits: Limits | None = None,
    changed: Mapping[str, object] = MappingProxyType({}),
    **more: Any,
) -> Iterator[Running]:
    """A running server, once it answers; ``changed`` are settings."""
    settings = load_settings(state=state, port=0, **changed)
    with serve(settings, limits=limits or Limits(), **more) as running:
        until = time.monotonic() + 30
        while ask(running.url, "GET", "/health").status != 200:
            assert time.monotonic() < until
        yield running
