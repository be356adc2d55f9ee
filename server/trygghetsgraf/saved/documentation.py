"""The documentation of the saved queries, made from their headers: a list and a page each."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from trygghetsgraf.saved.catalogue import Catalogue, Form, SavedQuery
from trygghetsgraf.saved.header import Type
from trygghetsgraf.saved.writing import formats_of

#: where `trygghetsgraf serve` answers unless told otherwise
_SERVER = "http://127.0.0.1:8000"

_TYPES: Mapping[Type, str] = {
    Type.IRI: "label, code, key or IRI",
    Type.STRING: "text",
    Type.INTEGER: "whole number",
    Type.DECIMAL: "number",
    Type.BOOLEAN: "true or false",
    Type.DATE: "date",
    Type.EDTF: "date or period (EDTF)",
}


def pages(catalogue: Catalogue) -> dict[str, str]:
    """File name under docs/ → Markdown."""
    found = {"queries.md": "\n".join(_list(catalogue)) + "\n"}
    for query in catalogue.values():
        found[f"queries/{query.name}.md"] = "\n".join(_page(query)) + "\n"
    return found


def _list(catalogue: Catalogue) -> Iterator[str]:
    yield "# Saved queries"
    yield ""
    yield "Questions that anybody can ask of the graph without SPARQL. This list and the pages"
    yield "behind it are made from the headers of the files in `queries/`, by"
    yield "`trygghetsgraf queries --write docs`. How one is written is told in"
    yield "[From a question to a saved query](tutorial.md) ([på svenska](tutorial.sv.md))."
    yield ""
    for tag in catalogue.tags():
        yield f"## {tag}"
        yield ""
        for query in catalogue.find(tag=tag):
            title = query.header.title
            yield f"- [{query.name}](queries/{query.name}.md): {title.en} *{title.sv}*"
        yield ""
    yield "## Asking"
    yield ""
    yield "Every query answers at `/api/queries/NAME/results`, as `trygghetsgraf run NAME`, and as"
    yield '`Client(url).run("NAME")` in Python. A parameter that is a thing of the graph may be'
    yield "given by a label in any language, a code of a municipality, the letter of a party, the"
    yield "end of an IRI or the whole of it. What the documents do not say is empty."


def _page(query: SavedQuery) -> Iterator[str]:
    header = query.header
    yield f"# {header.title.en}"
    yield ""
    yield header.description.en
    yield ""
    yield f"*{header.title.sv}* {header.description.sv}"
    if header.parameters:
        yield ""
        yield "## Parameters"
        yield ""
        yield "| name | value | given | meaning |"
        yield "|---|---|---|---|"
        for name in header.parameters:
            yield _parameter(query, name)
    if header.columns:
        yield ""
        yield "## Columns"
        yield ""
        yield "| name | meaning | betydelse | unit |"
        yield "|---|---|---|---|"
        for name, column in header.columns.items():
            yield f"| `{name}` | {column.en} | {column.sv} | {column.unit or ''} |"
        for separator in sorted({c.separator for c in header.columns.values() if c.separator}):
            several = [f"`{n}`" for n, c in header.columns.items() if c.separator == separator]
            yield ""
            yield f"A cell of {', '.join(several)} may hold several names,"
            yield f"in alphabetical order, with `{separator}` between them."
            yield "SPARQL by itself promises no order."
    yield ""
    yield "## Asking"
    yield ""
    yield from _calls(query)
    yield "## SPARQL"
    yield ""
    yield "```sparql"
    yield query.sparql
    yield "```"


def _parameter(query: SavedQuery, name: str) -> str:
    header = query.header
    about = header.parameters[name]
    value = _TYPES[about.type]
    if name in header.allowed:
        value = ", ".join(f"`{allowed}`" for allowed in header.allowed[name])
    if name in header.default:
        given = f"else `{header.default[name]}`"
    else:
        given = "must be" if header.is_required(name) else "may be"
    return f"| `{name}` | {value} | {given} | {about.en} – {about.sv} |"


def _calls(query: SavedQuery) -> Iterator[str]:
    """The example as curl, on the command line, in Python and in R."""
    example = query.header.example
    tabular = query.form is not Form.CONSTRUCT
    format_ = "csv" if tabular else formats_of(query)[0].name
    url = f"{_SERVER}/api/queries/{query.name}/results?"
    url += urlencode({**example, "format": format_})
    options = "".join(f" --{name} {shlex.quote(value)}" for name, value in example.items())
    arguments = "".join(f", {name}={value!r}" for name, value in example.items())
    yield from _block("sh", f"curl '{url}'")
    yield from _block("sh", f"trygghetsgraf run {query.name}{options} --format {format_}")
    method = "run" if tabular else "graph"
    yield from _block(
        "python",
        "from trygghetsgraf import Client",
        "",
        f'client = Client("{_SERVER}/sparql")',
        f'found = client.{method}("{query.name}"{arguments})'.replace("'", '"'),
    )
    if tabular:
        yield from _block("r", f'svar <- read.csv("{url}", encoding = "UTF-8")')


def _block(language: str, *lines: str) -> Iterator[str]:
    yield f"```{language}"
    yield from lines
    yield "```"
    yield ""
