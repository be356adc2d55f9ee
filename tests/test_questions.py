"""Questions of the documents, answered by saved queries, against answers read by hand.

A file of tests/questions holds the question in the words of the document, notes on how it is
read, and a row for every row of the answer, in its order. ``source`` says where the words of
the row stand, as the key of a text and its lines; ``common`` holds for every row; a cell that
is left out is empty; a list is a cell of several names.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from trygghetsgraf.documents import load_works
from trygghetsgraf.namespaces import ID
from trygghetsgraf.saved.catalogue import Catalogue, load_query
from trygghetsgraf.saved.evaluation import LocalEvaluator
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.saved.writing import records

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = ROOT / "tests" / "questions"
NAMES = sorted(path.stem for path in EXPECTED.glob("*.yaml"))

#: text key, first line and, where there are several, last line
_SOURCE = re.compile(r"(\d{3}):(\d+)(?:-(\d+))?")

Cell = str | list[str]


class Asked(BaseModel):
    """A question, or one of its parts, in the words of a document."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(pattern=_SOURCE.pattern)
    quote: str


class Answer(BaseModel):
    """A file of tests/questions."""

    model_config = ConfigDict(extra="forbid")

    title: dict[str, str]
    question: list[Asked] = []
    notes: list[str] = []
    common: dict[str, str] = {}
    rows: list[dict[str, Cell]]


@cache
def expected(name: str) -> Answer:
    return Answer.model_validate(yaml.safe_load((EXPECTED / f"{name}.yaml").read_text()))


@cache
def texts() -> dict[str, list[str]]:
    """Text key → its lines; a text is described in the metadata beside it."""
    return {
        text.meta.key: text.path.read_text(encoding="utf-8").split("\n")
        for work in load_works(ROOT / "data" / "documents")
        for text in work.manifestations
    }


def words_at(source: str) -> str:
    """The words of the lines that a source cites."""
    found = _SOURCE.fullmatch(source)
    assert found, source
    key, first, last = found.groups()
    return " ".join(" ".join(texts()[key][int(first) - 1 : int(last or first)]).split())


def answer_of(name: str, store: ox.Store) -> list[dict[str, str]]:
    """The rows that the saved query gives, empty cells left out."""
    queries = Catalogue([load_query(ROOT / f"queries/{name}.rq")])
    runner = Runner(queries, LocalEvaluator(store, ""))
    rows = records(runner.run(runner.prepare(name, {})))
    return [
        {column: str(cell).removeprefix(ID) for column, cell in row.items() if cell} for row in rows
    ]


def as_cells(row: dict[str, Cell]) -> dict[str, str]:
    return {
        column: "; ".join(cell) if isinstance(cell, list) else cell
        for column, cell in row.items()
        if column != "source"
    }


def test_ten_questions_have_an_answer() -> None:
    assert len(NAMES) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_question_and_quotes_stand_where_they_are_cited(name: str) -> None:
    answer = expected(name)
    cited = [(asked.source, asked.quote) for asked in answer.question]
    cited += [(cast("str", row["source"]), cast("str", row["quote"])) for row in answer.rows]
    missing = [(source, quote) for source, quote in cited if quote not in words_at(source)]
    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_title_is_that_of_the_saved_query(name: str) -> None:
    assert load_query(ROOT / f"queries/{name}.rq").header.title.model_dump() == expected(name).title


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_answer(name: str, store: ox.Store) -> None:
    answer = expected(name)
    assert answer_of(name, store) == [answer.common | as_cells(row) for row in answer.rows]
