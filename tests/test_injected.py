"""One bad fact for every shape, put into the graphs of a real document, is caught and named."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, SH, Dataset, Graph, URIRef
from tests import shipped

from trygghetsgraf.namespaces import SHAPE, document_graph, names_graph, said_graph
from trygghetsgraf.report import Report, combine
from trygghetsgraf.validation import (
    Background,
    Shapes,
    load_shapes,
    validate_background,
    validate_document,
    validate_merge,
)

INJECTED = Path(__file__).parent / "data" / "injected.trig"
EXPECTED = re.findall(r"# expect: (\S+) (\S+)", INJECTED.read_text())
#: a document with two text versions
WORK = "huddinge-interpellationssvar-flemingsberg"


@cache
def shapes() -> Shapes:
    return load_shapes(shipped.ROOT)


@cache
def bad_facts() -> dict[str, Graph]:
    """The bad facts by the graph that they are put into."""
    dataset = Dataset()
    dataset.parse(INJECTED, format="trig")
    graphs = {kind: Graph() for kind in ("document", "said", "names", "background")}
    for subject, predicate, obj, graph in dataset.quads():
        graphs[str(graph).removeprefix("urn:")].add((subject, predicate, obj))
    return graphs


def validated(*, injected: bool) -> Report:
    """Everything that is said of the document, with or without the bad facts."""
    graphs = {name: Graph() for name in bad_facts()}
    for name, key in (("document", document_graph), ("said", said_graph), ("names", names_graph)):
        graphs[name] += shipped.documents()[WORK][key(WORK)]
    graphs["background"] += shipped.reference()
    if injected:
        for name, bad in bad_facts().items():
            graphs[name] += bad
    document, said, names, reference = graphs.values()
    background = Background(shipped.ontology(), reference)
    return combine(
        [
            validate_document(document, said, names, shapes(), background),
            validate_merge([document, said, names], shapes(), background),
            validate_background(shapes(), background),
        ]
    )


@cache
def found(*, injected: bool) -> set[tuple[str, str]]:
    """Pairs of rule and thing at fault; of a query, the shape that asks it too."""
    pairs = set()
    for result in validated(injected=injected).results:
        for rule in (result.rule, result.shape):
            pairs.add((rule.removeprefix(SHAPE), str(result.about)))
    return pairs


def iri(written: str) -> str:
    prefix, _, local = written.partition(":")
    match = re.search(rf"@prefix {prefix}: <(\S+)> \.", INJECTED.read_text())
    assert match, f"no prefix {prefix}"
    return match[1] + local


@pytest.mark.parametrize(("rule", "about"), EXPECTED, ids=[rule for rule, _ in EXPECTED])
def test_bad_fact_is_caught_and_named(rule: str, about: str) -> None:
    assert (rule, iri(about)) in found(injected=True)
    assert (rule, iri(about)) not in found(injected=False)


def test_document_without_the_bad_facts_conforms() -> None:
    assert validated(injected=False).conforms


def test_every_shape_is_shown_a_bad_fact() -> None:
    graph = shapes().graph
    shown = {URIRef(SHAPE[rule]) for rule, _ in EXPECTED}
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        rules = {shape, *graph.objects(shape, SH.property), *graph.objects(shape, SH.sparql)}
        assert rules & shown, f"add a bad fact for {shape} to {INJECTED.name}"
