"""Every measure with what it is compared by; made once for each snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.linked.current import Opened
from trygghetsgraf.site.dates import bounds

_MEASURES = "SELECT ?m ?kind { ?m a tg:Measure OPTIONAL { ?m tg:kind ?kind } }"
_STATUSES = """
SELECT DISTINCT ?m ?status {
  ?m a tg:Measure . ?s rdf:subject ?m ; rdf:predicate tg:status ; rdf:object ?status .
  ?c tg:states ?s ; tg:polarity <https://w3id.org/trygghetsgrafen/id/polarity/positive> .
}
"""
_PLACES = """
SELECT DISTINCT ?m ?area {
  ?m a tg:Measure ; tg:place ?place . ?place tg:within* ?area .
  ?area tg:areaKind <https://w3id.org/trygghetsgrafen/id/area-kind/kommun> .
}
"""
_DOCUMENTS = """
SELECT DISTINCT ?m ?document {
  ?m a tg:Measure . ?s rdf:subject ?m . ?c tg:states ?s ; tg:passage/tg:inWork ?document .
}
"""
_DOCUMENT_AREAS = """
SELECT DISTINCT ?document ?area ?date {
  ?document dcterms:spatial/tg:within* ?area ; tg:statusDate ?date .
  ?area tg:areaKind <https://w3id.org/trygghetsgrafen/id/area-kind/kommun> .
}
"""
_TARGETS = "SELECT DISTINCT ?m ?group { ?m a tg:Measure ; tg:targetGroup ?group }"
_APPROACHES = "SELECT DISTINCT ?kind ?approach { ?kind tg:approach ?approach }"
#: the party that a claim's speaker speaks for: its local group, a member, or in its name
_PARTIES = """
SELECT DISTINCT ?c ?party {
  ?c a tg:Claim ; tg:speaker ?speaker .
  { ?speaker tg:partyGroupOf ?party } UNION { ?speaker tg:inNameOf/tg:partyGroupOf ?party }
  UNION { ?speaker tg:memberOf/tg:partyGroupOf ?party }
}
"""
#: what a document says that parties agreed on is said by all of them
_AGREED = """
SELECT DISTINCT ?c ?party {
  ?document tg:agreedBy/tg:partyGroupOf ?party . ?p tg:inWork ?document . ?c tg:passage ?p .
}
"""
_ABOUT = "SELECT DISTINCT ?c ?m { ?m a tg:Measure . ?s rdf:subject ?m . ?c tg:states ?s }"


@dataclass
class Measure:
    """A measure with what it is compared by, as IRIs."""

    iri: str
    kinds: set[str] = field(default_factory=set)
    statuses: set[str] = field(default_factory=set)
    municipalities: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    approaches: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    #: years of the documents that speak of it
    years: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Measures:
    """All measures, and the claims of each party."""

    by_iri: dict[str, Measure]
    #: party → its claims
    claims_of_party: dict[str, list[str]]

    def chosen(self, **wanted: str | int | None) -> list[Measure]:
        """The measures with every given value, such as ``kind=`` and ``year=``."""
        return [
            m for m in self.by_iri.values() if all(_has(m, k, v) for k, v in wanted.items() if v)
        ]

    def values(self, name: str) -> list[str]:
        """Every value of a field, in the order of how often it is found."""
        counted: defaultdict[str, int] = defaultdict(int)
        for measure in self.by_iri.values():
            for value in getattr(measure, name):
                counted[value] += 1
        return sorted(counted, key=lambda value: (-counted[value], value))


_FIELDS = {
    "kind": "kinds",
    "status": "statuses",
    "municipality": "municipalities",
    "target": "targets",
    "approach": "approaches",
    "party": "parties",
    "year": "years",
}


def _has(measure: Measure, name: str, value: str | int | None) -> bool:
    return value in getattr(measure, _FIELDS[name])


def measures(opened: Opened) -> Measures:
    """The measures of a snapshot."""
    return opened.once("site-measures", _read)


def _read(store: ox.Store) -> Measures:
    found: dict[str, Measure] = {}
    for row in select(store, _MEASURES):
        measure = found.setdefault(row["m"].value, Measure(row["m"].value))
        if row["kind"] is not None:
            measure.kinds.add(row["kind"].value)
    for query, name in ((_STATUSES, "status"), (_PLACES, "area"), (_TARGETS, "group")):
        field_ = {"status": "statuses", "area": "municipalities", "group": "targets"}[name]
        for iri, value in _pairs(store, query, "m", name):
            getattr(found[iri], field_).add(value)
    _add_documents(store, found)
    approaches = _grouped(_pairs(store, _APPROACHES, "kind", "approach"))
    for one in found.values():
        one.approaches |= {a for kind in one.kinds for a in approaches.get(kind, ())}
    about = _grouped(_pairs(store, _ABOUT, "c", "m"))
    parties: defaultdict[str, set[str]] = defaultdict(set)
    for query in (_PARTIES, _AGREED):
        for claim, party in _pairs(store, query, "c", "party"):
            parties[party].add(claim)
            for iri in about.get(claim, ()):
                found[iri].parties.add(party)
    return Measures(found, {party: sorted(claims) for party, claims in parties.items()})


def _add_documents(store: ox.Store, found: dict[str, Measure]) -> None:
    """Years from the documents, and where no place is known their municipality."""
    areas: defaultdict[str, set[str]] = defaultdict(set)
    years: dict[str, set[int]] = {}
    for row in select(store, _DOCUMENT_AREAS):
        areas[row["document"].value].add(row["area"].value)
        span = bounds(row["date"].value)
        if span:
            years[row["document"].value] = set(range(int(span[0]), int(span[1] - 0.001) + 1))
    for iri, documents in _grouped(_pairs(store, _DOCUMENTS, "m", "document")).items():
        for document in documents:
            found[iri].years |= years.get(document, set())
        if not found[iri].municipalities:
            found[iri].municipalities |= {a for d in documents for a in areas.get(d, ())}


def _pairs(store: ox.Store, query: str, first: str, second: str) -> Iterable[tuple[str, str]]:
    return ((row[first].value, row[second].value) for row in select(store, query))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
    return found
