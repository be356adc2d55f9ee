"""The shapes in shapes/: each constraint has an example in tests/shapes/ that it catches.

``tests/shapes/<Shape>/ok*.ttl`` conform to the shape; each ``bad-*.ttl`` says in its first
lines what must be reported and that nothing else may be::

    # expect: <shape or SPARQL-based constraint> <constraint component> <thing at fault>
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from trygghetsgraf import validation
from trygghetsgraf.claims import is_plain
from trygghetsgraf.namespaces import ID, SHAPE, TG, Triple
from trygghetsgraf.ontology import load_ontology, load_turtle
from trygghetsgraf.reading import ReadClaim
from trygghetsgraf.reference import load_reference
from trygghetsgraf.report import Result
from trygghetsgraf.validation import APPLIES_TO, Background, Shapes, load_shapes, run_shapes

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "tests" / "shapes").glob("*/*.ttl"))
EXPECT = re.compile(r"# expect: (\S+) (\w+) (\S+)")

#: what a shape says about itself; everything else in the namespace of SHACL constrains
NO_CONSTRAINTS = {
    SH.description,
    SH.message,
    SH.name,
    SH.path,
    SH.property,
    SH.severity,
    SH.sparql,
    SH.targetClass,
    SH.targetNode,
    SH.targetSubjectsOf,
}

Found = tuple[str, str, str]


@cache
def shapes() -> Shapes:
    return load_shapes(ROOT)


@cache
def background() -> Background:
    ontology = load_ontology(ROOT)
    return Background(ontology, load_reference(ROOT / "data" / "reference", ontology)[1])


def name(node: Node) -> str:
    return str(node).removeprefix(SHAPE)


def layers(scopes: set[Node], example: Graph) -> list[ox.Quad]:
    """What lies under an example, as under the graphs that its shape is written for."""
    under = background()
    if validation.EVERYTHING_SAID in scopes:
        return [*under.terms, *under.concept_types, *under.context([example])]
    if validation.MERGE in scopes:
        terms = validation._quads(under.graphs[0])
        return [*terms, *under.concept_types, *under.context([example])]
    return [] if validation.SAID_ALONE in scopes else under.terms


def validate(path: Path) -> list[Result]:
    """The results of the shape that an example is for."""
    shape = URIRef(SHAPE[path.parent.name])
    example = load_turtle([path])
    store = ox.Store()
    store.extend(layers(set(shapes().graph.objects(shape, APPLIES_TO)), example))
    store.extend(validation._quads(example))
    return list(run_shapes(store, shapes(), shapes().part([shape])))


def expectations(path: Path) -> set[Found]:
    return {(rule, component, about) for rule, component, about in EXPECT.findall(path.read_text())}


def found(path: Path) -> set[Found]:
    prefixes = dict(re.findall(r"@prefix (\S+): <(\S+)> \.", path.read_text()))
    results = set()
    for result in validate(path):
        about = str(result.about)
        for prefix, namespace in prefixes.items():
            if about.startswith(namespace):
                about = f"{prefix}:{about.removeprefix(namespace)}"
        component = name(result.component).removeprefix(str(SH))
        rule = name(result.rule)
        results.add((rule, component.removesuffix("ConstraintComponent"), about))
    return results


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_example(path: Path) -> None:
    expected = expectations(path)
    assert bool(expected) == path.name.startswith("bad"), "only a bad example expects results"
    assert found(path) == expected


def constraints() -> set[tuple[str, str]]:
    """Every constraint of the shapes, as (shape or SPARQL-based constraint, component)."""
    graph = shapes().graph
    found = set()
    for shape in named_shapes():
        found |= {(name(query), "SPARQL") for query in graph.objects(shape, SH.sparql)}
        for parameter in graph.predicates(shape, None):
            local = str(parameter).removeprefix(str(SH))
            if local != str(parameter) and parameter not in NO_CONSTRAINTS:
                found.add((name(shape), local[0].upper() + local[1:]))
    return found


def named_shapes() -> list[URIRef]:
    graph = shapes().graph
    kinds = (SH.NodeShape, SH.PropertyShape)
    return sorted({URIRef(str(s)) for kind in kinds for s in graph.subjects(RDF.type, kind)})


def test_every_constraint_has_a_bad_example() -> None:
    shown = {expected[:2] for path in EXAMPLES for expected in expectations(path)}
    assert constraints() - shown == set(), "add tests/shapes/<Shape>/bad-<constraint>.ttl"


def test_every_shape_has_an_example_that_conforms() -> None:
    node_shapes = {name(s) for s in shapes().graph.subjects(RDF.type, SH.NodeShape)}
    with_ok = {path.parent.name for path in EXAMPLES if path.name.startswith("ok")}
    assert node_shapes == with_ok == {path.parent.name for path in EXAMPLES}


def test_shapes_are_valid_shacl() -> None:
    """The shapes conform to the W3C's shapes for shapes."""
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes().graph, meta_shacl=True)
    assert conforms, text


