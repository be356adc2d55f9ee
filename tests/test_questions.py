"""Questions of the documents, answered by saved queries, against answers written by hand.

Each file of tests/questions is an expected answer: a row for every row of the result, in its
order, with the place in the document where a reader finds the words. ``common`` holds for
every row; a cell that is left out is empty; a list is a cell of several names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest
import yaml

from trygghetsgraf.build import build
from trygghetsgraf.namespaces import ID
from trygghetsgraf.saved.catalogue import load_query
from trygghetsgraf.settings import load_settings
from trygghetsgraf.store.snapshots import Snapshot, Snapshots

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = sorted(path.stem for path in (ROOT / "tests" / "questions").glob("*.yaml"))

pytestmark = pytest.mark.slow

Row = dict[str, str]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The graph of all documents, built and published."""
    state = tmp_path_factory.mktemp("state")
    build(load_settings(project=ROOT, state=state))
    with Snapshots(state).current() as snapshot:
        yield snapshot


@cache
def expected(name: str) -> dict[str, Any]:
    return cast(
        "dict[str, Any]", yaml.safe_load((ROOT / "tests/questions" / f"{name}.yaml").read_text())
    )


def test_ten_questions_have_answers() -> None:
    assert len(QUESTIONS) >= 10


@pytest.mark.parametrize("name", QUESTIONS)
def test_answer(name: str, published: Snapshot) -> None:
    query = load_query(ROOT / "queries" / f"{name}.rq")
    result = cast("ox.QuerySolutions", published.store.query(query.text))
    columns = [variable.value for variable in result.variables]
    found = [{column: _text(row[column]) for column in columns} for row in result]
    assert found == list(_rows(name, columns))
