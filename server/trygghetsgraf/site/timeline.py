"""What was said and done when, on one scale; uncertain dates stay uncertain."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.site.claims import Claim, read_claims
from trygghetsgraf.site.dates import bounds
from trygghetsgraf.site.visit import Visit

#: things on a page, and the width of the scale
SIZE, WIDTH = 100, 1000
#: years written along the scale, at most, and how narrow a moment is drawn
_LABELS, _NARROWEST = 7, 6
_DOUBT = re.compile(r"[~?%]")

_TIMES = """
SELECT ?thing ?property ?time ?claim {
  VALUES ?property { tg:during tg:start tg:end }
  ?s rdf:predicate ?property ; rdf:subject ?thing ; rdf:object ?time .
  ?claim tg:states ?s .
} LIMIT 3000
"""
_DOCUMENTS = """
SELECT ?thing ?time { ?thing tg:claimCount ?n ; tg:statusDate ?time } LIMIT 500
"""


@dataclass(frozen=True)
class Moment:
    """Something at a time."""

    thing: str
    #: EDTF, or two of them around a slash
    time: str
    #: on the scale
    x: float
    width: float
    #: how the time is known: ``exact``, ``about``, ``before`` or ``after`` what is written
    known: str
    #: what says so, all in the same way; none for a document, which is what was said then
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Timeline:
    """Moments in order, with the scale's years."""

    moments: tuple[Moment, ...]
    #: year and its place on the scale
    years: tuple[tuple[int, float], ...]
    page: int
    more: bool


def timeline(visit: Visit, page: int) -> Timeline | None:
    """A page of moments; None if there is none of that number."""
    rows = visit.opened.lately("site-times", _read)
    start = (page - 1) * SIZE
    chosen = rows[start : start + SIZE]
    if not chosen and page > 1:
        return None
    claims = {
        claim.iri: claim
        for claim in read_claims(
            visit.store,
            [iri for row in chosen for iri in row.claims],
            visit.language,
            stated=False,
        )
    }
    first = int(min((row.low for row in chosen), default=2020.0))
    last = int(max((row.high for row in chosen), default=2021.0)) + 1
    scale = WIDTH / (last - first)
    moments = [moment for row in chosen for moment in _moments(row, claims, first, scale)]
    step = max(1, -(-(last - first) // _LABELS))
    years = tuple((y, round((y - first) * scale, 1)) for y in range(first, last, step))
    visit.names.fetch(m.thing for m in moments)
    return Timeline(tuple(moments), years, page, len(rows) > start + SIZE)


class _Row(NamedTuple):
    """A dated thing; rows are in the order of their fields."""

    low: float
    high: float
    thing: str
    time: str
    claims: tuple[str, ...]


def _moments(row: _Row, claims: Mapping[str, Claim], first: int, scale: float) -> Iterator[Moment]:
    """Where a row stands on the scale, once for each way in which it is said.

    A side that is not known goes to the end of the scale.
    """
    x, end = (row.low - first) * scale, (row.high - first) * scale
    known = how_known(row.time)
    if known == "exact" and not row.claims and "/" in row.time:
        # a document is of one day somewhere between the two
        known = "about"
    if known == "before":
        x = 0.0
    elif known == "after":
        end = float(WIDTH)
    ways: defaultdict[str, list[Claim]] = defaultdict(list)
    for iri in row.claims:
        # of a large store the rows may be those of the snapshot before
        if iri in claims:
            ways[claims[iri].modality].append(claims[iri])
    for said in ways.values() if row.claims else ([],):
        width = round(max(end - x, _NARROWEST), 1)
        yield Moment(row.thing, row.time, round(x, 1), width, known, tuple(said))


def how_known(time: str) -> str:
    """Whether a date is ``exact``, ``about``, or ``before`` or ``after`` the one that is written.

    A month, a year or a season that is said without doubt is exact: it is as wide as it is.
    """
    first, slash, last = time.partition("/")
    if slash and first in ("", ".."):
        return "before"
    if slash and last in ("", ".."):
        return "after"
    return "about" if _DOUBT.search(time) else "exact"


def _read(store: ox.Store) -> list[_Row]:
    """Every thing at every time of it; start and end in one claim make one time."""
    times: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in select(store, _TIMES):
        name = row["property"].value.rpartition("/")[2]
        times[row["thing"].value, row["claim"].value][name] = row["time"].value
    rows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (thing, claim), found in times.items():
        time = found.get("during") or _joined(found.get("start", ""), found.get("end", ""))
        rows[thing, time].append(claim)
    for row in select(store, _DOCUMENTS):
        rows.setdefault((row["thing"].value, row["time"].value), [])
    spans = {key: bounds(key[1]) for key in rows}
    return sorted(
        _Row(span[0], span[1], thing, time, tuple(sorted(rows[thing, time])))
        for (thing, time), span in spans.items()
        if span
    )


def _joined(start: str, end: str) -> str:
    """From the earliest start to the latest end; what has no end is open."""
    first, last = start.partition("/")[0], end.rpartition("/")[2]
    return f"{first or '..'}/{last or '..'}" if start or end else ""
