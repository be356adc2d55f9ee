"""The trial of written graphs: what conforms, what follows, what bears on them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from tests.written import PREFIXES, document

from trygghetsgraf.errors import StoreError
from trygghetsgraf.inference import entailments, logical_part, used_terms
from trygghetsgraf.namespaces import (
    ID,
    TG,
    document_graph,
    entailed_graph,
    inferred_graph,
    names_graph,
)
from trygghetsgraf.report import Report
from trygghetsgraf.store.graphs import merge, settle
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.terms import graph_from
from trygghetsgraf.writes.rules import Rules, load_rules
from trygghetsgraf.writes.surroundings import Change
from trygghetsgraf.writes.trial import Violations, check, infer

HERE = ox.NamedNode("https://example.org/graph/a")
THERE = ox.NamedNode("https://example.org/graph/b")
WORKS = (
    "huddinge-protokollsanteckning-avhopparverksamhet",
    "haninge-overenskommelse-trygghetskommissionen",
)


@pytest.fixture(scope="module")
def rules(store: ox.Store) -> Rules:
    return load_rules(store)


@pytest.fixture
def candidate(published: Path, tmp_path: Path) -> ox.Store:
    """A copy of the published graph that may be changed."""
    with Snapshots(published).current() as snapshot:
        snapshot.open().backup(str(tmp_path / "candidate"))
    return ox.Store(str(tmp_path / "candidate"))


def write(store: ox.Store, graph: ox.NamedNode, turtle: bytes) -> Change:
    """Give a graph new contents, the default graph too."""
    before = frozenset(q.triple for q in store.quads_for_pattern(None, None, None, graph))
    after = frozenset(quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE))
    for t in before - after:
        store.remove(ox.Quad(t.subject, t.predicate, t.object, graph))
    store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in after)
    settle(store, graph, after - before, before - after)
    return Change(graph, before, after)


def found(report: Report) -> set[tuple[str, str]]:
    """Shape or constraint and thing at fault, of violations."""
    return {
        (result.rule.rpartition("/")[2], str(result.about).removeprefix(str(ID)))
        for result in report.results
        if result.severity == "Violation"
    }


def turtle(text: str) -> bytes:
    return (PREFIXES + text).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<https://example.org/a> a <https://example.org/B> ; rdfs:label 'a'@sv .", set()),
        # its classes and properties may be below ours
        ("<https://example.org/B> rdfs:subClassOf tg:Measure .", set()),
        ("id:actor\\/nya a tg:Organisation .", {("Named-label", "actor/nya")}),
        (
            "id:actor\\/nya a tg:Organisation ; rdfs:label 'Nya'@sv , 'New'@en .",
            set(),
        ),
        (
            "id:actor\\/nya a tg:Organisation ; rdfs:label 'Nya'@sv , 'New'@en ;"
            " tg:unitOf id:actor\\/finns-inte .",
            {("Described-somewhere", "actor/finns-inte")},
        ),
        (
            "id:measure\\/ny a tg:Measure ; rdfs:label 'Ny'@sv , 'New'@en .",
            {("Coverage-claimed", "measure/ny")},
        ),
        ("id:actor\\/huddinge rdfs:label 'Hudinge'@sv .", {("Named-label", "actor/huddinge")}),
        ("id:actor\\/huddinge tg:finnsInte 1 .", {("KnownTriples-property", "actor/huddinge")}),
        ("id:measure\\/ny a tg:FinnsInte .", {("KnownTriples-class", "measure/ny")}),
        ("<x:a> rdfs:comment 'Ring 08-123 456 78'@sv .", {("NoContactDetails-phone", "x:a")}),
    ],
)
def test_what_may_be_written(
    candidate: ox.Store, rules: Rules, text: str, expected: set[tuple[str, str]]
) -> None:
    report = check(candidate, [write(candidate, HERE, turtle(text))], rules, claims=True)
    assert expected <= found(report)
    assert report.conforms == (not expected)


def test_a_document_in_our_model_conforms(candidate: ox.Store, rules: Rules) -> None:
    change = write(candidate, HERE, document(1))
    assert found(check(candidate, [change], rules, claims=True)) == set()
    change = write(candidate, HERE, document(1, named=False))
    nameless = {("Named-label", "measure/kameror-1")}
    assert found(check(candidate, [change], rules, claims=True)) == nameless


def test_claims_need_not_be_asked_for(candidate: ox.Store, rules: Rules) -> None:
    text = "id:measure\\/ny a tg:Measure ; rdfs:label 'Ny'@sv , 'New'@en ."
    change = write(candidate, HERE, turtle(text))
    assert check(candidate, [change], rules, claims=False).conforms


def test_what_refers_to_a_changed_graph(candidate: ox.Store, rules: Rules) -> None:
    """A graph may not go if another one refers to what only it describes."""
    named = "id:actor\\/nya a tg:Organisation ; rdfs:label 'Nya'@sv , 'New'@en ."
    write(candidate, HERE, turtle(named))
    unit = "id:actor\\/del a tg:OrganisationalUnit ; rdfs:label 'Del'@sv , 'Part'@en ;"
    write(candidate, THERE, turtle(f"{unit} tg:unitOf id:actor\\/nya ."))
    change = write(candidate, HERE, b"")
    assert ("Described-somewhere", "actor/nya") in found(
        check(candidate, [change], rules, claims=True)
    )
    change = write(candidate, THERE, b"")
    assert found(check(candidate, [change], rules, claims=True)) == set()


def test_circles_through_other_graphs(candidate: ox.Store, rules: Rules) -> None:
    unit = "a tg:OrganisationalUnit ; rdfs:label '%s'@sv , '%s'@en ; tg:unitOf id:actor\\/%s ."
    write(candidate, THERE, turtle("id:actor\\/a1 " + unit % ("A", "A", "a2")))
    change = write(candidate, HERE, turtle("id:actor\\/a2 " + unit % ("B", "B", "a1")))
    assert ("NoCircle-self", "actor/a2") in found(check(candidate, [change], rules, claims=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tg:Measure rdfs:label 'Åtgärd'@sv .", "which the ontology defines"),
        ("<x:a> <x:b> <<( <x:a> <x:b> <x:c> )>> .", "a term of RDF 1.2"),
    ],
)
def test_what_no_shape_can_judge(candidate: ox.Store, rules: Rules, text: str, words: str) -> None:
    change = write(candidate, HERE, turtle(text))
    with pytest.raises(Violations, match=words):
        check(candidate, [change], rules, claims=True)


def test_what_follows_is_in_a_graph_that_goes_with_it(candidate: ox.Store, rules: Rules) -> None:
    target = ox.NamedNode(str(entailed_graph(HERE.value)))
    measure = ox.NamedNode(str(ID["measure/kameror-1"]))
    activity = ox.Quad(
        measure,
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        ox.NamedNode(str(TG.Activity)),
        target,
    )
    touched: set[ox.Triple] = set()
    infer(candidate, [write(candidate, HERE, document(1))], rules, touched)
    assert activity in candidate
    assert activity.triple in touched
    merged = set(candidate.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert merge(candidate) == (0, 0)
    assert ox.Quad(activity.subject, activity.predicate, activity.object) in merged
    infer(candidate, [write(candidate, HERE, b"")], rules, touched)
    assert not candidate.contains_named_graph(target)
    assert merge(candidate) == (0, 0)


def test_nothing_follows_from_axioms_that_come_along(candidate: ox.Store, rules: Rules) -> None:
    """Else they would be a way round the claims."""
    text = (
        "<x:B> rdfs:subClassOf tg:Measure . id:measure\\/ny a <x:B> ."
        " <x:p> rdfs:subPropertyOf tg:status . id:measure\\/ny <x:p> id:status\\/completed ."
        " id:measure\\/ny <http://www.w3.org/2002/07/owl#sameAs> id:actor\\/huddinge ."
        " id:actor\\/nya a tg:Organisation ."
    )
    infer(candidate, [write(candidate, HERE, turtle(text))], rules, set())
    target = ox.NamedNode(str(entailed_graph(HERE.value)))
    follows = {q.subject for q in candidate.quads_for_pattern(None, None, None, target)}
    assert follows == {target, ox.NamedNode(str(ID["actor/nya"]))}


def test_a_contradiction_is_refused(candidate: ox.Store, rules: Rules) -> None:
    change = write(candidate, HERE, turtle("id:decision\\/a a tg:Decision , tg:Proposal ."))
    with pytest.raises(Violations, match="contradict the ontology"):
        infer(candidate, [change], rules, set())


@pytest.mark.parametrize("work", WORKS)
def test_the_terms_that_are_used_entail_what_all_do(
    store: ox.Store, rules: Rules, work: str
) -> None:
    """And what the build has inferred from a document follows here too."""

    def graph(*names: URIRef) -> Graph:
        result = Graph()
        for name in names:
            result += graph_from(store.quads_for_pattern(None, None, None, ox.NamedNode(str(name))))
        return result

    asserted = logical_part(graph(document_graph(work), names_graph(work)))
    sliced = entailments(asserted, used_terms(asserted, rules.logical_terms))
    assert set(sliced) == set(entailments(asserted, rules.logical_terms))
    assert len(set(sliced) & set(graph(inferred_graph(work)))) > 50


def test_a_store_without_rules() -> None:
    with pytest.raises(StoreError, match="no shapes"):
        load_rules(ox.Store())
