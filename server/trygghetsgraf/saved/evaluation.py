"""Where a query is evaluated: a store opened here, or any SPARQL endpoint by its URL.

Whoever evaluates gives solutions or triples in pyoxigraph's terms, whatever came over the
wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol
from urllib.error import HTTPError, URLError

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointNotFound, SPARQLWrapperException

from trygghetsgraf.query.failures import Outcome, QueryFailure

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple
Row = tuple[Term | None, ...]

#: seconds that another server may take
_PATIENCE = 60


@dataclass(frozen=True)
class Table:
    """The solutions of a SELECT."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]


class Evaluator(Protocol):
    """Evaluates queries on one state of the graph."""

    def state(self) -> str:
        """A name for the state of the graph that is asked; empty if it cannot be known."""

    def select(self, query: str) -> Table:
        """The solutions of a SELECT; raises QueryFailure."""

    def construct(self, query: str) -> list[ox.Triple]:
        """The triples of a CONSTRUCT, sorted, each once; raises QueryFailure."""


class LocalEvaluator:
    """Evaluates on a store in this process, such as an opened snapshot."""

    def __init__(self, store: ox.Store, state: str) -> None:
        self._store = store
        self._state = state

    def state(self) -> str:
        """The name given."""
        return self._state

    def select(self, query: str) -> Table:
        """The solutions."""
        return table_of(self._evaluated(query))

    def construct(self, query: str) -> list[ox.Triple]:
        """The triples."""
        result = self._evaluated(query)
        if not isinstance(result, ox.QueryTriples):
            raise TypeError("no CONSTRUCT query")
        return sorted(set(result), key=str)

    def _evaluated(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        try:
            return self._store.query(query)
        except SyntaxError as error:
            raise QueryFailure(Outcome.SYNTAX, f"{error}.") from error


class RemoteEvaluator:
    """Asks a SPARQL endpoint."""

    def __init__(self, url: str) -> None:
        self._url = url

    def state(self) -> str:
        """Nothing: an endpoint does not tell."""
        return ""

    def select(self, query: str) -> Table:
        """The solutions."""
        try:
            return table_of(
                ox.parse_query_results(self._ask(query, JSON), format=ox.QueryResultsFormat.JSON)
            )
        except (SyntaxError, ValueError) as error:
            raise self._failure("it answered with something that is no result") from error

    def construct(self, query: str) -> list[ox.Triple]:
        """The triples."""
        try:
            found = ox.parse(self._ask(query, TURTLE), format=ox.RdfFormat.TURTLE)
            return sorted({quad.triple for quad in found}, key=str)
        except (SyntaxError, ValueError) as error:
            raise self._failure("it answered with something that is no graph") from error

    def _ask(self, query: str, format_: str) -> bytes:
        wrapper = SPARQLWrapper(self._url, returnFormat=format_)
        wrapper.setMethod(POST)
        wrapper.setTimeout(_PATIENCE)
        wrapper.setQuery(query)
        try:
            response = wrapper.query().response
            return bytes(response.read())
        except (URLError, OSError, HTTPException, SPARQLWrapperException) as error:
            no_endpoint = isinstance(error, HTTPError | EndPointNotFound)
            hint = "; is it the URL of an endpoint, such as …/sparql?" if no_endpoint else ""
            raise self._failure(str(error).strip().splitlines()[0] + hint) from error

    def _failure(self, found: str) -> QueryFailure:
        first = found.splitlines()[0].strip(" .")
        return QueryFailure(Outcome.FAILED, f"{self._url}: {first}.")


def table_of(result: object) -> Table:
    """The solutions as plain tuples."""
    if not isinstance(result, ox.QuerySolutions):
        raise TypeError("no SELECT query")
    names = tuple(variable.value for variable in result.variables)
    return Table(names, tuple(_row(solution, names) for solution in result))


def _row(solution: ox.QuerySolution, names: Sequence[str]) -> Row:
    return tuple(solution[name] for name in names)
