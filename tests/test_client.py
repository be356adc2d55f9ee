"""Rows of saved queries as Python and pandas have them."""

from __future__ import annotations

from datetime import date

import pandas  # type: ignore[import-untyped]
import pyoxigraph as ox
import pytest
from tests.saved_project import runner

from trygghetsgraf.client import Rows
from trygghetsgraf.namespaces import PREFIXES
from trygghetsgraf.saved.running import Result


def literal(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + datatype))


def frame(tmp_path_factory: pytest.TempPathFactory, *column: ox.Literal | None) -> pandas.DataFrame:
    """A data frame of one column."""
    call = runner(tmp_path_factory.mktemp("client")).prepare("places", {})
    return Rows(Result(call, ("x",), tuple((term,) for term in column))).to_pandas()


@pytest.mark.parametrize(
    ("column", "dtype", "values"),
    [
        ((literal("3", "integer"), None), "Int64", [3, None]),
        ((literal("3", "integer"), literal("1.5", "decimal"), None), "Float64", [3.0, 1.5, None]),
        ((literal("1e3", "double"),), "Float64", [1000.0]),
        (
            (literal("2024-09-10", "date"), None),
            "datetime64[s]",
            [pandas.Timestamp("2024-09-10"), None],
        ),
        ((literal("0001-01-01", "date"),), "datetime64[s]", [pandas.Timestamp(date(1, 1, 1))]),
        (
            (literal("true", "boolean"), None, literal("0", "boolean")),
            "boolean",
            [True, None, False],
        ),
        ((ox.Literal("0126"), None), "string", ["0126", None]),
        ((None, None), "object", [None, None]),
        ((literal("1", "integer"), ox.Literal("en")), "object", [1, "en"]),
        ((literal(str(1 << 63), "integer"),), "object", [1 << 63]),
        ((), "object", []),
    ],
)
def test_column_is_of_the_type_of_its_values(
    tmp_path_factory: pytest.TempPathFactory,
    column: tuple[ox.Literal | None, ...],
    dtype: str,
    values: list[object],
) -> None:
    found = frame(tmp_path_factory, *column)["x"]
    assert str(found.dtype) == dtype
    assert [None if pandas.isna(value) else value for value in found] == values
