"""Validation: graphs against the SHACL shapes, and a report that tells what to mend.

Each shape names the graphs that it is meant for (``shapes:appliesTo``). A document is
looked at three times: with all that it says, by its plain triples alone, and by what it
only says; then the merge of all documents, and once the background. pyshacl reads the
graphs from an Oxigraph store, where SPARQL-based constraints cost no more than others
(on rdflib one of them took a hundred times the rest).

A document is seen in its context: of the background those things that it leads to, whole,
so that each of them conforms when it becomes a focus node itself.

https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from trygghetsgraf.errors import InputError
from trygghetsgraf.namespaces import ELI, ID, SHAPE, TG
from trygghetsgraf.ontology import Ontology, load_turtle
from trygghetsgraf.report import SEVERITIES, Report, Result, report_of
from trygghetsgraf.terms import to_store
from trygghetsgraf.texts import mask

APPLIES_TO = URIRef(SHAPE["appliesTo"])
#: the graphs that shapes are written for, see shapes/shapes.ttl
EVERYTHING_SAID = URIRef(SHAPE["EverythingSaid"])
PLAIN_TRIPLES = URIRef(SHAPE["PlainTriples"])
ONLY_SAID = URIRef(SHAPE["OnlySaid"])
SAID_ALONE = URIRef(SHAPE["SaidAlone"])
MERGE = URIRef(SHAPE["Merge"])
BACKGROUND = URIRef(SHAPE["Background"])
SCOPES = (EVERYTHING_SAID, PLAIN_TRIPLES, ONLY_SAID, SAID_ALONE, MERGE, BACKGROUND)

#: kinds of identifier of what carries claims, not of what they are about
EVIDENCE_KINDS = frozenset(
    {
        "claim",
        "statement",
        "passage",
        "part",
        "evidence",
        "quote-selector",
        "position-selector",
        "difference",
        "manifestation",
        "expression",
    }
)


class _StoreGraph(OxigraphDataGraph):
    """A store as pyshacl reads it."""

    def __bool__(self) -> bool:
        """True. pyshacl asks for each result, and would have all triples counted."""
        return True


class Shapes:
    """The shapes graph, parsed once, with the part of it that each kind of graph needs.

    Raises InputError for a shape that names no known kind of graph.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.parts = {scope: self.part(graph.subjects(APPLIES_TO, scope)) for scope in SCOPES}
        for shape, scope in graph.subject_objects(APPLIES_TO):
            if scope not in self.parts:
                raise InputError(
                    f"Reading the shape {shape}",
                    f"{scope} is no kind of graph that is validated.",
                    f"Use one of {', '.join(SCOPES)}.",
                )

    def part(self, shapes: Iterable[Node]) -> Graph:
        """The shapes graph cut down to some shapes and what they refer to."""
        part = Graph()
        waiting, seen = list(shapes), set[Node]()
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            for triple in self.graph.triples((node, None, None)):
                part.add(triple)
                target = triple[2]
                if isinstance(target, BNode) or str(target).startswith(str(SHAPE)):
                    waiting.append(target)
        return part

    def messages(self, source: Node) -> tuple[tuple[str, str], ...]:
        """Language to message of a shape or SPARQL-based constraint."""
        found = (m for m in self.graph.objects(source, SH.message) if isinstance(m, Literal))
        return tuple(sorted((m.language or "", str(m)) for m in found))


def load_shapes(project: Path) -> Shapes:
    """The shapes of a project folder. Raises InputError with file and line."""
    return Shapes(load_turtle((project / "shapes").glob("*.ttl")))


class Background:
    """Ontology, vocabularies and reference data, ready to be laid under a document."""

    def __init__(self, ontology: Ontology, reference: Graph) -> None:
        self.graphs = (ontology.terms, ontology.vocabulary, reference)
        terms, concepts = ontology.terms, ontology.vocabulary
        #: what shapes look up about terms and concepts
        self.terms = _quads(
            [
                *(
                    triple
                    for predicate in (RDFS.subClassOf, TG.keyspace, TG.literalForm, TG.statedAs)
                    for triple in terms.triples((None, predicate, None))
                    if not isinstance(triple[0], BNode)
                ),
                *concepts.triples((None, SKOS.inScheme, None)),
            ]
        )
        self.concept_types = _quads(concepts.triples((None, RDF.type, None)))
        self._things: dict[Node, list[tuple[Node, Node, Node]]] = defaultdict(list)
        for triple in reference:
            self._things[triple[0]].append(triple)

    def context(self, graphs: Iterable[Graph]) -> Iterator[ox.Quad]:
        """The reference things that the graphs lead to, directly or not, whole."""
        waiting = {node for graph in graphs for _, _, node in graph if node in self._things}
        waiting |= {node for graph in graphs for node, _, _ in graph if node in self._things}
        seen = set[Node]()
        while waiting:
            node = waiting.pop()
            seen.add(node)
            triples = self._things[node]
            yield from _quads(triples)
            waiting |= {o for _, _, o in triples if o in self._things and o not in seen}


