"""The page of a thing: what holds of it, in whose words, and what refers to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from trygghetsgraf.linked.describing import home_of
from trygghetsgraf.namespaces import BASE, ID, PREFIXES, TG
from trygghetsgraf.site.claims import (
    MODALITIES,
    Claim,
    Stated,
    claims_stating,
    read_claim,
    read_claims,
    triple_of,
)
from trygghetsgraf.site.incoming import incoming_of, origin_of, rank
from trygghetsgraf.site.visit import Visit

_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_SUBJECT = ox.NamedNode(PREFIXES["rdf"] + "subject")
_OBJECT = ox.NamedNode(PREFIXES["rdf"] + "object")
_SPEAKER = ox.NamedNode(str(TG.speaker))
_SPELLINGS = tuple(ox.NamedNode(PREFIXES["skos"] + n) for n in ("altLabel", "hiddenLabel"))
_SHOWN_APART = frozenset(
    {
        _TYPE,
        *_SPELLINGS,
        *(ox.NamedNode(PREFIXES["skos"] + n) for n in ("prefLabel",)),
        *(ox.NamedNode(PREFIXES["rdfs"] + n) for n in ("label",)),
    }
)

#: facts of a thing's own on a page, claims in full, claims by an actor, references to it
OWN, CLAIMS, SPOKEN, INCOMING = 300, 40, 8, 50


@dataclass(frozen=True)
class Ground:
    """Why a value holds: a claim's number on the page, who and how."""

    claim: Claim
    #: from 1; None when the claim is not shown in full on this page
    number: int | None


@dataclass(frozen=True)
class Value:
    """One value of a property, with its grounds."""

    node: ox.NamedNode | ox.Literal
    plain: bool
    grounds: tuple[Ground, ...]
    #: ``reference``, ``names``, ``inferred`` … where no claim says it
    origin: str

    @property
    def modality(self) -> str:
        """The firmest way in which it is said; empty where nobody says it."""
        ways = {ground.claim.modality for ground in self.grounds}
        return next((way for way in MODALITIES if way in ways), "")

    @property
    def voices(self) -> list[tuple[Claim, tuple[int, ...]]]:
        """The first claim of each who says it, with the numbers of all of theirs on the page."""
        found: dict[tuple[tuple[str, ...], str], list[Ground]] = {}
        for ground in self.grounds:
            found.setdefault((ground.claim.speakers, ground.claim.date), []).append(ground)
        return [
            (those[0].claim, tuple(g.number for g in those if g.number is not None))
            for those in found.values()
        ]


@dataclass(frozen=True)
class Property:
    """A property of a thing with its values."""

    iri: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Incoming:
    """Something that refers to the thing."""

    subject: str
    predicate: str
    value: Value


@dataclass(frozen=True)
class Entity:
    """What a page about a thing shows."""

    iri: str
    #: first part of its identifier: ``measure``, ``kind``
    kind: str
    classes: tuple[str, ...]
    spellings: tuple[str, ...]
    properties: tuple[Property, ...]
    derived: tuple[Property, ...]
    #: claims about it in full, by modality
    claims: tuple[tuple[str, tuple[tuple[int, Claim], ...]], ...]
    #: how many claims there are about it, and by it
    claim_count: int
    spoken: tuple[Claim, ...]
    spoken_count: int
    incoming: tuple[tuple[str, tuple[Incoming, ...]], ...]
    number: int
    more: bool


def entity(visit: Visit, iri: str, number: int = 1) -> Entity | None:
    """The content of a page; None if there is no such thing or no such page of it."""
    store, node = visit.store, ox.NamedNode(iri)
    own = list(islice(store.quads_for_pattern(node, None, None, home_of(iri)), OWN))
    spoken = [q.subject for q in store.quads_for_pattern(None, _SPEAKER, node, _DEFAULT)]
    stated = _stated_of(store, node)
    start = (number - 1) * INCOMING
    found = list(islice(incoming_of(visit, node), start, start + INCOMING + 1))
    if not (own or stated or found or (spoken and number == 1)):
        return None
    if number > 1 and not found:
        return None
    about = _claims_about(visit, stated)
    numbers = {claim.iri: n for n, claim in enumerate(about[:CLAIMS], 1)}
    by_iri = {claim.iri: claim for claim in about}

    def grounds(iris: Iterable[str]) -> tuple[Ground, ...]:
        claims = [by_iri.get(i) or read_claim(store, i, visit.language) for i in iris]
        return tuple(Ground(claim, numbers.get(claim.iri)) for claim in claims)

    values: dict[str, list[Value]] = defaultdict(list)
    seen = set()
    for triple, claims in stated.items():
        values[triple.predicate].append(Value(triple.object, triple.plain, grounds(claims), ""))
        seen.add((triple.predicate, triple.object))
    for quad in own:
        obj = quad.object
        if quad.predicate in _SHOWN_APART or (quad.predicate.value, obj) in seen:
            continue
        if isinstance(obj, ox.NamedNode | ox.Literal):
            values[quad.predicate.value].append(Value(obj, True, (), origin_of(store, quad)))
    values = {iri: _readable(found, visit.language) for iri, found in values.items()}
    values.pop(_TYPE.value, None)
    incoming = [
        Incoming(s.subject, s.predicate, Value(s.object, s.plain, grounds(claims), origin))
        for s, claims, origin in found[:INCOMING]
    ]
    said = read_claims(store, _iris(spoken[:SPOKEN]) if number == 1 else (), visit.language)
    result = Entity(
        iri,
        iri.removeprefix(BASE).removeprefix("id/").partition("/")[0],
        tuple(_classes(own)) or _said_classes(stated),
        _spellings(own),
        tuple(_properties(values, derived=False)),
        tuple(_properties(values, derived=True)),
        tuple(_by_modality(about[:CLAIMS])) if number == 1 else (),
        len(about),
        tuple(said),
        len(spoken),
        tuple(_grouped(visit, incoming)),
        number,
        len(found) > INCOMING,
    )
    visit.names.fetch(_things(result))
    return result


