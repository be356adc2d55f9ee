"""The benchmark at a size that shows only that it works."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from trygghetsgraf.bench.command import main
from trygghetsgraf.bench.generator import document, generate
from trygghetsgraf.bench.questions import path_of, questions
from trygghetsgraf.bench.report import Run, as_markdown
from trygghetsgraf.bench.running import Figure, Result
from trygghetsgraf.namespaces import REFERENCE_GRAPH, TG, said_graph
from trygghetsgraf.store.graphs import merge


def test_the_same_seed_gives_the_same_graph(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, 40_000, seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_the_default_graph_is_the_merge_and_nothing_is_written_twice(tmp_path: Path) -> None:
    made = generate(tmp_path / "graph.nq", 40_000)
    store = ox.Store()
    store.bulk_load(path=tmp_path / "graph.nq", format=ox.RdfFormat.N_QUADS)
    assert made.quads == len(store) >= 40_000
    assert merge(store) == (0, 0)
    counted = Counter(
        quad.object.value
        for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        if quad.predicate.value.endswith("#type") and isinstance(quad.object, ox.NamedNode)
    )
    assert counted[str(TG["Measure"])] == len(made.subjects["measure"]) == made.documents * 20
    assert counted[str(TG["Claim"])] == len(made.subjects["claim"]) == made.documents * 60
    assert ox.NamedNode(REFERENCE_GRAPH) in set(store.named_graphs())


def test_a_document_has_about_as_many_triples_as_those_that_were_read() -> None:
    graphs = dict(document(seed=7, number=3))
    assert 1_700 < sum(text.count("\n") + 1 for text in graphs.values()) < 2_300
    assert str(said_graph("svar-3-0")) in graphs


def test_questions_have_answers(tmp_path: Path) -> None:
    made = generate(tmp_path / "graph.nq", 400_000)
    store = ox.Store()
    store.bulk_load(path=tmp_path / "graph.nq", format=ox.RdfFormat.N_QUADS)
    without = []
    for question in questions(made):
        answer = store.query(question.queries[0])
        assert not isinstance(answer, ox.QueryBoolean)
        if next(iter(answer), None) is None:
            without.append(question.name)
    assert without == []


def test_a_path_that_differs_each_time() -> None:
    assert path_of("ASK {}", unique=False) == "query=ASK%20%7B%7D"
    assert path_of("ASK {}", unique=True) == "query=ASK%20%7B%7D%20%23%s"


def test_report(tmp_path: Path) -> None:
    made = generate(tmp_path / "graph.nq", 1)
    ours = Result("Ours", "", 2.0, 3 << 20, [Figure("look-up", 0.001, 0.002, 0.004, 500.0)])
    other = Result("Other", "small", 1.0, 1 << 20, [Figure("look-up", 0.1, 0.2, 0.4, 1000.0, 7)])
    text = as_markdown(Run(made, 8, 1 << 20, [ours, other], [0.1, 0.3, 0.2]))
    assert "| Ours | 2.0 | 3 |  |" in text
    assert "| Ours | 500 | 1.00 | 2.00 | 4.00 | 1.00 × |" in text
    assert "| Other | 1,000 | 100.00 | 200.00 | 400.00 | 0.50 × (7 refused) |" in text
    assert "median 200 ms, p95 300 ms, longest 300 ms" in text


@pytest.mark.slow
def test_a_small_run(tmp_path: Path) -> None:
    if shutil.which("wrk") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "wrk is not installed: apt-get install wrk"
        )
    options = ["--quads", "40000", "--seconds", "1", "--publish", "2", "--output", str(tmp_path)]
    peers = ["--peer", "trygghetsgrafen", "--peer", "oxigraph"]
    ran = CliRunner().invoke(main, [*options, *peers], catch_exceptions=False)
    assert ran.exit_code == 0
    found = json.loads((tmp_path / "benchmark.json").read_text())
    assert [result["server"] for result in found["results"]] == ["Trygghetsgrafen", "Oxigraph"]
    for result in found["results"]:
        assert result["memory"] > 1 << 20
        assert [one["question"] for one in result["figures"] if one["refused"]] == []
    assert len(found["publishing"]) == 2
