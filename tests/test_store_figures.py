"""Figures move with every publication, and queries that only count are answered from them."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.served import ask, bearer, get, served
from tests.written import document

from trygghetsgraf.namespaces import PREFIXES, TG
from trygghetsgraf.query.counting import from_figures
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.figures import Figures, count_all, moved, read_figures
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.store.writer import Writer

TYPE = ox.NamedNode(f"{PREFIXES['rdf']}type")
MEASURE, CLAIM, STATUS, KIND = (
    ox.NamedNode(str(TG[name])) for name in ("Measure", "Claim", "status", "kind")
)
NODES = [ox.NamedNode(f"http://example.org/{name}") for name in "abc"]
TRIPLES = st.builds(
    ox.Triple,
    st.sampled_from([*NODES, ox.BlankNode("x")]),
    st.sampled_from([TYPE, STATUS, KIND, ox.NamedNode(f"{TG}force")]),
    st.sampled_from([*NODES, MEASURE, CLAIM, ox.Literal("tab\there"), ox.BlankNode("x")]),
)
CONTENTS = st.frozensets(TRIPLES, max_size=25)


def store_of(triples: frozenset[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def test_figures_of_a_small_store() -> None:
    a, b, _ = NODES
    store = store_of(
        frozenset(
            {
                ox.Triple(a, TYPE, MEASURE),
                ox.Triple(b, TYPE, MEASURE),
                ox.Triple(a, STATUS, NODES[2]),
                ox.Triple(a, KIND, ox.Literal("x")),
            }
        )
    )
    found = count_all(store)
    assert (found.triples, found.subjects, found.objects) == (4, 2, 3)
    assert found.classes == {str(MEASURE): 2}
    assert found.properties == {str(TYPE): 2, str(STATUS): 1, str(KIND): 1}
    assert found.facet(str(MEASURE), (str(STATUS),)) == {"<http://example.org/c>": 1}
    pair = found.facet(str(MEASURE), (str(KIND), str(STATUS)))
    assert pair == {'"x"\t<http://example.org/c>': 1}
    assert found.facet(str(MEASURE), (str(TYPE),)) is None


@settings(deadline=None)
@given(before=CONTENTS, after=CONTENTS, more=CONTENTS)
def test_moved_figures_are_those_of_a_new_count(
    before: frozenset[ox.Triple], after: frozenset[ox.Triple], more: frozenset[ox.Triple]
) -> None:
    old, new = store_of(before), store_of(after)
    assert moved(count_all(old), old, new, (before ^ after) | more) == count_all(new)


def test_a_publication_carries_the_figures_on(tmp_path: Path) -> None:
    graph, said = (ox.NamedNode(f"http://example.org/graph/{name}") for name in ("one", "two"))
    with Writer(tmp_path, "a test") as writer:
        store = EmbeddedStore(writer)
        dump = tmp_path / "all.nq"
        dump.write_text(f"<http://example.org/a> {TYPE} {MEASURE} .\n", encoding="utf-8")
        store.rebuild(dump)
        assert figures(writer).classes == {str(MEASURE): 1}
        store.change({graph: [ox.Triple(NODES[1], TYPE, MEASURE)], said: []})
        assert figures(writer).classes == {str(MEASURE): 2}
        store.change(drop=[graph])
        assert figures(writer).classes == {str(MEASURE): 1}
        store.restore_snapshot(2)
        assert figures(writer).classes == {str(MEASURE): 2}


@pytest.mark.slow
def test_a_write_through_the_gate_carries_them_on(tmp_path: Path, published: Path) -> None:
    state = tmp_path / "state"
    shutil.copytree(published, state, symlinks=True)
    headers = {**bearer(state), "Content-Type": "text/turtle"}
    with served(state) as running:
        path = f"/graphs?graph={quote('http://example.org/sent', safe='')}"
        assert ask(running.url, "PUT", path, headers, document(1)).status == 201
        query = f"SELECT (COUNT(?m) AS ?n) {{ ?m a {MEASURE} }}"
        before = int(get(running.url, query, "text/csv").body.split()[1])
        assert ask(running.url, "DELETE", path, headers).status == 200
        assert int(get(running.url, query, "text/csv").body.split()[1]) == before - 1
    with Snapshots(state).current() as snapshot:
        assert read_figures(snapshot.folder) == count_all(snapshot.open())


def test_after_a_change_of_which_nobody_kept_account_there_are_none(tmp_path: Path) -> None:
    with Writer(tmp_path, "a test") as writer:
        EmbeddedStore(writer).start_empty()
        with writer.draft() as draft:
            draft.store.add(ox.Quad(NODES[0], TYPE, MEASURE))
            draft.publish().close()
        with writer.snapshots.current() as snapshot:
            assert read_figures(snapshot.folder) is None


def figures(writer: Writer) -> Figures:
    with writer.snapshots.current() as snapshot:
        found = read_figures(snapshot.folder)
        assert found is not None
        assert found == count_all(snapshot.open())
        return found


PROLOGUE = f"PREFIX tg: <{TG}> PREFIX rdf: <{PREFIXES['rdf']}>\n"
COUNTING = [
    "SELECT ?class (COUNT(?s) AS ?n) WHERE { ?s a ?class } GROUP BY ?class",
    "select (count(*) as ?n) $c { ?s a ?c } group by ?c",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) ?c { ?s rdf:type ?c . } GROUP BY ?c ORDER BY DESC(?n) ?c",
    "SELECT ?c (COUNT(*) AS ?n) (COUNT(?s) AS ?m) { ?s a ?c } GROUP BY ?c",
    "SELECT (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?n",
    "SELECT ?p (COUNT(?o) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY ASC(?p) LIMIT 2 OFFSET 1",
    "SELECT DISTINCT ?p { ?s ?p ?o } # which there are",
    "SELECT DISTINCT ?class WHERE { ?s a ?class . } ORDER BY ?class LIMIT 100",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(?s) AS ?n) { ?s a tg:Measure }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a tg:Place }",
    "SELECT (COUNT(?o) AS ?n) { ?s tg:status ?o }",
    "SELECT (COUNT(?o) AS ?n) { ?s a ?o }",
    "SELECT ?v (COUNT(?m) AS ?n) { ?m a tg:Measure ; tg:status ?v } GROUP BY ?v",
    "SELECT ?v (COUNT(*) AS ?n) { ?m tg:force ?v . ?m a tg:Claim } GROUP BY ?v",
    "SELECT ?x ?y (COUNT(?m) AS ?n) { ?m a tg:Measure; tg:status ?x; tg:kind ?y } GROUP BY ?x ?y",
    "SELECT DISTINCT ?v { ?m a tg:Measure ; tg:kind ?v }",
]
OTHERS = [
    "SELECT ?s { ?s a tg:Measure }",
    "SELECT (COUNT(?s) AS ?n) FROM tg:x { ?s ?p ?o }",
    "SELECT (COUNT(?s) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(?s) AS ?n) { ?s ?p ?s }",
    "SELECT (COUNT(DISTINCT ?o) AS ?n) ?p { ?s ?p ?o } GROUP BY ?p",
    "SELECT (COUNT(DISTINCT *) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(?x) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(?s) AS ?n) { ?s ?p ?o FILTER(?p = tg:kind) }",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c HAVING (?n > 1)",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY COUNT(?s)",
    "SELECT ?v (COUNT(?m) AS ?n) { ?m a tg:Measure ; tg:status ?v ; tg:kind ?k } GROUP BY ?v",
    "SELECT ?v (COUNT(?m) AS ?n) { ?m a tg:Measure ; tg:unknown ?v } GROUP BY ?v",
    "SELECT ?v (COUNT(DISTINCT ?v) AS ?n) { ?m a tg:Measure ; tg:status ?v } GROUP BY ?v",
    "SELECT DISTINCT ?s { ?s ?p ?o }",
    "SELECT (COUNT(?s) AS ?n) { ?s a <relative> }",
    "SELECT (COUNT(?s) AS ?n) { ?s a tg:Measure",
    "SELECT (COUNT(?s) AS ?n) { ?s a unknown:Measure }",
    "ASK { ?s ?p ?count }",
]


@pytest.mark.parametrize("query", COUNTING)
@settings(deadline=None, max_examples=20)
@given(triples=st.frozensets(TRIPLES.filter(lambda t: "_:" not in str(t)), max_size=25))
def test_a_counting_query_has_the_engines_answer(query: str, triples: frozenset[ox.Triple]) -> None:
    store = store_of(triples)
    made = from_figures(PROLOGUE + query, lambda: count_all(store))
    assert made is not None
    expected, found = rows(store, PROLOGUE + query), rows(ox.Store(), made)
    if "ORDER BY" in query and "DESC" not in query:
        assert found == expected
    assert sorted(found) == sorted(expected)


def rows(store: ox.Store, query: str) -> list[str]:
    result = store.query(query)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [" ".join([*names, *(str(row[name]) for name in names)]) for row in result]


@pytest.mark.parametrize("query", OTHERS)
def test_any_other_query_is_left_to_the_engine(query: str) -> None:
    assert from_figures(PROLOGUE + query, lambda: count_all(ox.Store())) is None


def test_a_blank_node_among_the_values_is_left_to_the_engine() -> None:
    store = store_of(frozenset({ox.Triple(NODES[0], TYPE, ox.BlankNode())}))
    assert from_figures("SELECT DISTINCT ?c { ?s a ?c }", lambda: count_all(store)) is None


def test_without_figures_every_query_is_the_engines() -> None:
    assert from_figures("SELECT DISTINCT ?c { ?s a ?c }", lambda: None) is None
