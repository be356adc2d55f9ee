"""The collection of saved queries: every one has an answer that was read in the documents.

A file of tests/collection holds a call and its whole result. ``source`` says where in the
documents a row stands (key of a text and its lines); ``common`` holds for every row, and a
cell that is left out is empty. The questions that the documents themselves put are in
tests/questions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pytest
import yaml
from pydantic import BaseModel, ConfigDict
from tests.test_questions import NAMES as QUESTIONS
from tests.test_questions import words_at

from trygghetsgraf.build import build
from trygghetsgraf.namespaces import ID
from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.saved.evaluation import LocalEvaluator
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.saved.writing import Plain, records
from trygghetsgraf.settings import load_settings
from trygghetsgraf.store.snapshots import Snapshots

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = ROOT / "tests" / "collection"
NAMES = sorted(path.stem for path in EXPECTED.glob("*.yaml"))
#: whose answers are figures of the build, and not in any document
FIGURES = {"coverage"}

Cell = Plain | list[str]


class Answer(BaseModel):
    """A file of tests/collection."""

    model_config = ConfigDict(extra="forbid")

    call: dict[str, str] = {}
    common: dict[str, Plain] = {}
    rows: list[dict[str, Cell]]


@cache
def expected(name: str) -> Answer:
    return Answer.model_validate(yaml.safe_load((EXPECTED / f"{name}.yaml").read_text()))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with the graph of all documents, built and published."""
    folder = tmp_path_factory.mktemp("state")
    build(load_settings(project=ROOT, state=folder))
    return folder


@pytest.fixture(scope="module")
def runner(state: Path) -> Iterator[Runner]:
    with Snapshots(state).current() as snapshot:
        evaluator = LocalEvaluator(snapshot.open(), str(snapshot.number))
        yield Runner(load_catalogue(ROOT / "queries"), evaluator)


def test_every_query_has_its_answer() -> None:
    queries = {path.stem for path in (ROOT / "queries").glob("*.rq")}
    assert queries == {*NAMES, *QUESTIONS, *FIGURES}
    assert len(queries) >= 45


@pytest.mark.parametrize("name", NAMES)
def test_rows_stand_where_they_are_cited(name: str) -> None:
    missing = []
    for row in expected(name).rows:
        cited = row.get("source")
        for source in cited if isinstance(cited, list) else [cast("str", cited)] if cited else []:
            words = words_at(source)
            quote = row.get("quote", "")
            if not words or str(quote) not in words:
                missing.append((source, quote))
    assert missing == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_answer(name: str, runner: Runner) -> None:
    answer = expected(name)
    result = runner.run(runner.prepare(name, answer.call))
    rows = [{k: cell for k, cell in row.items() if k != "source"} for row in answer.rows]
    assert [short(row) for row in records(result)] == [{**answer.common, **row} for row in rows]


def short(row: dict[str, Plain]) -> dict[str, Plain]:
    """The cells that are not empty, IRIs of ours by their keys."""
    return {
        column: cell.removeprefix(str(ID)) if isinstance(cell, str) else cell
        for column, cell in row.items()
        if cell is not None
    }


@pytest.mark.slow
def test_coverage_is_that_of_the_build(runner: Runner, state: Path) -> None:
    figures = json.loads(next((state / "builds").glob("*/statistics.json")).read_bytes())
    rows = records(runner.run(runner.prepare("coverage", {})))
    assert sorted((row["claims"], row["statements"]) for row in rows) == sorted(
        (figure["claims"], figure["statements"]) for figure in figures
    )
    assert all(0.9 < cast("float", row["coverage"]) <= 1 for row in rows)


@pytest.mark.slow
def test_what_the_documents_do_not_say_is_empty(runner: Runner) -> None:
    result = runner.run(runner.prepare("measures-by-status", {"status": "beslutad"}))
    assert records(result) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*NAMES, *QUESTIONS, *FIGURES}))
def test_example_and_english_names_work(name: str, runner: Runner) -> None:
    header = runner.catalogue[name].header
    result = runner.run(runner.prepare(name, header.example))
    assert result.rows, "an example that shows nothing is none"
    if "lang" in header.parameters:
        english = runner.run(runner.prepare(name, {**header.example, "lang": "en"}))
        assert len(english.rows) == len(result.rows)


def test_an_assertion_and_its_denial_contradict_each_other() -> None:
    claims = (("1", "ann", "negative"), ("2", "bo", "positive"), ("3", "ann", "positive"))
    lines = [
        """
        @prefix : <http://example.org/> . @prefix tg: <https://w3id.org/trygghetsgrafen/ontology/> .
        @prefix id: <https://w3id.org/trygghetsgrafen/id/polarity/> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        id:positive skos:prefLabel "yes"@en . id:negative skos:prefLabel "no"@en .
        tg:reached rdfs:label "reached"@en . :goal rdfs:label "goal"@en .
        :fact rdf:subject :goal ; rdf:predicate tg:reached ; rdf:object true .
        :ann rdfs:label "Ann"@en . :bo rdfs:label "Bo"@en .
        :work rdfs:label "work"@en ; tg:statusDate "2024" .
        """
    ]
    lines += [
        f":c{n} tg:states :fact ; tg:polarity id:{polarity} ; tg:speaker :{who} . "
        f':c{n} tg:passage :p{n} . :p{n} tg:quote "words {n}" ; tg:inWork :work .'
        for n, who, polarity in claims
    ]
    store = ox.Store()
    store.load("\n".join(lines), format=ox.RdfFormat.TURTLE)
    runs = Runner(load_catalogue(ROOT / "queries"), LocalEvaluator(store, ""))
    rows = records(runs.run(runs.prepare("contradicting-claims", {"lang": "en"})))
    assert [(row["polarity"], row["quote"], row["speaker"]) for row in rows] == [
        ("no", "words 1", "Ann"),
        ("yes", "words 2", "Bo"),
    ]
