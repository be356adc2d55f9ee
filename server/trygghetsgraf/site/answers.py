"""Saved queries as pages: a form, the answer as a table with its quotes, a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox

from trygghetsgraf.namespaces import BASE, PREFIXES
from trygghetsgraf.saved.binding import ParameterError
from trygghetsgraf.saved.catalogue import SavedQuery
from trygghetsgraf.saved.evaluation import Row
from trygghetsgraf.saved.header import Type
from trygghetsgraf.saved.running import Page, Result, Runner
from trygghetsgraf.saved.writing import formats_of
from trygghetsgraf.site.tags import value_name
from trygghetsgraf.site.visit import Visit

#: rows of an answer on a page, rows that a chart counts, things that a parameter offers
ROWS, CHARTED, OFFERED = 60, 2000, 400
#: bars of a chart
_BARS = 30
#: columns that come with a quote and say where it is from
_SOURCE = ("speaker", "relayedBy", "document", "date", "asOf")
#: what the description of a column says about files
_FORMS = (", som IRI", ", as an IRI", ", som EDTF", ", as EDTF")
_NUMERIC = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float")}
_STRINGS = {PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"}


@dataclass(frozen=True)
class Field:
    """A parameter in the form of a saved query."""

    name: str
    label: str
    value: str
    required: bool
    #: what it can be, as value and label; empty where anything can be written
    offered: tuple[tuple[str, str], ...]
    kind: str


@dataclass(frozen=True)
class Bar:
    """A bar of a chart."""

    label: str
    #: as it is written
    value: str
    #: of the longest, 0 to 100
    width: float


@dataclass(frozen=True)
class Chart:
    """Numbers by name."""

    #: what the numbers are
    label: str
    #: whether they count rows
    counted: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Cell:
    """A term in a table, and what it leads to; empty if nowhere."""

    term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None
    iri: str = ""


@dataclass(frozen=True)
class Line:
    """A row: its cells, and the words of a document with where they are from."""

    cells: tuple[Cell, ...]
    quote: str
    source: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Rows as a page shows them."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    #: columns in which no row has anything
    empty: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """A saved query with its form and, where it was asked, its answer."""

    query: SavedQuery
    fields: tuple[Field, ...]
    result: Result | None
    error: str
    #: parameters as given, for links
    given: str
    table: Table | None
    #: whether there are more rows than shown
    more: bool
    chart: Chart | None
    formats: tuple[str, ...]
    sparql: str


def answer(visit: Visit, runner: Runner, name: str, asked: Mapping[str, str]) -> Answer | None:
    """The page of a saved query; None if there is none of that name. Raises QueryFailure."""
    if name not in runner.catalogue:
        return None
    query = runner.catalogue.named(name)
    header = query.header
    # names come in the language of the page, which has the same parameter
    given = {p: asked[p] for p in header.parameters if p != "lang" and asked.get(p)}
    ready = bool(given) or not any(header.is_required(p) for p in header.parameters)
    shown = given or ({} if ready else dict(header.example))
    if "lang" in header.parameters:
        given["lang"] = visit.language
    result, error = None, ""
    if ready:
        try:
            size = CHARTED if header.chart else ROWS
            result = runner.run(runner.prepare(name, given, Page(size, 0)))
        except ParameterError as problem:
            error = problem.in_language(visit.language)
    rows = result.rows[:ROWS] if result else ()
    visit.names.fetch(
        term.value
        for row in rows
        for term in row
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
    )
    return Answer(
        query,
        tuple(
            _field(visit, runner, query, p, shown.get(p, ""))
            for p in header.parameters
            if p != "lang"
        ),
        result,
        error,
        urlencode(given),
        _table(visit, query, result.columns, rows) if result and rows else None,
        bool(result and (result.more or len(result.rows) > ROWS)),
        _chart(visit, query, result) if result and not result.more else None,
        tuple(f.name for f in formats_of(query)),
        query.sparql,
    )


def _field(visit: Visit, runner: Runner, query: SavedQuery, name: str, value: str) -> Field:
    about = query.header.parameters[name]
    offered: list[tuple[str, str]] = []
    if about.type is Type.IRI:
        things = list(runner.names(query, name).things.values())
        offered = [(t.key.rpartition("/")[2], t.label(visit.language)) for t in things]
    elif name in query.header.allowed:
        offered = [(v, value_name(v, visit.language)) for v in query.header.allowed[name]]
    offered.sort(key=lambda pair: pair[1].casefold())
    value = value or query.header.default.get(name, "")
    kind = {Type.INTEGER: "number", Type.DECIMAL: "number", Type.DATE: "date"}.get(
        about.type, "text"
    )
    label = _begin(about.in_language(visit.language))
    return Field(name, label, value, query.header.is_required(name), tuple(offered[:OFFERED]), kind)


def _table(visit: Visit, query: SavedQuery, names: Sequence[str], rows: Sequence[Row]) -> Table:
    """The rows with a thing and its name in one cell, and the quote with its source below."""
    every = range(len(names))
    there = [any(row[i] is not None for row in rows) for i in every]
    quote = names.index("quote") if "quote" in names else None
    source = [i for i in every if quote is not None and i > quote and names[i] in _SOURCE]
    named = {i for i in every[:-1] if _all_iris(rows, i) and _all_texts(rows, i + 1)}
    shown = [i for i in every if there[i] and i != quote and i not in source and i not in named]

    def cell(row: Row, i: int) -> Cell:
        thing = row[i - 1] if i - 1 in named else row[i]
        return Cell(row[i], thing.value if isinstance(thing, ox.NamedNode) else "")

    lines = tuple(
        Line(
            tuple(cell(row, i) for i in shown),
            _text(row[quote]) if quote is not None else "",
            tuple(cell(row, i) for i in source if row[i] is not None),
        )
        for row in rows
    )
    empty = tuple(_label(visit, query, names[i]) for i in every if not there[i])
    return Table(tuple(_label(visit, query, names[i]) for i in shown), lines, empty)


def _chart(visit: Visit, query: SavedQuery, result: Result) -> Chart | None:
    """What the header asks for, where it says something: two bars or more, not too many."""
    if query.header.chart is None or query.header.chart not in result.columns:
        return None
    at = result.columns.index(query.header.chart)
    terms = [row[at] for row in result.rows]
    numbers = [_number(term) for term in terms if term is not None]
    counted = not numbers or None in numbers
    values: list[tuple[str, float]]
    if counted:
        tally = Counter("" if term is None else visit.text(term) for term in terms)
        values = [(text, float(n)) for text, n in sorted(tally.items(), key=_most_first)]
    else:
        name = next((i for i in range(len(result.columns)) if _all_texts(result.rows, i)), at)
        values = [(_text(row[name]), _number(row[at]) or 0.0) for row in result.rows]
    longest = max((value for _, value in values), default=0.0)
    if not 2 <= len(values) <= _BARS or longest <= 0:
        return None
    bars = (Bar(text, _written(v, visit), round(100 * v / longest, 1)) for text, v in values)
    return Chart(_label(visit, query, query.header.chart), counted, tuple(bars))


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _label(visit: Visit, query: SavedQuery, name: str) -> str:
    """What a column is called, without what it is in a file."""
    column = query.header.columns.get(name)
    if column is None:
        return name
    text = column.in_language(visit.language)
    for form in _FORMS:
        text = text.removesuffix(form)
    return _begin(text)


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]


def _all_iris(rows: Sequence[Row], i: int) -> bool:
    return all(isinstance(row[i], ox.NamedNode) for row in rows)


def _all_texts(rows: Sequence[Row], i: int) -> bool:
    return all(isinstance(t := row[i], ox.Literal) and t.datatype.value in _STRINGS for row in rows)


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))


def _number(term: object) -> float | None:
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMERIC:
        return float(term.value)
    return None


def _written(value: float, visit: Visit) -> str:
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"
    if visit.language == "sv":
        return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    return text
