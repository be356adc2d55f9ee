"""SPARQL 1.1 Protocol, section 2.1: what a request asks."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode
from werkzeug.http import parse_options_header

from trygghetsgraf.query.formats import GRAPH_BY_WORD, GRAPHS, TABLE_BY_WORD, TABLES
from trygghetsgraf.query.syntax import without_codepoint_escapes
from trygghetsgraf.web.messages import Request, pairs
from trygghetsgraf.web.negotiation import Chosen, choose_graph, choose_table
from trygghetsgraf.web.problems import Problem

#: methods of the query operation; QUERY is RFC-to-be draft-ietf-httpbis-safe-method-w-body
METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")

_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"  # https://www.w3.org/TR/sparql11-query/#mediaType
_UPDATE = "application/sparql-update"  # https://www.w3.org/TR/sparql11-update/#mediaType


#: parameters of a request for the service description: it has no query
_DESCRIBED_BY = frozenset({"format", "lang"})


@dataclass(frozen=True)
class Asked:
    """A query operation."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    #: formats of the two groups; None if the client takes none of that group
    table: Chosen | None
    graph: Chosen | None
    #: seconds, None for the server's own limit
    deadline: float | None
    #: not a query: everything in the store
    whole: bool = False


@dataclass(frozen=True)
class Update:
    """An update operation (section 2.2)."""

    update: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    deadline: float | None


def has_body(method: str) -> bool:
    """Whether requests with this method ask in their body."""
    return method in ("POST", "QUERY")


def read(request: Request, body: bytes) -> Asked | Update | None:
    """What is asked; None for a GET or HEAD that asks nothing.

    Raises Problem.
    """
    values = values_of(request.query_string)
    if "update" in values:
        raise Problem(400, "An update goes into the body of a POST, and not into the URL.")
    if has_body(request.method):
        for name, value in _from_body(request, body):
            values.setdefault(name, []).append(value)
    if "update" in values:
        return _update(request, values)
    queries = values.get("query", [])
    if not queries and not has_body(request.method) and not set(values) - _DESCRIBED_BY:
        return None
    if len(queries) != 1:
        raise Problem(
            400, f"The request has {len(queries)} parameters called query. Send exactly one."
        )
    word = last(values, "format")
    accept = request.header("accept")
    table, graph = choose_table(accept, word), choose_graph(accept, word)
    _check_formats(table, graph, word)
    return Asked(
        query=without_codepoint_escapes(queries[0]),
        default_graphs=_graphs(values, "default-graph-uri"),
        named_graphs=_graphs(values, "named-graph-uri"),
        table=table,
        graph=graph,
        deadline=_deadline(last(values, "timeout")),
    )


def _update(request: Request, values: dict[str, list[str]]) -> Update:
    if request.method != "POST":
        raise Problem(400, "Send updates by POST.")
    if len(values["update"]) != 1 or "query" in values:
        raise Problem(400, "Send exactly one update, and no query with it.")
    return Update(
        update=without_codepoint_escapes(values["update"][0]),
        default_graphs=_graphs(values, "using-graph-uri"),
        named_graphs=_graphs(values, "using-named-graph-uri"),
        deadline=_deadline(last(values, "timeout")),
    )


def _graphs(values: dict[str, list[str]], name: str) -> tuple[str, ...]:
    """The IRIs of that name; raises Problem for one that is none."""
    for iri in values.get(name, ()):
        try:
            NamedNode(iri)
        except ValueError as error:
            raise Problem(400, f"{name} has {iri!r}, which is no absolute IRI.") from error
    return tuple(values.get(name, ()))


def values_of(encoded: bytes) -> dict[str, list[str]]:
    """Name → values of an application/x-www-form-urlencoded text; raises Problem."""
    values: dict[str, list[str]] = {}
    for name, value in _pairs(encoded):
        values.setdefault(name, []).append(value)
    return values


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return pairs(encoded)
    except ValueError as error:
        raise Problem(
            400, f"The parameters cannot be read: {error}. Percent-encode them as UTF-8."
        ) from error


def _from_body(request: Request, body: bytes) -> list[tuple[str, str]]:
    """The pairs in a body; a query sent directly is one called query."""
    media_type, options = parse_options_header(request.header("content-type"))
    media_type = media_type.lower()
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem(415, f"The charset {options['charset']} is not known. Send UTF-8.")
    if media_type == _FORM:
        return _pairs(body)
    if media_type in (_DIRECT, _UPDATE):
        try:
            return [("query" if media_type == _DIRECT else "update", body.decode())]
        except UnicodeDecodeError as error:
            raise Problem(400, f"The body is not UTF-8: {error}.") from error
    found = f"{media_type!r} is not known" if media_type else "The request does not say its type"
    queries = f"{_DIRECT}, {_FORM}"
    accepted = {"Accept-Post": f"{queries}, {_UPDATE}", "Accept-Query": queries}
    raise Problem(415, f"{found}. Send one of {queries}, {_UPDATE}.", headers=accepted)


def last(values: dict[str, list[str]], name: str) -> str | None:
    """The last value of that name, None if there is none."""
    return values[name][-1] if name in values else None


def _check_formats(table: Chosen | None, graph: Chosen | None, word: str | None) -> None:
    """Raise Problem if there is no format for any query; for this one the engine knows."""
    if table is not None or graph is not None:
        return
    if word:
        words = ", ".join(sorted({*TABLE_BY_WORD, *GRAPH_BY_WORD}))
        raise Problem(400, f"There is no format called {word!r}. There are {words}.")
    types = ", ".join(format_.media_types[0] for format_ in (*TABLES, *GRAPHS))
    raise Problem(406, f"Ask for one of {types}.")


def _deadline(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise Problem(400, f"The timeout {text!r} is not a number of seconds. Send one above 0.")
    return seconds
