"""The formats of a result: one table, each with its media type and who writes it."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pyoxigraph as ox
import xlsxwriter  # type: ignore[import-untyped]

from trygghetsgraf.namespaces import BASE, GEO, PREFIXES
from trygghetsgraf.saved.catalogue import Form, SavedQuery
from trygghetsgraf.saved.evaluation import Term
from trygghetsgraf.saved.running import Result

Plain = str | int | float | bool | None

_XSD = PREFIXES["xsd"]
_WHOLE = frozenset({_XSD + "integer", _XSD + "int", _XSD + "long", _XSD + "nonNegativeInteger"})
_BROKEN = frozenset({_XSD + "decimal", _XSD + "double", _XSD + "float"})
_WKT = f"{GEO}wktLiteral"
#: a geometry in WGS 84, longitude first (OGC GeoSPARQL 1.1, section 8.5.1)
_POINT = re.compile(r"(?:<[^>]*>\s*)?POINT\s*\(\s*([-+.\deE]+)\s+([-+.\deE]+)\s*\)", re.IGNORECASE)

#: what stands where a document says nothing
NOTHING = MappingProxyType({"sv": "inte i dokumenten", "en": "not in the documents"})


@dataclass(frozen=True)
class Format:
    """A way to write a result."""

    #: what ``format=`` calls it
    name: str
    media_type: str
    #: ending of a file
    ending: str
    write: Callable[[Result], bytes]
    #: whether it is for rows; else for triples
    tabular: bool = True

    @property
    def content_type(self) -> str:
        """The media type with the encoding where it is text."""
        text = self.media_type.startswith("text/") and self.media_type != "text/turtle"
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


def plain(term: Term | None) -> Plain:
    """The value as JSON has it: numbers and booleans as such, IRIs as text, None for nothing."""
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        if datatype in _WHOLE:
            return int(term.value)
        if datatype in _BROKEN:
            number = float(term.value)
            return int(number) if number.is_integer() else number
        if datatype == _XSD + "boolean":
            return term.value in ("true", "1")
        return term.value
    return str(term) if isinstance(term, ox.Triple) else term.value


def records(result: Result) -> list[dict[str, Plain]]:
    """The rows as dictionaries from column to plain value."""
    return [
        {name: plain(term) for name, term in zip(result.columns, row, strict=True)}
        for row in result.rows
    ]


def _json(result: Result) -> bytes:
    call = result.call
    document: dict[str, Any] = {
        "query": call.query.name,
        "parameters": {name: value.value for name, value in call.values.items()},
        "columns": list(result.columns),
        "rows": records(result),
        "more": result.more,
    }
    if not result.rows:
        document["note"] = NOTHING["en"]
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _sparql_json(result: Result) -> bytes:
    """https://www.w3.org/TR/sparql11-results-json/."""
    bindings = [
        {
            name: _json_term(term)
            for name, term in zip(result.columns, row, strict=True)
            if term is not None
        }
        for row in result.rows
    ]
    document = {"head": {"vars": list(result.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        raise TypeError("a triple has no form in SPARQL 1.1 results")
    found = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != _XSD + "string":
        found["datatype"] = term.datatype.value
    return found


def _csv(result: Result) -> bytes:
    """https://www.w3.org/TR/sparql11-results-csv-tsv/#csv: plain values, CR LF."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(result.columns)
    writer.writerows([["" if t is None else _text(t) for t in row] for row in result.rows])
    return out.getvalue().encode()


def _tsv(result: Result) -> bytes:
    """https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv: terms as SPARQL writes them."""
    lines = ["\t".join(f"?{name}" for name in result.columns)]
    lines += [
        "\t".join("" if t is None else str(t).replace("\t", "\\t") for t in row)
        for row in result.rows
    ]
    return ("\n".join(lines) + "\n").encode()


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _xlsx(result: Result) -> bytes:
    """A workbook with one sheet; the second has the columns' descriptions."""
    out = io.BytesIO()
    # a text that begins with = is a text, and one that is an address no link
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, result.columns, bold)
        for number, row in enumerate(records(result), 1):
            sheet.write_row(number, 0, row.values())
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet("kolumner")
        about.write_row(0, 0, ("column", "sv", "en", "unit"), bold)
        for number, (name, column) in enumerate(result.call.query.header.columns.items(), 1):
            about.write_row(number, 0, (name, column.sv, column.en, column.unit))
    return out.getvalue()


def _geojson(result: Result) -> bytes:
    """RFC 7946: a feature for each row, its place from the first column that has one."""
    features = [
        {
            "type": "Feature",
            "geometry": next(filter(None, map(_point, row)), None),
            "properties": {
                name: plain(term)
                for name, term in zip(result.columns, row, strict=True)
                if not _is_geometry(term)
            },
        }
        for row in result.rows
    ]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _is_geometry(term: Term | None) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value == _WKT


def _point(term: Term | None) -> dict[str, object] | None:
    if not isinstance(term, ox.Literal) or not _is_geometry(term):
        return None
    match = _POINT.fullmatch(term.value.strip())
    if match is None:
        return None
    return {"type": "Point", "coordinates": [float(match[1]), float(match[2])]}


def _html(result: Result) -> bytes:
    """A page with a table, in Swedish."""
    header = result.call.query.header
    titles = "".join(
        f'<th scope="col" title="{html.escape(header.columns[name].sv)}">{html.escape(name)}</th>'
        for name in result.columns
    )
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in result.rows)
    nothing = "" if result.rows else f"<p>{NOTHING['sv'].capitalize()}.</p>\n"
    return (
        '<!doctype html>\n<html lang="sv"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(header.title.sv)} – Trygghetsgrafen</title></head><body><main>\n"
        f"<h1>{html.escape(header.title.sv)}</h1>\n<p>{html.escape(header.description.sv)}</p>\n"
        f"<table><thead><tr>{titles}</tr></thead><tbody>\n{rows}</tbody></table>\n{nothing}"
        "</main></body></html>\n"
    ).encode()


def _cell(term: Term | None) -> str:
    if term is None:
        return f'<td class="nothing">{NOTHING["sv"]}</td>'
    text = html.escape(_text(term))
    if isinstance(term, ox.NamedNode):
        shown = html.escape(term.value.removeprefix(BASE))
        # an identifier may have any scheme; only these lead somewhere in a browser
        linked = term.value.startswith(("http://", "https://"))
        return f'<td><a href="{text}">{shown}</a></td>' if linked else f"<td>{text}</td>"
    return f"<td>{text}</td>"


def _turtle(result: Result) -> bytes:
    return _graph(result, ox.RdfFormat.TURTLE)


def _json_ld(result: Result) -> bytes:
    return _graph(result, ox.RdfFormat.JSON_LD)


def _graph(result: Result, format_: ox.RdfFormat) -> bytes:
    prefixes = {name: PREFIXES[name] for name in sorted(PREFIXES)}
    return ox.serialize(result.triples, format=format_, prefixes=prefixes) or b""


#: for rows, the default first
TABLES = (
    Format("json", "application/json", "json", _json),
    Format("sparql-json", "application/sparql-results+json", "srj", _sparql_json),
    Format("csv", "text/csv", "csv", _csv),
    Format("tsv", "text/tab-separated-values", "tsv", _tsv),
    Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        _xlsx,
    ),
    Format("geojson", "application/geo+json", "geojson", _geojson),
    Format("html", "text/html", "html", _html),
)
#: for triples, the default first
GRAPHS = (
    Format("turtle", "text/turtle", "ttl", _turtle, tabular=False),
    Format("jsonld", "application/ld+json", "jsonld", _json_ld, tabular=False),
)
BY_NAME: Mapping[str, Format] = MappingProxyType({f.name: f for f in (*TABLES, *GRAPHS)})


def formats_of(query: SavedQuery) -> tuple[Format, ...]:
    """The formats that a query's result can be had in, the default first."""
    if query.form is Form.CONSTRUCT:
        return GRAPHS
    located = any(column.geometry for column in query.header.columns.values())
    return tuple(f for f in TABLES if located or f.name != "geojson")
