"""Inference: what follows from plain triples under OWL 2 RL.

owlrl is the reference; its result is cut down to new triples that a reader could want:
about identified things, no literal subjects, nothing reflexive, nothing that merely says
again that a thing is a thing. Claims and their evidence are not reasoned over: nothing
follows from them, and they are most of a document's graph.
"""

from __future__ import annotations

import owlrl
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from trygghetsgraf.errors import InputError
from trygghetsgraf.namespaces import BASE, ID, TG

#: annotation of terms, of no use to the reasoner and a third of its input
_ANNOTATIONS = frozenset(
    {
        RDFS.label,
        RDFS.comment,
        RDFS.isDefinedBy,
        RDFS.seeAlso,
        SKOS.prefLabel,
        SKOS.altLabel,
        SKOS.hiddenLabel,
        SKOS.definition,
        SKOS.scopeNote,
        SKOS.editorialNote,
        TG.keyspace,
        TG.literalForm,
        TG.statedAs,
    }
)
_EVIDENCE = tuple(
    str(ID[f"{kind}/"])
    for kind in (
        "claim",
        "passage",
        "evidence",
        "quote-selector",
        "position-selector",
        "statement",
        "part",
        "difference",
        "manifestation",
        "expression",
        "geometry",
    )
)


#: from what is below to what is above; an axiom of another kind works both ways
_UPWARDS = frozenset({RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range})
#: what terms are, of which there are many
_META = frozenset(
    {
        OWL.Class,
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
        OWL.AnnotationProperty,
        OWL.FunctionalProperty,
        OWL.InverseFunctionalProperty,
        OWL.SymmetricProperty,
        OWL.TransitiveProperty,
        OWL.AllDisjointClasses,
        OWL.Restriction,
        OWL.Thing,
        RDF.Property,
        RDF.nil,
    }
)


def logical_part(*graphs: Graph) -> Graph:
    """What of the graphs the reasoner needs: no annotations, no claims, no literals.

    Literals are left out because nothing of interest follows from one: what has an amount
    is said to be a funding in so many words, and a shape checks that it is.
    """
    result = Graph()
    for graph in graphs:
        for subject, predicate, obj in graph:
            if (
                predicate not in _ANNOTATIONS
                and not isinstance(obj, Literal)
                and not str(subject).startswith(_EVIDENCE)
            ):
                result.add((subject, predicate, obj))
    return result


def about(asserted: Graph, closed: Graph, terms: Graph) -> Graph:
    """The part of a closed background that bears on a graph.

    The logical part of the ontology, and of the closed reference data what is said of the
    things that the graph mentions: enough, because the rules that we use look no further. Of
    the things that those are connected to, what is known may be entailed once more.
    """
    result = Graph()
    for triple in terms:
        result.add(triple)
    mentioned = {node for triple in asserted for node in triple if isinstance(node, URIRef)}
    for node in mentioned:
        for triple in closed.triples((node, None, None)):
            result.add(triple)
    return result


def used_terms(asserted: Graph, terms: Graph) -> Graph:
    """The part of the ontology that can bear on a graph, to reason over that alone.

    Its properties and classes, what they are below and stand on, and the axioms that name
    them: inverses, chains, restrictions, disjointness. Not what is below them, on which no
    rule acts unless a thing of that class or a use of that property is there.
    """
    result = Graph()
    waiting = {predicate for _, predicate, _ in asserted} | set(asserted.objects(None, RDF.type))
    seen = set[Node]()
    while waiting:
        term = waiting.pop()
        if term in seen or isinstance(term, Literal):
            continue
        seen.add(term)
        for triple in terms.triples((term, None, None)):
            result.add(triple)
            # whoever else is disjoint with a class matters only where it is used itself
            if triple[1] != OWL.disjointWith and triple[2] not in _META:
                waiting.add(triple[2])
        for triple in terms.triples((None, None, term)):
            if triple[1] not in _UPWARDS:
                result.add(triple)
                waiting.add(triple[0])
    return result


def entailments(asserted: Graph, background: Graph) -> Graph:
    """New triples about things of ours that follow from the two graphs together.

    ``background`` is closed under the rules already; what it holds is not repeated.
    Raises InputError when the graphs contradict the ontology.
    """
    closure = Graph()
    for graph in (background, asserted):
        for triple in graph:
            closure.add(triple)
    semantics = owlrl.OWLRL_Semantics(closure, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    if semantics.error_messages:
        raise InputError(
            "Inferring what follows from the facts",
            "they contradict the ontology: " + "; ".join(sorted(semantics.error_messages)) + ".",
            "Find the fact that puts a thing in two disjoint classes, and mend it.",
        )
    result = Graph()
    for subject, predicate, obj in closure:
        if _is_worth_keeping(subject, predicate, obj):
            triple = (subject, predicate, obj)
            if triple not in asserted and triple not in background:
                result.add(triple)
    return result


def _is_worth_keeping(subject: object, predicate: object, obj: object) -> bool:
    if not (isinstance(subject, URIRef) and str(subject).startswith(str(ID))):
        return False
    if predicate == RDF.type:
        return isinstance(obj, URIRef) and obj not in (OWL.Thing, RDFS.Resource)
    if predicate in (OWL.sameAs, OWL.differentFrom):
        return subject != obj
    return not isinstance(obj, Literal) or str(predicate).startswith(BASE)
