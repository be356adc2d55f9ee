"""The service description: what the endpoint is and can do, as RDF.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from trygghetsgraf.namespaces import PREFIXES
from trygghetsgraf.query.formats import GRAPHS, TABLES, Format

_FORMATS = "http://www.w3.org/ns/formats/"
#: our name of a format → its own, https://www.w3.org/ns/formats/
_UNIQUE = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}


def _sd(name: str) -> NamedNode:
    return NamedNode(PREFIXES["sd"] + name)


_TYPE = NamedNode(PREFIXES["rdf"] + "type")


def describe(endpoint: str, graphs: Iterable[str], *, writable: bool) -> Iterator[Triple]:
    """The description of an endpoint, by its absolute URL, with those named graphs.

    ``writable`` says whether it takes updates from anybody.
    """
    service = NamedNode(endpoint)
    dataset, default = BlankNode("dataset"), BlankNode("default")
    yield Triple(service, _TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), service)
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if writable:
        yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Update"))
        for format_ in GRAPHS:
            yield Triple(service, _sd("inputFormat"), NamedNode(_FORMATS + _UNIQUE[format_.name]))
    for format_ in (*TABLES, *GRAPHS):
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + _UNIQUE[format_.name]))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, _TYPE, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, _TYPE, _sd("Graph"))
    title = NamedNode(PREFIXES["dcterms"] + "title")
    yield Triple(service, title, Literal("Trygghetsgrafen", language="sv"))
    for name in graphs:
        graph = NamedNode(name)
        named = BlankNode()
        yield Triple(dataset, _sd("namedGraph"), named)
        yield Triple(named, _TYPE, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), graph)


def write(triples: Iterable[Triple], format_: Format) -> bytes:
    """The description in one of the graph formats."""
    if not isinstance(format_.engine, RdfFormat):
        raise TypeError(f"{format_.name} is no format for graphs")
    prefixes = {name: PREFIXES[name] for name in ("sd", "dcterms")}
    written = pyoxigraph.serialize(triples, format=format_.engine, prefixes=prefixes)
    return written or b""
