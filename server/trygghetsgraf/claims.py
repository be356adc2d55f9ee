"""Which of the triples that a claim states are plain, and which are only said.

The table of docs/model.md as code: asserted or only said is computed from the claim, never
chosen by whoever reads. The shapes in shapes/coverage.ttl say the same in SHACL; a test
holds the two against each other.
"""

from __future__ import annotations

from rdflib import RDF, URIRef

from trygghetsgraf.namespaces import ID, TG, Triple
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.reading import ReadClaim

_QUESTION = str(ID["question/"])


def is_plain(claim: ReadClaim, triple: Triple, ontology: Ontology) -> bool:
    """Whether this claim makes the triple a plain one of the document's graph."""
    subject, predicate, _ = triple
    if claim.relayed or claim.polarity == "negative":
        return False
    stated_as = _stated_as(predicate, ontology)
    if stated_as == "judgement":
        return False
    if claim.tense == "former":
        return claim.force in ("states", "decides") and predicate in (RDF.type, TG.kind)
    identity = stated_as == "identity"
    if claim.force == "judges":
        return False
    if claim.force == "defines":
        return _is_concept(subject, ontology) and claim.certainty == "plain"
    if claim.force == "wants":
        return identity
    if claim.force == "asks" and not str(subject).startswith(_QUESTION):
        return identity and predicate != TG.status
    if claim.certainty != "plain":
        return identity and predicate != TG.status
    return True


def _stated_as(predicate: URIRef, ontology: Ontology) -> str:
    """identity, report, judgement or structure; what a thing is counts as identity."""
    if predicate == RDF.type:
        return "identity"
    return ontology.properties[str(predicate).removeprefix(str(TG))].stated_as or "report"


def _is_concept(subject: URIRef, ontology: Ontology) -> bool:
    return str(subject).removeprefix(str(ID)) in ontology.concepts
