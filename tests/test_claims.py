"""Asserted or only said: the table of the model, row by row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rdflib import RDF, Literal, URIRef

from trygghetsgraf.claims import is_plain
from trygghetsgraf.documents import Bilingual, Passage
from trygghetsgraf.namespaces import ID, TG
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.reading import ReadClaim, ReadPart, ReadPassage

SUBJECTS = {
    "thing": ID["measure/kameror"],
    "question": ID["question/trygghet"],
    "concept": ID["kind/kamera"],
}
PREDICATES = {
    "type": RDF.type,
    "kind": TG.kind,
    "status": TG.status,
    # the rest of identity: item number, what it changes, where it was proposed
    "item": TG.itemNumber,
    "changes": TG.changes,
    "proposed": TG.proposedIn,
    "report": TG.place,
    "structure": TG.memberOf,
    # a status of money reports how far the money has come; it is no identity of a measure
    "money": TG.fundingStatus,
    "judgement": TG.assessedAs,
}

ALL = "type kind status item changes proposed report structure money"
IDENTITY = "type kind status item changes proposed"
NO_STATUS = "type kind item changes proposed"
NONE = ""

#: force, modifier, subject → the predicates that are plain
TABLE = [
    ("asks", "", "question", ALL),
    ("asks", "", "thing", NO_STATUS),
    ("asks", "", "concept", NO_STATUS),
    ("decides", "", "thing", ALL),
    ("wants", "", "thing", IDENTITY),
    ("commits", "", "thing", ALL),
    ("defines", "", "concept", ALL),
    ("defines", "", "thing", NONE),
    ("judges", "", "thing", NONE),
    ("judges", "", "concept", NONE),
    ("states", "", "thing", ALL),
    ("states", "", "concept", ALL),
    ("states", "", "question", ALL),
    # possible or presupposed: identity only, status only under wants
    *[
        (force, certainty, subject, plain)
        for certainty in ("possible", "presupposed")
        for force, subject, plain in (
            ("asks", "question", NO_STATUS),
            ("asks", "thing", NO_STATUS),
            ("decides", "thing", NO_STATUS),
            ("wants", "thing", IDENTITY),
            ("commits", "thing", NO_STATUS),
            ("defines", "concept", NONE),
            ("defines", "thing", NONE),
            ("judges", "thing", NONE),
            ("states", "thing", NO_STATUS),
        )
    ],
    # what was: type and kind, and those only of what was so by the records
    ("decides", "former", "thing", "type kind"),
    ("states", "former", "thing", "type kind"),
    ("states", "former possible", "thing", "type kind"),
    ("asks", "former", "thing", NONE),
    ("wants", "former", "thing", NONE),
    ("commits", "former", "thing", NONE),
    ("defines", "former", "concept", NONE),
    ("judges", "former", "thing", NONE),
    # whose words they are, and whether they are denied, comes before everything else
    *[
        (force, modifier, subject, NONE)
        for modifier in ("negative", "relayed")
        for force in ("asks", "decides", "wants", "commits", "defines", "judges", "states")
        for subject in SUBJECTS
    ],
]


def claim(force: str, modifiers: str) -> ReadClaim:
    """A claim with the modifiers named."""
    part = ReadPart(ID["part/p"], 1, Bilingual(sv="Del", en="Part"), None, None)
    plain = ReadClaim(
        iri=ID["claim/c"],
        passage=ReadPassage(ID["passage/p"], Passage("svar", "Ja.", 1, {}), part),
        speakers=(ID["actor/anna-alm"],),
        addressees=(),
        force=force,
        polarity="positive",
        certainty="plain",
        tense="present",
        valid_from=None,
        valid_until=None,
        said_in=None,
        condition=None,
        framed_by=None,
        gist=None,
        triples=(),
        relays=None,
        relayed=False,
    )
    for modifier in modifiers.split():
        match modifier:
            case "negative":
                plain = replace(plain, polarity="negative")
            case "relayed":
                plain = replace(plain, relayed=True)
            case "former":
                plain = replace(plain, tense="former")
            case _:
                plain = replace(plain, certainty=modifier)
    return plain


@pytest.mark.parametrize(("force", "modifiers", "subject", "plain"), TABLE)
def test_plain_triples(
    ontology: Ontology, force: str, modifiers: str, subject: str, plain: str
) -> None:
    found = [
        name
        for name, predicate in PREDICATES.items()
        if is_plain(claim(force, modifiers), (SUBJECTS[subject], predicate, ID["x/y"]), ontology)
    ]
    assert " ".join(found) == plain


@pytest.mark.parametrize(
    ("name", "plain"),
    [("assessedAs", False), ("causedBy", False), ("problemKind", False), ("dutyOf", False)],
)
@pytest.mark.parametrize("force", ["asks", "decides", "wants", "commits", "defines", "states"])
def test_judgements_are_never_plain(ontology: Ontology, force: str, name: str, plain: bool) -> None:
    for subject in SUBJECTS.values():
        assert is_plain(claim(force, ""), (subject, TG[name], ID["x/y"]), ontology) is plain


@pytest.mark.parametrize("name", ["Decision", "Proposal"])
def test_proposed_decision_is_a_thing_of_its_own(ontology: Ontology, name: str) -> None:
    subject = ID[f"{name.lower()}/x"]
    about: tuple[tuple[URIRef, URIRef | Literal], ...] = (
        (RDF.type, TG[name]),
        (TG.outcome if name == "Decision" else TG.proposedOutcome, ID["outcome/approved"]),
    )
    found = [is_plain(claim("wants", ""), (subject, p, o), ontology) for p, o in about]
    assert found == [True, False]
