"""Graphs: a reading as named graphs, down to the last triple."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef

from trygghetsgraf.documents import Work, load_work
from trygghetsgraf.graph import document_graphs, manifestation_iri
from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import (
    ID,
    OA,
    PREFIXES,
    TG,
    document_graph,
    entity,
    hashed,
    names_graph,
    said_graph,
)
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.reading import Reading, read_facts
from trygghetsgraf.yamlfile import YamlFile


@pytest.fixture
def graphs(reading: Reading, ontology: Ontology) -> dict[URIRef, Graph]:
    return document_graphs(reading, ontology)


@pytest.fixture
def plain(graphs: dict[URIRef, Graph]) -> Graph:
    return graphs[document_graph("tallbro-svar")]


def short(term: object) -> str:
    """A term as a reader knows it: tg:kind, kind/kamera, "3", a hash as …"""
    text = str(term)
    for prefix, iri in (("", str(ID)), *PREFIXES.items()):
        if isinstance(term, URIRef) and text.startswith(iri):
            text = f"{prefix}:{text.removeprefix(iri)}".removeprefix(":").removeprefix("tgid:")
            break
    text = re.sub(r"/[0-9a-f]{20}$", "/…", text)
    return f'"{text}"@{term.language or ""}' if isinstance(term, Literal) else text


def about(graph: Graph, subject: object) -> list[str]:
    """Predicates and objects of a subject, sorted."""
    assert isinstance(subject, URIRef)
    return sorted(f"{short(p)} {short(o)}" for p, o in graph.predicate_objects(subject))


def lines(graph: Graph) -> list[str]:
    return sorted(" ".join(short(term) for term in triple) for triple in graph)


def test_what_is_only_said(graphs: dict[URIRef, Graph]) -> None:
    assert lines(graphs[said_graph("tallbro-svar")]) == [
        'measure/fond tg:purpose "ökad trygghet"@sv',
        'quantity/vardar tg:value "6"@',
    ]


def test_what_is_reported(plain: Graph) -> None:
    things = ("measure/", "quantity/", "question/")
    assert [line for line in lines(plain) if line.startswith(things)] == [
        "measure/fond rdf:type tg:Measure",
        "measure/fond tg:kind kind/trygghetsfond",
        "measure/fond tg:status status/proposed",
        "measure/kameror rdf:type tg:Measure",
        "measure/kameror tg:kind kind/kamera",
        "measure/kameror tg:responsibleActor actor/tallbro",
        "measure/kameror tg:status status/planned",
        "measure/vardar rdf:type tg:Measure",
        "measure/vardar tg:kind kind/trygghetsvard",
        "measure/vardar tg:quantity quantity/vardar",
        "measure/vardar tg:status status/ongoing",
        "quantity/vardar rdf:type tg:Quantity",
        "quantity/vardar tg:counts kind/trygghetsvard",
        'quantity/vardar tg:value "3"@',
        "question/trygghet rdf:type tg:Question",
        "question/trygghet tg:asker actor/anna-alm",
    ]


def test_names_are_in_a_graph_of_their_own(graphs: dict[URIRef, Graph]) -> None:
    names = graphs[names_graph("tallbro-svar")]
    assert about(names, ID["actor/anna-alm"]) == [
        "rdf:type tg:Person",
        'rdfs:label "Anna Alm"@en',
        'rdfs:label "Anna Alm"@sv',
        "tg:memberOf actor/tallbro",
    ]


def test_quantity_is_called_what_it_counts(graphs: dict[URIRef, Graph]) -> None:
    assert about(graphs[names_graph("tallbro-svar")], ID["quantity/vardar"]) == [
        'rdfs:label "safety host: 3"@en',
        'rdfs:label "trygghetsvärd: 3"@sv',
    ]


def test_work_and_its_expression(plain: Graph) -> None:
    assert about(plain, entity("document", "tallbro-svar")) == [
        "dcterms:publisher actor/tallbro",
        "dcterms:spatial area/tallbro",
        'eli:date_document "2022-03-04"@',
        "eli:is_realized_by expression/tallbro-svar-sv",
        "eli:work_type document-kind/interpellationssvar",
        "rdf:type tg:InterpellationAnswer",
        'rdfs:label "Answer on safety in Tallbro"@en',
        'rdfs:label "Svar om trygghet i Tallbro"@sv',
        'tg:dateReason "Dagen står i texten."@sv',
        'tg:dateReason "The text has the day."@en',
        'tg:held "true"@',
        'tg:statusDate "2022-03-04"@',
    ]
    assert about(plain, entity("expression", "tallbro-svar-sv")) == [
        "eli:is_embodied_by manifestation/tallbro-svar-a",
        "eli:is_embodied_by manifestation/tallbro-svar-b",
        "eli:language http://publications.europa.eu/resource/authority/language/SWE",
        "rdf:type eli:Expression",
    ]


def test_bounds_of_an_undated_work(
    project: Path, facts: Path, names: Names, ontology: Ontology
) -> None:
    path = project / "data" / "documents" / "tallbro-svar.yaml"
    bounds = "earliest: 2022-03-01\n  latest: 2022-03-31"
    path.write_text(path.read_text().replace("day: 2022-03-04", bounds))
    graphs = document_graphs(read_facts(YamlFile.read(facts), load_work(path), names), ontology)
    found = about(graphs[document_graph("tallbro-svar")], entity("document", "tallbro-svar"))
    assert [line for line in found if "Date " in line or "date_" in line] == [
        'tg:earliestDate "2022-03-01"@',
        'tg:latestDate "2022-03-31"@',
        'tg:statusDate "2022-03-04"@',
    ]


def test_text_version(plain: Graph, work: Work) -> None:
    assert about(plain, manifestation_iri("tallbro-svar", "b")) == [
        "rdf:type tg:Manifestation",
        'rdfs:comment "Med rubrik."@sv',
        'rdfs:comment "With a heading."@en',
        'rdfs:label "text version b"@en',
        'rdfs:label "textversion b"@sv',
        'tg:fileName "tallbro-b.txt"@',
        f'tg:sha256 "{work.manifestations[1].meta.sha256}"@',
    ]


def test_wording_difference(plain: Graph) -> None:
    [node] = plain.subjects(TG.differenceKind, Literal("spelling"))
    assert about(plain, node) == [
        "rdf:type tg:WordingDifference",
        "tg:differenceFrom manifestation/tallbro-svar-a",
        'tg:differenceKind "spelling"@',
        "tg:differenceTo manifestation/tallbro-svar-b",
        "tg:inWork document/tallbro-svar",
        'tg:offsetFrom "61"@',
        'tg:offsetTo "80"@',
        'tg:wordingFrom "trygghetsvärdar."@sv',
        'tg:wordingTo "trygghetsvårdar."@sv',
    ]


def test_part(plain: Graph) -> None:
    assert about(plain, ID["part/tallbro-svar-svar"]) == [
        "rdf:type tg:DocumentPart",
        'rdfs:label "Svaret"@sv',
        'rdfs:label "The answer"@en',
        "tg:answers question/trygghet",
        "tg:inWork document/tallbro-svar",
        'tg:partNumber "1"@',
    ]
    assert 'tg:listNumber "1"@' in about(plain, ID["part/tallbro-svar-lista"])


def test_passage_has_evidence_in_each_text_version(plain: Graph, work: Work) -> None:
    quote = "Tallbro har anställt tre trygghetsvärdar."
    passage = hashed("passage", "tallbro-svar", quote, "1")
    assert about(plain, passage) == [
        "rdf:type tg:Passage",
        "tg:evidence evidence/…",
        "tg:evidence evidence/…",
        "tg:inPart part/tallbro-svar-svar",
        "tg:inWork document/tallbro-svar",
        f'tg:quote "{quote}"@sv',
    ]
    evidence = hashed("evidence", str(passage), "b")
    assert about(plain, evidence) == [
        "oa:hasSelector position-selector/…",
        "oa:hasSelector quote-selector/…",
        "oa:hasSource manifestation/tallbro-svar-b",
        "rdf:type tg:Evidence",
    ]
    selectors = sorted(plain.objects(evidence, OA.hasSelector), key=str)
    assert [about(plain, selector) for selector in selectors] == [
        ['oa:end "96"@', 'oa:start "55"@', "rdf:type oa:TextPositionSelector"],
        [
            'oa:exact "Tallbro har anställt tre trygghetsvårdar."@',
            'oa:prefix " på interpellation om trygghet\n\n"@',
            'oa:suffix " Vi kommer att sätta upp ungefär"@',
            "rdf:type oa:TextQuoteSelector",
        ],
    ]


def test_every_exact_wording_is_that_of_the_text(plain: Graph, work: Work) -> None:
    texts = {manifestation_iri("tallbro-svar", m.key): m.text.text for m in work.manifestations}
    checked = 0
    for evidence in plain.subjects(RDF.type, TG.Evidence):
        source = plain.value(evidence, OA.hasSource)
        found = {
            str(p).rpartition("#")[2]: o
            for selector in plain.objects(evidence, OA.hasSelector)
            for p, o in plain.predicate_objects(selector)
        }
        start, end = int(str(found["start"])), int(str(found["end"]))
        text = texts[URIRef(str(source))]
        assert text[start:end] == str(found["exact"])
        assert text[:start].endswith(str(found["prefix"]))
        assert text[end:].startswith(str(found["suffix"]))
        checked += 1
    assert checked == 12


def test_claim(plain: Graph, reading: Reading) -> None:
    [claim] = [c for c in reading.claims if c.passage.passage.quote.startswith("Tallbro har")]
    assert about(plain, claim.iri) == [
        "rdf:type tg:Claim",
        "tg:certainty certainty/plain",
        "tg:force force/states",
        "tg:passage passage/…",
        "tg:polarity polarity/positive",
        "tg:speaker actor/anna-alm",
        *["tg:states statement/…"] * 7,
        "tg:tense tense/present",
        'tg:validFrom "2021~"@',
    ]
    assert about(
        plain, hashed("statement", "tallbro-svar", *(t.n3() for t in claim.triples[2]))
    ) == [
        "rdf:object status/ongoing",
        "rdf:predicate tg:status",
        "rdf:subject measure/vardar",
        "rdf:type rdf:Statement",
    ]


def test_claim_without_triples_has_its_gist(plain: Graph, reading: Reading) -> None:
    [claim] = [c for c in reading.claims if c.force == "judges"]
    assert [line for line in about(plain, claim.iri) if "gist" in line or "states " in line] == [
        'tg:gist "Safety is too low."@en',
        'tg:gist "Tryggheten är för låg."@sv',
    ]


def test_relaying_claim_points_at_the_relayed_one(plain: Graph, reading: Reading) -> None:
    [relaying] = [c for c in reading.claims if c.relays]
    assert relaying.relays is not None
    assert list(plain.objects(relaying.iri, TG.relays)) == [relaying.relays.iri]
    assert "tg:polarity polarity/negative" in about(plain, relaying.relays.iri)


def test_framed_claim_points_at_its_part(plain: Graph) -> None:
    assert list(plain.objects(None, TG.framedBy)) == [ID["part/tallbro-svar-lista"]]


def test_nothing_plain_is_also_only_said(graphs: dict[URIRef, Graph]) -> None:
    plain, said = graphs[document_graph("tallbro-svar")], graphs[said_graph("tallbro-svar")]
    assert set(plain) & set(said) == set()


def test_statement_that_one_claim_makes_plain_is_plain(
    facts: Path, work: Work, names: Names, ontology: Ontology
) -> None:
    facts.write_text(
        facts.read_text().replace("quantity/vardar: {value: 6}", "quantity/vardar: {value: 3}")
    )
    reading = read_facts(YamlFile.read(facts), work, names)
    graphs = document_graphs(reading, ontology)
    triple = (ID["quantity/vardar"], TG.value, Literal("3", datatype=XSD.decimal))
    assert triple in graphs[document_graph("tallbro-svar")]
    assert triple not in graphs[said_graph("tallbro-svar")]


def test_no_blank_nodes(graphs: dict[URIRef, Graph]) -> None:
    nodes = {term for graph in graphs.values() for triple in graph for term in triple}
    assert [node for node in nodes if isinstance(node, BNode)] == []
