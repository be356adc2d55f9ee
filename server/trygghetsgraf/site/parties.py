"""Parties with their local groups, representatives and what they said."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.site.claims import MODALITIES, Claim, modalities, read_claims
from trygghetsgraf.site.measures import measures
from trygghetsgraf.site.visit import Visit

#: proposals of a party shown in full
WANTED = 3
#: groups, people and documents of a party that are named
NAMED = 25

_PARTIES = "SELECT ?party { ?party a tg:Party }"
_GROUPS = "SELECT ?party ?group { ?group tg:partyGroupOf ?party } ORDER BY ?group"
_PEOPLE = """
SELECT DISTINCT ?party ?person {
  ?person a tg:Person . { ?person tg:memberOf ?group } UNION { ?person tg:inNameOf ?group }
  ?group tg:partyGroupOf ?party .
} ORDER BY ?person
"""
_AGREED = """
SELECT DISTINCT ?party ?document { ?document tg:agreedBy/tg:partyGroupOf ?party } ORDER BY ?document
"""


@dataclass(frozen=True)
class Party:
    """A party as the page shows it."""

    iri: str
    groups: tuple[str, ...]
    people: tuple[str, ...]
    agreed: tuple[str, ...]
    #: way of saying → number of claims
    counts: tuple[tuple[str, int], ...]
    #: the first of its proposals
    wants: tuple[Claim, ...]
    #: whether there is more of it than is named here
    more: bool


def parties(visit: Visit) -> list[Party]:
    """Every party, those with most to say first."""
    rows = visit.opened.once("site-parties", _read)
    of_party = measures(visit.opened).claims_of_party
    ways = visit.opened.lately("site-party-ways", lambda store: _ways(store, of_party))
    found = []
    for iri, (groups, people, agreed) in rows.items():
        claims = ways.get(iri, {})
        wants = read_claims(visit.store, claims.get("proposed", [])[:WANTED], visit.language)
        counts = tuple((way, len(claims[way])) for way in MODALITIES if way in claims)
        more = max(len(groups), len(people), len(agreed)) > NAMED
        named = (groups[:NAMED], people[:NAMED], agreed[:NAMED])
        found.append(Party(iri, *named, counts, tuple(wants), more))
    found.sort(key=lambda party: (-sum(n for _, n in party.counts), party.iri))
    visit.names.fetch(
        [
            *(i for p in found for i in (p.iri, *p.groups, *p.people, *p.agreed)),
            *(i for p in found for c in p.wants for i in c.things()),
        ]
    )
    return found


def _ways(store: ox.Store, of_party: dict[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """Party → way of saying → claims."""
    every = modalities(store)
    shared = Counter(claim for claims in of_party.values() for claim in claims)
    found: dict[str, dict[str, list[str]]] = {}
    for party, claims in of_party.items():
        by_way: defaultdict[str, list[str]] = defaultdict(list)
        # what only one party says comes before what several agreed on
        for claim in sorted(claims, key=lambda claim: (shared[claim], claim)):
            # of a large store they may have been looked up in the snapshot before
            if claim in every:
                by_way[every[claim]].append(claim)
        found[party] = dict(by_way)
    return found


_Rows = dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]


def _read(store: ox.Store) -> _Rows:
    """Party → local groups, people, documents agreed on."""
    groups, people, agreed = (
        _grouped(store, query, name)
        for query, name in ((_GROUPS, "group"), (_PEOPLE, "person"), (_AGREED, "document"))
    )
    listed = [row["party"].value for row in select(store, _PARTIES)]
    return {p: (tuple(groups[p]), tuple(people[p]), tuple(agreed[p])) for p in sorted(listed)}


def _grouped(store: ox.Store, query: str, name: str) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in select(store, query):
        found[row["party"].value].append(row[name].value)
    return found
