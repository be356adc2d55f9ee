"""The border between the two term models: rdflib in the build, pyoxigraph in the store.

Unsupported input is refused by name. No other module converts between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

StoreTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def to_store(term: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """The pyoxigraph term for an rdflib term.

    Raises TypeError for variables and graphs, ValueError for a malformed IRI or language tag.
    """
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        if term.datatype:
            return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
        return ox.Literal(str(term))
    raise TypeError(f"no RDF term: {term!r} ({type(term).__name__})")


def from_store(term: StoreTerm) -> URIRef | BNode | Literal:
    """The rdflib term for a pyoxigraph term. Raises TypeError for what RDF 1.2 adds."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.direction is not None:
            raise TypeError(f"no literal of RDF 1.1: {term!r}")
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
            return Literal(term.value)
        # "007" stays "007": what the store holds is passed on as it is
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"no term of RDF 1.1: {term!r}")


def quads(graph: Graph, name: URIRef) -> Iterator[ox.Quad]:
    """The triples of an rdflib graph as quads of a named graph.

    Raises TypeError for a generalised triple (a literal as subject), which RDF does not have.
    """
    graph_name = ox.NamedNode(str(name))
    for triple in graph:
        subject, predicate, obj = (to_store(term) for term in triple)
        if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
            raise TypeError(f"no RDF triple: {triple!r}")
        yield ox.Quad(subject, predicate, obj, graph_name)


def graph_from(quads: Iterable[ox.Quad | ox.Triple]) -> Graph:
    """An rdflib graph of the triples of quads, whatever graph they are in."""
    graph = Graph()
    for quad in quads:
        graph.add((from_store(quad.subject), from_store(quad.predicate), from_store(quad.object)))
    return graph
