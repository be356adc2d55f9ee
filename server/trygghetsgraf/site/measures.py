"""Every measure with what it is compared by; made once for each snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from trygghetsgraf.linked.current import Opened
from trygghetsgraf.namespaces import ID
from trygghetsgraf.site.dates import bounds
from trygghetsgraf.site.scans import grouped, having, pairs, term, things, within

_KOMMUN = ox.NamedNode(str(ID["area-kind/kommun"]))
_STATUS_DATE = term("statusDate")
#: every status that somebody gives a measure and nobody merely denies
_STATUSES = f"""
SELECT DISTINCT ?measure ?status {{
  ?s rdf:predicate tg:status ; rdf:subject ?measure ; rdf:object ?status .
  ?measure a tg:Measure .
  ?claim tg:states ?s ; tg:polarity <{ID["polarity/positive"]}> .
}}
"""
#: documents that say something of a measure
_DOCUMENTS = """
SELECT DISTINCT ?measure ?document {
  ?passage tg:inWork ?document .
  { SELECT DISTINCT ?measure ?passage {
    ?measure a tg:Measure . ?s rdf:subject ?measure . ?claim tg:states ?s ; tg:passage ?passage .
  } }
}
"""
#: a speaker speaks for a party as its local group, as a member of one, or in its name
_SPOKEN = """
  ?group tg:partyGroupOf ?party . ?speaker (tg:inNameOf|tg:memberOf)? ?group .
  ?claim tg:speaker ?speaker .
"""
#: also for what is no measure: asked for measures, the engine begins with all that is stated
_SPOKEN_OF = f"SELECT DISTINCT ?thing ?party {{ {_SPOKEN} ?claim tg:states/rdf:subject ?thing }}"
_AGREEMENTS = "SELECT DISTINCT ?document ?party { ?document tg:agreedBy/tg:partyGroupOf ?party }"
_AGREED = """
  ?document tg:agreedBy/tg:partyGroupOf ?party . ?passage tg:inWork ?document .
  ?claim tg:passage ?passage .
"""


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


def whole(text: str) -> int:
    """A number that an address gives; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def measures(opened: Opened) -> Measures:
    """The measures of a snapshot."""
    return opened.lately("site-measures", _read)


def _read(store: ox.Store) -> Measures:
    areas = _municipalities(store)
    found = _by_themselves(store, areas)
    documents = list(things(store, _DOCUMENTS))
    _add_documents(store, found, documents, areas)
    agreed = grouped(things(store, _AGREEMENTS))
    for iri, document in documents:
        found[iri].parties |= agreed.get(document, set())
    return Measures(found, _claims_of_parties(store))


def _by_themselves(store: ox.Store, areas: Mapping[str, set[str]]) -> dict[str, Measure]:
    """Every measure with what is found without the documents that speak of it."""
    found = {iri: Measure(iri) for iri in having(store, "rdf:type", term("Measure"))}
    for name, field_ in (("kind", "kinds"), ("targetGroup", "targets")):
        for iri, value in pairs(store, name):
            if iri in found:
                getattr(found[iri], field_).add(value)
    for iri, place in pairs(store, "place"):
        if iri in found:
            found[iri].municipalities |= areas.get(place, set())
    approaches = grouped(pairs(store, "approach"))
    for one in found.values():
        one.approaches |= {a for kind in one.kinds for a in approaches.get(kind, ())}
    for iri, status in things(store, _STATUSES):
        found[iri].statuses.add(status)
    for iri, party in things(store, _SPOKEN_OF):
        if iri in found:
            found[iri].parties.add(party)
    return found


def _claims_of_parties(store: ox.Store) -> dict[str, list[str]]:
    """Party → the claims that speakers make for it, and those of documents that it agreed on."""
    claims: defaultdict[str, set[str]] = defaultdict(set)
    for said in (_SPOKEN, _AGREED):
        for claim, party in things(store, f"SELECT DISTINCT ?claim ?party {{ {said} }}"):
            claims[party].add(claim)
    return {party: sorted(those) for party, those in claims.items()}


def _municipalities(store: ox.Store) -> dict[str, set[str]]:
    """Area → the municipalities that it lies in or is."""
    every = set(having(store, "areaKind", _KOMMUN))
    found = {area: reached & every for area, reached in within(store).items()}
    return found | {area: {area} for area in every if area not in found}


def _add_documents(
    store: ox.Store,
    found: dict[str, Measure],
    documents: Iterable[tuple[str, ...]],
    areas: Mapping[str, set[str]],
) -> None:
    """Years from the documents, and where no place is known their municipality."""
    places = grouped(pairs(store, "dcterms:spatial"))
    years: dict[str, set[int]] = {}
    for quad in store.quads_for_pattern(None, _STATUS_DATE, None, ox.DefaultGraph()):
        span = bounds(str(getattr(quad.object, "value", "")))
        if span and isinstance(quad.subject, ox.NamedNode):
            years[quad.subject.value] = set(range(int(span[0]), int(span[1] - 0.001) + 1))
    here: defaultdict[str, set[str]] = defaultdict(set)
    for iri, document in documents:
        found[iri].years |= years.get(document, set())
        here[iri].add(document)
    for iri, sources in here.items():
        if not found[iri].municipalities:
            for place in {p for document in sources for p in places.get(document, ())}:
                found[iri].municipalities |= areas.get(place, set())
