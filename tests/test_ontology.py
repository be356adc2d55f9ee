"""The ontology is asked in SPARQL whether it holds to its own rules."""

from __future__ import annotations

import re

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, URIRef
from tests.shipped import (
    ONTOLOGY,
    ROOT,
    asked,
    documents,
    external,
    ontology,
    own_classes,
    reference,
    short,
)

from trygghetsgraf.namespaces import TG

KINDS = "owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"


@pytest.mark.parametrize("text", ["rdfs:label", "skos:definition"])
def test_every_term_has_one_text_per_language(text: str) -> None:
    query = f"""
        SELECT ?term ?language (COUNT(?found) AS ?times) WHERE {{
            ?term rdfs:isDefinedBy <{ONTOLOGY}> .
            VALUES ?language {{ "sv" "en" }}
            OPTIONAL {{ ?term {text} ?found FILTER (LANG(?found) = ?language) }}
        }} GROUP BY ?term ?language HAVING (COUNT(?found) != 1)"""
    assert asked(query) == []


def test_reused_terms_have_one_label_per_language() -> None:
    query = """
        SELECT ?term ?language (COUNT(?found) AS ?times) WHERE {
            ?term a ?kind .
            VALUES ?language { "sv" "en" }
            OPTIONAL { ?term rdfs:label ?found FILTER (LANG(?found) = ?language) }
        } GROUP BY ?term ?language HAVING (COUNT(?found) != 1)"""
    assert asked(query, external()) == []


def test_texts_are_swedish_or_english() -> None:
    query = """
        SELECT ?term ?text WHERE {
            ?term rdfs:label|skos:definition ?text FILTER (LANG(?text) NOT IN ("sv", "en"))
        }"""
    assert asked(query) == []


def test_definitions_are_sentences() -> None:
    query = """
        SELECT ?term ?text WHERE {
            ?term skos:definition ?text
            FILTER (!REGEX(?text, "^[A-ZÅÄÖ].+[^. ][.]$"))
        }"""
    assert asked(query) == []


def test_labels_are_trimmed_and_say_more_than_nothing() -> None:
    query = """
        SELECT ?term ?text WHERE {
            ?term rdfs:label ?text FILTER (!REGEX(?text, "^[^ ]+( [^ ]+)*$"))
        }"""
    assert asked(query) == []


def test_no_two_classes_and_no_two_properties_share_a_label() -> None:
    query = f"""
        SELECT ?a ?b ?label WHERE {{
            ?a rdfs:isDefinedBy <{ONTOLOGY}> ; rdfs:label ?label .
            ?b rdfs:isDefinedBy <{ONTOLOGY}> ; rdfs:label ?label .
            FILTER (STR(?a) < STR(?b))
            FILTER (EXISTS {{ ?a a owl:Class }} = EXISTS {{ ?b a owl:Class }})
        }}"""
    assert asked(query) == []


def test_every_term_of_ours_says_that_it_is_ours() -> None:
    query = f"""
        SELECT ?term WHERE {{
            ?term a ?kind . VALUES ?kind {{ {KINDS} }}
            BIND (STRSTARTS(STR(?term), "{TG}") AS ?ours)
            BIND (EXISTS {{ ?term rdfs:isDefinedBy <{ONTOLOGY}> }} AS ?said)
            FILTER (ISIRI(?term) && ?ours != ?said)
        }}"""
    assert asked(query) == []


def test_every_term_is_of_one_kind() -> None:
    query = f"""
        SELECT ?term WHERE {{
            ?term rdfs:isDefinedBy ?ontology .
            OPTIONAL {{ ?term a ?kind . VALUES ?kind {{ {KINDS} }} }}
        }} GROUP BY ?term HAVING (COUNT(DISTINCT ?kind) != 1)"""
    assert asked(query) == []


def test_names_show_the_kind() -> None:
    query = f"""
        SELECT ?term WHERE {{
            ?term rdfs:isDefinedBy <{ONTOLOGY}> .
            BIND (STRAFTER(STR(?term), "{TG}") AS ?name)
            BIND (IF(EXISTS {{ ?term a owl:Class }}, "[A-Z]", "[a-z]") AS ?first)
            FILTER (!REGEX(?name, CONCAT("^", ?first, "[A-Za-z0-9]+$")))
        }}"""
    assert asked(query) == []


@pytest.mark.parametrize("relation", ["rdfs:subClassOf", "rdfs:subPropertyOf"])
def test_nothing_is_below_itself(relation: str) -> None:
    assert asked(f"SELECT DISTINCT ?term WHERE {{ ?term {relation}+ ?term }}") == []


