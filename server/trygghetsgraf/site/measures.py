"""Every measure with what it is compared by; made once for each snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from trygghetsgraf.linked.current import Opened
from trygghetsgraf.namespaces import ID
from trygghetsgraf.site.dates import bounds
from trygghetsgraf.site.scans import grouped, having, pairs, term, within

_KOMMUN, _POSITIVE = (
    ox.NamedNode(str(ID[name])) for name in ("area-kind/kommun", "polarity/positive")
)
_STATUS_DATE = term("statusDate")


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
    found = {iri: Measure(iri) for iri in having(store, "rdf:type", term("Measure"))}
    for name, field_ in (("kind", "kinds"), ("targetGroup", "targets")):
        for iri, value in pairs(store, name):
            if iri in found:
                getattr(found[iri], field_).add(value)
    areas = _municipalities(store)
    for iri, place in pairs(store, "place"):
        if iri in found:
            found[iri].municipalities |= areas.get(place, set())
    approaches = grouped(pairs(store, "approach"))
    for one in found.values():
        one.approaches |= {a for kind in one.kinds for a in approaches.get(kind, ())}
    of_statement = {s: m for s, m in pairs(store, "rdf:subject") if m in found}
    about: defaultdict[str, set[str]] = defaultdict(set)
    _add_statuses(store, found, of_statement)
    for claim, statement in pairs(store, "states"):
        if statement in of_statement:
            about[claim].add(of_statement[statement])
    documents = _documents_of_claims(store)
    _add_documents(store, found, about, documents, areas)
    parties: defaultdict[str, set[str]] = defaultdict(set)
    for claim, party in _claims_of_parties(store, documents):
        parties[party].add(claim)
        for iri in about.get(claim, ()):
            found[iri].parties.add(party)
    return Measures(found, {party: sorted(claims) for party, claims in parties.items()})


def _municipalities(store: ox.Store) -> dict[str, set[str]]:
    """Area → the municipalities that it lies in or is."""
    every = set(having(store, "areaKind", _KOMMUN))
    found = {area: reached & every for area, reached in within(store).items()}
    return found | {area: {area} for area in every if area not in found}


def _add_statuses(store: ox.Store, found: dict[str, Measure], of: Mapping[str, str]) -> None:
    """Every status that somebody gives a measure and nobody merely denies."""
    said = set(having(store, "rdf:predicate", term("status")))
    positive = set(having(store, "polarity", _POSITIVE))
    affirmed = {s for claim, s in pairs(store, "states") if s in said and claim in positive}
    for statement in affirmed & of.keys():
        for quad in store.quads_for_pattern(
            ox.NamedNode(statement), term("rdf:object"), None, ox.DefaultGraph()
        ):
            if isinstance(quad.object, ox.NamedNode):
                found[of[statement]].statuses.add(quad.object.value)


def _documents_of_claims(store: ox.Store) -> dict[str, str]:
    """Claim → the document whose passage it is made in."""
    work = dict(pairs(store, "inWork"))
    return {claim: work[p] for claim, p in pairs(store, "passage") if p in work}


def _add_documents(
    store: ox.Store,
    found: dict[str, Measure],
    about: Mapping[str, set[str]],
    documents: Mapping[str, str],
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
    for claim, measures_ in about.items():
        document = documents.get(claim, "")
        for iri in measures_:
            found[iri].years |= years.get(document, set())
            here[iri].add(document)
    for iri, sources in here.items():
        if not found[iri].municipalities:
            for place in {p for document in sources for p in places.get(document, ())}:
                found[iri].municipalities |= areas.get(place, set())


def _claims_of_parties(store: ox.Store, documents: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each claim with every party that its speaker speaks for, or that agreed on its document.

    A speaker speaks for a party as its local group, as a member of one, or in its name.
    """
    party_of_group = grouped(pairs(store, "partyGroupOf"))
    speaks_for: defaultdict[str, set[str]] = defaultdict(set)
    for group, parties in party_of_group.items():
        speaks_for[group] |= parties
    for name in ("inNameOf", "memberOf"):
        for speaker, group in pairs(store, name):
            speaks_for[speaker] |= party_of_group.get(group, set())
    for claim, speaker in pairs(store, "speaker"):
        for party in speaks_for.get(speaker, ()):
            yield claim, party
    agreed: defaultdict[str, set[str]] = defaultdict(set)
    for document, group in pairs(store, "agreedBy"):
        agreed[document] |= party_of_group.get(group, set())
    for claim, document in documents.items():
        for party in agreed.get(document, ()):
            yield claim, party
