"""Search: things by their names, and passages by their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from trygghetsgraf.description import select
from trygghetsgraf.namespaces import BASE, ID
from trygghetsgraf.site.claims import Claim, read_claims
from trygghetsgraf.site.scans import rows, text_of
from trygghetsgraf.site.visit import Visit

#: things and passages on a page
THINGS, QUOTES = 40, 15
#: least likeness, of 100, of a name that was meant instead
_LIKE = 75

_LABELS = "SELECT ?l ?t { ?t rdfs:label|skos:prefLabel|skos:altLabel|skos:hiddenLabel ?l }"
_PASSAGES = "SELECT ?q ?p { ?p tg:quote ?q }"
#: evidence is found by its words, not by a name
_NOT_THINGS = tuple(
    str(ID[f"{kind}/"]) for kind in ("manifestation", "source", "build", "membership")
)


@dataclass(frozen=True)
class Found:
    """What a search gave."""

    words: str
    #: IRI and class of each thing
    things: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]
    #: names that may have been meant, where nothing was found
    meant: tuple[str, ...]
    more: bool


def search(visit: Visit, words: str) -> Found:
    """Things whose name holds every word, and claims whose quote does."""
    wanted = words.casefold().split()
    if not wanted:
        return Found("", (), (), (), False)
    names = visit.opened.lately("site-names", _names)
    best: dict[str, tuple[int, int, str]] = {}
    for label, iri in names:
        if all(word in label for word in wanted):
            rank = _rank(label, " ".join(wanted))
            best[iri] = min(best.get(iri, rank), rank)
    ordered = sorted(best, key=lambda iri: best[iri])
    passages = [
        iri
        for quote, iri in visit.opened.lately("site-quotes", _quotes)
        if all(w in quote for w in wanted)
    ]
    claims = _claims_of(visit, passages[:QUOTES])
    meant: tuple[str, ...] = ()
    if not ordered and not passages:
        near = process.extract(
            words.casefold(), [n for n, _ in names], scorer=fuzz.WRatio, limit=5, score_cutoff=_LIKE
        )
        meant = tuple(dict.fromkeys(name for name, _, _ in near))
    things = [(iri, _class(visit.store, iri)) for iri in ordered[:THINGS]]
    visit.names.fetch(
        [*(i for t in things for i in t if i), *(i for c in claims for i in c.things())]
    )
    more = len(ordered) > THINGS or len(passages) > QUOTES
    return Found(words, tuple(things), tuple(claims), meant, more)


def _rank(label: str, words: str) -> tuple[int, int, str]:
    """The whole name first, then its beginning, then the beginning of a word, short before long."""
    if label == words:
        place = 0
    elif label.startswith(words):
        place = 1
    else:
        place = 2 if f" {words}" in label else 3
    return place, len(label), label


def _names(store: ox.Store) -> list[tuple[str, str]]:
    return [
        (label, iri)
        for label, iri in _texts(store, _LABELS)
        if iri.startswith(BASE) and not iri.startswith(_NOT_THINGS)
    ]


def _quotes(store: ox.Store) -> list[tuple[str, str]]:
    return list(_texts(store, _PASSAGES))


def _texts(store: ox.Store, query: str) -> Iterator[tuple[str, str]]:
    """Text, in small letters, and thing of each solution."""
    for text, thing in rows(store, query):
        if text.startswith('"') and thing.startswith("<"):
            yield text_of(text).casefold(), thing[1:-1]


def _claims_of(visit: Visit, passages: list[str]) -> list[Claim]:
    """One claim of each passage."""
    found = []
    for passage in passages:
        rows = select(
            visit.store,
            "SELECT ?c { ?c tg:passage ?p } ORDER BY ?c LIMIT 1",
            {"p": ox.NamedNode(passage)},
        )
        found += [row["c"].value for row in rows]
    return read_claims(visit.store, found, visit.language)


def _class(store: ox.Store, iri: str) -> str:
    """A class of ours that the thing is in, the one named last in the ontology's order."""
    rows = select(store, "SELECT ?c { ?t a ?c }", {"t": ox.NamedNode(iri)})
    classes = [row["c"].value for row in rows if row["c"].value.startswith(BASE)]
    return specific(tuple(sorted(classes)))[0] if classes else ""


def specific(classes: tuple[str, ...]) -> tuple[str, ...]:
    """The classes without those that say no more than another one."""
    general = {"Activity", "Actor", "Organisation", "Area", "PublicBody", "Document", "CarriedOut"}
    chosen = tuple(c for c in classes if c.rpartition("/")[2] not in general)
    return chosen or classes[:1]
