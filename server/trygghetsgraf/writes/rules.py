"""Rules: ontology, vocabularies and shapes as the store itself holds them.

What is checked is what is published: a build that changes the rules changes what is asked of
the next write, whatever the files of the project say by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox
from rdflib import RDF, RDFS, SKOS, Graph, URIRef

from trygghetsgraf.errors import StoreError
from trygghetsgraf.inference import logical_part
from trygghetsgraf.namespaces import (
    ONTOLOGY_GRAPH,
    SHAPE,
    SHAPES_GRAPH,
    TG,
    VOCABULARY_GRAPH,
)
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.terms import graph_from, to_store
from trygghetsgraf.validation import PLAIN_TRIPLES, Shapes

#: shapes that hold for documents; a graph from outside has its own vocabulary, and what it
#: says of ours is looked at apart
_COVERAGE = URIRef(SHAPE["Coverage"])
_KNOWN = URIRef(SHAPE["KnownTriples"])
#: what shapes look up about terms and concepts, and what those for the merge look up besides
_LOOKED_UP = (RDFS.subClassOf, TG.keyspace, TG.literalForm, TG.statedAs, SKOS.inScheme)
_FITTING = (RDFS.domain, RDFS.range)
#: kinds of thing that may be named without a claim, as in ``graph/names/…``
_NAMED = frozenset({"actor", "area", "document"})


class Rules:
    """Ontology and shapes, read once for many writes."""

    def __init__(self, ontology: Ontology, shapes: Shapes) -> None:
        self.ontology = ontology
        self.shapes = shapes
        #: the ontology without its annotations, for the reasoner
        self.logical_terms = logical_part(ontology.terms)
        plain = set(shapes.graph.subjects(None, PLAIN_TRIPLES)) - {_COVERAGE, _KNOWN}
        #: shapes for one graph by itself
        self.alone = shapes.part(plain)
        self.coverage = shapes.part([_COVERAGE])
        self.known = shapes.part([_KNOWN])

    @cached_property
    def terms(self) -> list[ox.Quad]:
        """What shapes look up about terms and concepts, as quads of a default graph."""
        return [*self._said_with(_LOOKED_UP)]

    @cached_property
    def fitting(self) -> list[ox.Quad]:
        """On what and to what properties may stand, as quads of a default graph."""
        return [*self._said_with(_FITTING)]

    @cached_property
    def links(self) -> tuple[ox.NamedNode, ...]:
        """The properties of the ontology that lead from thing to thing."""
        found = self.ontology.properties.values()
        return tuple(ox.NamedNode(str(p.iri)) for p in found if p.literal_form is None)

    @cached_property
    def structure(self) -> frozenset[str]:
        """Properties that say how things are named and belong together: no claim makes them."""
        found = self.ontology.properties.values()
        return frozenset(str(p.iri) for p in found if p.stated_as == "structure")

    @cached_property
    def named_classes(self) -> frozenset[str]:
        """Classes of things that may be named without a claim."""
        found = self.ontology.classes.values()
        return frozenset(str(c.iri) for c in found if c.keyspace in _NAMED)

    def _said_with(self, predicates: Iterable[URIRef]) -> Iterator[ox.Quad]:
        for graph in (self.ontology.terms, self.ontology.vocabulary):
            for predicate in predicates:
                for triple in graph.triples((None, predicate, None)):
                    subject, said, obj = (to_store(term) for term in triple)
                    # a restriction has no name to be looked up by
                    if isinstance(subject, ox.NamedNode) and isinstance(said, ox.NamedNode):
                        yield ox.Quad(subject, said, obj)


def load_rules(store: ox.Store) -> Rules:
    """The rules that a store holds; raises StoreError if it holds none."""

    def graph(name: URIRef) -> Graph:
        return graph_from(store.quads_for_pattern(None, None, None, ox.NamedNode(str(name))))

    shapes = graph(SHAPES_GRAPH)
    if (None, RDF.type, None) not in shapes:
        raise StoreError(
            "Looking for the rules to check a write by",
            "the store has no shapes.",
            "Run `trygghetsgraf build`, or set TRYGGHETSGRAF_WRITE_GATE=off for a store that"
            " is not ours.",
        )
    return Rules(Ontology(graph(ONTOLOGY_GRAPH), graph(VOCABULARY_GRAPH)), Shapes(shapes))
