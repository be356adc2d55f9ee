"""Descriptions: what is said of a thing, with the words that say it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import RDFS, SKOS, Graph

from trygghetsgraf.description import Description, Fact, Saying, Term, describe, resolve, select
from trygghetsgraf.errors import NotFoundError
from trygghetsgraf.graph import document_graphs
from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import BASE, ID, TG, said_graph
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.reading import Reading
from trygghetsgraf.terms import to_store


@pytest.fixture
def store(reading: Reading, names: Names, ontology: Ontology) -> ox.Store:
    """The invented document as a store has it: the merge of all but what is only said."""
    merge = Graph()
    for name, graph in document_graphs(reading, ontology).items():
        if name != said_graph("tallbro-svar"):
            merge += graph
    for triple in names.triples():
        merge.add(triple)
    for graph in (ontology.terms, ontology.vocabulary):
        for predicate in (RDFS.label, SKOS.prefLabel):
            merge += graph.triples((None, predicate, None))
    store = ox.Store()
    store.extend(ox.Quad(*map(to_store, triple)) for triple in merge)  # type: ignore[arg-type]
    return store


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("measure/kameror", ID["measure/kameror"]),
        (str(ID["measure/kameror"]), ID["measure/kameror"]),
        (str(TG.Measure), TG.Measure),
        ("Kameror i Tallbro", ID["measure/kameror"]),
        ("kameror i TALLBRO", ID["measure/kameror"]),
        ("Cameras in Tallbro", ID["measure/kameror"]),
        ("lokalpolisen", ID["actor/lokalpolisen-tallbro"]),
    ],
)
def test_thing_is_found_by_iri_key_or_any_label(store: ox.Store, text: str, iri: str) -> None:
    assert resolve(store, text) == str(iri)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kamror i Tallbro", "nothing is called that. Nearest: Kameror i Tallbro, "),
        ("qqqq", "nothing is called that."),
        ("measure/qqqq", "nothing is called that."),
        (BASE + "id/measure/a b", "nothing is called that."),
        (BASE + "id/measure/x##", "nothing is called that."),
        ("", "nothing is called that."),
    ],
)
def test_other_words_are_refused(store: ox.Store, text: str, found: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        resolve(store, text)
    assert caught.value.tried == f"Looking up {text!r}"
    assert caught.value.found.startswith(found)
    assert caught.value.do == "Write an IRI, kind/key or label."


def test_label_of_several_things_is_refused(store: ox.Store) -> None:
    label, name = ox.NamedNode(str(RDFS.label)), ox.Literal("Kameror i Tallbro", language="sv")
    store.add(ox.Quad(ox.NamedNode(ID["event/kameror"]), label, name))
    with pytest.raises(NotFoundError) as caught:
        resolve(store, "Kameror i Tallbro")
    assert str(caught.value) == (
        "Looking up 'Kameror i Tallbro': it may be any of event/kameror, measure/kameror. "
        "Write one of these."
    )


def term(label: str, iri: str) -> Term:
    return Term(label, iri if iri.startswith("http") else str(ID[iri]))


def test_description_of_a_measure(store: ox.Store, reading: Reading) -> None:
    [claim] = [c for c in reading.claims if c.force == "commits"]
    measure = term("Cameras in Tallbro", "measure/kameror")
    saying = Saying(
        str(claim.iri),
        "Vi kommer att sätta upp ungefär 40 kameror i centrum.",
        (term("Anna Alm", "actor/anna-alm"),),
        (),
        term("commits", "force/commits"),
        (),
        term("Answer on safety in Tallbro", "document/tallbro-svar"),
        "2022-03-04",
    )
    found = describe(store, str(ID["measure/kameror"]), "en")
    assert (found.label, found.aliases, found.mentions) == ("Cameras in Tallbro", (), ())
    assert found.classes == (term("measure", str(TG.Measure)),)
    assert {fact.predicate.label for fact in found.facts} == {
        "is",
        "kind",
        "status",
        "responsible actor",
    }
    [fact] = [fact for fact in found.facts if fact.predicate.label == "status"]
    assert fact == Fact(
        measure,
        term("status", str(TG.status)),
        term("planned", "status/planned"),
        True,
        (saying,),
    )


def test_description_in_swedish(store: ox.Store) -> None:
    found = describe(store, str(ID["actor/lokalpolisen-tallbro"]), "sv")
    assert (found.label, found.aliases) == ("Lokalpolisen i Tallbro", ("Lokalpolisen",))
    assert found.facts == ()


def test_what_is_only_said_is_marked_and_has_its_relayer(store: ox.Store) -> None:
    found = describe(store, str(ID["quantity/vardar"]), "en")
    [denied] = [fact for fact in found.facts if fact.object.label == "6"]
    assert not denied.plain
    [saying] = denied.claims
    assert [speaker.label for speaker in saying.speakers] == ["Local police in Tallbro"]
    assert [relayer.label for relayer in saying.relayers] == ["Anna Alm"]
    assert saying.marks == ("states", "negative")
    [stated] = [fact for fact in found.facts if fact.object.label == "3"]
    assert stated.plain
    assert stated.claims[0].marks == ("states", "2021~/..")


def test_two_speakers_make_one_saying(store: ox.Store) -> None:
    found = describe(store, str(ID["measure/fond"]), "sv")
    sayings = [saying for fact in found.facts for saying in fact.claims]
    assert {tuple(s.label for s in saying.speakers) for saying in sayings} == {
        ("Anna Alm", "Tallbro kommun")
    }
    assert sorted(fact.predicate.label for fact in found.facts if not fact.plain) == ["syfte"]


def test_thing_is_mentioned_where_it_is_the_object(store: ox.Store) -> None:
    found = describe(store, str(ID["quantity/vardar"]), "en")
    assert [(fact.subject.label, fact.predicate.label) for fact in found.mentions] == [
        ("Safety hosts in Tallbro", "quantity")
    ]


def test_unknown_thing_has_an_empty_description(store: ox.Store) -> None:
    iri = str(ID["measure/qqqq"])
    assert describe(store, iri, "sv") == Description(iri, "qqqq", (), (), (), ())


def test_select_binds_terms_and_not_text(store: ox.Store) -> None:
    query = "SELECT ?label { ?thing rdfs:label ?label } ORDER BY ?label"
    rows = select(store, query, {"thing": ox.NamedNode(ID["measure/kameror"])})
    assert [row["label"].value for row in rows] == ["Cameras in Tallbro", "Kameror i Tallbro"]
