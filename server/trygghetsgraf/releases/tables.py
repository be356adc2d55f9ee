"""Tables of claims, measures, actors and areas as Parquet, for DuckDB, pandas and R.

Columns of IRIs hold ``kind/key``; what a thing may have several of is a list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pyoxigraph as ox
from arro3.core import Array, DataType, Table, list_array
from arro3.io import write_parquet

from trygghetsgraf.namespaces import BASE, ID, PREFIXES
from trygghetsgraf.store.graphs import in_merge, named_graphs

Row = dict[str, object]
#: the graphs that the default graph is the merge of
Merged = list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
#: the same thing in others' data
_ELSEWHERE = "schema:sameAs|rdfs:seeAlso"
#: a point as its longitude and latitude, https://docs.ogc.org/is/22-047r1/22-047r1.html
_POINT = (
    r"?this geo:hasGeometry/geo:asWKT ?w"
    r" BIND(REPLACE(STR(?w), '^.*\\((\\S+) (\\S+)\\)$', '%s') AS ?x)"
)


@dataclass(frozen=True)
class Column:
    """A column: what its values are and where they stand."""

    name: str
    #: a pattern from ?this, or from ?statement, to ?x; empty for ?this itself
    pattern: str = ""
    #: ``text``, ``list``, ``flag`` or ``number``
    kind: str = "text"

    @property
    def start(self) -> str:
        """The variable that the pattern begins with."""
        return "statement" if self.pattern.startswith("?statement") else "this"


@dataclass(frozen=True)
class Definition:
    """A table: what has a row, as a pattern for ?this and perhaps ?statement, and its columns."""

    rows: str
    columns: tuple[Column, ...]


def _of_claim(*names: str) -> list[Column]:
    return [Column(name, f"?this tg:{name} ?x") for name in names]


def _in_language(name: str, path: str) -> list[Column]:
    return [
        Column(f"{name}_{tag}", f'?this {path} ?x FILTER(LANG(?x) = "{tag}")')
        for tag in ("sv", "en")
    ]


def _lists(**paths: str) -> list[Column]:
    return [Column(name, f"?this {path} ?x", "list") for name, path in paths.items()]


#: name → what it holds; the table of claims has a row for each statement of each claim
TABLES: Mapping[str, Definition] = MappingProxyType(
    {
        "claims": Definition(
            "?this a tg:Claim OPTIONAL { ?this tg:states ?statement }",
            (
                Column("claim"),
                Column("document", "?this tg:passage/tg:inWork ?x"),
                Column("date", "?this tg:passage/tg:inWork/tg:statusDate ?x"),
                Column("quote", "?this tg:passage/tg:quote ?x"),
                *_lists(speakers="tg:speaker", relayed_by="^tg:relays/tg:speaker"),
                *_of_claim("force", "polarity", "certainty", "tense"),
                Column("valid_from", "?this tg:validFrom ?x"),
                Column("valid_until", "?this tg:validUntil ?x"),
                *_in_language("gist", "tg:gist"),
                Column("subject", "?statement rdf:subject ?x"),
                Column("property", "?statement rdf:predicate ?x"),
                Column("object", "?statement rdf:object ?x"),
                Column(
                    "plain",
                    "?statement rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o"
                    " BIND(EXISTS { ?s ?p ?o } AS ?x)",
                    "flag",
                ),
            ),
        ),
        "measures": Definition(
            "?this a tg:Measure",
            (
                Column("iri"),
                *_in_language("label", "rdfs:label"),
                *_lists(
                    kinds="tg:kind",
                    statuses="tg:status",
                    responsible="tg:responsibleActor",
                    participants="tg:participatingActor",
                    places="tg:place",
                ),
                Column("last_known_status", "?this tg:lastKnownStatus ?x"),
                Column("last_known_at", "?this tg:lastKnownAt ?x"),
            ),
        ),
        "actors": Definition(
            "?this a tg:Actor",
            (
                Column("iri"),
                *_in_language("label", "rdfs:label"),
                *_lists(
                    kinds="tg:actorKind",
                    part_of="tg:unitOf|tg:memberOf|tg:partyGroupOf",
                    active_in="tg:activeIn|tg:governs",
                    see_also=_ELSEWHERE,
                ),
            ),
        ),
        "areas": Definition(
            "?this a tg:Area",
            (
                Column("iri"),
                *_in_language("label", "rdfs:label"),
                Column("code", "?this tg:areaCode ?x"),
                *_lists(kinds="tg:areaKind", within="tg:within", see_also=_ELSEWHERE),
                Column("latitude", _POINT % "$2", "number"),
                Column("longitude", _POINT % "$1", "number"),
            ),
        ),
    }
)


def rows(store: ox.Store, definition: Definition) -> list[Row]:
    """The rows of a table, sorted, from the named graphs that the default graph is made of."""
    merged: Merged = [graph for graph in named_graphs(store) if in_merge(graph)]
    found = _solutions(store, f"SELECT DISTINCT ?this ?statement {{ {definition.rows} }}", merged)
    values = {column.name: _values(store, column, merged) for column in definition.columns}
    table = []
    for this, statement in sorted(found, key=str):
        start = {"this": this, "statement": statement}
        row: Row = {}
        for column in definition.columns:
            node = start[column.start]
            row[column.name] = _cell(column, values[column.name].get(node, []) if node else [])
            if not column.pattern:
                row[column.name] = _short(this)
        table.append(row)
    return table


def write_table(path: Path, definition: Definition, rows: Sequence[Row]) -> None:
    """Write rows as a Parquet file whose bytes depend on the rows alone."""
    columns: dict[str, Any] = {
        column.name: _array([row[column.name] for row in rows], column)
        for column in definition.columns
    }
    write_parquet(Table.from_pydict(columns), path, compression="zstd(3)")


def _values(store: ox.Store, column: Column, merged: Merged) -> Mapping[str, list[str]]:
    """Where a column's pattern begins → what it leads to, sorted."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    if column.pattern:
        query = f"SELECT DISTINCT ?{column.start} ?x {{ {column.pattern} }}"
        for start, value in _solutions(store, query, merged):
            values[start].append(value)
    return {start: sorted(found) for start, found in values.items()}


def _solutions(store: ox.Store, query: str, merged: Merged) -> list[tuple[str, str]]:
    """The solutions of a query for two variables, as texts; unbound is empty."""
    found = cast("ox.QuerySolutions", store.query(_PROLOGUE + query, default_graph=merged))
    return [(_text(solution[0]), _text(solution[1])) for solution in found]


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _short(text: str) -> str:
    return text.removeprefix(str(ID)).removeprefix(BASE)


_READ: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {"text": _short, "flag": "true".__eq__, "number": float}
)
_TYPES = MappingProxyType(
    {"text": DataType.utf8(), "flag": DataType.bool(), "number": DataType.float64()}
)


def _cell(column: Column, values: list[str]) -> object:
    if column.kind == "list":
        return [_short(value) for value in values]
    return _READ[column.kind](values[0]) if values else None


def _array(values: Sequence[object], column: Column) -> Array:
    if column.kind != "list":
        return Array(values, _TYPES[column.kind])
    lists = cast("Sequence[list[str]]", values)
    ends = accumulate((len(entry) for entry in lists), initial=0)
    offsets = Array(list(ends), DataType.int32())
    items = Array([item for entry in lists for item in entry], DataType.utf8())
    return list_array(offsets, items)
