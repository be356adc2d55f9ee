"""Names for what the fact files leave unnamed: quantities, funding, memberships.

What they are says enough for a reader: "kamera: ungefär 300". The names are made from what
the claims state, whatever its force; like all names they are about what a thing is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rdflib import RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import ID, TG, Triple
from trygghetsgraf.reading import Reading

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {"funding": "finansiering", "membership": "uppdrag", "quantity": "antal", "in": "i"},
    "en": {"funding": "funding", "membership": "membership", "quantity": "quantity", "in": "in"},
}


def made_names(reading: Reading) -> Iterator[Triple]:
    """Labels in both languages for the quantities, fundings and memberships of a document."""
    stated: dict[URIRef, dict[URIRef, Node]] = {}
    for claim in reading.claims:
        for subject, predicate, obj in claim.triples:
            stated.setdefault(subject, {}).setdefault(predicate, obj)
    for subject, values in stated.items():
        kind = str(subject).removeprefix(str(ID)).partition("/")[0]
        if kind in _WORDS["sv"]:
            for language in ("sv", "en"):
                label = _label(kind, values, reading.names, language)
                yield subject, RDFS.label, Literal(label, lang=language)


def _label(kind: str, values: Mapping[URIRef, Node], names: Names, language: str) -> str:
    def text(name: str) -> str:
        value = values.get(TG[name])
        if value is None:
            return ""
        return str(value) if isinstance(value, Literal) else _name(value, names, language)

    words = _WORDS[language]
    if kind == "membership":
        place = text("memberOrganisation")
        role = text("role") or words["membership"]
        where = f" {words['in']} {place}" if place else ""
        return f"{text('member')}, {role}{where}".strip(", ")
    if kind == "funding":
        code = next(
            iter(names.ontology.vocabulary.objects(values.get(TG.currency), SKOS.notation)), ""
        )
        money = f"{_grouped(text('amount'))} {code}".strip() or (
            "" if text("fundingSource") else words[kind]
        )
        return ", ".join(filter(None, (text("fundingSource"), money, text("funder"))))
    exact = values.get(TG.precision) in (None, ID["precision/exactly"])
    number = f"{'' if exact else text('precision') + ' '}{_grouped(text('value'))}".strip()
    per = f"/{text('per')}" if text("per") else ""
    return ": ".join(filter(None, (text("counts"), number + per))) or words[kind]


def _grouped(number: str) -> str:
    """A whole number with no-break spaces between thousands; others as they are."""
    return f"{int(number):,}".replace(",", "\u00a0") if number.isdecimal() else number


def _name(node: Node, names: Names, language: str) -> str:
    """What a thing or concept is called in a language; its key where it has no name."""
    name = str(node).removeprefix(str(ID))
    thing = names.find(name)
    if thing is not None:
        return (thing.en if language == "en" else None) or thing.sv
    for label in names.ontology.vocabulary.objects(node, SKOS.prefLabel):
        if isinstance(label, Literal) and label.language == language:
            return str(label)
    return name.rpartition("/")[2]
