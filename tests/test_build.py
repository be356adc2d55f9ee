"""The build from files to a published snapshot, on a project with one real document."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.project_copy import AGREEMENT, NOTE, add_work, make_project

from trygghetsgraf.build import Built, build, read_figures
from trygghetsgraf.errors import InputError, NonConformance, SettingsError
from trygghetsgraf.namespaces import (
    PROVENANCE_GRAPH,
    QUERIES_GRAPH,
    SHAPES_GRAPH,
    document_graph,
    inferred_graph,
    names_graph,
    said_graph,
)
from trygghetsgraf.settings import load_settings
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.store.writer import Writer


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763700000")


@pytest.fixture(scope="module")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its state, built once; tests copy it."""
    folder = make_project(tmp_path_factory.mktemp("built") / "project", NOTE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1763700000")
        build_in(folder)
    return folder


@pytest.fixture
def project(built_project: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built_project, tmp_path / "project", symlinks=True))


def build_in(project: Path) -> Built:
    return build(load_settings(project=project, state=project / "var"))


def facts_of(project: Path) -> Path:
    return project / "data" / "facts" / f"{NOTE}.yaml"


def test_graphs_of_a_build(built_project: Path) -> None:
    with Snapshots(built_project / "var").current() as snapshot:
        names = {graph.value for graph in snapshot.open().named_graphs()}
    graphs = (document_graph, said_graph, names_graph, inferred_graph)
    assert {str(graph(NOTE)) for graph in graphs} <= names
    assert len(names) == 4 + 7


def test_default_graph_is_the_merge_as_a_set(built_project: Path) -> None:
    apart = {str(graph) for graph in (said_graph(NOTE), SHAPES_GRAPH, QUERIES_GRAPH)}
    with Snapshots(built_project / "var").current() as snapshot:
        store = snapshot.open()
        default = {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
        merged = {
            quad.triple
            for graph in store.named_graphs()
            if graph.value not in apart
            for quad in store.quads_for_pattern(None, None, None, graph)
        }
    assert default == merged


def test_second_build_does_nothing(project: Path) -> None:
    before = build_in(project)
    assert (before.changed, before.compiled, before.snapshot) == (False, (), 1)


def test_same_input_same_bytes(built_project: Path, tmp_path: Path) -> None:
    other = make_project(tmp_path / "elsewhere", NOTE)
    built = build_in(other)
    first = next((built_project / "var" / "builds").iterdir())
    names = sorted(path.name for path in first.iterdir())
    assert names == [
        "SHA256SUMS",
        "rapport.txt",
        "report.ttl",
        "report.txt",
        "statistics.json",
        "trygghetsgrafen.nq.gz",
        "trygghetsgrafen.trig.gz",
    ]
    for name in names:
        assert (first / name).read_bytes() == (built.folder / name).read_bytes(), name


def test_dumps_hold_the_same_quads_sorted(built_project: Path) -> None:
    folder = next((built_project / "var" / "builds").iterdir())
    lines = gzip.decompress((folder / "trygghetsgrafen.nq.gz").read_bytes()).decode().splitlines()
    trig = gzip.decompress((folder / "trygghetsgrafen.trig.gz").read_bytes())
    graphs = [line.rsplit(" ", 2)[1].strip("<>") for line in lines]
    assert graphs == sorted(graphs)
    assert len(set(lines)) == len(lines)
    assert len(list(ox.parse(trig, ox.RdfFormat.TRIG))) == len(lines)


def test_only_the_changed_document_is_compiled(project: Path) -> None:
    add_work(project, AGREEMENT)
    assert build_in(project).compiled == (AGREEMENT,)
    facts = facts_of(project)
    facts.write_text(facts.read_text() + "# reviewed\n")
    built = build_in(project)
    assert (built.compiled, built.snapshot) == ((NOTE,), 3)


def test_withdrawn_document_leaves_nothing(project: Path) -> None:
    add_work(project, AGREEMENT)
    build_in(project)
    for path in (project / "data").rglob(f"{AGREEMENT}.yaml"):
        path.unlink()
    build_in(project)
    with Snapshots(project / "var").current() as snapshot:
        names = {graph.value for graph in snapshot.open().named_graphs()}
    assert not [name for name in names if AGREEMENT in name]


def test_changed_letter_in_a_text_stops_the_build(project: Path) -> None:
    text = project / "data" / "documents" / "002_5af0c2e7755bc557.txt"
    text.write_text(text.read_text().replace("trygghetsfond", "trygghetsfront", 1))
    with pytest.raises(InputError, match=r"the text has SHA-256 \w{64}, the metadata say 472888fe"):
        build_in(project)
    assert Snapshots(project / "var").current_number() == 1


def test_changed_letter_in_a_quote_stops_the_build(project: Path) -> None:
    facts = facts_of(project)
    old = "tre tungt kriminella nätverk"
    line = next(n for n, t in enumerate(facts.read_text().splitlines(), 1) if old in t)
    facts.write_text(facts.read_text().replace(old, "tre tungt kriminela nätverk", 1))
    with pytest.raises(InputError) as caught:
        build_in(project)
    assert str(caught.value).startswith(f"{facts}:{line}: Looking up a quote in the text: ")
    assert "the nearest is line 13: " in str(caught.value)
    assert Snapshots(project / "var").current_number() == 1


def test_violation_is_reported_and_not_published(project: Path) -> None:
    facts = facts_of(project)
    place = "- force: states\n      facts:\n"
    bad = "        funding/omojlig a Funding: {amount: '-5', currency: sek, funder: huddinge}\n"
    assert place in facts.read_text()
    facts.write_text(facts.read_text().replace(place, place + bad, 1))
    with pytest.raises(NonConformance) as caught:
        build_in(project)
    assert caught.value.exit_code == 1
    report = (project / "var" / "failed" / "report.txt").read_text()
    assert "funding/omojlig" in report
    assert Snapshots(project / "var").current_number() == 1


def test_graphs_of_others_are_kept(project: Path) -> None:
    mine = ox.NamedNode("https://example.org/graph/mine")
    triple = ox.Triple(mine, ox.NamedNode("https://example.org/p"), ox.Literal("kept"))
    with Writer(project / "var", "a test") as writer:
        EmbeddedStore(writer).change({mine: [triple]})
    facts = facts_of(project)
    facts.write_text(facts.read_text() + "# reviewed\n")
    build_in(project)
    with Snapshots(project / "var").current() as snapshot:
        store = snapshot.open()
        assert [q.triple for q in store.quads_for_pattern(None, None, None, mine)] == [triple]
        assert ox.Quad(*triple) in store


def test_figures_are_in_the_graph_and_beside_it(built_project: Path) -> None:
    figures = read_figures(next((built_project / "var" / "builds").iterdir()))
    assert [f.work for f in figures] == [NOTE]
    with Snapshots(built_project / "var").current() as snapshot:
        quads = snapshot.open().quads_for_pattern(
            ox.NamedNode(f"https://w3id.org/trygghetsgrafen/id/document/{NOTE}"),
            ox.NamedNode("https://w3id.org/trygghetsgrafen/ontology/claimCount"),
            None,
            ox.NamedNode(str(PROVENANCE_GRAPH)),
        )
        assert [str(quad.object) for quad in quads] == [
            f'"{figures[0].claims}"^^<http://www.w3.org/2001/XMLSchema#integer>'
        ]


def test_not_a_project(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="it has no folder ontology/"):
        build_in(tmp_path)
