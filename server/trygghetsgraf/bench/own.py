"""What only this server has: saved queries, pages, descriptions of itself.

Each is asked over HTTP by one client, so that the time of one answer is what is found.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from trygghetsgraf.bench import load
from trygghetsgraf.bench.processes import Server, ask
from trygghetsgraf.namespaces import BASE, ID, page_url
from trygghetsgraf.saved.catalogue import Catalogue, SavedQuery
from trygghetsgraf.site.pages import ROUTES

#: how often each is asked, unless that takes longer than so many seconds
_TIMES, _ENOUGH = 5, 6.0
#: rows that a saved query is asked for; each request another number, so that none is known
_ROWS = 10_000
#: things of a generated graph that much leads to
_LARGE = (
    *(f"{ID}{path}" for path in ("kind/slag-0", "area/kommun-0", "area/omrade-0-0")),
    *(f"{ID}{path}" for path in ("actor/aktor-0-0", "status/ongoing", "force/states")),
    *(f"{ID}{path}" for path in ("measure/atgard-0-0", "document/svar-0-0")),
    *(f"{BASE}ontology/{name}" for name in ("Measure", "Claim", "status")),
)
_WELL_KNOWN = {
    "VoID": ("/.well-known/void", "text/turtle"),
    "catalogue": ("/catalog", "text/turtle"),
    "service description": ("/sparql", "text/turtle"),
}


#: name of the server's smallest response among the saved queries
SMALLEST = "smallest response"


@dataclass(frozen=True)
class Timing:
    """How long one answer took. Times in seconds."""

    name: str
    #: of the first time it was asked
    first: float
    median: float
    most: float
    bytes: int
    #: of the last answer that was not 200, else 200
    status: int = 200
    #: requests a second when asked again and again by several clients, 0 if that was not tried
    again: float = 0.0


Progress = Callable[[str], None]


def saved_queries(
    server: Server, catalogue: Catalogue, seconds: float, progress: Progress
) -> list[Timing]:
    """Every saved query with the values of its example, none known before, the slowest first.

    Three of them and the server's smallest response are then asked for so many seconds.
    """
    found = []
    for query in catalogue.values():
        progress(f"{server.name}: saved query {query.name}")
        found.append(_timed(server, query.name, _uncached(query), "application/json"))
    found.sort(key=lambda timing: -timing.median)
    for place in {0, len(found) // 2, len(found) - 1}:
        path = _results(catalogue[found[place].name], _ROWS)
        found[place] = replace(found[place], again=_again(server, path, seconds))
    smallest = _timed(server, SMALLEST, ["/health"] * _TIMES, "*/*")
    return [*found, replace(smallest, again=_again(server, "/health", seconds))]


def _uncached(query: SavedQuery) -> list[str]:
    return [_results(query, _ROWS - turn) for turn in range(1, _TIMES + 1)]


def _results(query: SavedQuery, rows: int) -> str:
    asked = urlencode({**query.header.example, "limit": rows})
    return f"/api/queries/{query.name}/results?{asked}"


def _again(server: Server, path: str, seconds: float) -> float:
    ask(server.url, path)
    load.drive(server.url, [path], 1, {}, load.CLIENTS)
    return load.drive(server.url, [path], seconds, {}, load.CLIENTS).rate


def pages(
    server: Server, things: Mapping[str, str], documents: Sequence[str], progress: Progress
) -> list[Timing]:
    """Every kind of page, the slowest first.

    ``things``: kind → key of one to show; ``documents``: keys of those whose text is there.
    """
    found = []
    for path in _addresses(things, documents):
        progress(f"{server.name}: page {path}")
        found.append(_timed(server, path, [path] * _TIMES, "text/html"))
    return sorted(found, key=lambda timing: -timing.first)


def _addresses(things: Mapping[str, str], documents: Sequence[str]) -> Iterator[str]:
    for path in ROUTES:
        if "<key>" in path:
            yield from (path.replace("<key>", key) for key in documents)
        elif "<" not in path:
            yield path
    yield from ("/search?q=nattvandring", "/search?q=trygghet", "/compare?page=2")
    for iri in (*(f"{ID}{kind}/{key}" for kind, key in things.items()), *_LARGE):
        yield page_url(iri, "", ".html")


def well_known(server: Server) -> list[Timing]:
    """What the server says of itself."""
    return [
        _timed(server, name, [path] * _TIMES, accept)
        for name, (path, accept) in _WELL_KNOWN.items()
    ]


def _timed(server: Server, name: str, paths: Sequence[str], accept: str) -> Timing:
    took, bad, size = [], 200, 0
    for path in paths:
        started = time.monotonic()
        status, body = ask(server.url, path, accept)
        took.append(time.monotonic() - started)
        bad, size = (bad, len(body)) if status == 200 else (status, size)
        if sum(took) > _ENOUGH:
            break
    return Timing(name, took[0], statistics.median(took), max(took), size, bad)
