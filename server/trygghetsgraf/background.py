"""Background: what every document is read, reasoned over and validated with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdflib import Graph

from trygghetsgraf.inference import entailments, logical_part
from trygghetsgraf.names import Names
from trygghetsgraf.ontology import Ontology, load_ontology
from trygghetsgraf.reference import load_reference
from trygghetsgraf.validation import Background as ValidationBackground
from trygghetsgraf.validation import Shapes, load_shapes


@dataclass(frozen=True)
class Background:
    """Ontology, vocabularies, reference data and shapes, with what follows from them."""

    ontology: Ontology
    names: Names
    reference: Graph
    shapes: Shapes

    @cached_property
    def logical_terms(self) -> Graph:
        """The ontology without its annotations."""
        return logical_part(self.ontology.terms)

    @cached_property
    def for_validation(self) -> ValidationBackground:
        """The background in the form that validation lays under a document."""
        return ValidationBackground(self.ontology, self.reference)

    @cached_property
    def inferred(self) -> Graph:
        """What follows from ontology, vocabularies and reference data alone."""
        everything = logical_part(self.ontology.terms, self.ontology.vocabulary, self.reference)
        return entailments(everything, Graph())

    @cached_property
    def closed(self) -> Graph:
        """Vocabularies and reference data with what follows from them."""
        return logical_part(self.ontology.vocabulary, self.reference) + self.inferred


def load_background(project: Path) -> Background:
    """The background of a project folder. Raises InputError with file and line."""
    ontology = load_ontology(project)
    names, reference = load_reference(project / "data" / "reference", ontology)
    return Background(ontology, names, reference, load_shapes(project))
