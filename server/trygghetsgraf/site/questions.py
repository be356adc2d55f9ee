"""Questions that documents ask with their answers, and saved queries with theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.namespaces import BASE, PREFIXES
from trygghetsgraf.saved.binding import ParameterError
from trygghetsgraf.saved.catalogue import Catalogue, Form, SavedQuery
from trygghetsgraf.saved.header import Type
from trygghetsgraf.saved.running import Page, Result, Runner
from trygghetsgraf.saved.writing import formats_of
from trygghetsgraf.site.claims import Claim, read_claims
from trygghetsgraf.site.visit import Visit

#: rows of an answer on a page, claims of an answer, things that a parameter offers
ROWS, CLAIMS, OFFERED = 60, 60, 400

_ABOUT = """
SELECT DISTINCT ?asker ?asked ?document {
  ?question tg:asker ?asker .
  OPTIONAL { ?question tg:askedOf ?asked } OPTIONAL { ?question tg:questionIn ?document }
}
"""
_ANSWER = """
SELECT DISTINCT ?claim ?number ?start {
  ?part tg:answers ?question ; tg:partNumber ?number .
  ?passage tg:inPart ?part ; tg:evidence/oa:hasSelector/oa:start ?start .
  ?claim tg:passage ?passage .
} ORDER BY ?number ?start ?claim
"""


@dataclass(frozen=True)
class Question:
    """A question of a document with what answers it."""

    askers: tuple[str, ...]
    asked: tuple[str, ...]
    documents: tuple[str, ...]
    answer: tuple[Claim, ...]
    more: bool
    #: saved queries that answer it
    queries: tuple[SavedQuery, ...]


def question(visit: Visit, iri: str, catalogue: Catalogue) -> Question:
    """A question by its IRI."""
    node = {"question": ox.NamedNode(iri)}
    rows = list(select(visit.store, _ABOUT, node))
    askers, asked, documents = (
        tuple(sorted({r[n].value for r in rows if r[n] is not None}))
        for n in ("asker", "asked", "document")
    )
    found = list(dict.fromkeys(r["claim"].value for r in select(visit.store, _ANSWER, node)))
    claims = tuple(read_claims(visit.store, found[:CLAIMS], visit.language))
    key = f"question:{iri.rpartition('/')[2]} "
    queries = tuple(q for q in catalogue.values() if key in f"{q.text} ")
    visit.names.fetch([*askers, *asked, *documents, *(i for c in claims for i in c.things())])
    return Question(askers, asked, documents, claims, len(found) > CLAIMS, queries)


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
    """A row of a chart."""

    label: str
    value: float
    #: of the widest, 0 to 100
    width: float


@dataclass(frozen=True)
class Answer:
    """A saved query with its form and, where it was asked, its answer."""

    query: SavedQuery
    fields: tuple[Field, ...]
    result: Result | None
    error: str
    #: parameters as given, for links
    given: str
    bars: tuple[Bar, ...]
    formats: tuple[str, ...]
    sparql: str


def answer(visit: Visit, runner: Runner, name: str, asked: Mapping[str, str]) -> Answer | None:
    """The page of a saved query; None if there is none of that name. Raises QueryFailure."""
    if name not in runner.catalogue:
        return None
    query = runner.catalogue.named(name)
    header = query.header
    given = {p: asked[p] for p in header.parameters if asked.get(p)}
    ready = given or not any(header.is_required(p) for p in header.parameters)
    result, error, sparql = None, "", query.sparql
    if ready:
        try:
            result = runner.run(runner.prepare(name, given, Page(ROWS, 0)))
        except ParameterError as problem:
            error = str(problem)
    shown = given or ({} if ready else dict(header.example))
    nodes = result.rows if result else ()
    visit.names.fetch(
        t.value
        for row in nodes
        for t in row
        if isinstance(t, ox.NamedNode) and t.value.startswith(BASE)
    )
    return Answer(
        query,
        tuple(_field(visit, runner, query, p, shown.get(p, "")) for p in header.parameters),
        result,
        error,
        urlencode(given),
        _bars(visit, result),
        tuple(f.name for f in formats_of(query)),
        sparql,
    )


def _field(visit: Visit, runner: Runner, query: SavedQuery, name: str, value: str) -> Field:
    about = query.header.parameters[name]
    offered: list[tuple[str, str]] = []
    if about.type is Type.IRI:
        things = list(runner.names(query, name).things.values())
        offered = [(t.key.rpartition("/")[2], t.label(visit.language)) for t in things]
    elif name in query.header.allowed:
        offered = [(v, v) for v in query.header.allowed[name]]
    offered.sort(key=lambda pair: pair[1].casefold())
    value = value or query.header.default.get(name, "")
    kind = {Type.INTEGER: "number", Type.DECIMAL: "number", Type.DATE: "date"}.get(
        about.type, "text"
    )
    label = about.in_language(visit.language)
    return Field(name, label, value, query.header.is_required(name), tuple(offered[:OFFERED]), kind)


def _bars(visit: Visit, result: Result | None) -> tuple[Bar, ...]:
    """A chart where the answer is one number for each of a few names; else none."""
    if (
        result is None
        or result.call.query.form is not Form.SELECT
        or not 2 <= len(result.rows) <= 30
    ):
        return ()
    numbers = [
        i
        for i in range(len(result.columns))
        if all(_number(row[i]) is not None for row in result.rows)
    ]
    texts = [i for i in range(len(result.columns)) if all(_short(row[i]) for row in result.rows)]
    if len(numbers) != 1 or not texts:
        return ()
    values = [(visit.text(row[texts[0]]), _number(row[numbers[0]]) or 0.0) for row in result.rows]
    widest = max((value for _, value in values), default=0.0)
    if widest <= 0:
        return ()
    return tuple(Bar(label, value, round(100 * value / widest, 1)) for label, value in values)


def _number(term: object) -> float | None:
    numeric = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float")}
    if isinstance(term, ox.Literal) and term.datatype.value in numeric:
        return float(term.value)
    return None


def _short(term: object) -> bool:
    return isinstance(term, ox.Literal) and _number(term) is None and len(term.value) < 60
