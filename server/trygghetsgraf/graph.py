"""Graphs: a reading as the named graphs of its document.

``graph/document/X`` holds what X reports as plain triples, with every claim and its
evidence; ``graph/said/X`` what X only says; ``graph/names/X`` what its things are called.
No blank nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import DCTERMS, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from trygghetsgraf.claims import is_plain
from trygghetsgraf.documents import Bilingual, Work
from trygghetsgraf.literals import edtf_literal
from trygghetsgraf.namespaces import (
    ELI,
    ID,
    OA,
    TG,
    Triple,
    document_graph,
    entity,
    hashed,
    names_graph,
    said_graph,
)
from trygghetsgraf.naming import made_names
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.reading import ReadClaim, Reading, ReadPart, ReadPassage
from trygghetsgraf.texts import Span

_SWEDISH = URIRef("http://publications.europa.eu/resource/authority/language/SWE")


def document_graphs(reading: Reading, ontology: Ontology) -> dict[URIRef, Graph]:
    """The named graphs of a document, by graph name."""
    plain, said = Graph(), Graph()
    for triple in _work_triples(reading.work, ontology):
        plain.add(triple)
    for part in reading.parts:
        _add(plain, _part_triples(part, reading.work))
    for passage in reading.passages:
        _add(plain, _passage_triples(passage))
    for claim in reading.claims:
        _add(plain, _claim_triples(claim, reading.work.key))
        for triple in claim.triples:
            (plain if is_plain(claim, triple, ontology) else said).add(triple)
    said -= plain
    names = Graph()
    _add(names, reading.names.triples())
    _add(names, made_names(reading))
    key = reading.work.key
    return {document_graph(key): plain, said_graph(key): said, names_graph(key): names}


def manifestation_iri(work: str, key: str) -> URIRef:
    """IRI of a text version of a work."""
    return entity("manifestation", f"{work}-{key}")


def _add(graph: Graph, triples: Iterable[Triple]) -> None:
    for triple in triples:
        graph.add(triple)


def _labels(subject: URIRef, predicate: URIRef, text: Bilingual) -> Iterator[Triple]:
    yield subject, predicate, Literal(text.sv, lang="sv")
    yield subject, predicate, Literal(text.en, lang="en")


def _work_triples(work: Work, ontology: Ontology) -> Iterator[Triple]:
    meta, iri = work.meta, entity("document", work.key)
    expression = entity("expression", f"{work.key}-{meta.language}")
    yield iri, RDF.type, ontology.classes[meta.a].iri
    yield from _labels(iri, RDFS.label, meta.title)
    yield iri, ELI.work_type, entity("document-kind", meta.kind)
    yield iri, DCTERMS.publisher, entity("actor", meta.publisher)
    yield iri, DCTERMS.spatial, entity("area", meta.area)
    yield iri, TG.held, Literal("true", datatype=XSD.boolean)
    yield from _labels(iri, TG.dateReason, meta.date.reason)
    yield iri, TG.statusDate, edtf_literal(meta.status_date)
    for predicate, day in (
        (ELI.date_document, meta.date.day),
        (TG.earliestDate, meta.date.earliest),
        (TG.latestDate, meta.date.latest),
    ):
        if day is not None:
            yield iri, predicate, Literal(day.isoformat(), datatype=XSD.date)
    yield iri, ELI.is_realized_by, expression
    yield expression, RDF.type, ELI.Expression
    yield expression, ELI.language, _SWEDISH
    yield from _manifestation_triples(work, expression)


def _manifestation_triples(work: Work, expression: URIRef) -> Iterator[Triple]:
    for manifestation in work.manifestations:
        meta = manifestation.meta
        iri = manifestation_iri(work.key, meta.key)
        yield expression, ELI.is_embodied_by, iri
        yield iri, RDF.type, TG.Manifestation
        yield iri, RDFS.label, Literal(f"textversion {meta.key}", lang="sv")
        yield iri, RDFS.label, Literal(f"text version {meta.key}", lang="en")
        yield iri, TG.fileName, Literal(meta.file)
        yield iri, TG.sha256, Literal(meta.sha256)
        if meta.note:
            yield from _labels(iri, RDFS.comment, meta.note)
    first = work.manifestations[0]
    for other, difference, kind in work.differences():
        here, there = difference.first, difference.other
        iri = hashed("difference", work.key, other.key, str(here.start), str(there.start))
        yield iri, RDF.type, TG.WordingDifference
        yield iri, TG.inWork, entity("document", work.key)
        yield iri, TG.differenceFrom, manifestation_iri(work.key, first.key)
        yield iri, TG.differenceTo, manifestation_iri(work.key, other.key)
        yield iri, TG.wordingFrom, Literal(" ".join(here.exact.split()), lang="sv")
        yield iri, TG.wordingTo, Literal(" ".join(there.exact.split()), lang="sv")
        yield iri, TG.offsetFrom, _integer(here.start)
        yield iri, TG.offsetTo, _integer(there.start)
        yield iri, TG.differenceKind, Literal(kind)


def _part_triples(part: ReadPart, work: Work) -> Iterator[Triple]:
    yield part.iri, RDF.type, TG.DocumentPart
    yield part.iri, TG.inWork, entity("document", work.key)
    yield part.iri, TG.partNumber, _integer(part.number)
    yield from _labels(part.iri, RDFS.label, part.label)
    if part.answers is not None:
        yield part.iri, TG.answers, part.answers
    if part.item is not None:
        yield part.iri, TG.listNumber, _integer(part.item)


def _passage_triples(read: ReadPassage) -> Iterator[Triple]:
    passage, iri = read.passage, read.iri
    yield iri, RDF.type, TG.Passage
    yield iri, TG.inWork, entity("document", passage.work)
    yield iri, TG.inPart, read.part.iri
    yield iri, TG.quote, Literal(passage.quote, lang="sv")
    for key, span in passage.spans.items():
        evidence = hashed("evidence", str(iri), key)
        yield iri, TG.evidence, evidence
        yield from _evidence_triples(evidence, manifestation_iri(passage.work, key), span)


def _evidence_triples(iri: URIRef, source: URIRef, span: Span) -> Iterator[Triple]:
    """Web Annotation selectors, https://www.w3.org/TR/annotation-model/#selectors."""
    quote = URIRef(str(iri).replace(str(ID["evidence/"]), str(ID["quote-selector/"])))
    position = URIRef(str(iri).replace(str(ID["evidence/"]), str(ID["position-selector/"])))
    yield iri, RDF.type, TG.Evidence
    yield iri, OA.hasSource, source
    yield iri, OA.hasSelector, quote
    yield iri, OA.hasSelector, position
    yield quote, RDF.type, OA.TextQuoteSelector
    yield quote, OA.exact, Literal(span.exact)
    yield quote, OA.prefix, Literal(span.prefix)
    yield quote, OA.suffix, Literal(span.suffix)
    yield position, RDF.type, OA.TextPositionSelector
    yield position, OA.start, _integer(span.start)
    yield position, OA.end, _integer(span.end)


