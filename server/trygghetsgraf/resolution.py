"""Resolution: what the names, values and facts of a fact file stand for.

One resolver reads one file. It reports everything that it cannot resolve, with file and line,
and goes on, so that all of a file's errors come in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rdflib import RDF, Literal, URIRef

from trygghetsgraf.documents import Work
from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.facts import Claim, FactFile
from trygghetsgraf.literals import edtf_literal
from trygghetsgraf.names import CLASSED, NAMELESS, NamedThing, Names, nearest_property
from trygghetsgraf.namespaces import ID, Triple
from trygghetsgraf.yamlfile import Loc, YamlFile

_SUBJECT = re.compile(r"(?P<name>(?P<space>[a-z-]+)/[^\s/]+)(?: a (?P<cls>\w+))?")


class Resolver:
    """The names that one fact file may use, and the errors found in it so far."""

    def __init__(self, source: YamlFile, file: FactFile, work: Work, reference: Names) -> None:
        self.source = source
        self.errors: list[InputError] = []
        things = {
            name: NamedThing(name, thing, source, ("things", name))
            for name, thing in file.things.items()
        }
        self.names = Names(reference.ontology, things, reference)
        self._ontology = reference.ontology
        #: things of which a claim says what they are
        self._typed = frozenset(_typed(file))
        #: things that may be named without an entry of their own; the document is one of them
        self._itself = f"document/{work.key}"
        self._nameless = {name for name in self._typed if name.partition("/")[0] in NAMELESS}
        self._nameless.add(self._itself)
        self._used: set[str] = set()

    def report(self, loc: Loc, tried: str, found: str, do: str) -> None:
        """Note an error at a place of the file."""
        self.errors.append(self.source.error(loc, tried, found, do))

    def name(self, written: str, spaces: tuple[str, ...], loc: Loc) -> URIRef:
        """The IRI of a name in one of the key spaces; rdf:nil when it is reported."""
        try:
            iri = self.names.resolve(written, spaces, self._nameless)
        except InputError as error:
            self.report(loc, error.tried, error.found, error.do)
            return RDF.nil
        self._use(iri)
        return iri

    def code(self, scheme: str, key: str, loc: Loc) -> str:
        """The key of a concept, reported unless its scheme has it."""
        self.name(key, (scheme,), (*loc, scheme))
        return key

    def date(self, written: str | None, loc: Loc) -> Literal | None:
        """The literal of a date; None when there is none or it is reported."""
        if written is None:
            return None
        try:
            return edtf_literal(written)
        except InputError as error:
            self.report(loc, error.tried, error.found, error.do)
            return None

    def triples(self, claim: Claim, loc: Loc) -> Iterator[Triple]:
        """The triples that a claim states, without those that are reported."""
        for written, values in claim.facts.items():
            here = (*loc, "facts", written)
            match = _SUBJECT.fullmatch(written)
            if match is None:
                self.report(
                    here,
                    f"Reading the subject {written!r}",
                    "it is not 'kind/key' or 'kind/key a Class'.",
                    "Write for example 'measure/kameror-huddinge a Measure'.",
                )
                continue
            subject = self.name(match["name"], (match["space"],), here)
            if match["cls"]:
                yield subject, RDF.type, self._class(match["cls"], match["space"], here)
            if not (values or match["cls"]):
                self.report(here, "Reading a fact", "nothing is said.", "Add a property.")
            for name, objects in values.items():
                for value in objects:
                    found = self._object(name, value, (*here, name))
                    if found is not None:
                        yield subject, found[0], found[1]

    def check_things(self) -> None:
        """Report the entries that do not fit, that nothing uses or that no claim classifies."""
        for name in self.names.things:
            loc: Loc = ("things", name)
            tried = f"Reading {name}"
            if name == self._itself:
                # a second name would be a second title
                self.report(
                    loc, tried, "it is this document, described by its metadata.", "Remove it here."
                )
            elif name not in self._used:
                self.report(loc, tried, "no claim uses it.", "Use it or remove it.")
            elif name.partition("/")[0] not in CLASSED and name not in self._typed:
                do = f"Write '{name} a …' in the claim that introduces it."
                self.report(loc, tried, "no claim says what it is.", do)
        try:
            self.names.triples()
        except InputErrors as errors:
            self.errors += errors.errors

    def check_metadata(self, work: Work) -> None:
        """Report what the metadata of the work name that does not exist."""
        meta, errors = work.meta, []
        if meta.a not in self._ontology.classes_of("document"):
            do = f"Use one of {', '.join(self._ontology.classes_of('document'))}."
            errors.append(
                work.source.error(
                    ("a",), "Reading the class", f"{meta.a!r} is not a class of document.", do
                )
            )
        for field, space in (("kind", "document-kind"), ("publisher", "actor"), ("area", "area")):
            try:
                self._use(self.names.resolve(getattr(meta, field), (space,)))
            except InputError as error:
                errors.append(work.source.error((field,), error.tried, error.found, error.do))
        try:
            edtf_literal(meta.status_date)
        except InputError as error:
            errors.append(work.source.error(("status_date",), error.tried, error.found, error.do))
        self.errors += errors

    def _class(self, name: str, space: str, loc: Loc) -> URIRef:
        entity_class = self._ontology.classes.get(name)
        if entity_class is None or entity_class.keyspace != space:
            fitting = ", ".join(self._ontology.classes_of(space))
            self.report(
                loc,
                f"Reading the class {name!r}",
                f"it is not a class of {space!r}.",
                f"Use one of {fitting or 'the known kinds'}.",
            )
            return RDF.nil
        return entity_class.iri

    def _object(self, name: str, value: str, loc: Loc) -> tuple[URIRef, URIRef | Literal] | None:
        prop = self._ontology.properties.get(name)
        if prop is None or prop.stated_as is None:
            self.report(
                loc,
                f"Reading the property {name!r}",
                "the ontology has no such property for facts."
                + nearest_property(name, self._ontology),
                "Correct it, or give the claim a gist instead.",
            )
            return None
        try:
            found = self.names.value(prop, value, self._nameless)
        except InputError as error:
            self.report(loc, error.tried, error.found, error.do)
            return None
        if isinstance(found, URIRef):
            self._use(found)
        return prop.iri, found

    def _use(self, iri: URIRef) -> None:
        self._used.add(str(iri).removeprefix(str(ID)))


def _typed(file: FactFile) -> Iterable[str]:
    """The subjects that the file writes with their class, relayed claims included."""
    for part in file.parts:
        for entry in part.passages:
            for outer in entry.claims:
                claim: Claim | None = outer
                while claim is not None:
                    for subject in claim.facts:
                        match = _SUBJECT.fullmatch(subject)
                        if match and match["cls"]:
                            yield match["name"]
                    claim = claim.relays
