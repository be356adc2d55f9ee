"""Triples in the formats of linked data, with what the document that holds them is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.linked.describing import Page
from trygghetsgraf.namespaces import DATASET, PREFIXES, page_url

#: https://creativecommons.org/publicdomain/zero/1.0/
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


@dataclass(frozen=True)
class Form:
    """A way to write a description."""

    #: of the page's address
    ending: str
    media_type: str
    #: None for the page that people read
    engine: ox.RdfFormat | None

    @property
    def content_type(self) -> str:
        """The media type as a header's value; text has its encoding with it."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


#: the default first: what asks for anything is mostly a browser or looks for pages
FORMS: tuple[Form, ...] = (
    Form(".html", "text/html", None),
    Form(".ttl", "text/turtle", ox.RdfFormat.TURTLE),
    Form(".jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    Form(".nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    Form(".rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
)


def term(name: str) -> ox.NamedNode:
    """The term for a prefixed name, ``dcat:Dataset``."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def serialize(triples: Iterable[ox.Triple], form: Form) -> bytes:
    """Triples in a form, with our prefixes."""
    if form.engine is None:
        raise TypeError("a page for people is not a form of triples")
    prefixes = dict(PREFIXES) if form.engine.supports_datasets or form.ending == ".ttl" else {}
    return ox.serialize(triples, format=form.engine, prefixes=prefixes) or b""


def document_of(page: Page, base: str) -> Iterator[ox.Triple]:
    """What the document that holds a page says of itself: its topic, licence and neighbours.

    Neighbours as in Hydra, https://www.hydra-cg.com/spec/latest/core/#collections
    """
    thing = page.thing.value
    document = ox.NamedNode(page_url(thing, base, number=page.number))
    yield _triple(document, "rdf:type", PREFIXES["foaf"] + "Document")
    yield _triple(document, "foaf:primaryTopic", thing)
    yield _triple(document, "dcterms:license", CC0)
    yield _triple(document, "void:inDataset", DATASET)
    if page.number == 1 and not page.more:
        return
    yield _triple(document, "rdf:type", PREFIXES["hydra"] + "PartialCollectionView")
    for name, number in neighbours(page).items():
        yield _triple(document, f"hydra:{name}", page_url(thing, base, number=number))


def neighbours(page: Page) -> dict[str, int]:
    """Relation → number of the page: ``first``, ``previous``, ``next``; empty if it is alone."""
    found: dict[str, int] = {}
    if page.number > 1:
        found |= {"first": 1, "previous": page.number - 1}
    if page.more:
        found |= {"next": page.number + 1}
    return found


def _triple(subject: ox.NamedNode, name: str, obj: str) -> ox.Triple:
    return ox.Triple(subject, term(name), ox.NamedNode(obj))
