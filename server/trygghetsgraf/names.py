"""Names: which things exist, what they are called, and what a written name means.

Things that several documents name stand in data/reference, those of one document in its
own fact file. A name is looked up in the key spaces that its place allows; an unknown one
is an error that names the nearest known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rdflib import RDF, RDFS, SKOS, XSD, Literal, URIRef

from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.facts import Thing
from trygghetsgraf.literals import parse_literal
from trygghetsgraf.namespaces import ID, SCHEMA, TG, Triple, entity, is_key
from trygghetsgraf.ontology import Ontology, Property
from trygghetsgraf.terms import to_store
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

    def error(self, loc: Loc, found: str, do: str) -> InputError:
        """An InputError at a place within the entry."""
        return self.source.error((*self.loc, *loc), f"Reading {self.name}", found, do)


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

    def find(self, name: str) -> Thing | None:
        """The entry of a thing, None where there is none."""
        if name in self.things:
            return self.things[name].thing
        return None if self.parent is None else self.parent.find(name)

    def resolve(self, written: str, spaces: Iterable[str], extra: Iterable[str] = ()) -> URIRef:
        """The IRI of a name as written: ``space/key``, or ``key`` in one of the spaces.

        ``extra`` are further names that count as known. Raises InputError without file
        and line: unknown, ambiguous, or of a kind that does not fit here.
        """
        spaces, known = tuple(spaces), frozenset(extra)
        tried = f"Looking up {written!r}"
        candidates = [written] if "/" in written else [f"{space}/{written}" for space in spaces]
        space = candidates[0].partition("/")[0]
        if space not in spaces:
            raise InputError(
                tried, f"{space!r} does not fit here.", f"Use one of {', '.join(spaces)}."
            )
        found = [name for name in candidates if name in known or name in self]
        if len(found) == 1:
            space, _, key = found[0].partition("/")
            return entity(space, key)
        if found:
            raise InputError(tried, f"it is any of {', '.join(found)}.", "Write the kind with it.")
        parts = ((name, *name.partition("/")) for name in (*self, *known))
        choices = {
            name: name if "/" in written else key
            for name, space, _, key in parts
            if space in spaces
        }
        raise InputError(
            tried, "no such name." + _nearest(written, choices), "Correct it or name it."
        )

    def triples(self) -> list[Triple]:
        """What the things of this level are called and how they belong together.

        Raises InputErrors with file and line for everything that does not fit the ontology.
        """
        found: list[Triple] = []
        errors: list[InputError] = []
        for named in self.things.values():
            for item in self._described(named):
                if isinstance(item, InputError):
                    errors.append(item)
                else:
                    found.append(item)
        if errors:
            raise InputErrors(errors)
        return found

    def _described(self, named: NamedThing) -> Iterator[Triple | InputError]:
        """The triples of a thing, with an error in place of each that cannot be made."""
        thing, iri = named.thing, ID[named.name]
        space, _, key = named.name.partition("/")
        if space not in self.ontology.thing_spaces or not is_key(key):
            fitting = ", ".join(sorted(self.ontology.thing_spaces))
            yield named.error(
                (), f"{named.name!r} is no name.", f"Write kind/key, the kind one of {fitting}."
            )
            return
        if self.parent is not None and named.name in self.parent:
            yield named.error((), "data/reference names it already.", "Remove one of the two.")
        yield from _labels(iri, thing)
        if space in CLASSED or (thing.a is not None and self.parent is None):
            # a thing that several documents name is there even when one of them is withdrawn
            yield self._class_of(named, iri, space)
        elif thing.a is not None:
            yield named.error(("a",), "a claim says what it is.", "Remove 'a' here.")
        if space == "document":
            # works of the collection are described by their metadata, not by an entry here
            yield iri, TG.held, Literal("false", datatype=XSD.boolean)
        for name, values in thing.structure.items():
            for value in values:
                yield self._structure(named, iri, name, value)

    def _class_of(self, named: NamedThing, iri: URIRef, space: str) -> Triple | InputError:
        name = named.thing.a
        entity_class = self.ontology.classes.get(name or "")
        if entity_class is None or entity_class.keyspace != space:
            return named.error(
                ("a",),
                f"{name!r} is not a class of {space}." if name else "it has no class 'a'.",
                f"Use one of {', '.join(self.ontology.classes_of(space))}.",
            )
        return iri, RDF.type, entity_class.iri

    def _structure(
        self, named: NamedThing, iri: URIRef, name: str, value: str
    ) -> Triple | InputError:
        if name in _LINKS:
            if not _is_web_address(value):
                return named.error((name,), f"{value!r} is no IRI.", "Give the full IRI.")
            return iri, _LINKS[name], URIRef(value)
        prop = self.ontology.properties.get(name)
        if prop is None or not (prop.stated_as == "structure" or prop.iri == TG.possiblySameAs):
            fitting = {
                p.name: p.name
                for p in self.ontology.properties.values()
                if p.stated_as == "structure"
            }
            return named.error(
                (name,),
                f"{name!r} is not a structural property." + _nearest(name, fitting),
                "What a document says belongs in a claim.",
            )
        try:
            return iri, prop.iri, self.value(prop, value)
        except InputError as error:
            return named.source.error((*named.loc, name), error.tried, error.found, error.do)

    def value(self, prop: Property, written: str, extra: Iterable[str] = ()) -> URIRef | Literal:
        """A property's value as written. Raises InputError without file and line."""
        if prop.literal_form is not None:
            return parse_literal(prop.literal_form, written)
        return self.resolve(written, prop.keyspaces, extra)


def _is_web_address(text: str) -> bool:
    """Whether the text is an absolute IRI on the web, as the store will take it."""
    try:
        to_store(URIRef(text))
    except ValueError:
        return False
    return text.startswith(("http://", "https://"))


def _labels(iri: URIRef, thing: Thing) -> Iterator[Triple]:
    """What the thing is called, and the note on it."""
    yield iri, RDFS.label, Literal(thing.sv, lang="sv")
    yield iri, RDFS.label, Literal(thing.en or thing.sv, lang="en")
    for alt in thing.also:
        yield iri, SKOS.altLabel, Literal(alt, lang="sv")
    for hidden in thing.misspelt:
        yield iri, SKOS.hiddenLabel, Literal(hidden, lang="sv")
    if thing.note:
        yield iri, SKOS.editorialNote, Literal(thing.note.sv, lang="sv")
        yield iri, SKOS.editorialNote, Literal(thing.note.en, lang="en")


def _nearest(written: str, choices: Mapping[str, str]) -> str:
    """`` Nearest: a, b.`` or nothing; what is compared is the value, what is shown the key."""
    matches = process.extract(written, choices, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    return f" Nearest: {', '.join(shown for _, _, shown in matches)}." if matches else ""


def nearest_property(name: str, ontology: Ontology) -> str:
    """`` Nearest: …`` for a property name that does not exist."""
    return _nearest(name, {known: known for known in ontology.properties})
