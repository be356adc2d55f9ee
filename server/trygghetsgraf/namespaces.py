"""The one module that mints IRIs and builds URLs.

IRIs are slash IRIs under :data:`BASE`, which is fixed; the URL under which a server is
reached is a setting and never part of an identifier. Keys are readable, lower-case ASCII,
without versions or file endings.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from types import MappingProxyType

from rdflib import Literal, Namespace, URIRef

#: a triple as the build passes it around: no blank nodes leave the build
Triple = tuple[URIRef, URIRef, URIRef | Literal]

BASE = "https://w3id.org/trygghetsgrafen/"

TG = Namespace(BASE + "ontology/")
ID = Namespace(BASE + "id/")
GRAPH = Namespace(BASE + "graph/")
SHAPE = Namespace(BASE + "shapes/")

EDTF = URIRef("http://id.loc.gov/datatypes/edtf/EDTF")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
ELI_DL = Namespace("http://data.europa.eu/eli/eli-draft-legislation-ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("https://schema.org/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")

#: prefix → namespace, for everything that we write and as defaults of the query forms
PREFIXES = MappingProxyType(
    {
        "tg": str(TG),
        "tgid": str(ID),
        "tgg": str(GRAPH),
        "adms": "http://www.w3.org/ns/adms#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcatap": "http://data.europa.eu/r5r/",
        "dcterms": "http://purl.org/dc/terms/",
        "edtf": "http://id.loc.gov/datatypes/edtf/",
        "eli": str(ELI),
        "eli-dl": str(ELI_DL),
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": str(GEO),
        "hydra": "http://www.w3.org/ns/hydra/core#",
        "m8g": "http://data.europa.eu/m8g/",
        "oa": str(OA),
        "org": str(ORG),
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": str(SCHEMA),
        "sd": "http://www.w3.org/ns/sparql-service-description#",
        "sh": "http://www.w3.org/ns/shacl#",
        "spdx": "http://spdx.org/rdf/terms#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "vann": "http://purl.org/vocab/vann/",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

ONTOLOGY_GRAPH = GRAPH["ontology"]
VOCABULARY_GRAPH = GRAPH["vocabulary"]
REFERENCE_GRAPH = GRAPH["reference"]
SHAPES_GRAPH = GRAPH["shapes"]
QUERIES_GRAPH = GRAPH["queries"]
PROVENANCE_GRAPH = GRAPH["provenance"]
#: entailments that follow from ontology, vocabularies and reference data alone
INFERRED_GRAPH = GRAPH["inferred"]

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_key(text: str) -> bool:
    """Whether the text can be the last part of an identifier: lower-case ASCII, hyphens."""
    return _KEY.fullmatch(text) is not None


def key_from(label: str) -> str:
    """A readable key for a label: ``Älvsjö/Solberga`` → ``alvsjo-solberga``."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def entity(kind: str, key: str) -> URIRef:
    """IRI of a thing: ``/id/{kind}/{key}``. Concepts too: ``/id/status/planned``."""
    if not (is_key(kind) and is_key(key)):
        raise ValueError(f"not a key: {kind}/{key}")
    return ID[f"{kind}/{key}"]


def hashed(kind: str, *parts: str) -> URIRef:
    """IRI of a node whose key is a hash of what makes it the same: ``/id/claim/0f3a…``.

    The parts are separated by U+001F, which no document holds; 80 bits of SHA-256 keep a
    collision among a hundred million nodes below one in a hundred million.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return ID[f"{kind}/{digest[:20]}"]


def document_graph(work: str) -> URIRef:
    """The named graph of what a document reports."""
    return GRAPH[f"document/{work}"]


def names_graph(work: str) -> URIRef:
    """The named graph of what the things of one document are called and what they are."""
    return GRAPH[f"names/{work}"]


def said_graph(work: str) -> URIRef:
    """The named graph of what a document only says: wishes, proposals, judgements."""
    return GRAPH[f"said/{work}"]


def inferred_graph(work: str) -> URIRef:
    """The named graph of what follows from one document's graph."""
    return GRAPH[f"inferred/{work}"]


def entailed_graph(graph: str) -> URIRef:
    """The named graph of what follows from a graph that was written from outside."""
    return GRAPH[f"entailed/{hashlib.sha256(graph.encode()).hexdigest()[:20]}"]


def is_entailed(graph: str) -> bool:
    """Whether a named graph holds what follows from one that was written from outside."""
    return str(graph).startswith(_ENTAILED)


#: the catalogue, and in it the graph as a whole
CATALOG = BASE + "catalog"
DATASET = BASE + "catalog#dataset"
VOID = BASE + ".well-known/void"


def short(iri: str) -> str:
    """An IRI as people write it: without our base, or with a known prefix."""
    if iri.startswith(BASE):
        return iri.removeprefix(BASE).removeprefix("id/")
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def url_of(iri: str, base: str) -> str:
    """Where an IRI of ours is served: ``base`` is the public URL, without a slash at its end."""
    return f"{base}/{iri.removeprefix(BASE)}"


def page_url(iri: str, base: str, ending: str = "", number: int = 1) -> str:
    """Where the page on a thing of ours is: all formats, or the one of an ending (``.ttl``)."""
    query = f"?page={number}" if number > 1 else ""
    return f"{base}/page/{iri.removeprefix(BASE)}{ending}{query}"


def release_url(base: str, number: int | None = None, file: str = "") -> str:
    """Where the list of releases is, or a release, or one of its files."""
    parts = ["releases", "" if number is None else str(number), file]
    return "/".join([base, *filter(None, parts)])


def feed_url(base: str) -> str:
    """Where the Atom feed of the releases is."""
    return f"{base}/releases.atom"


_OURS = frozenset(
    str(graph)
    for graph in (
        ONTOLOGY_GRAPH,
        VOCABULARY_GRAPH,
        REFERENCE_GRAPH,
        SHAPES_GRAPH,
        QUERIES_GRAPH,
        PROVENANCE_GRAPH,
        INFERRED_GRAPH,
    )
)
_ENTAILED = str(GRAPH["entailed/"])
_PER_DOCUMENT = tuple(str(GRAPH[f"{kind}/"]) for kind in ("document", "said", "names", "inferred"))


def is_ours(graph: str) -> bool:
    """Whether a named graph is made by the build or by inference, and not to be written."""
    # an rdflib term is a str, but neither hashes nor begins like one
    name = str(graph)
    return name in _OURS or name.startswith((*_PER_DOCUMENT, _ENTAILED))