def _stated_of(store: ox.Store, node: ox.NamedNode) -> dict[Stated, list[str]]:
    """Every triple about the thing that claims make, with these claims."""
    found: defaultdict[Stated, list[str]] = defaultdict(list)
    for quad in islice(store.quads_for_pattern(None, _SUBJECT, node, _DEFAULT), OWN):
        if (stated := triple_of(store, quad.subject)) is not None:
            found[stated] += claims_stating(store, quad.subject)
    return found


def _claims_about(visit: Visit, stated: dict[Stated, list[str]]) -> list[Claim]:
    """Every claim about the thing, the firmest first, then by date."""
    iris = {iri for claims in stated.values() for iri in claims}
    claims = read_claims(visit.store, sorted(iris), visit.language)
    return sorted(claims, key=lambda c: (MODALITIES.index(c.modality), c.date, c.document, c.iri))


def _classes(own: list[ox.Quad]) -> Iterator[str]:
    """The classes of ours that the thing is in, as said or inferred."""
    for quad in own:
        obj = quad.object
        if quad.predicate == _TYPE and isinstance(obj, ox.NamedNode) and obj.value.startswith(BASE):
            yield obj.value


def _said_classes(stated: Iterable[Stated]) -> tuple[str, ...]:
    """The classes that somebody says the thing is in, where nobody reports one."""
    types = [s.object for s in stated if s.predicate == _TYPE.value]
    return tuple(sorted({t.value for t in types if isinstance(t, ox.NamedNode)}))


def _spellings(own: list[ox.Quad]) -> tuple[str, ...]:
    found = {
        q.object.value
        for q in own
        if q.predicate in _SPELLINGS and isinstance(q.object, ox.Literal)
    }
    return tuple(sorted(found))


def _readable(values: list[Value], language: str) -> list[Value]:
    """Without the same in other languages, where there is one in the reader's."""
    tags = {v.node.language for v in values if isinstance(v.node, ox.Literal)}
    if language not in tags:
        return values
    return [v for v in values if getattr(v.node, "language", None) in (None, language)]


def _properties(values: dict[str, list[Value]], *, derived: bool) -> Iterator[Property]:
    """Properties with those of their values that were, or were not, derived."""
    for iri in sorted(values, key=rank):
        chosen = [value for value in values[iri] if (value.origin == "inferred") == derived]
        if chosen:
            yield Property(iri, tuple(sorted(chosen, key=lambda v: (not v.plain, str(v.node)))))


def _by_modality(claims: list[Claim]) -> Iterator[tuple[str, tuple[tuple[int, Claim], ...]]]:
    numbered = list(enumerate(claims, 1))
    for way in MODALITIES:
        chosen = tuple(pair for pair in numbered if pair[1].modality == way)
        if chosen:
            yield way, chosen


def _grouped(visit: Visit, incoming: list[Incoming]) -> Iterator[tuple[str, tuple[Incoming, ...]]]:
    """References by property, each group by name."""
    visit.names.fetch({i.subject for i in incoming})
    groups: defaultdict[str, list[Incoming]] = defaultdict(list)
    for one in incoming:
        groups[one.predicate].append(one)
    for iri in sorted(
        groups, key=lambda iri: (groups[iri][0].value.origin == "inferred", rank(iri))
    ):
        yield iri, tuple(sorted(groups[iri], key=lambda i: visit.names.of(i.subject)))


def _iris(nodes: Iterable[object]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ox.NamedNode)]


def _things(entity: Entity) -> Iterator[str]:
    """Every IRI on the page that needs a name."""
    yield entity.iri
    yield from entity.classes
    values = [v for p in (*entity.properties, *entity.derived) for v in p.values]
    yield from (p.iri for p in (*entity.properties, *entity.derived))
    for predicate, group in entity.incoming:
        yield predicate
        values += [one.value for one in group]
    for value in values:
        if isinstance(value.node, ox.NamedNode):
            yield value.node.value
        for ground in value.grounds:
            yield from ground.claim.things()
    for _, numbered in entity.claims:
        for _, claim in numbered:
            yield from claim.things()
    for claim in entity.spoken:
        yield from claim.things()


def is_document(iri: str) -> bool:
    """Whether an IRI is one of a document."""
    return iri.startswith(str(ID["document/"]))