def _claim_triples(claim: ReadClaim, work: str) -> Iterator[Triple]:
    iri = claim.iri
    yield iri, RDF.type, TG.Claim
    yield iri, TG.passage, claim.passage.iri
    for code in ("force", "polarity", "certainty", "tense"):
        yield iri, TG[code], entity(code, getattr(claim, code))
    for speaker in claim.speakers:
        yield iri, TG.speaker, speaker
    for addressee in claim.addressees:
        yield iri, TG.addressee, addressee
    optional: tuple[tuple[URIRef, Node | None], ...] = (
        (TG.validFrom, claim.valid_from),
        (TG.validUntil, claim.valid_until),
        (TG.saidIn, claim.said_in),
        (TG.framedBy, claim.framed_by),
        (TG.relays, claim.relays.iri if claim.relays else None),
    )
    for predicate, value in optional:
        if isinstance(value, URIRef | Literal):
            yield iri, predicate, value
    for predicate, text in ((TG.condition, claim.condition), (TG.gist, claim.gist)):
        if text is not None:
            yield from _labels(iri, predicate, text)
    for triple in claim.triples:
        statement = hashed("statement", work, *(term.n3() for term in triple))
        yield iri, TG.states, statement
        yield statement, RDF.type, RDF.Statement
        yield statement, RDF.subject, triple[0]
        yield statement, RDF.predicate, triple[1]
        yield statement, RDF.object, triple[2]


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
