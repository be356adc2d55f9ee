"""Background: what every document is read, reasoned over and validated with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdflib import Graph

from trygghetsgraf.dumps import canonical, nquads, parse_nquads, write_whole
from trygghetsgraf.inference import entailments, logical_part
from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import INFERRED_GRAPH
from trygghetsgraf.ontology import Ontology, load_ontology
from trygghetsgraf.reference import load_reference
from trygghetsgraf.terms import graph_from, quads
from trygghetsgraf.validation import Background as ValidationBackground
from trygghetsgraf.validation import Shapes, load_shapes


@dataclass(frozen=True)
class Background:
    """Ontology, vocabularies, reference data and shapes, with what follows from them."""

    ontology: Ontology
    names: Names
    reference: Graph
    shapes: Shapes
    #: what follows from ontology, vocabularies and reference data alone
    inferred: Graph

    @cached_property
    def logical_terms(self) -> Graph:
        """The ontology without its annotations."""
        return logical_part(self.ontology.terms)

    @cached_property
    def for_validation(self) -> ValidationBackground:
        """The background in the form that validation lays under a document."""
        return ValidationBackground(self.ontology, self.reference)

    @cached_property
    def closed(self) -> Graph:
        """Vocabularies and reference data with what follows from them."""
        return logical_part(self.ontology.vocabulary, self.reference) + self.inferred


def load_background(project: Path, cached: Path) -> Background:
    """The background of a project folder. Raises InputError with file and line.

    What follows from it takes seconds to infer: it is kept in the file ``cached``, whose
    name must change with everything that the background is made of.
    """
    ontology = load_ontology(project)
    names, reference = load_reference(project / "data" / "reference", ontology)
    if cached.exists():
        inferred = graph_from(parse_nquads(cached.read_bytes()))
    else:
        # concepts have all their classes in the vocabularies: nothing follows from them
        inferred = entailments(logical_part(ontology.terms, reference), Graph())
        cached.parent.mkdir(parents=True, exist_ok=True)
        for old in cached.parent.glob(f"*{cached.suffix}"):
            old.unlink()
        write_whole(cached, nquads(canonical(quads(inferred, INFERRED_GRAPH))))
    return Background(ontology, names, reference, load_shapes(project), inferred)
