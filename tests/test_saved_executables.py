from __future__ import annotations

from pathlib import Path

from rdflib import RDF, RDFS, SH, XSD, BNode, Literal, URIRef
from tests.saved_project import catalogue

from trygghetsgraf.saved.executables import queries_graph

ID = "https://w3id.org/trygghetsgrafen/id/"
TOKEN = "https://w3id.org/trygghetsgrafen/ontology/parameter/"


def test_query_is_executable_with_its_parameters(tmp_path: Path) -> None:
    queries = catalogue(tmp_path)
    graph = queries_graph(queries.values())
    node = URIRef(f"{ID}query/measures")
    assert set(graph[node : RDF.type]) == {SH.SPARQLExecutable, SH.SPARQLSelectExecutable}
    assert set(graph[node : RDFS.label]) == {
        Literal("Åtgärder av ett slag", lang="sv"),
        Literal("Measures of one kind", lang="en"),
    }
    assert graph.value(node, SH.select) == Literal(queries["measures"].sparql)
    language = URIRef(f"{ID}query-parameter/measures-lang")
    assert set(graph[node : SH.parameter]) == {
        language,
        URIRef(f"{ID}query-parameter/measures-slag"),
        URIRef(f"{ID}query-parameter/measures-plats"),
    }
    assert {(p, o) for p, o in graph[language] if p != SH.description} == {
        (RDF.type, SH.Parameter),
        (SH.path, URIRef(f"{TOKEN}_lang")),
        (SH.name, Literal("lang")),
        (SH.optional, Literal(True)),
        (SH.datatype, XSD.string),
        (SH.defaultValue, Literal("sv")),
    }
    place = URIRef(f"{ID}query-parameter/measures-plats")
    assert graph.value(place, SH["class"]) == URIRef(
        "https://w3id.org/trygghetsgrafen/ontology/Area"
    )


def test_construct_and_no_blank_nodes(tmp_path: Path) -> None:
    graph = queries_graph(catalogue(tmp_path).values())
    assert (URIRef(f"{ID}query/around"), RDF.type, SH.SPARQLConstructExecutable) in graph
    assert [node for node in graph.all_nodes() if isinstance(node, BNode)] == []
