"""Every term that is named anywhere exists: a misspelt one makes a query silently empty.

The lists are rdflib's namespaces where it has the vocabulary in full, and for the rest
tests/data/external_terms.tsv, which says where each term was looked up.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import rdflib.namespace
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.namespace import DefinedNamespace
from tests.shipped import ROOT, documents, external, ontology, reference

import trygghetsgraf.namespaces
from trygghetsgraf.namespaces import BASE, ID, PREFIXES, SHAPE, TG
from trygghetsgraf.ontology import load_turtle

LIST = ROOT / "tests" / "data" / "external_terms.tsv"
MEND = f"correct it, or look it up and add it to {LIST.relative_to(ROOT)}"

#: vocabularies that rdflib lists in full; of the others it has old or partial lists
LISTED = {
    str(namespace): namespace
    for namespace in (
        rdflib.namespace.DCAT,
        rdflib.namespace.DCTERMS,
        rdflib.namespace.FOAF,
        rdflib.namespace.GEO,
        rdflib.namespace.ORG,
        rdflib.namespace.OWL,
        rdflib.namespace.PROV,
        rdflib.namespace.RDF,
        rdflib.namespace.RDFS,
        rdflib.namespace.SDO,
        rdflib.namespace.SH,
        rdflib.namespace.SKOS,
        rdflib.namespace.TIME,
        rdflib.namespace.VANN,
        rdflib.namespace.VOID,
        rdflib.namespace.XSD,
    )
}
ENTITY = re.compile(r"http://www\.wikidata\.org/entity/Q[1-9][0-9]*")
PREFIXED = re.compile(r"(?<![\w:/.\\-])([a-z][a-z0-9-]*):([A-Za-z_](?:[\w-]*\w)?)")
DECLARED = re.compile(r"\bPREFIX\s+([\w-]*):\s*<([^>\s]+)>", re.IGNORECASE)
FULL = re.compile(r"https?://[^\s<>\"'`{}|\\^]+")


@cache
def vendored() -> dict[str, tuple[str, str]]:
    """Term → kind and source, of the list that we keep."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {row["term"]: (row["kind"], row["source"]) for row in rows}


@cache
def vocabularies() -> frozenset[str]:
    """Namespace of every vocabulary that we have a list of."""
    return frozenset(LISTED) | {re.sub(r"[^/#]*$", "", term) for term in vendored()}


@cache
def shapes() -> Graph:
    return load_turtle((ROOT / "shapes").glob("*.ttl"))


def is_known(iri: str) -> bool:
    """Whether a term, a concept or one of our own identifiers exists."""
    if iri in vendored() or iri.rstrip("#/") in {name.rstrip("#/") for name in PREFIXES.values()}:
        return True
    if iri.startswith(BASE):
        return is_ours(iri)
    for start, namespace in LISTED.items():
        if iri.startswith(start):
            return iri in namespace
    return ENTITY.fullmatch(iri) is not None


def is_ours(iri: str) -> bool:
    """Whether one of our own identifiers exists: a term, a shape, a concept, a thing, a graph."""
    node = URIRef(iri)
    if iri.startswith(str(ID)):
        space = iri.removeprefix(str(ID)).partition("/")[0]
        if space in ontology().concept_spaces or space == "scheme":
            return (node, RDF.type, None) in ontology().vocabulary
        graphs = [reference(), *(graph for each in documents().values() for graph in each.values())]
        return any((node, None, None) in graph for graph in graphs)
    if iri.startswith(str(TG).rstrip("/")):
        version = ontology().terms.value(URIRef(str(TG).rstrip("/")), OWL.versionInfo)
        return (node, RDF.type, None) in ontology().terms or iri == f"{TG}{version}"
    if iri.startswith(str(SHAPE).rstrip("/")):
        return (node, None, None) in shapes()
    return iri.startswith(str(trygghetsgraf.namespaces.GRAPH))


def unknown(iris: set[str]) -> list[str]:
    return sorted(iri for iri in iris if not is_known(iri))


def named_in_turtle(graph: Graph) -> set[str]:
    return {str(node) for triple in graph for node in triple if isinstance(node, URIRef)} | {
        str(node.datatype)
        for node in graph.objects()
        if isinstance(node, Literal) and node.datatype is not None
    }


def named_in_sparql(text: str, prefixes: dict[str, str]) -> set[str]:
    """Terms of a query, a piece of one, or of prose that quotes one."""
    declared = {**prefixes, **dict(DECLARED.findall(text))}
    # PLX [169]: a slash in a local name is escaped; any letter stands in for it while we look
    names = PREFIXED.findall(text.replace("\\/", "ǀ"))
    found = {
        declared[prefix] + name.replace("ǀ", "/") for prefix, name in names if prefix in declared
    }
    full = {iri.rstrip(".,;:)") for iri in FULL.findall(text)}
    # addresses of pages are no terms
    return found | {iri for iri in full if iri.startswith(tuple(vocabularies()))}


TURTLE = sorted(
    path for name in ("ontology", "shapes", "data/vocab") for path in (ROOT / name).glob("*.ttl")
)
FACTS = sorted(path.stem for path in (ROOT / "data" / "facts").glob("*.yaml"))
PYTHON = sorted((ROOT / "server").rglob("*.py"))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TURTLE, ids=short)
def test_turtle_names_only_known_terms(path: Path) -> None:
    assert unknown(named_in_turtle(load_turtle([path]))) == [], MEND


