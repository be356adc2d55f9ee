"""Saved queries from Python: ``Client(url).run("…", kommun="Huddinge")``.

    from trygghetsgraf import Client

    rows = Client("https://example.org/sparql").run("planned-measures")
    rows[0]["name"], rows.to_pandas()

The queries are those of this checkout; they are asked of any SPARQL endpoint that holds the
graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, overload

import pyoxigraph as ox

from trygghetsgraf.errors import TrygghetsgrafError
from trygghetsgraf.namespaces import PREFIXES
from trygghetsgraf.saved.catalogue import Catalogue, load_catalogue
from trygghetsgraf.saved.evaluation import RemoteEvaluator, Term
from trygghetsgraf.saved.running import Page, Result, Runner
from trygghetsgraf.settings import load_settings

#: what a cell may be: numbers, days and booleans as Python has them, IRIs and texts as str
Value = str | int | Decimal | float | bool | date | None
Record = dict[str, Value]

_XSD = PREFIXES["xsd"]


class MissingLibrary(TrygghetsgrafError):
    """Raised when a library that is not among our own dependencies is asked for."""


class Rows(Sequence[Record]):
    """The rows of a result, as dictionaries from column to value."""

    def __init__(self, result: Result) -> None:
        self.columns = result.columns
        #: whether there are rows after these
        self.more = result.more
        self._records = [
            {name: value_of(term) for name, term in zip(result.columns, row, strict=True)}
            for row in result.rows
        ]

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.columns)}>"

    def to_pandas(self) -> Any:
        """The rows as a pandas.DataFrame; raises MissingLibrary without pandas.

        A column of whole numbers, numbers, booleans, days or texts is of pandas' type for those,
        and what is missing is missing there too: a number is no text, and 3 is not 3.0.
        """
        try:
            import pandas  # type: ignore[import-untyped,unused-ignore]
        except ImportError as error:
            raise MissingLibrary(
                "Making a data frame", "pandas is not installed.", "Run: pip install pandas"
            ) from error
        columns = {name: [record[name] for record in self._records] for name in self.columns}
        return pandas.DataFrame(
            {name: pandas.Series(v, dtype=_dtype(v)) for name, v in columns.items()}
        )


class Client:
    """Runs saved queries on an endpoint."""

    def __init__(self, url: str, queries: Path | None = None) -> None:
        """``url`` is the endpoint; ``queries`` a folder other than that of this checkout."""
        folder = queries or load_settings().project / "queries"
        self._runner = Runner(load_catalogue(folder), RemoteEvaluator(url))

    @property
    def queries(self) -> Catalogue:
        """The saved queries by name, with their headers."""
        return self._runner.catalogue

    def run(
        self, name: str, /, *, limit: int | None = None, offset: int = 0, **values: Any
    ) -> Rows:
        """The rows of a saved query with values for its parameters.

        Raises NotFoundError for the name, ParameterError for a value, QueryFailure.
        """
        given = {parameter: _text(value) for parameter, value in values.items()}
        return Rows(self._runner.run(self._runner.prepare(name, given, Page(limit, offset))))

    def graph(self, name: str, /, **values: Any) -> tuple[ox.Triple, ...]:
        """The triples of a saved query that is a CONSTRUCT; raises as :meth:`run` does."""
        given = {parameter: _text(value) for parameter, value in values.items()}
        return self._runner.run(self._runner.prepare(name, given)).triples


def value_of(term: Term | None) -> Value:
    """The Python value of a term."""
    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return str(term) if isinstance(term, ox.Triple) else term.value
    read = _READ.get(term.datatype.value.removeprefix(_XSD))
    return term.value if read is None else read(term.value)


def _dtype(values: Sequence[Value]) -> str:
    """The type of a pandas column that holds the values, ``object`` if they are of several."""
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if kinds == {int}:
        return "Int64" if all(value in _INT64 for value in present) else "object"
    if kinds and kinds <= {int, Decimal, float}:
        return "Float64"
    return _DTYPES[kinds.pop()] if len(kinds) == 1 else "object"


_INT64 = range(-(1 << 63), 1 << 63)
_DTYPES: dict[type, str] = {bool: "boolean", date: "datetime64[s]", str: "string"}
_READ: dict[str, Any] = {
    "integer": int,
    "decimal": Decimal,
    "double": float,
    "date": date.fromisoformat,
    "boolean": lambda text: text in ("true", "1"),
}


def _text(value: object) -> str:
    """A value as it is written in a URL."""
    return str(value).lower() if isinstance(value, bool) else str(value)
