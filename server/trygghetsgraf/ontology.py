"""The vocabulary of facts: what the ontology and the SKOS schemes let a fact say.

Read from the Turtle files, so that a term is declared in one place. The reader of facts
asks it which properties there are, how a value is written and where it is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from trygghetsgraf.errors import InputError
from trygghetsgraf.namespaces import ID, TG
from trygghetsgraf.terms import graph_from


@dataclass(frozen=True)
class Property:
    """A property of the ontology as a fact may use it."""

    iri: URIRef
    name: str
    #: identity, report, judgement or structure; None belongs to the evidence
    stated_as: str | None
    #: kinds of identifier that values are looked up in, empty for literals
    keyspaces: tuple[str, ...]
    #: how a literal is written, None for links
    literal_form: str | None


@dataclass(frozen=True)
class EntityClass:
    """A class whose instances have identifiers of their own."""

    iri: URIRef
    name: str
    keyspace: str


class Ontology:
    """Ontology and vocabularies, parsed."""

    def __init__(self, terms: Graph, vocabulary: Graph) -> None:
        self.terms = terms
        self.vocabulary = vocabulary

    @cached_property
    def properties(self) -> dict[str, Property]:
        """Every property by its local name."""
        found = {}
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
            for iri in self.terms.subjects(RDF.type, kind):
                if not str(iri).startswith(str(TG)):
                    continue
                name = str(iri).removeprefix(str(TG))
                spaces = sorted(str(o) for o in self.terms.objects(iri, TG.keyspace))
                found[name] = Property(
                    URIRef(str(iri)),
                    name,
                    self._text(iri, TG.statedAs),
                    tuple(spaces),
                    self._text(iri, TG.literalForm),
                )
        return found

    @cached_property
    def classes(self) -> dict[str, EntityClass]:
        """Every class with a key space, by its local name."""
        found = {}
        for iri, space in self.terms.subject_objects(TG.keyspace):
            if (iri, RDF.type, OWL.Class) in self.terms:
                name = str(iri).removeprefix(str(TG))
                found[name] = EntityClass(URIRef(str(iri)), name, str(space))
        return found

    @cached_property
    def concepts(self) -> frozenset[str]:
        """Every concept as ``scheme/key``."""
        return frozenset(
            str(iri).removeprefix(str(ID)) for iri in self.vocabulary.subjects(SKOS.inScheme)
        )

    @cached_property
    def concept_spaces(self) -> frozenset[str]:
        """The key spaces that hold concepts."""
        concept_classes = set(self.terms.subjects(RDFS.subClassOf, SKOS.Concept))
        return frozenset(c.keyspace for c in self.classes.values() if c.iri in concept_classes)

    @cached_property
    def thing_spaces(self) -> frozenset[str]:
        """The key spaces of things that files of facts name: all but those of concepts."""
        return frozenset(c.keyspace for c in self.classes.values()) - self.concept_spaces

    def classes_of(self, space: str) -> list[str]:
        """The names of the classes of a key space, sorted."""
        return sorted(c.name for c in self.classes.values() if c.keyspace == space)

    def _text(self, subject: Node, predicate: URIRef) -> str | None:
        value = self.terms.value(subject, predicate)
        return None if value is None else str(value)


def load_turtle(paths: Iterable[Path]) -> Graph:
    """The merge of Turtle files. Raises InputError with file and line for a syntax error."""
    graph = Graph()
    for path in sorted(paths):
        try:
            found = ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
            graph += graph_from(found)
        except SyntaxError as error:
            raise InputError(
                "Reading Turtle", f"{error.msg}.", "Mend the syntax.", path=path, line=error.lineno
            ) from error
        except (OSError, TypeError) as error:
            raise InputError(
                "Reading Turtle", f"{error}.", "Give a readable file of RDF 1.1.", path=path
            ) from error
    return graph


def load_ontology(project: Path) -> Ontology:
    """Ontology and vocabularies of a project folder."""
    for folder in (project / "ontology", project / "data" / "vocab"):
        if not any(folder.glob("*.ttl")):
            raise InputError(
                "Reading ontology and vocabularies",
                "no Turtle file (*.ttl) found.",
                "Run this in a checkout, or give --project.",
                path=folder,
            )
    return Ontology(
        load_turtle((project / "ontology").glob("*.ttl")),
        load_turtle((project / "data" / "vocab").glob("*.ttl")),
    )
