"""What the project ships, parsed once for all tests that ask about it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.namespace import NamespaceManager
from rdflib.query import ResultRow
from rdflib.term import Identifier, Node

from trygghetsgraf.documents import load_works
from trygghetsgraf.graph import document_graphs
from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import PREFIXES, TG, document_graph, names_graph, said_graph
from trygghetsgraf.ontology import Ontology, load_ontology, load_turtle
from trygghetsgraf.reading import read_facts
from trygghetsgraf.reference import load_reference
from trygghetsgraf.yamlfile import YamlFile

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = URIRef(str(TG).rstrip("/"))
NAMES = NamespaceManager(Graph(bind_namespaces="none"))
for prefix, iri in PREFIXES.items():
    NAMES.bind(prefix, iri)


@cache
def ontology() -> Ontology:
    return load_ontology(ROOT)


@cache
def external() -> Graph:
    """The terms of others as ontology/external.ttl declares them again."""
    return load_turtle([ROOT / "ontology" / "external.ttl"])


@cache
def names_and_reference() -> tuple[Names, Graph]:
    return load_reference(ROOT / "data" / "reference", ontology())


def reference() -> Graph:
    return names_and_reference()[1]


@cache
def documents() -> dict[str, dict[URIRef, Graph]]:
    """The named graphs of every document, read from its facts, by the document's key."""
    found = {}
    for work in load_works(ROOT / "data" / "documents"):
        facts = YamlFile.read(ROOT / "data" / "facts" / f"{work.key}.yaml")
        reading = read_facts(facts, work, names_and_reference()[0])
        found[work.key] = document_graphs(reading, ontology())
    return found


def plain(key: str) -> Graph:
    """What a document reports, with what its things are called and what they are."""
    graphs = documents()[key]
    return graphs[document_graph(key)] + graphs[names_graph(key)]


def said(key: str) -> Graph:
    """What a document only says."""
    return documents()[key][said_graph(key)]


def short(node: Identifier) -> str:
    """A term as people write it: ``tg:Claim``."""
    return node.n3(NAMES)


def asked(query: str, graph: Graph | None = None) -> list[str]:
    """The rows of a query, of the ontology unless told, sorted: ``tg:Claim rdfs:label``."""
    graph = ontology().terms if graph is None else graph
    rows = [row for row in graph.query(query, initNs=PREFIXES) if isinstance(row, ResultRow)]
    return sorted(" ".join(short(value) for value in row if value is not None) for row in rows)


def own_classes() -> set[Node]:
    terms = ontology().terms
    ours = terms.subjects(RDFS.isDefinedBy, ONTOLOGY)
    return {term for term in ours if (term, RDF.type, OWL.Class) in terms}
