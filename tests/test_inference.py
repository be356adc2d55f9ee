"""Inference: what follows is new, about our things, and worth a reader's while."""

from __future__ import annotations

import pytest
from rdflib import OWL, RDF, Graph, Literal, URIRef

from trygghetsgraf.errors import InputError
from trygghetsgraf.inference import about, entailments, logical_part
from trygghetsgraf.namespaces import ID, PREFIXES, TG
from trygghetsgraf.ontology import Ontology

_HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())

TERMS = """
tg:Training rdfs:subClassOf tg:Measure .
tg:Measure owl:disjointWith tg:Event .
tg:within a owl:TransitiveProperty .
tg:hasMember owl:inverseOf tg:memberOf .
tg:responsibleActor rdfs:range tg:Actor .
[] a owl:Restriction ; owl:onProperty tg:status ; owl:hasValue <STATUS> ;
    rdfs:subClassOf tg:CarriedOut .
""".replace("STATUS", str(ID["status/ongoing"]))


def graph(turtle: str) -> Graph:
    """A graph from Turtle with our prefixes; m:x stands for measure/x, a:x for actor/x, …"""
    kinds = {"m": "measure", "a": "actor", "ar": "area", "st": "status", "c": "claim"}
    head = "".join(f"@prefix {p}: <{ID[kind]}/> .\n" for p, kind in kinds.items())
    return Graph().parse(data=_HEAD + head + turtle, format="turtle")


def short(found: Graph) -> list[str]:
    return sorted(
        " ".join(
            str(term).removeprefix(str(ID)).replace(str(TG), "tg:").replace(str(RDF.type), "a")
            for term in triple
        )
        for triple in found
    )


@pytest.mark.parametrize(
    ("facts", "entailed"),
    [
        ("m:x a tg:Training .", ["measure/x a tg:Measure"]),
        ("m:x tg:status st:ongoing .", ["measure/x a tg:CarriedOut"]),
        ("m:x tg:status st:planned .", []),
        ("m:x tg:responsibleActor a:y .", ["actor/y a tg:Actor"]),
        ("a:x tg:memberOf a:y .", ["actor/y tg:hasMember actor/x"]),
        (
            "ar:x tg:within ar:y . ar:y tg:within ar:z .",
            ["area/x tg:within area/z"],
        ),
        ("m:x a tg:Measure , tg:Training .", []),
        ("<http://example.org/x> a tg:Training .", []),
    ],
)
def test_what_follows(facts: str, entailed: list[str]) -> None:
    assert short(entailments(graph(facts), graph(TERMS))) == entailed


def test_what_the_background_holds_is_not_repeated() -> None:
    background = graph(TERMS + "ar:y tg:within ar:z . ar:z tg:within ar:w . ar:y tg:within ar:w .")
    found = entailments(graph("ar:x tg:within ar:y ."), background)
    assert short(found) == ["area/x tg:within area/w", "area/x tg:within area/z"]


def test_result_has_no_literal_subjects_and_nothing_reflexive() -> None:
    facts = "m:x tg:value 3 ; tg:status st:ongoing . m:x owl:sameAs m:y ."
    found = entailments(graph(facts), graph(TERMS + "tg:value a owl:DatatypeProperty ."))
    assert [triple for triple in found if not isinstance(triple[0], URIRef)] == []
    assert [s for s, o in found.subject_objects(OWL.sameAs) if s == o] == []
    assert (ID["measure/y"], RDF.type, TG.CarriedOut) in found
    assert set(found.objects(None, RDF.type)) == {TG.CarriedOut}


def test_contradiction_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        entailments(graph("m:x a tg:Training , tg:Event ."), graph(TERMS))
    assert str(caught.value).startswith(
        "Inferring what follows from the facts: they contradict the ontology: "
    )
    assert str(ID["measure/x"]) in str(caught.value)


def test_graphs_are_left_as_they_were() -> None:
    facts, terms = graph("m:x a tg:Training ."), graph(TERMS)
    before = set(facts), set(terms)
    entailments(facts, terms)
    assert (set(facts), set(terms)) == before


def test_logical_part_leaves_out_words_and_evidence() -> None:
    found = logical_part(
        graph(
            "m:x a tg:Measure ; rdfs:label 'X'@sv ; tg:purpose 'x'@sv ; tg:place ar:x ."
            "c:y a tg:Claim ; tg:speaker a:x . tg:place rdfs:isDefinedBy <http://example.org/> ."
        )
    )
    assert short(found) == ["measure/x a tg:Measure", "measure/x tg:place area/x"]


def test_background_of_a_graph_is_what_it_mentions() -> None:
    closed = graph("ar:x tg:within ar:z . ar:y tg:within ar:z . a:x tg:activeIn ar:x .")
    terms = graph("tg:Training rdfs:subClassOf tg:Measure .")
    assert short(about(graph("m:x tg:place ar:x ."), closed, terms)) == [
        "area/x tg:within area/z",
        "tg:Training http://www.w3.org/2000/01/rdf-schema#subClassOf tg:Measure",
    ]


@pytest.mark.slow
def test_background_of_a_graph_is_enough(ontology: Ontology) -> None:
    """What follows from the whole background follows from the part of it that is mentioned."""
    terms = logical_part(ontology.terms)
    reference = graph(
        "a:sdn a tg:Board ; tg:unitOf a:tallbro . a:tallbro a tg:Municipality ; tg:governs ar:t ."
        "ar:t a tg:AdministrativeArea ; tg:within ar:lan . ar:lan tg:within ar:land ."
        "a:s a tg:LocalParty ; tg:partyGroupOf a:sap ."
    )
    closed = reference + entailments(terms + reference, Graph())
    facts = graph(
        "m:x a tg:Training ; tg:status st:ongoing ; tg:place ar:t ; tg:responsibleActor a:sdn ."
        "a:bo a tg:Person ; tg:memberOf a:s . ar:kv a tg:Neighbourhood ; tg:within ar:t ."
    )
    found = entailments(facts, about(facts, closed, terms)) - closed
    assert {
        "measure/x a tg:Measure",
        "measure/x a tg:Activity",
        "measure/x a tg:CarriedOut",
        "area/kv tg:within area/land",
        "actor/bo a tg:Actor",
    } <= set(short(found))
    assert short(found) == short(entailments(facts, terms + closed))
    assert [o for o in found.objects() if isinstance(o, Literal)] == []
