"""Graphs that somebody could send in: an invented document with one measure, in our model."""

from __future__ import annotations

from typing import Any

PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix id: <https://w3id.org/trygghetsgrafen/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tg: <https://w3id.org/trygghetsgrafen/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

QUOTE = "Vi har satt upp kameror i centrum."

_DOCUMENT = """
id:document\\/svar-N a tg:InterpellationAnswer ;
    rdfs:label "Svar N"@sv , "Answer N"@en ;
    eli:work_type id:document-kind\\/interpellationssvar ;
    dcterms:publisher id:actor\\/huddinge ; dcterms:spatial id:area\\/huddinge ;
    tg:held true ; tg:statusDate "2024-03-01"^^xsd:date ;
    tg:dateReason "Dagen står i texten."@sv , "The text has the day."@en ;
    eli:date_document "2024-03-01"^^xsd:date ;
    eli:is_realized_by id:expression\\/svar-N-sv .
id:expression\\/svar-N-sv a eli:Expression ;
    eli:language <http://publications.europa.eu/resource/authority/language/SWE> ;
    eli:is_embodied_by id:manifestation\\/svar-N-a .
id:manifestation\\/svar-N-a a tg:Manifestation ;
    rdfs:label "textversion a"@sv , "text version a"@en ; tg:fileName "svar-N.txt" ;
    tg:sha256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" .
id:part\\/svar-N-svar a tg:DocumentPart ; tg:inWork id:document\\/svar-N ; tg:partNumber 1 ;
    rdfs:label "Svaret"@sv , "The answer"@en .
id:passage\\/f00dN a tg:Passage ; tg:inWork id:document\\/svar-N ; tg:inPart id:part\\/svar-N-svar ;
    tg:quote "QUOTE"@sv ; tg:evidence id:evidence\\/f00dN .
id:evidence\\/f00dN a tg:Evidence ; oa:hasSource id:manifestation\\/svar-N-a ;
    oa:hasSelector id:quote-selector\\/f00dN , id:position-selector\\/f00dN .
id:quote-selector\\/f00dN a oa:TextQuoteSelector ;
    oa:exact "QUOTE" ; oa:prefix "" ; oa:suffix "" .
id:position-selector\\/f00dN a oa:TextPositionSelector ; oa:start 0 ; oa:end LENGTH .
id:claim\\/f00dN a tg:Claim ; tg:passage id:passage\\/f00dN ; tg:speaker id:actor\\/huddinge ;
    tg:force id:force\\/states ; tg:polarity id:polarity\\/positive ;
    tg:certainty id:certainty\\/plain ; tg:tense id:tense\\/present ;
    tg:states id:statement\\/f00dN0 , id:statement\\/f00dN1 , id:statement\\/f00dN2 ,
        id:statement\\/f00dN3 .
id:statement\\/f00dN0 a rdf:Statement ; rdf:subject id:measure\\/kameror-N ;
    rdf:predicate rdf:type ; rdf:object tg:Measure .
id:statement\\/f00dN1 a rdf:Statement ; rdf:subject id:measure\\/kameror-N ;
    rdf:predicate tg:kind ; rdf:object id:kind\\/kamera .
id:statement\\/f00dN2 a rdf:Statement ; rdf:subject id:measure\\/kameror-N ;
    rdf:predicate tg:status ; rdf:object id:status\\/completed .
id:statement\\/f00dN3 a rdf:Statement ; rdf:subject id:measure\\/kameror-N ;
    rdf:predicate tg:responsibleActor ; rdf:object id:actor\\/huddinge .
id:measure\\/kameror-N a tg:Measure ; tg:kind id:kind\\/kamera ; tg:status id:status\\/completed ;
    tg:responsibleActor id:actor\\/huddinge .
"""
_LABEL = 'id:measure\\/kameror-N rdfs:label "Kameror N"@sv , "Cameras N"@en .\n'


def triples(number: Any, *, named: bool = True) -> str:
    """The triples of an invented document; ``named``: whether its measure has a name."""
    text = (_DOCUMENT + (_LABEL if named else "")).replace("QUOTE", QUOTE)
    # N stands after a letter, a digit or a hyphen and for nothing else
    for before in ("svar-", "kameror-", "f00d", "Svar ", "Answer ", "Kameror ", "Cameras "):
        text = text.replace(f"{before}N", f"{before}{number}")
    return text.replace("LENGTH", str(len(QUOTE)))


def document(number: Any, *, named: bool = True) -> bytes:
    """An invented document as Turtle."""
    return (PREFIXES + triples(number, named=named)).encode()


def insertion(graph: str, number: Any, *, named: bool = True) -> bytes:
    """The update that adds an invented document to a graph."""
    declared = PREFIXES.replace("@prefix", "PREFIX").replace(" .\n", "\n")
    body = triples(number, named=named)
    return f"{declared}INSERT DATA {{ GRAPH <{graph}> {{ {body} }} }}".encode()
