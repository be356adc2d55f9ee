"""The ontology as facts see it: which properties, classes and concepts there are."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SKOS, Literal, URIRef

from trygghetsgraf.errors import InputError
from trygghetsgraf.namespaces import TG
from trygghetsgraf.ontology import EntityClass, Ontology, Property, load_ontology, load_turtle

EX = "http://example.org/"


def test_property_of_things(ontology: Ontology) -> None:
    assert ontology.properties["kind"] == Property(
        TG.kind, "kind", "identity", ("event-kind", "kind"), None
    )


def test_property_of_values(ontology: Ontology) -> None:
    assert ontology.properties["amount"] == Property(TG.amount, "amount", "report", (), "decimal")


def test_property_of_the_evidence_is_not_stated(ontology: Ontology) -> None:
    assert ontology.properties["speaker"].stated_as is None


@pytest.mark.parametrize(
    ("name", "stated_as"),
    [
        ("status", "identity"),
        ("changes", "identity"),
        ("itemNumber", "identity"),
        ("proposedIn", "identity"),
        ("fundingStatus", "report"),
        ("place", "report"),
        ("memberOf", "structure"),
        ("assessedAs", "judgement"),
        ("causedBy", "judgement"),
        ("problemKind", "judgement"),
        ("dutyOf", "judgement"),
    ],
)
def test_sort_of_property(ontology: Ontology, name: str, stated_as: str) -> None:
    assert ontology.properties[name].stated_as == stated_as


def test_class_has_its_key_space(ontology: Ontology) -> None:
    assert ontology.classes["Training"] == EntityClass(TG.Training, "Training", "measure")
    assert {"Proposal", "Decision"} <= ontology.classes.keys()
    assert ontology.classes_of("area") == [
        "AdministrativeArea",
        "Area",
        "Neighbourhood",
        "Place",
        "Region",
    ]


def test_concepts_and_things_have_spaces_of_their_own(ontology: Ontology) -> None:
    assert {"kind/kamera", "force/states", "status/ongoing"} <= ontology.concepts
    assert {concept.partition("/")[0] for concept in ontology.concepts} == ontology.concept_spaces
    assert {"actor", "area", "measure", "question"} <= ontology.thing_spaces
    assert ontology.thing_spaces & ontology.concept_spaces == set()


def test_turtle_files_are_merged_with_blank_nodes_apart(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(f"@prefix e: <{EX}> . _:x e:p 007 , 'å'@sv . e:x a e:C .")
    graph = load_turtle(tmp_path.glob("*.ttl"))
    assert len(set(graph.subjects(URIRef(EX + "p"), Literal("å", lang="sv")))) == 2
    assert list(graph.subjects(RDF.type, URIRef(EX + "C"))) == [URIRef(EX + "x")]
    assert {str(o) for o in graph.objects(None, URIRef(EX + "p"))} == {"007", "å"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"@prefix e: <http://example.org/> .\n\ne:a e:b x:c .\n",
            ":3: Reading Turtle: Parser error at line 3 between columns 9 and 12: "
            "The prefix x: has not been declared. Mend the syntax.",
        ),
        (
            b"<http://a b> a <http://c> .",
            ":1: Reading Turtle: Parser error at line 1 between columns 1 and 13: "
            "Invalid IRI code point ' '. Mend the syntax.",
        ),
        (
            b"\xff",
            ":1: Reading Turtle: Parser error at line 1 column 1: "
            "Invalid UTF-8 character encoding. Mend the syntax.",
        ),
        (
            b"<http://a> <http://b> 'c'@ar--rtl .",
            ": Reading Turtle: no literal of RDF 1.1: <Literal value=c language=ar direction=rtl>. "
            "Give a readable file of RDF 1.1.",
        ),
    ],
)
def test_broken_turtle_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_turtle([path])
    assert str(caught.value) == f"{path}{message}"


@given(st.text(alphabet="<>[]()@_:a.;,^'\"\\u1e~ \n").map(str.encode) | st.binary())
def test_any_bytes_give_a_graph_or_an_input_error(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.ttl"
        path.write_bytes(content)
        try:
            graph = load_turtle([path])
        except InputError:
            return
    assert all(isinstance(predicate, URIRef) for predicate in graph.predicates())


def test_folder_without_ontology_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_ontology(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'ontology'}: Reading ontology and vocabularies: no Turtle file (*.ttl) found."
        " Run this in a checkout, or give --project."
    )


def test_vocabularies_are_apart_from_the_terms(ontology: Ontology) -> None:
    assert (None, SKOS.inScheme, None) not in ontology.terms
    assert (None, SKOS.inScheme, None) in ontology.vocabulary
