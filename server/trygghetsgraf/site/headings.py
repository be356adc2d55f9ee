"""What properties are called on the pages: towards a thing, and those of other vocabularies."""

from __future__ import annotations

from collections.abc import Mapping

from trygghetsgraf.namespaces import PREFIXES

#: property → what the group of things that refer to a thing by it is called
INVERSE: Mapping[str, tuple[str, str]] = {
    "kind": ("Åtgärder och annat av detta slag", "Measures and others of this kind"),
    "status": ("Med denna status", "With this status"),
    "lastKnownStatus": ("Senast känd status", "Last known status"),
    "place": ("På denna plats", "In this place"),
    "responsibleActor": ("Ansvarar för", "Responsible for"),
    "leadActor": ("Leder", "Leads"),
    "participatingActor": ("Medverkar i", "Takes part in"),
    "involves": ("Är inblandad i", "Involved in"),
    "targetGroup": ("Åtgärder för denna målgrupp", "Measures for this target group"),
    "within": ("Ligger här", "Lies within"),
    "member": ("Medlemskap", "Memberships"),
    "memberOf": ("Medlemmar", "Members"),
    "memberOrganisation": ("Medlemskap här", "Memberships here"),
    "unitOf": ("Enheter", "Units"),
    "partyGroupOf": ("Lokala partigrupper", "Local groups"),
    "about": ("Handlar om detta", "About this"),
    "documentAbout": ("Dokument om detta", "Documents about this"),
    "aimsAgainst": ("Åtgärder mot detta", "Measures against this"),
    "aimsAt": ("Åtgärder för detta", "Measures aiming at this"),
    "partOf": ("Delar", "Parts"),
    "examplePartOf": ("Exempel på delar", "Examples of parts"),
    "changes": ("Ändras av", "Changed by"),
    "funder": ("Finansierar", "Funds"),
    "fundedBy": ("Finansierar", "Funds"),
    "signedBy": ("Har undertecknat", "Signed"),
    "agreedBy": ("Har kommit överens om", "Agreed on"),
    "submittedBy": ("Har lämnat in", "Submitted"),
    "publishedBy": ("Har gett ut", "Published"),
    "asker": ("Har frågat", "Asked"),
    "askedOf": ("Har fått frågan", "Was asked"),
    "answersDocument": ("Besvaras av", "Answered by"),
    "questionIn": ("Frågor i dokumentet", "Questions in the document"),
    "proposedBy": ("Har föreslagit", "Proposed"),
    "proposedIn": ("Föreslås här", "Proposed here"),
    "trainer": ("Utbildar i", "Trains in"),
    "trainee": ("Utbildas i", "Trained in"),
    "topic": ("Handlar om ämnet", "On this topic"),
    "approach": ("Med denna inriktning", "With this approach"),
    "assessedAs": ("Bedöms så", "Judged so"),
    "inWork": ("Dokumentets delar", "Parts of the document"),
    "cooperatesWith": ("Samarbetar med", "Cooperates with"),
    "causedBy": ("Har detta som orsak", "Caused by this"),
    "broader": ("Underordnade begrepp", "Narrower concepts"),
    "inScheme": ("Begrepp i ordlistan", "Concepts of the vocabulary"),
    "type": ("Av denna klass", "In this class"),
    "subClassOf": ("Underklasser", "Subclasses"),
    "states": ("Sägs av", "Said by"),
    "passage": ("Påståenden på textstället", "Claims of the passage"),
    "relays": ("Återges av", "Passed on by"),
    "questionAnswered": ("Besvaras i", "Answered in"),
    "answers": ("Besvaras i", "Answered in"),
    "publisher": ("Har gett ut", "Published"),
    "spatial": ("Dokument härifrån", "Documents from here"),
    "activeIn": ("Verksamma här", "Active here"),
    "governs": ("Styrs av", "Governed by"),
    "addressee": ("Sagt till", "Said to"),
    "forArea": ("Uppgifter om platsen", "Figures on the place"),
}