def test_domains_and_ranges_are_declared_classes() -> None:
    query = f"""
        SELECT ?property ?class WHERE {{
            ?property rdfs:domain|rdfs:range ?class .
            FILTER NOT EXISTS {{ ?class a owl:Class }}
            FILTER (!STRSTARTS(STR(?class), "{XSD}") && ?class != rdf:Statement)
        }}"""
    assert asked(query) == []


def test_classes_and_properties_in_axioms_are_declared() -> None:
    query = """
        SELECT ?term ?other WHERE {
            { ?term rdfs:subClassOf|owl:disjointWith ?other . VALUES ?kind { owl:Class } }
            UNION
            { ?term rdfs:subPropertyOf|owl:inverseOf|owl:onProperty ?other .
               VALUES ?kind { owl:ObjectProperty } }
            UNION
            { ?term owl:members/rdf:rest*/rdf:first ?other . VALUES ?kind { owl:Class } }
            UNION
            { ?term owl:propertyChainAxiom/rdf:rest*/rdf:first ?other .
               VALUES ?kind { owl:ObjectProperty } }
            FILTER NOT EXISTS { ?other a ?kind }
        }"""
    assert asked(query) == []


def test_a_property_has_at_most_one_domain_and_one_range() -> None:
    query = """
        SELECT ?property ?side WHERE {
            VALUES ?side { rdfs:domain rdfs:range }
            ?property ?side ?class
        } GROUP BY ?property ?side HAVING (COUNT(?class) > 1)"""
    assert asked(query) == []


def test_ranges_fit_the_kind_of_property() -> None:
    query = """
        SELECT ?property ?range WHERE {
            { ?property a owl:ObjectProperty ; rdfs:range ?range .
              FILTER (?range != rdf:Statement) FILTER NOT EXISTS { ?range a owl:Class } }
            UNION
            { ?property a owl:DatatypeProperty ; rdfs:range ?range .
              FILTER (?range NOT IN (xsd:boolean, xsd:decimal, xsd:integer, xsd:string)) }
        }"""
    assert asked(query) == []


@pytest.mark.parametrize("side", ["rdfs:domain", "rdfs:range"])
def test_a_property_is_no_wider_than_the_one_above_it(side: str) -> None:
    query = f"""
        SELECT ?below ?above WHERE {{
            ?below rdfs:subPropertyOf ?above . ?above {side} ?wide .
            FILTER NOT EXISTS {{ ?below {side} ?narrow . ?narrow rdfs:subClassOf* ?wide }}
        }}"""
    assert asked(query) == []


def test_inverse_properties_mirror_each_other() -> None:
    query = """
        SELECT ?a ?b WHERE {
            ?a owl:inverseOf ?b .
            FILTER NOT EXISTS {
                ?a rdfs:domain ?one ; rdfs:range ?other . ?b rdfs:domain ?other ; rdfs:range ?one
            }
        }"""
    assert asked(query) == []
    assert asked("SELECT ?a ?b WHERE { ?a owl:inverseOf ?b }") == ["tg:hasMembership tg:member"]


def test_a_symmetric_property_has_the_same_domain_and_range() -> None:
    query = """
        SELECT ?property WHERE {
            ?property a owl:SymmetricProperty .
            OPTIONAL { ?property rdfs:domain ?domain } OPTIONAL { ?property rdfs:range ?range }
            FILTER (COALESCE(?domain, "none") != COALESCE(?range, "none"))
        }"""
    assert asked(query) == []


def test_header_says_what_the_ontology_is() -> None:
    header = ontology().terms.predicate_objects(ONTOLOGY)
    assert sorted(short(each) for each, _ in header if isinstance(each, URIRef)) == [
        "dcterms:created",
        "dcterms:creator",
        "dcterms:description",
        "dcterms:description",
        "dcterms:license",
        "dcterms:title",
        "dcterms:title",
        "owl:versionIRI",
        "owl:versionInfo",
        "rdf:type",
        "vann:preferredNamespacePrefix",
        "vann:preferredNamespaceUri",
    ]
    query = f"""
        SELECT ?wrong WHERE {{
            <{ONTOLOGY}> owl:versionIRI ?iri ; owl:versionInfo ?info ;
                vann:preferredNamespacePrefix ?prefix ; vann:preferredNamespaceUri ?uri .
            BIND (CONCAT(STR(?iri), " ", ?prefix, " ", ?uri) AS ?wrong)
            FILTER (?wrong != CONCAT("{ONTOLOGY}/", ?info, " tg {TG}"))
        }}"""
    assert asked(query) == []


