"""What a run should show, and whether it did."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trygghetsgraf.bench.hostile import Assault
from trygghetsgraf.bench.own import SMALLEST, Timing
from trygghetsgraf.bench.questions import FIGURES
from trygghetsgraf.bench.running import Figure, Result

#: of Oxigraph's own server, where nothing is known beforehand
_SHARE = 0.25
#: times as long as `oxigraph load`
_LOAD = 1.2
#: seconds
_COUNTS, _PUBLISH, _SMALL, _LARGE, _PAGE = 0.010, 0.200, 0.050, 2.0, 0.100
#: times its quiet value that an ordinary query may take beside hostile ones, and how these end
_BESIDE, _REFUSED = 3.0, frozenset({429, 503, 504, 507})
_FRESH = ("point look-up", "entity description")
_AGAIN = ("look-up again", "description again")


@dataclass(frozen=True)
class Aim:
    """Something that a run should show."""

    aim: str
    found: str
    met: bool


def of_servers(results: Sequence[Result]) -> Iterator[Aim]:
    """The aims for the comparison; ours comes first, and those that are not there are left out."""
    if not results or results[0].server != "Trygghetsgrafen":
        return
    ours, peers = results[0], {result.server: result for result in results[1:]}
    known = {figure.question: figure for figure in ours.figures}
    oxigraph = peers.get("Oxigraph")
    if oxigraph is not None:
        theirs = {figure.question: figure for figure in oxigraph.figures}
        for name in (name for name in _FRESH if name in known and name in theirs):
            share = _ratio(known[name], theirs[name])
            yield Aim(f"{name}: at least {_SHARE} of Oxigraph", f"{share:.2f}", share >= _SHARE)
    for name in _FRESH:
        yield from _ahead(name, known, {n: r for n, r in peers.items() if n != "Oxigraph"})
    for name in _AGAIN:
        yield from _ahead(name, known, peers)
    for name in (name for name in FIGURES if name in known):
        first = known[name].first
        yield _at_most(f"{name}: the first to ask, under 10 ms", first, _COUNTS)
    if oxigraph is not None and ours.load and oxigraph.load:
        ratio = ours.load / oxigraph.load
        yield Aim(f"loading: at most {_LOAD} × Oxigraph", f"{ratio:.2f} ×", ratio <= _LOAD)


def _ahead(name: str, ours: Mapping[str, Figure], peers: Mapping[str, Result]) -> Iterator[Aim]:
    ratios = {
        server: _ratio(ours[name], figure)
        for server, result in peers.items()
        for figure in result.figures
        if figure.question == name and name in ours
    }
    if ratios:
        found = ", ".join(f"{ratio:.2f} × {server}" for server, ratio in ratios.items())
        yield Aim(f"{name}: ahead of {', '.join(ratios)}", found, min(ratios.values()) > 1)


def _ratio(ours: Figure, other: Figure) -> float:
    return ours.rate / other.rate if other.rate else float("inf")


def of_own(own: Mapping[str, Sequence[Timing]]) -> Iterator[Aim]:
    """The aims for saved queries and pages."""
    for part, what, most in (
        ("saved-small", "saved queries on the project's own documents: each under 50 ms", _SMALL),
        ("saved", "saved queries on the generated graph: each under 2 s", _LARGE),
    ):
        if part in own:
            queries = [one for one in own[part] if one.name != SMALLEST]
            yield _each(what, {one.name: one.median for one in queries}, queries, most)
    for part in ("saved-small", "saved"):
        if part in own:
            again = {one.name: one.again for one in own[part] if one.again}
            smallest = again.pop(SMALLEST, 0.0)
            slowest = min(again.values(), default=0.0)
            found = f"{slowest:,.0f}/s, smallest {smallest:,.0f}/s"
            aim = "a saved query again: at the rate of the smallest response"
            yield Aim(aim, found, slowest >= smallest)
            break
    if "pages" in own:
        what = "pages on the generated graph: each first within 100 ms"
        yield _each(what, {one.name: one.first for one in own["pages"]}, own["pages"], _PAGE)


def _each(what: str, times: Mapping[str, float], found: Sequence[Timing], most: float) -> Aim:
    slowest = max(times, key=lambda name: times[name])
    late = sum(time > most for time in times.values())
    failed = sum(one.status not in (200, 404) for one in found)
    text = f"slowest {times[slowest] * 1000:,.0f} ms ({slowest}); {late} of {len(times)} later"
    return Aim(what, text + (f"; {failed} failed" if failed else ""), not late and not failed)


def of_publishing(times: Sequence[float]) -> Iterator[Aim]:
    """The aim for publications."""
    if times:
        median = statistics.median(times)
        yield _at_most(
            "publishing a document of 2,000 quads: median under 200 ms", median, _PUBLISH
        )


def of_assault(found: Assault | None) -> Iterator[Aim]:
    """The aims for hostile queries."""
    if found is not None:
        what = "20 hostile queries: ordinary p95 within 3 times its quiet value, none answered"
        refused = all(status in _REFUSED for status, _ in found.ends)
        yield Aim(what, f"{found.ratio:.2f} ×", found.ratio <= _BESIDE and refused)


def _at_most(what: str, found: float, most: float) -> Aim:
    return Aim(what, f"{found * 1000:,.1f} ms", found <= most)
