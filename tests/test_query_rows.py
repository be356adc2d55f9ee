"""The rows of a result are counted right, wherever it is cut into pieces."""

from __future__ import annotations

import io
from typing import cast

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.rows import CountingFile, at_most

FORMATS = [
    ox.QueryResultsFormat.JSON,
    ox.QueryResultsFormat.XML,
    ox.QueryResultsFormat.CSV,
    ox.QueryResultsFormat.TSV,
]

VALUES = st.one_of(
    st.none(),
    st.lists(
        st.sampled_from(['"', "\\", "}", ",", "{", "},{", "\n", "\r", "<result>", "å", "\t"]),
        max_size=6,
    ).map("".join),
)


@pytest.mark.parametrize("format_", FORMATS)
@given(
    rows=st.lists(st.tuples(VALUES, VALUES), max_size=5),
    pieces=st.lists(st.integers(1, 7), min_size=1, max_size=5),
)
def test_rows_are_counted(
    format_: ox.QueryResultsFormat, rows: list[tuple[str | None, str | None]], pieces: list[int]
) -> None:
    written = " ".join(f"({_term(a)} {_term(b)})" for a, b in rows)
    query = f"SELECT ?a ?type {{ VALUES (?a ?type) {{ {written} }} }}"
    result = cast("ox.QuerySolutions", ox.Store().query(query))
    data = result.serialize(format=format_)
    assert data is not None
    assert _passes(data, pieces, format_, max(1, len(rows)))
    assert len(rows) < 2 or not _passes(data, pieces, format_, len(rows) - 1)


def _term(value: str | None) -> str:
    return "UNDEF" if value is None else str(ox.Literal(value))


def _passes(data: bytes, pieces: list[int], format_: ox.QueryResultsFormat, limit: int) -> bool:
    out = io.BytesIO()
    file = CountingFile(out, format_, limit)
    at = 0
    try:
        while at < len(data):
            for size in pieces:
                file.write(data[at : at + size])
                at += size
    except QueryFailure:
        return False
    assert out.getvalue() == data
    return True


def test_items_are_counted() -> None:
    assert list(at_most(2, "ab")) == ["a", "b"]
    rest = at_most(2, "abc")
    assert [next(rest), next(rest)] == ["a", "b"]
    with pytest.raises(QueryFailure, match="more than 2 rows") as raised:
        next(rest)
    assert raised.value.outcome is Outcome.SIZE
