"""Validation: which graphs are looked at with which shapes, and what comes back."""

from __future__ import annotations

import pytest
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from tests import shipped

from trygghetsgraf.errors import InputError
from trygghetsgraf.namespaces import ID, SHAPE, TG
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.report import Result
from trygghetsgraf.validation import (
    SCOPES,
    Background,
    Shapes,
    load_shapes,
    validate_background,
    validate_document,
    validate_merge,
)

PREFIXES = """
@prefix actor: <https://w3id.org/trygghetsgrafen/id/actor/> .
@prefix area: <https://w3id.org/trygghetsgrafen/id/area/> .
@prefix claim: <https://w3id.org/trygghetsgrafen/id/claim/> .
@prefix measure: <https://w3id.org/trygghetsgrafen/id/measure/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix s: <https://w3id.org/trygghetsgrafen/shapes/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix tg: <https://w3id.org/trygghetsgrafen/ontology/> .
"""


def graph(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def background(reference: str = "") -> Background:
    terms = graph(
        "tg:Measure rdfs:subClassOf tg:Activity . tg:LocalParty rdfs:subClassOf tg:Actor ."
    )
    return Background(Ontology(terms, Graph()), graph(reference))


def placed(scope: str) -> Shapes:
    """A shape for one kind of graph: whatever is at a place has a name."""
    return Shapes(
        graph(f"""
            s:Placed a sh:NodeShape ; s:appliesTo s:{scope} ;
                sh:targetSubjectsOf tg:place ; sh:property s:Placed-name .
            s:Placed-name a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 ;
                sh:message "Ge det ett namn."@sv , "Name it."@en .""")
    )


PLACED = Result(
    focus=URIRef(ID["measure/m"]),
    path=RDFS.label,
    value=None,
    severity="Violation",
    shape=URIRef(SHAPE["Placed-name"]),
    component=URIRef(str(SH.MinCountConstraintComponent)),
    constraint=None,
    messages=(("en", "Name it."), ("sv", "Ge det ett namn.")),
)
AT_A_PLACE = "measure:m tg:place area:huddinge ."
NAMED = 'measure:m rdfs:label "Kameror"@sv .'


@pytest.mark.parametrize(
    ("scope", "document", "said", "names", "expected"),
    [
        ("EverythingSaid", AT_A_PLACE, "", "", (PLACED,)),
        ("EverythingSaid", "", AT_A_PLACE, "", (PLACED,)),
        ("EverythingSaid", AT_A_PLACE, "", NAMED, ()),
        ("PlainTriples", AT_A_PLACE, "", NAMED, (PLACED,)),
        ("PlainTriples", "", AT_A_PLACE, "", ()),
        ("OnlySaid", "", AT_A_PLACE, "", (PLACED,)),
        ("OnlySaid", AT_A_PLACE, "", "", ()),
        ("SaidAlone", "", AT_A_PLACE, NAMED, (PLACED,)),
        ("Merge", AT_A_PLACE, "", "", ()),
        ("Background", AT_A_PLACE, "", "", ()),
    ],
)
def test_shapes_look_at_the_graphs_they_are_for(
    scope: str, document: str, said: str, names: str, expected: tuple[Result, ...]
) -> None:
    report = validate_document(
        graph(document), graph(said), graph(names), placed(scope), background()
    )
    assert report.results == expected


def test_only_said_is_seen_with_the_documents_claims() -> None:
    shapes = Shapes(
        graph("""
            s:Claimed a sh:NodeShape ; s:appliesTo s:OnlySaid ;
                sh:targetClass tg:Claim ; sh:property s:Claimed-force .
            s:Claimed-force a sh:PropertyShape ; sh:path tg:force ; sh:minCount 1 .""")
    )
    document = graph("claim:c a tg:Claim . measure:m a tg:Claim .")
    report = validate_document(document, Graph(), Graph(), shapes, background())
    assert [result.focus for result in report.results] == [URIRef(ID["claim/c"])]


def test_merge_and_background() -> None:
    parts = [graph(AT_A_PLACE), graph(NAMED)]
    assert validate_merge(parts, placed("Merge"), background()).conforms
    assert validate_merge(parts[:1], placed("Merge"), background()).results == (PLACED,)
    report = validate_background(placed("Background"), background(AT_A_PLACE))
    assert report.results == (PLACED,)


def test_background_things_come_whole_and_only_if_they_are_led_to() -> None:
    under = background("""
        actor:m-huddinge a tg:LocalParty ; tg:partyGroupOf actor:m ; rdfs:label "M"@sv .
        actor:m a tg:Party ; rdfs:label "M"@sv .
        actor:polisen a tg:Authority .""")
    context = under.context([graph("measure:m tg:responsibleActor actor:m-huddinge .")])
    things = sorted({quad.subject.value.removeprefix(ID) for quad in context})  # type: ignore[union-attr]
    assert things == ["actor/m", "actor/m-huddinge"]


def test_severity_and_messages_of_a_query_come_from_its_shape() -> None:
    shapes = Shapes(
        graph("""
            s:Prefixes sh:declare [ sh:prefix "tg" ;
                sh:namespace "https://w3id.org/trygghetsgrafen/ontology/" ] .
            s:Any a sh:NodeShape ; s:appliesTo s:PlainTriples ; sh:severity sh:Warning ;
                sh:targetNode s:WholeGraph ; sh:sparql s:Any-place .
            s:Any-place a sh:SPARQLConstraint ; sh:prefixes s:Prefixes ;
                sh:message "Platsen."@sv , "The place."@en ;
                sh:select '''SELECT $this ?path ?value
                    WHERE { ?value ?path ?o . FILTER (?path = tg:place) }''' .
            """)
    )
    report = validate_document(graph(AT_A_PLACE), Graph(), Graph(), shapes, background())
    assert report.results == (
        Result(
            focus=URIRef(SHAPE["WholeGraph"]),
            path=URIRef(TG.place),
            value=URIRef(ID["measure/m"]),
            severity="Warning",
            shape=URIRef(SHAPE["Any"]),
            component=URIRef(str(SH.SPARQLConstraintComponent)),
            constraint=URIRef(SHAPE["Any-place"]),
            messages=(("en", "The place."), ("sv", "Platsen.")),
        ),
    )
    assert report.conforms


def test_of_an_alternative_path_the_property_at_fault_is_named() -> None:
    shapes = Shapes(
        graph("""
            s:Any a sh:NodeShape ; s:appliesTo s:PlainTriples ; sh:targetSubjectsOf tg:place ;
                sh:property s:Any-link .
            s:Any-link a sh:PropertyShape ; sh:nodeKind sh:Literal ;
                sh:path [ sh:alternativePath ( tg:kind tg:place ) ] .""")
    )
    report = validate_document(graph(AT_A_PLACE), Graph(), Graph(), shapes, background())
    assert [(r.path, r.value) for r in report.results] == [
        (URIRef(TG.place), URIRef(ID["area/huddinge"]))
    ]


def test_a_shape_for_an_unknown_graph_is_refused() -> None:
    with pytest.raises(InputError, match="Everything is no kind of graph that is validated"):
        placed("Everything")


def test_a_broken_query_is_an_error_not_a_result() -> None:
    shapes = Shapes(
        graph("""
            s:Any a sh:NodeShape ; s:appliesTo s:PlainTriples ; sh:targetSubjectsOf tg:place ;
                sh:sparql s:Any-query .
            s:Any-query sh:select "SELECT $this WHERE { $this ?p ?o MINUS { ?s ?p ?o } }" .""")
    )
    with pytest.raises(InputError, match="Validating with SHACL"):
        validate_document(graph(AT_A_PLACE), Graph(), Graph(), shapes, background())


def test_every_kind_of_graph_has_shapes() -> None:
    parts = load_shapes(shipped.ROOT).parts
    assert {scope: len(part) > 0 for scope, part in parts.items()} == dict.fromkeys(SCOPES, True)


def test_graphs_are_left_as_they_were() -> None:
    document, said, names = graph(AT_A_PLACE), graph(NAMED), graph("")
    before = [set(g) for g in (document, said, names)]
    validate_document(document, said, names, placed("EverythingSaid"), background())
    assert [set(g) for g in (document, said, names)] == before


def test_a_literal_as_subject_is_refused() -> None:
    broken = Graph()
    broken.add((Literal("x"), RDF.type, TG.Measure))
    with pytest.raises(TypeError, match="no RDF triple"):
        validate_document(broken, Graph(), Graph(), placed("EverythingSaid"), background())


def test_contact_details_in_a_value_are_masked() -> None:
    shapes = Shapes(
        graph("""
            s:Any a sh:NodeShape ; s:appliesTo s:PlainTriples ; sh:targetSubjectsOf tg:purpose ;
                sh:property s:Any-link .
            s:Any-link a sh:PropertyShape ; sh:nodeKind sh:IRI ; sh:path tg:purpose .""")
    )
    document = graph('measure:m tg:purpose "Ring 08-555 01 23 nu"@sv .')
    report = validate_document(document, Graph(), Graph(), shapes, background())
    assert [r.value for r in report.results] == [Literal("Ring ██████ ██ ██ nu", lang="sv")]
