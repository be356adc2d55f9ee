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

from trygghetsgraf.bench.aims import Aim, of_assault, of_own, of_servers
from trygghetsgraf.bench.command import main
from trygghetsgraf.bench.copies import read_shipped
from trygghetsgraf.bench.generator import Made, document, generate
from trygghetsgraf.bench.hostile import Assault
from trygghetsgraf.bench.own import SMALLEST, Timing
from trygghetsgraf.bench.questions import path_of, questions
from trygghetsgraf.bench.report import Run, as_markdown, machine, write
from trygghetsgraf.bench.running import Figure, Result
from trygghetsgraf.namespaces import REFERENCE_GRAPH, TG, document_graph, said_graph
from trygghetsgraf.store.bulk import dump_nquads
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
    timings = [Timing("documents", 0.002, 0.001, 0.0025, 2078, again=900.0)]
    run = Run(made, 8, 1 << 20, [ours, other], [0.1, 0.3, 0.2], own={"saved-small": timings})
    text = as_markdown(run)
    assert "| Ours | 2.0 | 3 |  |" in text
    assert "| Ours | 500 | 1.00 | 2.00 | 4.00 | 1.00 × |" in text
    assert "| documents | 2.0 | 1.0 | 2.5 | 2.1 | 900 |" in text
    assert "| Other | 1,000 | 100.00 | 200.00 | 400.00 | 0.50 × (7 refused) |" in text
    assert "2,000 quads: 3 times, median 200 ms, p95 300 ms, longest 300 ms." in text


def test_aims_are_met_or_not() -> None:
    def server(name: str, load: float, rate: float) -> Result:
        return Result(name, "", load, 0, [Figure("point look-up", 0.001, 0.002, 0.004, rate)])

    servers = [server("Trygghetsgrafen", 13.0, 30.0), server("Oxigraph", 10.0, 100.0)]
    assert list(of_servers([*servers, server("Virtuoso 7", 1.0, 40.0)])) == [
        Aim("point look-up: at least 0.25 of Oxigraph", "0.30", True),
        Aim("point look-up: ahead of Virtuoso 7", "0.75 × Virtuoso 7", False),
        Aim("loading: at most 1.2 × Oxigraph", "1.30 ×", False),
    ]
    timings = [
        Timing("quick", 0.9, 0.01, 0.9, 1, again=50.0),
        Timing("slow", 0.1, 0.06, 0.1, 1),
        Timing(SMALLEST, 0.9, 0.9, 0.9, 1, again=40.0),
    ]
    assert list(of_own({"saved-small": timings})) == [
        Aim(
            "saved queries on the project's own documents: each under 50 ms",
            "slowest 60 ms (slow); 1 of 2 later",
            False,
        ),
        Aim(
            "a saved query again: at the rate of the smallest response",
            "50/s, smallest 40/s",
            True,
        ),
    ]
    ends = [(504, 10.0), (200, 1.0)]
    (aim,) = of_assault(Assault(quiet=0.01, quiet_many=9, busy=0.02, busy_many=9, ends=ends))
    assert (aim.found, aim.met) == ("2.00 ×", False)


def test_tables_on_a_page_are_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Words\n\n<!-- one run -->\n\nold\n", encoding="utf-8")
    write(Run(Made(), 8, 0), tmp_path, page)
    text = page.read_text(encoding="utf-8")
    assert text == f"# Words\n\n<!-- one run -->\n\n{machine()}.\n"
    assert not (tmp_path / "benchmark.md").exists()


@pytest.mark.slow
def test_a_small_run(tmp_path: Path, published: Path) -> None:
    if shutil.which("wrk") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "wrk is not installed: apt-get install wrk"
        )
    shutil.copytree(published, tmp_path / "built", symlinks=True)
    options = ["--quads", "140000", "--seconds", "1", "--publish", "2"]
    options += ["--work", str(tmp_path), "--output", str(tmp_path)]
    peers = ["--peer", "trygghetsgrafen", "--peer", "oxigraph"]
    parts = ["--only", "servers", "--only", "known", "--only", "publish", "--only", "write"]
    ran = CliRunner().invoke(main, [*options, *peers, *parts], catch_exceptions=False)
    assert ran.exit_code == 0
    found = json.loads((tmp_path / "benchmark.json").read_text())
    assert found["quads"] >= 140_000
    assert [result["server"] for result in found["results"]] == ["Trygghetsgrafen", "Oxigraph"]
    for result in found["results"]:
        assert result["memory"] > 1 << 20
        assert [one["question"] for one in result["figures"] if one["refused"]] == []
    assert {one["name"]: one["status"] for one in found["own"]["known"]} == {
        "VoID": 200,
        "catalogue": 200,
        "service description": 200,
    }
    assert len(found["publishing"]) == 2
    assert {name: len(times) for name, times in found["writing"].items()} == {
        "small": 2,
        "large": 2,
    }


def test_copies_stand_beside_what_they_were_made_from(tmp_path: Path, store: ox.Store) -> None:
    dump_nquads(store, tmp_path / "shipped.nq")
    shipped = read_shipped(tmp_path / "shipped.nq")
    assert shipped.quads == len(store)
    made = generate(tmp_path / "graph.nq", 400_000, 1, shipped)
    found = ox.Store()
    found.bulk_load(path=tmp_path / "graph.nq", format=ox.RdfFormat.N_QUADS)
    assert made.quads >= len(found) >= 0.99 * made.quads  # facts on shared things repeat
    assert merge(found) == (0, 0)
    graphs = {graph.value for graph in found.named_graphs() if isinstance(graph, ox.NamedNode)}
    for key in list(shipped.documents)[:2]:
        assert str(document_graph(key)) in graphs
    first, second = list(shipped.documents)[:2]
    assert {str(document_graph(f"{first}-0")), str(document_graph(f"{second}-1"))} <= graphs
    copied = found.quads_for_pattern(
        None, None, None, ox.NamedNode(str(document_graph(f"{first}-0")))
    )
    claims = {quad.subject for quad in copied if quad.object == ox.NamedNode(str(TG["Claim"]))}
    assert claims
    for claim in claims:
        speakers = found.quads_for_pattern(claim, ox.NamedNode(str(TG["speaker"])), None, None)
        assert next(speakers, None) is not None
