"""Saved queries as data: ``sh:SPARQLExecutable``, so that they are in the graph themselves.

https://www.w3.org/TR/shacl/#SPARQLExecutable; a parameter is a pre-bound variable whose name
is the local name of ``sh:path`` (https://www.w3.org/TR/shacl/#constraint-components-parameters).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType

from rdflib import RDF, RDFS, SH, XSD, Graph, Literal, URIRef

from trygghetsgraf.namespaces import EDTF, ID, SCHEMA, TG, entity
from trygghetsgraf.saved.catalogue import Form, SavedQuery
from trygghetsgraf.saved.header import Type
from trygghetsgraf.saved.running import Call

_PROPERTY = MappingProxyType({Form.SELECT: SH.select, Form.CONSTRUCT: SH.construct})
_CLASS = MappingProxyType(
    {Form.SELECT: SH.SPARQLSelectExecutable, Form.CONSTRUCT: SH.SPARQLConstructExecutable}
)
_DATATYPE = MappingProxyType(
    {
        Type.STRING: XSD.string,
        Type.INTEGER: XSD.integer,
        Type.DECIMAL: XSD.decimal,
        Type.BOOLEAN: XSD.boolean,
        Type.DATE: XSD.date,
        Type.EDTF: EDTF,
    }
)


def queries_graph(queries: Iterable[SavedQuery]) -> Graph:
    """The queries with their parameters, for the graph ``queries``; without blank nodes."""
    graph = Graph()
    for query in queries:
        _add(graph, query, query.sparql)
        for name in query.header.parameters:
            _add_parameter(graph, query, name)
    return graph


def examples_graph(
    queries: Iterable[SavedQuery], call: Callable[[SavedQuery], Call], endpoint: str
) -> Graph:
    """The queries as an editor offers them: with the values of their examples in place.

    ``call`` gives the call of a query's example; ``endpoint`` is the URL of the SPARQL endpoint.
    """
    graph = Graph()
    for query in queries:
        _add(graph, query, call(query).text_alone)
        graph.add((iri_of(query), SCHEMA.target, URIRef(endpoint)))
    graph.bind("sh", SH)
    graph.bind("schema", SCHEMA)
    return graph


def iri_of(query: SavedQuery) -> URIRef:
    """The identifier of a saved query: ``/id/query/{name}``."""
    return entity("query", query.name)


def _add(graph: Graph, query: SavedQuery, text: str) -> None:
    node, header = iri_of(query), query.header
    graph.add((node, RDF.type, SH.SPARQLExecutable))
    graph.add((node, RDF.type, _CLASS[query.form]))
    graph.add((node, _PROPERTY[query.form], Literal(text)))
    for language in ("sv", "en"):
        title, about = header.title, header.description
        graph.add((node, RDFS.label, Literal(title.in_language(language), lang=language)))
        graph.add((node, RDFS.comment, Literal(about.in_language(language), lang=language)))
    for tag in header.tags:
        graph.add((node, SCHEMA.keywords, Literal(tag)))


def _add_parameter(graph: Graph, query: SavedQuery, name: str) -> None:
    header = query.header
    about = header.parameters[name]
    node = entity("query-parameter", f"{query.name}-{name}")
    graph.add((iri_of(query), SH.parameter, node))
    graph.add((node, RDF.type, SH.Parameter))
    graph.add((node, SH.path, TG[f"parameter/{about.token(name)}"]))
    graph.add((node, SH.name, Literal(name)))
    graph.add((node, SH.optional, Literal(not header.is_required(name))))
    for language in ("sv", "en"):
        graph.add((node, SH.description, Literal(about.in_language(language), lang=language)))
    if about.type is Type.IRI:
        graph.add((node, SH.nodeKind, SH.IRI))
        if about.among and about.among != "Thing":
            graph.add((node, SH["class"], TG[about.among]))
        if about.scheme:
            graph.add((node, RDFS.seeAlso, ID[f"scheme/{about.scheme}"]))
    else:
        graph.add((node, SH.datatype, RDF.langString if about.language else _DATATYPE[about.type]))
    if name in header.default:
        graph.add((node, SH.defaultValue, Literal(header.default[name])))
