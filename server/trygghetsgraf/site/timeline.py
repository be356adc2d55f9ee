"""What was said and done when, on one scale; uncertain dates stay uncertain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.site.claims import Claim, read_claims
from trygghetsgraf.site.dates import bounds
from trygghetsgraf.site.visit import Visit

#: things on a page, and the width of the scale
SIZE, WIDTH = 150, 1000
#: years written along the scale, at most
_LABELS = 7

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
    uncertain: bool
    #: whether it is a document: what was said then
    said: bool
    claim: Claim | None


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
    rows = visit.opened.once("site-times", _read)
    start = (page - 1) * SIZE
    chosen = rows[start : start + SIZE]
    if not chosen and page > 1:
        return None
    claims = {
        c.iri: c for c in read_claims(visit.store, [r[3] for r in chosen if r[3]], visit.language)
    }
    low = min((r[0] for r in chosen), default=2020.0)
    high = max((r[1] for r in chosen), default=2021.0)
    first, last = int(low), int(high) + 1
    scale = WIDTH / max(1, last - first)
    moments = []
    for a, b, uncertain, claim, thing, time in chosen:
        width = max((b - a) * scale, 6)
        moments.append(
            Moment(
                thing,
                time,
                round((a - first) * scale, 1),
                round(width, 1),
                uncertain,
                not claim,
                claims.get(claim),
            )
        )
    step = max(1, -(-(last - first) // _LABELS))
    years = tuple((y, round((y - first) * scale, 1)) for y in range(first, last, step))
    visit.names.fetch(
        [*(m.thing for m in moments), *(i for c in claims.values() for i in c.things())]
    )
    return Timeline(tuple(moments), years, page, len(rows) > start + SIZE)


#: low, high, uncertain, claim, thing, time as written
_Row = tuple[float, float, bool, str, str, str]


def _read(store: ox.Store) -> list[_Row]:
    """Every dated thing; start and end of one thing in one claim make one time."""
    times: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in select(store, _TIMES):
        name = row["property"].value.rpartition("/")[2]
        times[row["thing"].value, row["claim"].value][name] = row["time"].value
    rows: list[_Row] = []
    for (thing, claim), found in times.items():
        time = found.get("during") or _joined(found.get("start", ""), found.get("end", ""))
        span = bounds(time)
        if span:
            rows.append((span[0], span[1], span[2], claim, thing, time))
    for row in select(store, _DOCUMENTS):
        span = bounds(row["time"].value)
        if span:
            rows.append(
                (
                    span[0],
                    span[1],
                    span[2] or "/" in row["time"].value,
                    "",
                    row["thing"].value,
                    row["time"].value,
                )
            )
    return sorted(rows)


def _joined(start: str, end: str) -> str:
    return f"{start or '..'}/{end or '..'}" if start or end else ""
