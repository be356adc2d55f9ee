"""The trial of changed graphs, on a store that nobody else sees: do they conform, what follows?

A graph from outside is held to the shapes for documents, by itself and with its surroundings.
Two of them are narrower here. It may use other vocabularies, so only what it says in ours
must be known. And actors, areas and documents may be named without a claim, as in the build.
What follows from it goes into a graph of its own, which goes when it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox
from rdflib import Graph, URIRef

from trygghetsgraf.errors import InputError, TrygghetsgrafError
from trygghetsgraf.inference import entailments, logical_part, used_terms
from trygghetsgraf.namespaces import (
    INFERRED_GRAPH,
    PREFIXES,
    REFERENCE_GRAPH,
    SHAPE,
    TG,
    VOCABULARY_GRAPH,
    entailed_graph,
)
from trygghetsgraf.report import Report, Result, report_of
from trygghetsgraf.store.graphs import drop_graph, replace_graph
from trygghetsgraf.terms import graph_from, quads
from trygghetsgraf.validation import EVERYTHING_SAID, MERGE, run_shapes
from trygghetsgraf.writes.rules import Rules
from trygghetsgraf.writes.surroundings import Change, surroundings

_TYPE = PREFIXES["rdf"] + "type"
_AXIOMS = (PREFIXES["rdfs"], PREFIXES["owl"])
_DERIVED = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
_BACKGROUND = tuple(
    ox.NamedNode(str(name)) for name in (REFERENCE_GRAPH, VOCABULARY_GRAPH, INFERRED_GRAPH)
)


class Violations(TrygghetsgrafError):
    """Raised when changed graphs do not conform; nothing of them may be published.

    The report is empty where it is not a shape that stands in the way.
    """

    def __init__(self, report: Report, found: str = "", do: str = "") -> None:
        number = report.counts["Violation"]
        super().__init__(
            "Checking what was written",
            found or f"{number} {'violation' if number == 1 else 'violations'}.",
            do or "Mend what the report names and send it again.",
        )
        self.report = report


def check(store: ox.Store, changes: Sequence[Change], rules: Rules, *, claims: bool) -> Report:
    """The report on changed graphs, with what in the store bears on them.

    ``claims`` says whether every fact must have a claim that states it. Raises Violations for
    what no shape can look at.
    """
    found: list[Result] = []
    for change in changes:
        _refuse(change)
        found += _alone(change, rules, claims=claims)
    around = surroundings(store, changes, rules)
    together = ox.Store()
    together.extend((*rules.terms, *rules.fitting, *around.quads))
    for scope in (EVERYTHING_SAID, MERGE):
        for result in run_shapes(together, rules.shapes, rules.shapes.parts[scope]):
            whole = str(result.focus).startswith(str(SHAPE))
            about = result.about.n3()
            if about in around.subjects or (whole and about in around.objects):
                found.append(result)
    return report_of(found)


def infer(
    store: ox.Store, changes: Iterable[Change], rules: Rules, touched: set[ox.Triple]
) -> None:
    """Give each changed graph the graph of what follows from it; raises Violations.

    Triples that this may add to the default graph or take from it are put into ``touched``.
    """
    for change in changes:
        target = ox.NamedNode(str(entailed_graph(change.graph.value)))
        follows = list(_entailed(store, change, rules, target)) if change.after else []
        if follows:
            source = ox.Triple(target, _DERIVED, change.graph)
            replace_graph(store, target, [source, *follows], touched=touched)
        else:
            drop_graph(store, target, touched=touched)


def _alone(change: Change, rules: Rules, *, claims: bool) -> Iterator[Result]:
    """What is wrong with a graph by itself."""
    if not change.after:
        return
    own = [t for t in change.after if _in_our_words(t)]
    facts = [t for t in change.after if not _is_name(t, rules)]
    parts = [(rules.alone, change.after), (rules.known, own)]
    if claims:
        parts.append((rules.coverage, facts))
    for shapes, triples in parts:
        if not triples or not len(shapes):
            continue
        store = ox.Store()
        store.extend(rules.terms)
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        yield from run_shapes(store, rules.shapes, shapes)


def _in_our_words(triple: ox.Triple) -> bool:
    """Whether the property or the class is one of the ontology's own, or claims to be."""
    predicate, obj = triple.predicate.value, triple.object
    if predicate == _TYPE:
        return isinstance(obj, ox.NamedNode) and obj.value.startswith(str(TG))
    return predicate.startswith(str(TG))


def _is_name(triple: ox.Triple, rules: Rules) -> bool:
    predicate, obj = triple.predicate.value, triple.object
    if predicate == _TYPE:
        return isinstance(obj, ox.NamedNode) and obj.value in rules.named_classes
    return predicate in rules.structure


def _refuse(change: Change) -> None:
    """Raise Violations for terms that shapes cannot read, and for definitions of ours."""
    for triple in change.after:
        subject, obj = triple.subject, triple.object
        if isinstance(obj, ox.Triple) or (isinstance(obj, ox.Literal) and obj.direction):
            found = f"{obj} is a term of RDF 1.2, and the shapes are for RDF 1.1."
            raise Violations(report_of(()), found, "Say it without triple terms.")
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(str(TG)):
            found = f"it describes {subject.value}, which the ontology defines."
            raise Violations(report_of(()), found, "Describe terms of your own, below ours.")


def _entailed(
    store: ox.Store, change: Change, rules: Rules, target: ox.NamedNode
) -> Iterator[ox.Triple]:
    """What follows from a graph and the background, and is in neither.

    Nothing follows from axioms that came along: what is below a class of ours, or the same as
    a thing of ours, would get facts that no claim states.
    """
    if not any(_in_our_words(triple) for triple in change.after):
        return  # nothing of interest follows from other people's words
    facts = (t for t in change.after if not t.predicate.value.startswith(_AXIOMS))
    asserted = logical_part(graph_from(facts))
    known = logical_part(graph_from(_mentioned(store, asserted)))
    background = known + used_terms(asserted + known, rules.logical_terms)
    try:
        follows = entailments(asserted, background)
    except InputError as error:
        raise Violations(report_of(()), error.found, error.do) from error
    for quad in quads(follows, URIRef(target.value)):
        triple = quad.triple
        s, p, o = triple.subject, triple.predicate, triple.object
        if not any(ox.Quad(s, p, o, graph) in store for graph in _BACKGROUND):
            yield triple


def _mentioned(store: ox.Store, asserted: Graph) -> Iterator[ox.Quad]:
    """What the background says of the things that a graph mentions."""
    nodes = {node for triple in asserted for node in triple if isinstance(node, URIRef)}
    for node in nodes:
        for graph in _BACKGROUND:
            yield from store.quads_for_pattern(ox.NamedNode(str(node)), None, None, graph)
