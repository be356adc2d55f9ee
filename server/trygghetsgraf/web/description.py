"""The service description: what the endpoint is and can do, as RDF.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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
#: https://www.w3.org/ns/entailment/: what follows from the data is data here, or is not there
_SIMPLE = "http://www.w3.org/ns/entailment/Simple"
_GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"
#: those of GeoSPARQL (https://docs.ogc.org/is/22-047r1/22-047r1.html) that the engine has
_GEOMETRY = (
    "area asGeoJSON centroid convexHull coordinateDimension difference dimension distance"
    " ehContains ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap envelope"
    " getSRID intersection isEmpty isSimple length perimeter rcc8dc rcc8ec rcc8eq rcc8ntpp"
    " rcc8ntppi rcc8po rcc8tpp rcc8tppi relate sfContains sfCrosses sfDisjoint sfEquals"
    " sfIntersects sfOverlaps sfTouches sfWithin spatialDimension symDifference union"
)


@dataclass(frozen=True)
class Abilities:
    """What differs from one server to the next."""

    #: whether it takes updates from anybody
    writable: bool
    #: whether the engine and the store are ours, or somebody's service
    embedded: bool
    #: IRIs that SERVICE may name
    services: Sequence[str] = ()


def _sd(name: str) -> NamedNode:
    return NamedNode(PREFIXES["sd"] + name)


_TYPE = NamedNode(PREFIXES["rdf"] + "type")


def describe(endpoint: str, graphs: Iterable[str], abilities: Abilities) -> Iterator[Triple]:
    """The description of an endpoint, by its absolute URL, with those named graphs."""
    service = NamedNode(endpoint)
    dataset, default = BlankNode("dataset"), BlankNode("default")
    yield Triple(service, _TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), service)
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if abilities.writable:
        yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Update"))
        for format_ in GRAPHS:
            yield Triple(service, _sd("inputFormat"), NamedNode(_FORMATS + _UNIQUE[format_.name]))
    for format_ in (*TABLES, *GRAPHS):
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + _UNIQUE[format_.name]))
    yield Triple(service, _sd("defaultEntailmentRegime"), NamedNode(_SIMPLE))
    yield from _features(service, abilities)
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


def _features(service: NamedNode, abilities: Abilities) -> Iterator[Triple]:
    if abilities.embedded:
        yield Triple(service, _sd("feature"), _sd("EmptyGraphs"))
        for name in _GEOMETRY.split():
            yield Triple(service, _sd("extensionFunction"), NamedNode(_GEOSPARQL + name))
    if abilities.services:
        yield Triple(service, _sd("feature"), _sd("BasicFederatedQuery"))
    for iri in abilities.services:
        yield Triple(service, NamedNode(PREFIXES["dcterms"] + "relation"), NamedNode(iri))


def write(triples: Iterable[Triple], format_: Format) -> bytes:
    """The description in one of the graph formats."""
    if not isinstance(format_.engine, RdfFormat):
        raise TypeError(f"{format_.name} is no format for graphs")
    prefixes = {name: PREFIXES[name] for name in ("sd", "dcterms")}
    written = pyoxigraph.serialize(triples, format=format_.engine, prefixes=prefixes)
    return written or b""
