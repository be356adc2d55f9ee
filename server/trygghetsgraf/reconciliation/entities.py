"""What can be matched: actors, parties among them, areas, measures and kinds of measure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from trygghetsgraf.namespaces import ID, PREFIXES, TG
from trygghetsgraf.saved.binding import ParameterError
from trygghetsgraf.saved.evaluation import Evaluator, Term
from trygghetsgraf.saved.header import Bilingual
from trygghetsgraf.saved.naming import Named, Names, folded, names_of_class
from trygghetsgraf.saved.search import Index, root

#: the types that a client is offered first
DEFAULT_TYPES = ("Actor", "Party", "Area", "Measure", "MeasureKind")

PROLOGUE = f"""
PREFIX rdf: <{PREFIXES["rdf"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX schema: <{PREFIXES["schema"]}>
PREFIX skos: <{PREFIXES["skos"]}>
PREFIX tg: <{TG}>
"""
_TOPS = " ".join(f"tg:{name}" for name in DEFAULT_TYPES)
_CLASSES = f"""SELECT DISTINCT ?class ?label ?above WHERE {{
  VALUES ?top {{ {_TOPS} }}
  ?class rdfs:subClassOf* ?top .
  OPTIONAL {{ ?class rdfs:label ?label }}
  OPTIONAL {{ ?class rdfs:subClassOf ?above . ?above rdfs:subClassOf* ?topmost .
              VALUES ?topmost {{ {_TOPS} }} }}
}}"""
_TYPED = f"SELECT ?thing ?type WHERE {{ VALUES ?top {{ {_TOPS} }} ?thing a ?top , ?type }}"
_DEFINED = f"""SELECT ?thing ?text WHERE {{
  VALUES ?top {{ {_TOPS} }} ?thing a ?top ; skos:definition ?text
}}"""
#: letters of a root that tells one word from others
_ROOT = 4
#: where a thing belongs
IN_AREA = "tg:governs|tg:activeIn|tg:place|tg:within"
_AREAS = f"SELECT ?thing ?area WHERE {{ ?thing {IN_AREA} ?area }}"


@dataclass(frozen=True)
class Labelled:
    """A type or a property: what it is called, under a short identifier."""

    id: str
    #: language → label
    labels: Mapping[str, str] = field(default_factory=dict)
    #: of a type, those right above it
    broader: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """Its label in the language, else in any, else its identifier."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.id)


@dataclass(frozen=True)
class Spelling:
    """One of an entity's names, ready to be compared."""

    written: str
    folded: str
    rooted: str
    #: whether it is a label rather than another name or a code
    preferred: bool


class Entities:
    """The entities of one state of the graph."""

    def __init__(
        self,
        names: Names,
        types: Mapping[str, Labelled],
        typed: Mapping[str, Iterable[str]],
        definitions: Mapping[str, Mapping[str, str]],
        areas: Mapping[str, set[str]],
    ) -> None:
        """``typed``, ``definitions`` and ``areas`` are by IRI."""
        self.names = names
        self.types = types
        counts = Counter(type_ for found in typed.values() for type_ in found)
        #: IRI → its types, the most specific first
        self._types = {
            iri: tuple(sorted(found, key=lambda type_: (counts[type_], type_)))
            for iri, found in typed.items()
        }
        self._definitions = definitions
        self._areas = areas
        self.index = Index(names, ())
        self.spellings = {iri: _spellings(thing) for iri, thing in names.things.items()}
        #: a name without case and accents, or without inflection → IRIs
        self.by_spelling: defaultdict[str, set[str]] = defaultdict(set)
        for iri, spellings in self.spellings.items():
            for spelling in spellings:
                self.by_spelling[spelling.folded].add(iri)
                self.by_spelling[spelling.rooted].add(iri)

    def find(self, id_: str) -> Named | None:
        """The entity of an identifier or IRI."""
        return self.names.things.get(iri_of(id_))

    def types_of(self, iri: str) -> tuple[str, ...]:
        """The identifiers of an entity's types, the most specific first."""
        return self._types.get(iri, ())

    def typed(self, iri: str, language: str) -> list[dict[str, str]]:
        """An entity's types with their names."""
        return [{"id": id_, "name": self.types[id_].label(language)} for id_ in self.types_of(iri)]

    def definition(self, iri: str, language: str) -> str:
        """What its vocabulary says that it is; empty for what is in none."""
        return self._definitions.get(iri, {}).get(language, "")

    def description(self, iri: str, language: str) -> str:
        """What tells an entity from its namesakes: its definition, or its type and where."""
        if definition := self.definition(iri, language):
            return definition
        around = [self.names.things[area].label(language) for area in self._narrowest(iri)]
        types = [self.types[id_].label(language) for id_ in self.types_of(iri)[:1]]
        return ", ".join([*types, *around])

    def check_types(self, parameter: str, ids: Sequence[str]) -> None:
        """Raise ParameterError for an identifier that no type has."""
        check_known(parameter, ids, self.types)

    def _narrowest(self, iri: str) -> list[str]:
        """The areas of a thing that hold none of its other areas."""
        areas = self._areas.get(iri, set()) & self.names.things.keys()
        wider = {above for area in areas for above in self._areas.get(area, set()) - {area}}
        return sorted(areas - wider)

    @cached_property
    def ordered(self) -> list[tuple[str, Named]]:
        """Every entity, by its Swedish label."""
        things = self.names.things.items()
        return sorted(things, key=lambda pair: (folded(pair[1].label("sv")), pair[0]))


def read_entities(evaluator: Evaluator) -> Entities:
    """The entities of the graph that is asked; raises QueryFailure."""
    classes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    above: defaultdict[str, set[str]] = defaultdict(set)
    for class_, label, over in evaluator.select(PROLOGUE + _CLASSES).rows:
        id_ = _local(class_)
        classes[id_] |= _by_language(label)
        above[id_] |= {_local(over)} - {"", id_}
    types = {
        id_: Labelled(id_, classes[id_], tuple(sorted(above[id_])))
        for id_ in sorted({*classes, *DEFAULT_TYPES} - {""})
    }
    typed: defaultdict[str, set[str]] = defaultdict(set)
    for thing, type_ in evaluator.select(PROLOGUE + _TYPED).rows:
        if isinstance(thing, ox.NamedNode) and _local(type_) in types:
            typed[thing.value].add(_local(type_))
    definitions: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for thing, text in evaluator.select(PROLOGUE + _DEFINED).rows:
        if isinstance(thing, ox.NamedNode):
            definitions[thing.value] |= _by_language(text)
    areas: defaultdict[str, set[str]] = defaultdict(set)
    for thing, area in evaluator.select(PROLOGUE + _AREAS).rows:
        if isinstance(thing, ox.NamedNode) and isinstance(area, ox.NamedNode):
            areas[thing.value].add(area.value)
    things = {
        iri: thing
        for name in DEFAULT_TYPES
        for iri, thing in names_of_class(evaluator, name).things.items()
        if iri.startswith(str(ID))
    }
    return Entities(Names(things.values()), types, typed, definitions, areas)


def iri_of(id_: str) -> str:
    """The IRI of an identifier; an IRI is its own."""
    return id_ if id_.startswith(("http://", "https://")) else str(ID) + id_


def check_known(parameter: str, ids: Sequence[str], known: Iterable[str]) -> None:
    """Raise ParameterError for an identifier that is not among the known ones."""
    every = tuple(known)
    for id_ in ids:
        if id_ not in every:
            raise ParameterError(
                parameter,
                id_,
                Bilingual(en="there is none of that name.", sv="det finns ingen som heter så."),
                Bilingual(en="Ask the suggest service.", sv="Fråga tjänsten för förslag."),
                tuple(other for other in every if folded(other) == folded(id_)),
            )


def _spellings(thing: Named) -> tuple[Spelling, ...]:
    labels = [label for _, label in thing.labels]
    return tuple(
        Spelling(name.casefold(), folded(name), rooted(name), name in labels)
        for name in dict.fromkeys((*labels, *thing.others))
    )


def rooted(text: str) -> str:
    """A text without case, accents and inflection; a code without the zeros before it."""
    return " ".join(map(_rooted, folded(text).split()))


def _rooted(word: str) -> str:
    if word.isdecimal():
        return word.lstrip("0") or word
    found = root(word)
    # what is left of a short name is that of others too: Sala, Sales
    return found if len(found) >= _ROOT else word


def _local(node: Term | None) -> str:
    """The local name of a term of ours; empty for others."""
    iri = node.value if isinstance(node, ox.NamedNode) else ""
    return iri.removeprefix(str(TG)) if iri.startswith(str(TG)) else ""


def _by_language(text: Term | None) -> dict[str, str]:
    return {text.language or "": text.value} if isinstance(text, ox.Literal) else {}
