"""What is known of the entities: which properties there are, and their values.

A value serves both as evidence for a match and as data to extend a table with.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import pyoxigraph as ox
from rapidfuzz import fuzz

from trygghetsgraf.namespaces import ID, PREFIXES, TG
from trygghetsgraf.reconciliation.asking import Given, Reconciled
from trygghetsgraf.reconciliation.entities import (
    IN_AREA,
    PROLOGUE,
    Entities,
    Labelled,
    iri_of,
)
from trygghetsgraf.saved.evaluation import Evaluator, Term
from trygghetsgraf.saved.naming import Named, folded, names_of_things

#: entities whose values are asked for in one query
_CHUNK = 500
#: similarity (of 100) from which a text is taken for the name of a value
_AGREES = 90
_XSD = PREFIXES["xsd"]

#: properties that are shown beside our own
_BORROWED = ("skos:altLabel", "skos:broader", "skos:definition", "skos:related", "schema:sameAs")
#: properties that the graph has in several steps, or has on what an entity belongs to
_PATHS = MappingProxyType(
    {
        "area": f"?thing {IN_AREA} ?value .",
        "municipalityCode": (
            f"?thing ({IN_AREA})?/tg:within? ?municipality . "
            f"?municipality tg:areaKind <{ID['area-kind/kommun']}> ; tg:areaCode ?value ."
        ),
        "partyLetter": "?thing tg:partyGroupOf?/tg:partyLetter ?value .",
    }
)
_NAMES = MappingProxyType(
    {
        "area": {"sv": "område", "en": "area"},
        "municipalityCode": {"sv": "kommunkod", "en": "municipality code"},
    }
)
#: what the entities of a type have through such a path; most useful to find things by
_LENT = MappingProxyType(
    {
        "Actor": ("area", "municipalityCode"),
        "Area": ("area", "municipalityCode"),
        "LocalParty": ("partyLetter",),
        "Measure": ("area", "municipalityCode"),
    }
)
#: as if a property were used so often
_FIRST = 1 << 40
_USED = """SELECT ?type ?property (COUNT(*) AS ?uses) WHERE {
  VALUES ?type { %s } ?thing a ?type ; ?property ?value
} GROUP BY ?type ?property"""
_LABELS = "SELECT ?property ?label WHERE { VALUES ?property { %s } ?property rdfs:label ?label }"
_RANGES = "SELECT ?property ?range WHERE { VALUES ?property { %s } ?property rdfs:range ?range }"


@dataclass(frozen=True)
class Properties:
    """The properties of the entities in one state of the graph."""

    known: Mapping[str, Labelled]
    #: type → its properties, the most used first
    of_type: Mapping[str, tuple[str, ...]]
    #: property → the type of its values, where that is one of the entities'
    ranges: Mapping[str, str] = field(default_factory=dict)


def read_properties(evaluator: Evaluator, entities: Entities) -> Properties:
    """The properties that entities have; raises QueryFailure."""
    types = " ".join(f"tg:{id_}" for id_ in entities.types)
    uses: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for type_, property_, count in evaluator.select(PROLOGUE + _USED % types).rows:
        id_ = _id_of(property_)
        if id_ and isinstance(type_, ox.NamedNode) and isinstance(count, ox.Literal):
            uses[type_.value.removeprefix(str(TG))][id_] = int(count.value)
    for id_ in entities.types:
        for above in {id_, *_all_above(entities, id_)} & _LENT.keys():
            uses[id_] |= dict.fromkeys(_LENT[above], _FIRST)
    labels: defaultdict[str, dict[str, str]] = defaultdict(
        dict, {k: dict(v) for k, v in _NAMES.items()}
    )
    every = sorted({id_ for found in uses.values() for id_ in found})
    iris = " ".join(f"<{_iri_of(id_)}>" for id_ in every)
    for property_, label in evaluator.select(PROLOGUE + _LABELS % iris).rows:
        if isinstance(label, ox.Literal):
            labels[_id_of(property_)].setdefault(label.language or "", label.value)
    ranges = {"area": "Area"}
    for property_, range_ in evaluator.select(PROLOGUE + _RANGES % iris).rows:
        if isinstance(range_, ox.NamedNode):
            ranges[_id_of(property_)] = range_.value.removeprefix(str(TG))
    return Properties(
        {id_: Labelled(id_, labels[id_]) for id_ in every},
        {
            type_: tuple(sorted(found, key=lambda id_: (-found[id_], id_)))
            for type_, found in uses.items()
        },
        {id_: name for id_, name in ranges.items() if name in entities.types},
    )


@dataclass(frozen=True)
class Values:
    """Values of entities, and what those values are called that are things of ours."""

    #: (entity's IRI, property) → values, in an order that stays
    found: Mapping[tuple[str, str], Sequence[Term]] = field(default_factory=dict)
    names: Mapping[str, Named] = field(default_factory=dict)

    def of(self, iri: str, id_: str) -> Sequence[Term]:
        """The values that an entity has of a property."""
        return self.found.get((iri, id_), ())


def read_values(evaluator: Evaluator, iris: Iterable[str], ids: Iterable[str]) -> Values:
    """The values of properties of entities; raises QueryFailure.

    An IRI that is none has no values.
    """
    found: defaultdict[tuple[str, str], set[Term]] = defaultdict(set)
    nodes = [node for iri in dict.fromkeys(iris) if (node := _node(iri))]
    for id_ in dict.fromkeys(ids):
        for chunk in _chunks([str(node) for node in nodes]):
            values = " ".join(chunk)
            query = f"SELECT ?thing ?value WHERE {{ VALUES ?thing {{ {values} }} {_pattern(id_)} }}"
            for thing, value in evaluator.select(PROLOGUE + query).rows:
                if isinstance(thing, ox.NamedNode) and value is not None:
                    found[thing.value, id_].add(value)
    things = {t.value for terms in found.values() for t in terms if isinstance(t, ox.NamedNode)}
    return Values(
        {key: sorted(terms, key=str) for key, terms in found.items()},
        {
            iri: thing
            for chunk in _chunks(sorted(things))
            for iri, thing in names_of_things(evaluator, chunk).things.items()
        },
    )


def having(evaluator: Evaluator, entities: Entities, id_: str, given: Sequence[Given]) -> set[str]:
    """The IRIs of the entities that have one of the given values; raises QueryFailure."""
    terms: set[ox.NamedNode | ox.Literal] = set()
    for value in given:
        text = value.id if isinstance(value, Reconciled) else _text(value)
        terms |= {
            ox.Literal(text),
            ox.Literal(text, language="sv"),
            ox.Literal(text, language="en"),
        }
        terms |= {ox.NamedNode(iri) for iri in entities.names.find(text)}
        if node := _node(iri_of(text)):
            terms.add(node)
    written = " ".join(sorted(map(str, terms)))
    query = f"SELECT DISTINCT ?thing WHERE {{ VALUES ?value {{ {written} }} {_pattern(id_)} }}"
    rows = evaluator.select(PROLOGUE + query).rows
    things = {row[0].value for row in rows if isinstance(row[0], ox.NamedNode)}
    return things & entities.names.things.keys()


def agrees(values: Values, iri: str, id_: str, given: Sequence[Given]) -> bool:
    """Whether one of the given values is one of those that an entity has."""
    return any(_is(values, one, value) for one in given for value in values.of(iri, id_))


def in_language(values: Sequence[Term], language: str) -> Sequence[Term]:
    """The values without texts in other languages, unless there are only such."""
    fitting = [v for v in values if getattr(v, "language", None) in (None, language)]
    return fitting or values


def cell(values: Values, value: Term, language: str) -> dict[str, object]:
    """A value as the specification writes it, section "Data Extension Responses"."""
    if isinstance(value, ox.Literal):
        return _literal_cell(value)
    if isinstance(value, ox.NamedNode) and value.value.startswith(str(ID)):
        thing = values.names.get(value.value) or Named(value.value, ())
        return {"id": thing.key, "name": thing.label(language)}
    return {"str": value.value if isinstance(value, ox.NamedNode) else str(value)}


def _literal_cell(value: ox.Literal) -> dict[str, object]:
    match value.datatype.value.removeprefix(_XSD):
        case "integer":
            return {"int": int(value.value)}
        case "decimal" | "double" | "float" if math.isfinite(number := float(value.value)):
            return {"float": number}
        case "date":
            # the specification knows days only as points in time
            return {"date": f"{value.value}T00:00:00Z"}
        case "dateTime":
            return {"date": value.value}
    return {"str": value.value}


def _is(values: Values, given: Given, value: Term) -> bool:
    if isinstance(given, Reconciled):
        return isinstance(value, ox.NamedNode) and value.value == iri_of(given.id)
    text = _text(given)
    if isinstance(value, ox.Literal):
        return _same(text, value.value)
    if not isinstance(value, ox.NamedNode):
        return False
    thing = values.names.get(value.value) or Named(value.value, ())
    names = (*(label for _, label in thing.labels), *thing.others)
    return value.value == iri_of(text) or any(_same(text, name) for name in names)


def _same(given: str, known: str) -> bool:
    """Whether two texts say the same; a number may have lost the zeros before it."""
    if given.isdecimal() and known.isdecimal():
        return given.lstrip("0") == known.lstrip("0")
    ratio = fuzz.token_sort_ratio(folded(given), folded(known), score_cutoff=_AGREES)
    return given.casefold() == known.casefold() or bool(folded(given) and ratio)


def _text(value: str | bool | int | float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _all_above(entities: Entities, id_: str) -> set[str]:
    """The types above a type, however far."""
    found: set[str] = set()
    left = list(entities.types[id_].broader)
    while left:
        above = left.pop()
        if above not in found and above in entities.types:
            found.add(above)
            left += entities.types[above].broader
    return found


def _id_of(property_: Term | None) -> str:
    """The identifier of a property: the local name of ours; empty for one that is not shown."""
    iri = property_.value if isinstance(property_, ox.NamedNode) else ""
    if iri.startswith(str(TG)):
        return iri.removeprefix(str(TG))
    return next((id_ for id_ in _BORROWED if iri == _iri_of(id_)), "")


def _chunks(every: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many at a time as one query may name."""
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]


def _pattern(id_: str) -> str:
    """How ?thing has ?value."""
    return _PATHS.get(id_, f"?thing <{_iri_of(id_)}> ?value .")


def _iri_of(id_: str) -> str:
    """The IRI of a property."""
    prefix, colon, local = id_.partition(":")
    return PREFIXES[prefix] + local if colon else str(TG) + id_


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None
