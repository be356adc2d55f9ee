"""Municipalities and kinds of measures as a matrix."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from trygghetsgraf.namespaces import ID
from trygghetsgraf.site.measures import Measure, Measures, measures, whole
from trygghetsgraf.site.visit import Visit

#: kinds and municipalities side by side on a page
ROWS, COLUMNS = 60, 12

#: status → how it is drawn: as done, as promised, as wished for, as turned down
WAY_OF_STATUS = {
    "ongoing": "reported",
    "completed": "reported",
    "on-trial": "reported",
    "ended": "reported",
    "planned": "promised",
    "decided": "promised",
    "agreed": "proposed",
    "proposed": "proposed",
    "under-investigation": "proposed",
    "rejected": "denied",
}
#: what the matrix can be narrowed by: parameter → field of a measure
FILTERS = {"approach": "approaches", "target": "targets", "party": "parties", "year": "years"}


@dataclass(frozen=True)
class Cell:
    """The measures of one kind in one municipality."""

    count: int
    #: status and how many have it; the empty one for those without
    statuses: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Matrix:
    """The comparison as a table."""

    municipalities: tuple[str, ...]
    #: kind → municipality → cell
    rows: tuple[tuple[str, Mapping[str, Cell]], ...]
    #: parameter → what it can be
    options: Mapping[str, tuple[str | int, ...]]
    asked: Mapping[str, str]
    page: int
    more: bool
    #: how many municipalities there are, and which of them, counted from 1, is the first here
    of: int
    first: int


def compare(visit: Visit, asked: Mapping[str, str], page: int) -> Matrix | None:
    """The matrix for what is asked; None if there is no such page of it."""
    every = measures(visit.opened)
    given = {name: asked.get(name, "") for name in (*FILTERS, "shared", "from")}
    cells: defaultdict[str, defaultdict[str, list[Measure]]] = defaultdict(
        lambda: defaultdict(list)
    )
    columns: Counter[str] = Counter()
    for measure in _chosen(every, given):
        for area in measure.municipalities if measure.kinds else ():
            columns[area] += 1
            for kind in measure.kinds:
                cells[kind][area].append(measure)
    kinds = [k for k in cells if not given["shared"] or len(cells[k]) > 1]
    names = visit.names
    options = {
        name: tuple(every.values(field)) for name, field in FILTERS.items() if name != "year"
    }
    names.fetch([*kinds, *columns, *(str(o) for values in options.values() for o in values)])
    kinds.sort(key=lambda k: (-len(cells[k]), names.of(k).casefold()))
    start = (page - 1) * ROWS
    if page > 1 and start >= len(kinds):
        return None
    ranked = sorted(columns, key=lambda a: (-columns[a], a))
    first = max(1, min(whole(given["from"]) or 1, len(ranked)))
    rows = tuple(
        (kind, {area: _cell(found) for area, found in cells[kind].items()})
        for kind in kinds[start : start + ROWS]
    )
    names.fetch({s for _, row in rows for cell in row.values() for s, _ in cell.statuses if s})
    by_name = {
        n: tuple(sorted(v, key=lambda o: names.of(str(o)).casefold())) for n, v in options.items()
    }
    return Matrix(
        tuple(sorted(ranked[first - 1 : first - 1 + COLUMNS], key=names.of)),
        rows,
        {**by_name, "year": tuple(sorted({y for m in every.by_iri.values() for y in m.years}))},
        given,
        page,
        len(kinds) > start + ROWS,
        len(ranked),
        first,
    )


def _chosen(every: Measures, given: Mapping[str, str]) -> list[Measure]:
    """The measures that pass every filter; none for a year that is no number."""
    year = whole(given["year"])
    if given["year"] and not year:
        return []
    return every.chosen(
        approach=_iri("approach", given["approach"]),
        target=_iri("target", given["target"]),
        party=_iri("actor", given["party"]),
        year=year,
    )


def _iri(kind: str, key: str) -> str:
    return str(ID[f"{kind}/{key}"]) if key else ""


def _cell(found: list[Measure]) -> Cell:
    statuses: Counter[str] = Counter()
    for measure in found:
        statuses.update(measure.statuses or {""})
    order = [*WAY_OF_STATUS, ""]
    ranked = sorted(statuses.items(), key=lambda pair: _place(order, pair[0]))
    return Cell(len(found), tuple(ranked))


def _place(order: list[str], status: str) -> int:
    key = status.rpartition("/")[2]
    return order.index(key) if key in order else len(order)
