"""The catalogue as DCAT-AP-SE 3, and the statistics of the dataset as VoID.

https://docs.dataportal.se/dcat/en/ and https://www.w3.org/TR/void/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyoxigraph as ox

from trygghetsgraf.linked.counts import Counts, Link
from trygghetsgraf.linked.writing import CC0, term
from trygghetsgraf.namespaces import (
    BASE,
    CATALOG,
    DATASET,
    PREFIXES,
    VOID,
    release_url,
)
from trygghetsgraf.releases.release import About, File

_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"
#: https://op.europa.eu/en/web/eu-vocabularies/dataset/-/resource?uri=…/dataset/file-type
_FILE_TYPES = {
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "application/vnd.apache.parquet": "PARQUET",
}
_TITLES = {
    "application/n-quads": ("Hela grafen som N-Quads", "The whole graph as N-Quads"),
    "application/trig": ("Hela grafen som TriG", "The whole graph as TriG"),
}
_TABLES = {
    "claims": ("Påståenden som tabell", "Claims as a table"),
    "measures": ("Åtgärder som tabell", "Measures as a table"),
    "actors": ("Aktörer som tabell", "Actors as a table"),
    "areas": ("Områden som tabell", "Areas as a table"),
}
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"


@dataclass(frozen=True)
class Operator:
    """Who publishes the graph and answers for it."""

    name: str = "Trygghetsgrafen"
    #: their home page, empty for ours
    url: str = ""
    #: where they can be written to, empty if nowhere
    email: str = ""


def catalogue(
    counts: Counts, release: About | None, published: datetime, base: str, operator: Operator
) -> Iterator[ox.Triple]:
    """The catalogue with the dataset, its distributions and the data service."""
    catalog, dataset = ox.NamedNode(CATALOG), ox.NamedNode(DATASET)
    service, publisher = ox.NamedNode(f"{CATALOG}#service"), ox.NamedNode(f"{CATALOG}#publisher")
    common = [("dcterms:publisher", publisher), ("dcterms:license", ox.NamedNode(CC0))]
    if operator.email:
        contact = ox.NamedNode(f"{CATALOG}#contact")
        common.append(("dcat:contactPoint", contact))
        yield from _about(
            contact,
            ("rdf:type", term("vcard:Organization")),
            ("vcard:fn", ox.Literal(operator.name)),
            ("vcard:hasEmail", ox.NamedNode(f"mailto:{operator.email}")),
        )
    yield from _about(
        publisher,
        ("rdf:type", term("foaf:Agent")),
        ("foaf:name", ox.Literal(operator.name, language="sv")),
        ("foaf:homepage", ox.NamedNode(operator.url or f"{base}/")),
    )
    yield from _about(
        catalog,
        ("rdf:type", term("dcat:Catalog")),
        *_texts("dcterms:title", "Trygghetsgrafen", "Trygghetsgrafen"),
        *_texts(
            "dcterms:description",
            "Kommunala dokument om trygghet och brottsförebyggande arbete som länkade data.",
            "Swedish municipal documents on safety and crime prevention as linked data.",
        ),
        *common[:2],
        *_languages(),
        ("foaf:homepage", ox.NamedNode(f"{base}/")),
        ("dcterms:modified", _moment(published)),
        ("dcterms:spatial", ox.NamedNode(f"{_EU}country/SWE")),
        ("dcat:dataset", dataset),
        ("dcat:service", service),
    )
    yield from _dataset(dataset, counts, release, published, base, common)
    yield from _about(
        service,
        ("rdf:type", term("dcat:DataService")),
        *_texts("dcterms:title", "Trygghetsgrafens SPARQL-tjänst", "Trygghetsgrafen over SPARQL"),
        *_texts(
            "dcterms:description",
            "Ställ egna frågor till grafen i SPARQL 1.1.",
            "Ask the graph in SPARQL 1.1.",
        ),
        *common,
        ("dcat:endpointURL", ox.NamedNode(f"{base}/sparql")),
        ("dcat:endpointDescription", ox.NamedNode(f"{base}/sparql")),
        ("dcat:servesDataset", dataset),
        ("dcterms:accessRights", ox.NamedNode(f"{_EU}access-right/PUBLIC")),
        ("dcterms:conformsTo", ox.NamedNode(_PROTOCOL)),
        ("dcat:landingPage", ox.NamedNode(f"{base}/")),
    )


def _dataset(
    dataset: ox.NamedNode,
    counts: Counts,
    release: About | None,
    published: datetime,
    base: str,
    common: list[tuple[str, ox.NamedNode]],
) -> Iterator[ox.Triple]:
    yield from _about(
        dataset,
        ("rdf:type", term("dcat:Dataset")),
        *_texts(
            "dcterms:title",
            "Trygghetsgrafen: kommunernas trygghetsarbete som det står i deras dokument",
            "Trygghetsgrafen: the safety work of Swedish municipalities, as documents tell it",
        ),
        *_texts(
            "dcterms:description",
            "Åtgärder, aktörer, områden, beslut och problem ur kommunala dokument, med den som"
            " säger det och orden i dokumentet för varje uppgift.",
            "Measures, actors, areas, decisions and problems from municipal documents, each fact"
            " with its speaker and the words of the document.",
        ),
        *common,
        *_languages(),
        ("dcterms:identifier", ox.Literal(DATASET)),
        ("dcterms:accessRights", ox.NamedNode(f"{_EU}access-right/PUBLIC")),
        ("dcterms:accrualPeriodicity", ox.NamedNode(f"{_EU}frequency/IRREG")),
        ("dcat:theme", ox.NamedNode(f"{_EU}data-theme/JUST")),
        ("dcat:theme", ox.NamedNode(f"{_EU}data-theme/GOVE")),
        *(("dcat:keyword", ox.Literal(word, language="sv")) for word in _KEYWORDS_SV),
        *(("dcat:keyword", ox.Literal(word, language="en")) for word in _KEYWORDS_EN),
        ("dcterms:conformsTo", ox.NamedNode(f"{BASE}ontology")),
        ("dcterms:modified", _moment(published)),
        ("dcat:landingPage", ox.NamedNode(f"{base}/")),
        ("dcterms:spatial", ox.NamedNode(f"{_EU}country/SWE")),
        *(("dcterms:spatial", ox.NamedNode(area)) for area in counts.areas),
    )
    if counts.earliest:
        period = ox.NamedNode(f"{CATALOG}#period")
        yield from _about(
            dataset,
            ("dcterms:temporal", period),
        )
        yield from _about(
            period,
            ("rdf:type", term("dcterms:PeriodOfTime")),
            ("dcat:startDate", _day(counts.earliest)),
            ("dcat:endDate", _day(counts.latest)),
        )
    if release is None:
        return
    yield ox.Triple(dataset, term("dcat:version"), ox.Literal(str(release.number)))
    for file in release.files:
        if file.media_type in _FILE_TYPES:
            distribution = ox.NamedNode(f"{CATALOG}#{file.name}")
            yield ox.Triple(dataset, term("dcat:distribution"), distribution)
            yield from _distribution(distribution, file, release, base)
    access = ox.NamedNode(f"{CATALOG}#sparql")
    yield ox.Triple(dataset, term("dcat:distribution"), access)
    yield from _about(
        access,
        ("rdf:type", term("dcat:Distribution")),
        *_texts("dcterms:title", "Grafen genom SPARQL", "The graph through SPARQL"),
        ("dcat:accessURL", ox.NamedNode(f"{base}/sparql")),
        ("dcat:accessService", ox.NamedNode(f"{CATALOG}#service")),
        ("dcterms:license", ox.NamedNode(CC0)),
        ("dcterms:format", ox.NamedNode(f"{_EU}file-type/SPARQLQ")),
        ("dcatap:availability", ox.NamedNode(f"{_EU}planned-availability/STABLE")),
    )


_KEYWORDS_SV = ("trygghet", "brottsförebyggande arbete", "kommuner", "kunskapsgraf")
_KEYWORDS_EN = ("safety", "crime prevention", "municipalities", "knowledge graph")


def _distribution(
    distribution: ox.NamedNode, file: File, release: About, base: str
) -> Iterator[ox.Triple]:
    name = file.name.partition(".")[0]
    checksum = ox.NamedNode(f"{distribution.value}-checksum")
    yield from _about(
        distribution,
        ("rdf:type", term("dcat:Distribution")),
        *_texts("dcterms:title", *(_TITLES.get(file.media_type) or _TABLES[name])),
        ("dcat:accessURL", ox.NamedNode(release_url(base, release.number))),
        ("dcat:downloadURL", ox.NamedNode(release_url(base, release.number, file.name))),
        ("dcat:mediaType", ox.NamedNode(_IANA + file.media_type)),
        ("dcterms:format", ox.NamedNode(f"{_EU}file-type/{_FILE_TYPES[file.media_type]}")),
        ("dcat:byteSize", _number(file.size, "nonNegativeInteger")),
        ("dcterms:license", ox.NamedNode(CC0)),
        ("dcterms:issued", _moment(release.made)),
        ("dcatap:availability", ox.NamedNode(f"{_EU}planned-availability/STABLE")),
        ("spdx:checksum", checksum),
    )
    if file.name.endswith(".gz"):
        gzip = ox.NamedNode(f"{_IANA}application/gzip")
        yield ox.Triple(distribution, term("dcat:compressFormat"), gzip)
    yield from _about(
        checksum,
        ("rdf:type", term("spdx:Checksum")),
        ("spdx:algorithm", term("spdx:checksumAlgorithm_sha256")),
        ("spdx:checksumValue", ox.Literal(file.sha256, datatype=term("xsd:hexBinary"))),
    )


def void(counts: Counts, release: About | None, base: str) -> Iterator[ox.Triple]:
    """The dataset in figures: classes, properties, links, dumps, the endpoint."""
    dataset = ox.NamedNode(DATASET)
    yield from _about(
        ox.NamedNode(VOID),
        ("rdf:type", term("void:DatasetDescription")),
        ("foaf:primaryTopic", dataset),
    )
    yield from _about(
        dataset,
        ("rdf:type", term("void:Dataset")),
        *_texts("dcterms:title", "Trygghetsgrafen", "Trygghetsgrafen"),
        ("dcterms:license", ox.NamedNode(CC0)),
        ("foaf:homepage", ox.NamedNode(f"{base}/")),
        ("void:sparqlEndpoint", ox.NamedNode(f"{base}/sparql")),
        ("void:uriSpace", ox.Literal(f"{BASE}id/")),
        ("void:triples", _number(counts.triples)),
        ("void:distinctSubjects", _number(counts.subjects)),
        ("void:distinctObjects", _number(counts.objects)),
        ("void:classes", _number(len(counts.classes))),
        ("void:properties", _number(len(counts.properties))),
        *(("void:vocabulary", ox.NamedNode(iri)) for iri in _vocabularies(counts)),
        *(("void:feature", ox.NamedNode(f"http://www.w3.org/ns/formats/{n}")) for n in _FEATURES),
    )
    if release is not None:
        for file in release.files:
            if file.media_type in _TITLES:
                url = release_url(base, release.number, file.name)
                yield ox.Triple(dataset, term("void:dataDump"), ox.NamedNode(url))
    for name, figure, parts in (
        ("class", "entities", counts.classes),
        ("property", "triples", counts.properties),
    ):
        for iri, number in parts.items():
            partition = ox.BlankNode()
            yield ox.Triple(dataset, term(f"void:{name}Partition"), partition)
            yield ox.Triple(partition, term(f"void:{name}"), ox.NamedNode(iri))
            yield ox.Triple(partition, term(f"void:{figure}"), _number(number))
    for link in counts.links:
        yield from _linkset(link, dataset)


#: the forms of a page that are RDF, by their names under http://www.w3.org/ns/formats/
_FEATURES = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML")


def _linkset(link: Link, dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    linkset, target = ox.BlankNode(), ox.BlankNode()
    yield ox.Triple(dataset, term("void:subset"), linkset)
    yield ox.Triple(linkset, term("rdf:type"), term("void:Linkset"))
    yield ox.Triple(linkset, term("void:linkPredicate"), ox.NamedNode(link.predicate))
    yield ox.Triple(linkset, term("void:subjectsTarget"), dataset)
    yield ox.Triple(linkset, term("void:objectsTarget"), target)
    yield ox.Triple(linkset, term("void:triples"), _number(link.triples))
    yield ox.Triple(target, term("rdf:type"), term("void:Dataset"))
    yield ox.Triple(target, term("void:uriSpace"), ox.Literal(link.target))


def _vocabularies(counts: Counts) -> list[str]:
    """Namespaces of the classes and properties in use, as far as we have a prefix for them."""
    used = {*counts.classes, *counts.properties}
    return [space for space in PREFIXES.values() if any(iri.startswith(space) for iri in used)]


def _about(
    subject: ox.NamedNode, *statements: tuple[str, ox.NamedNode | ox.Literal]
) -> Iterator[ox.Triple]:
    for name, obj in statements:
        yield ox.Triple(subject, term(name), obj)


def _texts(name: str, swedish: str, english: str) -> Iterator[tuple[str, ox.Literal]]:
    yield name, ox.Literal(swedish, language="sv")
    yield name, ox.Literal(english, language="en")


def _languages() -> Iterator[tuple[str, ox.NamedNode]]:
    for code in ("SWE", "ENG"):
        yield "dcterms:language", ox.NamedNode(f"{_EU}language/{code}")


def _number(number: int, kind: str = "integer") -> ox.Literal:
    return ox.Literal(str(number), datatype=term(f"xsd:{kind}"))


def _moment(time: datetime) -> ox.Literal:
    return ox.Literal(time.strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=term("xsd:dateTime"))


def _day(text: str) -> ox.Literal:
    """A year, month or day of ISO 8601 as the XML Schema type for it."""
    kind = {4: "gYear", 7: "gYearMonth"}.get(len(text), "date")
    return ox.Literal(text, datatype=term(f"xsd:{kind}"))