def test_annotations_for_the_program_are_complete_and_well_formed() -> None:
    query = """
        SELECT ?property ?what WHERE {
            ?property a ?kind . VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty }
            OPTIONAL { ?property tg:statedAs ?as } OPTIONAL { ?property tg:literalForm ?form }
            BIND (EXISTS { ?property tg:keyspace ?space } AS ?linked)
            BIND (CONCAT(
                IF(BOUND(?as) && ?as NOT IN ("identity", "report", "judgement", "structure"),
                    "stated as something else", ""),
                IF(BOUND(?form) && ?form NOT IN ("edtf", "date", "integer", "decimal", "boolean",
                    "string", "swedish", "bilingual"), "unknown literal form", ""),
                IF(BOUND(?as) && !BOUND(?form) && !?linked, "no way to write a value", ""),
                IF(BOUND(?form) && (?linked || ?kind = owl:ObjectProperty), "both or neither", ""),
                IF(?linked && ?kind = owl:DatatypeProperty, "literals have no key space", "")
            ) AS ?what)
            FILTER (?what != "")
        }"""
    assert asked(query) == []


def test_literal_forms_fit_the_ranges() -> None:
    query = """
        SELECT ?property ?form ?range WHERE {
            ?property tg:literalForm ?form . OPTIONAL { ?property rdfs:range ?range }
            BIND (IF(?form IN ("boolean", "decimal", "integer", "string"),
                STRAFTER(STR(?range), "#") = ?form, !BOUND(?range)) AS ?fits)
            FILTER (!COALESCE(?fits, false))
        }"""
    assert asked(query) == []


def test_key_spaces_of_a_property_hold_things_of_its_range() -> None:
    query = """
        SELECT ?property ?space WHERE {
            ?property a owl:ObjectProperty ; tg:keyspace ?space .
            OPTIONAL { ?property rdfs:range ?range FILTER (?range != rdf:Statement) }
            FILTER (?space != "statement")
            FILTER NOT EXISTS {
                ?class a owl:Class ; tg:keyspace ?space .
                FILTER (!BOUND(?range) || EXISTS { ?class rdfs:subClassOf* ?range })
            }
        }"""
    assert asked(query) == []


def test_each_class_of_concepts_has_its_vocabulary() -> None:
    query = "SELECT ?space WHERE { ?class rdfs:subClassOf skos:Concept ; tg:keyspace ?space }"
    files = sorted(f'"{path.stem}"' for path in (ROOT / "data" / "vocab").glob("*.ttl"))
    assert asked(query) == files


def test_mappings_of_skos_relate_concepts_only() -> None:
    query = """
        SELECT ?thing ?other WHERE {
            ?thing skos:closeMatch|skos:exactMatch|skos:broadMatch|skos:narrowMatch ?other .
            FILTER NOT EXISTS { ?thing skos:inScheme ?scheme }
        }"""
    everything = ontology().terms + ontology().vocabulary + reference()
    assert asked(query, everything) == [], "use rdfs:seeAlso for terms, schema:sameAs for things"


def test_no_class_is_unused() -> None:
    """Used: above another class, a domain, a range, in an axiom, of a thing, or in a shape."""
    terms = ontology().terms
    graphs = [ontology().vocabulary, reference()]
    graphs += [graph for each in documents().values() for graph in each.values()]
    used = {kind for graph in graphs for kind in graph.objects(None, RDF.type)}
    for predicate in (RDFS.subClassOf, RDFS.domain, RDFS.range, OWL.disjointWith, RDF.first):
        used |= set(terms.objects(None, predicate))
    shapes = "".join(path.read_text() for path in (ROOT / "shapes").glob("*.ttl"))
    unused = {str(c).removeprefix(str(TG)) for c in own_classes() - used}
    assert {name for name in unused if f"tg:{name} " not in shapes} == set()


def test_terms_of_others_are_declared_and_nothing_more() -> None:
    allowed = {RDF.type, RDFS.label, RDFS.isDefinedBy}
    assert set(external().predicates()) == allowed
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
    assert set(external().objects(None, RDF.type)) == kinds
    query = """
        SELECT ?term WHERE {
            ?term a ?kind . OPTIONAL { ?term rdfs:isDefinedBy ?vocabulary }
            FILTER (!BOUND(?vocabulary) || !STRSTARTS(STR(?term), STR(?vocabulary)))
        }"""
    assert asked(query, external()) == []


def test_concepts_are_no_classes() -> None:
    terms, vocabulary = ontology().terms, ontology().vocabulary
    concepts = set(vocabulary.subjects(RDF.type, SKOS.Concept))
    assert concepts & (set(terms.subjects(RDF.type)) | set(terms.predicates())) == set()


def test_page_about_the_ontology_names_every_class() -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    named = {f"{TG}{name}" for name in re.findall(r"`tg:([A-Z]\w+)`", page)}
    assert named == {str(each) for each in own_classes()}


def test_page_about_the_ontology_has_its_figures_from_its_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.+?)```", page, re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(program, "docs/ontology.md", "exec"), {})
    assert capsys.readouterr().out == printed