@pytest.mark.parametrize("path", TURTLE, ids=short)
def test_turtle_uses_properties_as_properties_and_classes_as_classes(path: Path) -> None:
    graph = load_turtle([path])
    wrong = {str(predicate) for predicate in graph.predicates() if kind(predicate) == "class"}
    wrong |= {str(each) for each in graph.objects(None, RDF.type) if kind(each) == "property"}
    assert wrong == set()


def kind(term: object) -> str:
    """Class or property, by our list, else by the first letter of the name."""
    iri = str(term)
    if iri in vendored():
        return vendored()[iri][0]
    return "class" if re.split(r"[/#]", iri)[-1][:1].isupper() else "property"


def test_queries_in_shapes_name_only_known_terms() -> None:
    prefixes = dict(PREFIXES)
    for declaration in shapes().objects(None, SH.declare):
        prefix = shapes().value(declaration, SH.prefix)
        prefixes[str(prefix)] = str(shapes().value(declaration, SH.namespace))
    texts = [
        str(text)
        for predicate in (SH.select, SH.ask, SH.construct)
        for text in shapes().objects(None, predicate)
    ]
    found: set[str] = set().union(*(named_in_sparql(text, prefixes) for text in texts))
    assert unknown(found) == [], MEND


def test_saved_queries_name_only_known_terms() -> None:
    found = {
        short(path): wrong
        for path in (ROOT / "queries").rglob("*.rq")
        if (wrong := unknown(named_in_sparql(path.read_text(encoding="utf-8"), dict(PREFIXES))))
    }
    assert found == {}, MEND


@cache
def python_namespaces() -> dict[str, str]:
    """Name in Python → namespace: TG, ELI, … of ours, PROV, SKOS, … of rdflib."""
    found = {}
    for module in (rdflib.namespace, trygghetsgraf.namespaces):
        for name, value in vars(module).items():
            closed = isinstance(value, type) and issubclass(value, DefinedNamespace)
            if isinstance(value, rdflib.Namespace) or (closed and value is not DefinedNamespace):
                found[name] = str(value)
    return found


def named_in_python(tree: ast.Module) -> Iterator[str]:
    """Terms by namespace (``TG.status``, ``OA["start"]``), in strings by prefix or in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from named_in_sparql(node.value, dict(PREFIXES))
        if not isinstance(node, ast.Attribute | ast.Subscript):
            continue
        if not (isinstance(node.value, ast.Name) and node.value.id in python_namespaces()):
            continue
        start = python_namespaces()[node.value.id]
        if start in (str(ID), str(SHAPE), str(trygghetsgraf.namespaces.GRAPH)):
            continue
        if isinstance(node, ast.Attribute) and not hasattr(str, node.attr):
            yield start + node.attr
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            yield start + str(node.slice.value)


@pytest.mark.parametrize("path", PYTHON, ids=short)
def test_python_names_only_known_terms(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    assert unknown(set(named_in_python(tree)) - vocabularies()) == [], MEND


@pytest.mark.parametrize("key", FACTS)
def test_facts_name_only_known_terms(key: str) -> None:
    graphs = documents()[key].values()
    predicates = {str(predicate) for graph in graphs for predicate in graph.predicates()}
    classes = {str(each) for graph in graphs for each in graph.objects(None, RDF.type)}
    assert unknown(predicates | classes) == [], MEND


def test_what_is_misspelt_is_found() -> None:
    wrong = {
        "http://www.w3.org/ns/oa#source",
        "http://data.europa.eu/eli/ontology#relevantFor",
        "http://publications.europa.eu/resource/authority/resource-type/MINUTE",
        "http://www.w3.org/ns/org#Organisation",
        "https://w3id.org/trygghetsgrafen/ontology/Mesure",
        "https://w3id.org/trygghetsgrafen/id/status/under-way",
        "https://example.org/anything",
    }
    assert unknown(wrong) == sorted(wrong)
    assert named_in_sparql("?a tg:speeker <http://www.w3.org/ns/oa#source>", dict(PREFIXES)) == {
        "https://w3id.org/trygghetsgrafen/ontology/speeker",
        "http://www.w3.org/ns/oa#source",
    }
    assert set(named_in_python(ast.parse('OA.hasSorce, ORG["post"], f"{x} skos:label"'))) == {
        "http://www.w3.org/ns/oa#hasSorce",
        "http://www.w3.org/ns/org#post",
        "http://www.w3.org/2004/02/skos/core#label",
    }


def test_list_is_in_order_and_complete() -> None:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "term\tkind\tsource"
    assert lines[1:] == sorted(set(lines[1:])), "sort the lines and keep each once"
    assert len(vendored()) == len(lines) - 1, "two lines have the same term"
    kinds = {kind for kind, _ in vendored().values()}
    assert kinds <= {"class", "property", "individual", "datatype"}
    assert [term for term, (_, source) in vendored().items() if len(source) < 10] == []


def test_list_holds_only_what_rdflib_does_not() -> None:
    double = [
        term
        for term in vendored()
        for start, namespace in LISTED.items()
        if term.startswith(start) and term in namespace
    ]
    assert double == []


def test_terms_declared_again_are_used() -> None:
    """Every term of external.ttl is in an axiom, an annotation, a vocabulary or the code."""
    used: set[str] = set()
    for path in TURTLE:
        if path.name != "external.ttl":
            graph = load_turtle([path])
            used |= named_in_turtle(graph) - {
                str(each) for each in graph.objects(None, RDFS.seeAlso)
            }
    for path in PYTHON:
        used |= set(named_in_python(ast.parse(path.read_text(encoding="utf-8"))))
    assert {str(term) for term in external().subjects()} - used == set()
