"""The ontology stays within OWL 2 RL, and says of top classes that nothing is two of them."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
from pyowl2_profiles import detect_profiles
from rdflib import OWL, RDFS, URIRef
from rdflib.collection import Collection
from tests.shipped import ROOT, asked, ontology, own_classes, short

#: what OWL says in this ontology; all of it is in OWL 2 RL, see docs/ontology.md
OWL_IN_USE = {
    "AllDisjointClasses",
    "AnnotationProperty",
    "Class",
    "DatatypeProperty",
    "ObjectProperty",
    "Ontology",
    "Restriction",
    "SymmetricProperty",
    "TransitiveProperty",
    "disjointWith",
    "hasValue",
    "inverseOf",
    "members",
    "onProperty",
    "propertyChainAxiom",
    "versionIRI",
    "versionInfo",
}


@cache
def profiles() -> dict[str, dict[str, object]]:
    """The result of the profile checker for each of OWL 2 DL, RL, EL and QL."""
    store = ox.Store()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    result: dict[str, dict[str, object]] = detect_profiles(store)
    return result


def test_ontology_is_in_owl_2_dl() -> None:
    assert profiles()["dl"]["violations_by_axiom_type"] == {}


def test_ontology_is_in_owl_2_rl() -> None:
    # The checker objects to two constructs that the profile has: DisjointClasses (OWL 2
    # Profiles, 4.2.5 and rule cax-adc) and property chains (4.2.5 and rule prp-spo2).
    assert profiles()["rl"]["violations_by_axiom_type"] == {
        "owl:AllDisjointClasses": 1,
        "owl:propertyChainAxiom": 2,
    }


def test_only_these_constructs_of_owl_are_used() -> None:
    terms = {node for triple in ontology().terms for node in triple}
    found = {str(node).removeprefix(str(OWL)) for node in terms if str(node).startswith(str(OWL))}
    assert found == OWL_IN_USE


def test_restrictions_stand_below_a_class_as_rl_wants() -> None:
    query = """
        SELECT ?property ?value WHERE {
            ?restriction a owl:Restriction ; owl:onProperty ?property .
            OPTIONAL { ?restriction owl:hasValue ?value }
            FILTER (!BOUND(?value) || !EXISTS { ?restriction rdfs:subClassOf ?class }
                || EXISTS { ?below rdfs:subClassOf ?restriction })
        }"""
    assert asked(query) == []


def test_all_top_classes_are_told_apart() -> None:
    terms = ontology().terms
    (members,) = terms.objects(None, OWL.members)
    apart = set(Collection(terms, members))
    above = {c: set(terms.transitive_objects(c, RDFS.subClassOf)) for c in own_classes()}
    loose = {short(c) for c in above if isinstance(c, URIRef) and not above[c] & apart}
    # nodes of the build, which no document speaks of
    assert loose == {"tg:Evidence", "tg:Manifestation", "tg:WordingDifference"}
