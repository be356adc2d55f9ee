"""Names: which things exist, what they are called, and what a written name means.

Things that several documents name stand in data/reference, those of one document in its
own fact file. A name is looked up in the key spaces that its place allows; an unknown one
is an error that names the nearest known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rdflib import RDF, RDFS, SKOS, Literal, URIRef

from trygghetsgraf.errors import InputError
from trygghetsgraf.facts import Thing
from trygghetsgraf.literals import parse_literal
from trygghetsgraf.namespaces import ID, SCHEMA, TG, Triple, entity, is_key
from trygghetsgraf.ontology import Ontology, Property
from trygghetsgraf.yamlfile import Loc, YamlFile

#: things whose class is part of their name; of the others a claim says what they are
CLASSED = frozenset({"actor", "area", "document"})
#: things that need no name of their own: what they are says enough
NAMELESS = frozenset({"quantity", "funding", "membership", "part", "claim", "statement"})
_LINKS = {"sameAs": SCHEMA.sameAs, "seeAlso": RDFS.seeAlso}


@dataclass(frozen=True)
class NamedThing:
    """A thing with the file and place of its entry."""

    name: str
    thing: Thing
    source: YamlFile
    loc: Loc


class Names:
    """Everything that can be referred to: concepts, reference things, things of one file."""

    def __init__(
        self,
        ontology: Ontology,
        things: Mapping[str, NamedThing],
        parent: Names | None = None,
    ) -> None:
        self.ontology = ontology
        self.things = dict(things)
        self.parent = parent

    def __contains__(self, name: str) -> bool:
        if name in self.things or name in self.ontology.concepts:
            return True
        return self.parent is not None and name in self.parent

    def __iter__(self) -> Iterator[str]:
        yield from self.things
        yield from self.parent or sorted(self.ontology.concepts)

    def resolve(self, written: str, spaces: Iterable[str], extra: Iterable[str] = ()) -> URIRef:
        """The IRI of a name as written: ``space/key``, or ``key`` in one of the spaces.

        ``extra`` are further names that count as known. Raises InputError without file
        and line: unknown, ambiguous, or of a kind that does not fit here.
        """
        spaces = tuple(spaces)
        tried = f"Looking up {written!r}"
        known = frozenset(extra)
        if "/" in written:
            space, _, key = written.partition("/")
            candidates = [written] if space in spaces and is_key(key) else []
            if space not in spaces:
                raise InputError(
                    tried, f"{space!r} does not fit here.", f"Use one of {', '.join(spaces)}."
                )
        else:
            candidates = [f"{space}/{written}" for space in spaces]
        found = [name for name in candidates if name in known or name in self]
        if len(found) == 1:
            space, _, key = found[0].partition("/")
            return entity(space, key)
        if found:
            raise InputError(tried, f"it is any of {', '.join(found)}.", "Write the kind with it.")
        choices = [n for n in [*self, *known] if n.partition("/")[0] in spaces]
        raise InputError(
            tried, "no such name." + _nearest(written, choices), "Correct it or name it."
        )

    def triples(self) -> Iterator[Triple]:
        """What the things of this level are called and how they belong together.

        Raises InputError with file and line for an entry that does not fit the ontology.
        """
        for named in self.things.values():
            yield from self._thing_triples(named)

    def _thing_triples(self, named: NamedThing) -> Iterator[Triple]:
        thing, iri = named.thing, ID[named.name]
        space = named.name.partition("/")[0]
        yield iri, RDFS.label, Literal(thing.sv, lang="sv")
        yield iri, RDFS.label, Literal(thing.en or thing.sv, lang="en")
        for alt in thing.also:
            yield iri, SKOS.altLabel, Literal(alt, lang="sv")
        for hidden in thing.misspelt:
            yield iri, SKOS.hiddenLabel, Literal(hidden, lang="sv")
        if thing.note:
            yield iri, SKOS.editorialNote, Literal(thing.note.sv, lang="sv")
            yield iri, SKOS.editorialNote, Literal(thing.note.en, lang="en")
        if space in CLASSED:
            yield iri, RDF.type, self._class_of(named, space)
        for name, values in thing.structure.items():
            for value in values:
                yield from self._structure(named, iri, name, value)

    def _class_of(self, named: NamedThing, space: str) -> URIRef:
        name = named.thing.a
        entity_class = self.ontology.classes.get(name or "")
        if entity_class is None or entity_class.keyspace != space:
            fitting = sorted(c.name for c in self.ontology.classes.values() if c.keyspace == space)
            raise named.source.error(
                (*named.loc, "a"),
                f"Reading {named.name}",
                f"{name!r} is not a class of {space}." if name else "it has no class 'a'.",
                f"Use one of {', '.join(fitting)}.",
            )
        return entity_class.iri

    def _structure(self, named: NamedThing, iri: URIRef, name: str, value: str) -> Iterator[Triple]:
        loc = (*named.loc, name)
        if name in _LINKS:
            if not value.startswith(("http://", "https://")):
                raise named.source.error(
                    loc, f"Reading {name}", f"{value!r} is no IRI.", "Give the full IRI."
                )
            yield iri, _LINKS[name], URIRef(value)
            return
        prop = self.ontology.properties.get(name)
        if prop is None or not (prop.stated_as == "structure" or prop.iri == TG.possiblySameAs):
            fitting = [
                p.name for p in self.ontology.properties.values() if p.stated_as == "structure"
            ]
            raise named.source.error(
                loc,
                f"Reading {named.name}",
                f"{name!r} is not a structural property." + _nearest(name, fitting),
                "What a document says belongs in a claim.",
            )
        try:
            yield iri, prop.iri, self.value(prop, value)
        except InputError as error:
            raise named.source.error(loc, error.tried, error.found, error.do) from error

    def value(self, prop: Property, written: str, extra: Iterable[str] = ()) -> URIRef | Literal:
        """A property's value as written. Raises InputError without file and line."""
        if prop.literal_form is not None:
            return parse_literal(prop.literal_form, written)
        return self.resolve(written, prop.keyspaces, extra)


def _nearest(written: str, choices: Iterable[str]) -> str:
    """`` Nearest: a, b.`` or nothing."""
    matches = process.extract(written, list(choices), scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    return f" Nearest: {', '.join(choice for choice, _, _ in matches)}." if matches else ""


def nearest_property(name: str, ontology: Ontology) -> str:
    """`` Nearest: …`` for a property name that does not exist."""
    return _nearest(name, ontology.properties)