def languages(subject: Node, predicate: URIRef) -> list[str]:
    return sorted(
        o.language or ""
        for o in shapes().graph.objects(subject, predicate)
        if isinstance(o, Literal)
    )


def test_every_node_shape_tells_what_it_is_for() -> None:
    graph = shapes().graph
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        assert languages(shape, SH.name) == ["en", "sv"], shape
        assert languages(shape, SH.description) == ["en", "sv"], shape
        assert list(graph.objects(shape, APPLIES_TO)), shape


def test_everything_that_can_fail_is_named_and_tells_what_to_mend() -> None:
    graph = shapes().graph
    sources = set(graph.objects(None, SH.sparql))
    for shape in named_shapes():
        assert not any(isinstance(p, BNode) for p in graph.objects(shape, SH.property)), shape
        if any(rule == name(shape) for rule, _ in constraints()):
            sources.add(shape)
    for source in sources:
        assert isinstance(source, URIRef)
        assert languages(source, SH.message) == ["en", "sv"], source


def test_every_property_shape_belongs_to_a_node_shape() -> None:
    graph = shapes().graph
    defined = set(graph.subjects(RDF.type, SH.PropertyShape))
    assert defined == set(graph.objects(None, SH.property)) - nested()
    assert set(graph.subjects(RDF.type, SH.SPARQLConstraint)) == set(graph.objects(None, SH.sparql))


def nested() -> set[Node]:
    return {node for node in shapes().graph.objects(None, SH.property) if isinstance(node, BNode)}


FORCES = ("asks", "decides", "wants", "commits", "defines", "judges", "states")
#: one property of each way of stating, and those that the table names
PROPERTIES = ("type", "kind", "status", "place", "within", "assessedAs")
SUBJECTS = ("measure", "question", "kind")


def table() -> tuple[Graph, dict[URIRef, tuple[Triple, bool]]]:
    """A claim with one statement for every row of the table; statement to triple and plainness."""
    ontology = load_ontology(ROOT)
    evidence, rows = Graph(), dict[URIRef, tuple[Triple, bool]]()
    codes = product(
        FORCES,
        ("positive", "negative"),
        ("plain", "possible", "presupposed"),
        ("present", "former"),
        (False, True),
        SUBJECTS,
        PROPERTIES,
    )
    for number, row in enumerate(codes):
        force, polarity, certainty, tense, relayed, subject, prop = row
        thing = ID["kind/kamera"] if subject == "kind" else ID[f"{subject}/x{number}"]
        predicate = RDF.type if prop == "type" else URIRef(TG[prop])
        triple = (URIRef(thing), predicate, URIRef(ID[f"kind/v{number}"]))
        claim, statement = URIRef(ID[f"claim/c{number}"]), URIRef(ID[f"statement/s{number}"])
        for code, value in (("force", force), ("polarity", polarity), ("tense", tense)):
            evidence.add((claim, TG[code], ID[f"{code}/{value}"]))
        evidence.add((claim, TG.certainty, ID[f"certainty/{certainty}"]))
        evidence.add((claim, TG.states, statement))
        if relayed:
            evidence.add((ID["claim/relayer"], TG.relays, claim))
        for part, term in zip((RDF.subject, RDF.predicate, RDF.object), triple, strict=True):
            evidence.add((statement, part, term))
        stub = SimpleNamespace(
            force=force, polarity=polarity, certainty=certainty, tense=tense, relayed=relayed
        )
        rows[statement] = (triple, is_plain(cast(ReadClaim, stub), triple, ontology))
    return evidence, rows


def about(shape: str, evidence: Graph, triples: list[Triple]) -> set[Node]:
    """The statements that a shape reports when these triples are in the graph."""
    store = ox.Store()
    store.extend([*background().terms, *validation._quads(evidence), *validation._quads(triples)])
    return {r.about for r in run_shapes(store, shapes(), shapes().part([URIRef(SHAPE[shape])]))}


def test_shapes_and_code_agree_on_what_is_plain() -> None:
    evidence, rows = table()
    plain = [triple for triple, qualifies in rows.values() if qualifies]
    said = [triple for triple, qualifies in rows.values() if not qualifies]
    assert 100 < len(plain) < len(said)
    assert about("PlainIfQualified", evidence, plain) == set()
    assert about("PlainIfQualified", evidence, said) == set(rows)
    assert about("SaidUnlessQualified", evidence, said) == set()
    assert about("SaidUnlessQualified", evidence, plain) == set(rows)