def validate_document(
    document: Graph, said: Graph, names: Graph, shapes: Shapes, background: Background
) -> Report:
    """Validate the graphs of one document: what it reports, what it only says, its names."""
    plain, said_quads = _quads(document), _quads(said)
    evidence = _quads(triple for triple in document if _is_evidence(triple[0]))
    work = _quads(
        triple
        for subject in document.subjects(ELI.is_realized_by, None)
        for triple in document.triples((subject, ELI.is_realized_by, None))
    )
    whole = ox.Store()
    for quads in (background.terms, background.concept_types, plain, said_quads, _quads(names)):
        whole.extend(quads)
    whole.extend(background.context((document, said, names)))
    found = [*_run(whole, shapes, EVERYTHING_SAID)]
    for scope, layers in (
        (PLAIN_TRIPLES, (background.terms, plain)),
        (ONLY_SAID, (background.terms, evidence, work, said_quads)),
        (SAID_ALONE, (said_quads,)),
    ):
        store = ox.Store()
        for quads in layers:
            store.extend(quads)
        found += _run(store, shapes, scope)
    return report_of(found)


def validate_merge(graphs: Iterable[Graph], shapes: Shapes, background: Background) -> Report:
    """Validate what spans documents: all their graphs together, the said ones too."""
    return report_of(_run(_merged([*graphs, *background.graphs]), shapes, MERGE))


def validate_background(shapes: Shapes, background: Background) -> Report:
    """Validate ontology, vocabularies and reference data."""
    return report_of(_run(_merged(background.graphs), shapes, BACKGROUND))


def _is_evidence(node: Node) -> bool:
    return str(node).removeprefix(str(ID)).partition("/")[0] in EVIDENCE_KINDS


def _quads(triples: Iterable[tuple[Node, Node, Node]]) -> list[ox.Quad]:
    """Triples for the default graph of a store; generalised triples raise TypeError."""
    return [ox.Quad(*_terms(*triple)) for triple in triples]


def _terms(
    subject: Node, predicate: Node, obj: Node
) -> tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]:
    s, p = to_store(subject), to_store(predicate)
    if isinstance(s, ox.Literal) or not isinstance(p, ox.NamedNode):
        raise TypeError(f"no RDF triple: {(subject, predicate, obj)!r}")
    return s, p, to_store(obj)


def _merged(graphs: Iterable[Graph]) -> ox.Store:
    store = ox.Store()
    for graph in graphs:
        store.extend(_quads(graph))
    return store


def _run(store: ox.Store, shapes: Shapes, scope: URIRef) -> Iterator[Result]:
    """The results of the shapes written for a kind of graph."""
    if not len(shapes.parts[scope]):
        return
    yield from run_shapes(store, shapes, shapes.parts[scope])


def run_shapes(store: ox.Store, shapes: Shapes, part: Graph) -> Iterator[Result]:
    """The results of some shapes on a store, unsorted. Raises InputError for a broken shape."""
    _, report, text = pyshacl.validate(_StoreGraph(store), shacl_graph=part, inplace=True)
    if not isinstance(report, Graph):
        raise InputError("Validating with SHACL", text, "Mend the shape that it names.")
    for node in report.subjects(RDF.type, SH.ValidationResult):
        found = {URIRef(str(p)): o for p, o in report.predicate_objects(node)}
        focus, value, path = found[SH.focusNode], found.get(SH.value), found.get(SH.resultPath)
        shape, constraint = URIRef(str(found[SH.sourceShape])), found.get(SH.sourceConstraint)
        yield Result(
            focus=focus,
            path=_property(store, focus, path, value, report),
            value=None if value == focus else _masked(value),
            severity=SEVERITIES[URIRef(str(found[SH.resultSeverity]))],
            shape=shape,
            component=URIRef(str(found[SH.sourceConstraintComponent])),
            constraint=None if constraint is None else URIRef(str(constraint)),
            messages=shapes.messages(constraint or shape) or shapes.messages(shape),
        )


def _masked(value: Node | None) -> Node | None:
    """The value without contact details: reports are kept and published."""
    if isinstance(value, Literal):
        return Literal(mask(str(value)), lang=value.language, datatype=value.datatype)
    return value


def _property(
    store: ox.Store, focus: Node, path: Node | None, value: Node | None, report: Graph
) -> URIRef | None:
    """The property at fault; of an alternative path the one that leads to the value."""
    if path is None or isinstance(path, URIRef):
        return path
    members = set(report.transitive_objects(path, None))
    for predicate in sorted(member for member in members if isinstance(member, URIRef)):
        if value is not None and ox.Quad(*_terms(focus, predicate, value)) in store:
            return predicate
    return None