#: property of another vocabulary, which the graph has no name for → Swedish, English
FOREIGN: Mapping[str, tuple[str, str]] = {
    "rdf:type": ("är", "is"),
    "rdf:subject": ("om", "about"),
    "rdf:predicate": ("egenskap", "property"),
    "rdf:object": ("värde", "value"),
    "rdfs:label": ("namn", "name"),
    "rdfs:comment": ("anmärkning", "note"),
    "rdfs:domain": ("sägs om", "said of"),
    "rdfs:range": ("värdet är", "the value is"),
    "rdfs:subClassOf": ("hör till", "is a kind of"),
    "rdfs:subPropertyOf": ("innebär", "implies"),
    "rdfs:isDefinedBy": ("definieras i", "defined in"),
    "rdfs:seeAlso": ("se även", "see also"),
    "owl:inverseOf": ("omvänt", "inverse"),
    "owl:disjointWith": ("utesluter", "excludes"),
    "owl:propertyChainAxiom": ("följer av kedjan", "follows from the chain"),
    "owl:versionInfo": ("version", "version"),
    "owl:versionIRI": ("versionens adress", "address of the version"),
    "owl:onProperty": ("om egenskapen", "of the property"),
    "owl:hasValue": ("har värdet", "has the value"),
    "sh:class": ("ska vara", "must be"),
    "sh:datatype": ("datatyp", "datatype"),
    "sh:declare": ("prefix", "prefix"),
    "sh:defaultValue": ("utgångsvärde", "default"),
    "sh:description": ("beskrivning", "description"),
    "sh:disjoint": ("får inte vara samma som", "must differ from"),
    "sh:equals": ("ska vara samma som", "must equal"),
    "sh:hasValue": ("ska ha värdet", "must have the value"),
    "sh:in": ("ska vara något av", "must be one of"),
    "sh:languageIn": ("språk", "languages"),
    "sh:lessThan": ("ska vara mindre än", "must be less than"),
    "sh:lessThanOrEquals": ("får inte vara större än", "must not be more than"),
    "sh:maxCount": ("högst så många", "at most"),
    "sh:maxLength": ("högst så många tecken", "at most so many characters"),
    "sh:message": ("meddelande", "message"),
    "sh:minCount": ("minst så många", "at least"),
    "sh:minExclusive": ("större än", "more than"),
    "sh:minInclusive": ("lägst", "not less than"),
    "sh:minLength": ("minst så många tecken", "at least so many characters"),
    "sh:name": ("namn", "name"),
    "sh:nodeKind": ("form", "form"),
    "sh:not": ("får inte uppfylla", "must not meet"),
    "sh:optional": ("kan utelämnas", "may be left out"),
    "sh:or": ("ska uppfylla något av", "must meet one of"),
    "sh:parameter": ("parameter", "parameter"),
    "sh:path": ("gäller egenskapen", "of the property"),
    "sh:pattern": ("mönster", "pattern"),
    "sh:prefixes": ("prefix ur", "prefixes of"),
    "sh:property": ("krav på egenskaper", "requirements on properties"),
    "sh:select": ("fråga som ska sakna svar", "query that must have no answer"),
    "sh:severity": ("vikt", "severity"),
    "sh:sparql": ("krav i SPARQL", "requirements in SPARQL"),
    "sh:targetClass": ("gäller klassen", "applies to the class"),
    "sh:targetNode": ("gäller", "applies to"),
    "sh:targetSubjectsOf": ("gäller det som har", "applies to what has"),
    "sh:uniqueLang": ("högst en per språk", "at most one per language"),
    "sh:Info": ("upplysning", "information"),
    "sh:Violation": ("fel", "violation"),
    "sh:Warning": ("varning", "warning"),
    "sh:IRI": ("identifierare", "identifier"),
    "sh:Literal": ("text eller tal", "text or number"),
    "schema:keywords": ("nyckelord", "keywords"),
    "xsd:boolean": ("ja eller nej", "yes or no"),
    "xsd:date": ("datum", "date"),
    "xsd:decimal": ("tal", "number"),
    "xsd:integer": ("heltal", "whole number"),
    "xsd:string": ("text", "text"),
    "rdf:langString": ("text på ett språk", "text in a language"),
}
_COLUMN = {"sv": 0, "en": 1}


def inverse(predicate: str, language: str) -> str:
    """The heading of what refers to a thing by a property; empty if there is none."""
    texts = INVERSE.get(predicate.rpartition("/")[2].rpartition("#")[2])
    return texts[_COLUMN[language]] if texts else ""


def foreign(iri: str, language: str) -> str:
    """What a term of another vocabulary is called on the pages; empty if it is not known."""
    namespace, local = _split(iri)
    texts = FOREIGN.get(f"{_PREFIX[namespace]}:{local}") if namespace in _PREFIX else None
    return texts[_COLUMN[language]] if texts else ""


def _split(iri: str) -> tuple[str, str]:
    at = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:at], iri[at:]


_PREFIX = {namespace: prefix for prefix, namespace in PREFIXES.items()}
