"""Reading: fact files resolved against documents, names and ontology into claims.

What comes out has IRIs only: who said what, where it stands in every text version, and
which triples it states. Every error carries file and line, and all of a file's errors
are reported in one pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rdflib import RDF, Literal, URIRef

from trygghetsgraf.documents import Bilingual, Passage, Work
from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.facts import Claim, FactFile, Part, PassageEntry
from trygghetsgraf.literals import edtf_literal
from trygghetsgraf.names import CLASSED, NAMELESS, NamedThing, Names, nearest_property
from trygghetsgraf.namespaces import Triple, entity, hashed
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.yamlfile import Loc, YamlFile

_SUBJECT = re.compile(r"(?P<name>(?P<space>[a-z-]+)/[^\s/]+)(?: a (?P<cls>\w+))?")


@dataclass(frozen=True)
class ReadPart:
    """A part of a document with its IRI."""

    iri: URIRef
    number: int
    label: Bilingual
    item: int | None
    answers: URIRef | None


@dataclass(frozen=True)
class ReadPassage:
    """A passage with its IRI and the part that it stands in."""

    iri: URIRef
    passage: Passage
    part: ReadPart


@dataclass(frozen=True)
class ReadClaim:
    """A claim with everything resolved; ``relayed`` when another claim passes it on."""

    iri: URIRef
    passage: ReadPassage
    speakers: tuple[URIRef, ...]
    addressees: tuple[URIRef, ...]
    force: str
    polarity: str
    certainty: str
    tense: str
    valid_from: Literal | None
    valid_until: Literal | None
    said_in: URIRef | None
    condition: Bilingual | None
    framed_by: URIRef | None
    gist: Bilingual | None
    triples: tuple[Triple, ...]
    relays: ReadClaim | None
    relayed: bool


@dataclass(frozen=True)
class Reading:
    """A document as read: its parts, passages and claims, in the order of the text."""

    work: Work
    names: Names
    parts: tuple[ReadPart, ...]
    passages: tuple[ReadPassage, ...]
    #: every claim, the relayed ones too, each after the claim that relays it
    claims: tuple[ReadClaim, ...]
    #: sentences without a claim, with the reason
    unclaimed: tuple[tuple[Passage, str], ...]


def read_facts(source: YamlFile, work: Work, ontology: Ontology, reference: Names) -> Reading:
    """The reading of a document from its fact file.

    Raises InputErrors with file and line for every quote that is not in the text, every
    unknown name, property or class, and every broken reference.
    """
    return _Reader(source, work, ontology, reference).read()


class _Reader:
    def __init__(self, source: YamlFile, work: Work, ontology: Ontology, reference: Names) -> None:
        self.source = source
        self.work = work
        self.ontology = ontology
        self.file = source.validate(FactFile)
        things = {
            name: NamedThing(name, thing, source, ("things", name))
            for name, thing in self.file.things.items()
        }
        self.names = Names(ontology, things, reference)
        self.errors: list[InputError] = []
        self.typed: set[str] = set()
        self.used: set[str] = set()
        self.claims: list[ReadClaim] = []
        self.passages: list[ReadPassage] = []
        self.unclaimed: list[tuple[Passage, str]] = []
        self.keys: Counter[tuple[str, ...]] = Counter()

    def read(self) -> Reading:
        if self.file.work != self.work.key or self.source.path.stem != self.work.key:
            raise self.source.error(
                ("work",),
                "Reading a fact file",
                f"it is called {self.source.path.name} and is about {self.file.work!r}.",
                f"Both must be the work's key, {self.work.key!r}.",
            )
        self._collect_typed()
        parts = tuple(self._part(i, part) for i, part in enumerate(self.file.parts))
        for i, (part, read_part) in enumerate(zip(self.file.parts, parts, strict=True)):
            for j, entry in enumerate(part.passages):
                self._passage(entry, part, read_part, ("parts", i, "passages", j))
        self._check_things()
        try:
            list(self.names.triples())
        except InputError as error:
            self.errors.append(error)
        if self.errors:
            raise InputErrors(sorted(self.errors, key=lambda error: error.line or 0))
        return Reading(
            self.work,
            self.names,
            parts,
            tuple(self.passages),
            tuple(self.claims),
            tuple(self.unclaimed),
        )

    # what the file declares

    def _collect_typed(self) -> None:
        """Note every thing of which a claim says what it is."""
        for part in self.file.parts:
            for entry in part.passages:
                for outer in entry.claims:
                    claim: Claim | None = outer
                    while claim is not None:
                        for subject in claim.facts:
                            match = _SUBJECT.fullmatch(subject)
                            if match and match["cls"]:
                                self.typed.add(match["name"])
                        claim = claim.relays

    def _check_things(self) -> None:
        """Report things that nothing uses, or of which no claim says what they are."""
        for name in self.names.things:
            loc: Loc = ("things", name)
            space = name.partition("/")[0]
            if name not in self.used:
                self._report(loc, f"Reading {name}", "no claim uses it.", "Use it or remove it.")
            elif space not in CLASSED and name not in self.typed:
                self._report(
                    loc,
                    f"Reading {name}",
                    "no claim says what it is.",
                    f"Write '{name} a …' in the claim that introduces it.",
                )

    # parts, passages, claims

    def _part(self, index: int, part: Part) -> ReadPart:
        loc: Loc = ("parts", index)
        answers = None
        if part.answers is not None:
            answers = self._name(part.answers, ("question",), (*loc, "answers"))
        if sum(other.part == part.part for other in self.file.parts) > 1:
            self._report(loc, f"Reading part {part.part!r}", "its key is not unique.", "Rename it.")
        iri = self._part_iri(part.part)
        return ReadPart(iri, index + 1, Bilingual(sv=part.sv, en=part.en), part.item, answers)

    def _part_iri(self, key: str) -> URIRef:
        return entity("part", f"{self.work.key}-{key}")

    def _passage(self, entry: PassageEntry, part: Part, read_part: ReadPart, loc: Loc) -> None:
        try:
            passage = self.work.locate(entry.quote, entry.occurrence)
        except InputError as error:
            self._report((*loc, "quote"), error.tried, error.found, error.do)
            return
        if entry.unclaimed is not None:
            self.unclaimed.append((passage, entry.unclaimed))
            return
        iri = hashed("passage", self.work.key, passage.quote, str(passage.occurrence))
        if any(other.iri == iri for other in self.passages):
            self._report(
                loc, "Reading a passage", "it stands in the file before.", "Merge the two."
            )
        read = ReadPassage(iri, passage, read_part)
        self.passages.append(read)
        for k, claim in enumerate(entry.claims):
            self._claim(claim, part, read, (*loc, "claims", k), None)

    def _claim(
        self, claim: Claim, part: Part, passage: ReadPassage, loc: Loc, relayer: ReadClaim | None
    ) -> ReadClaim:
        written = claim.speaker or (None if relayer else part.speaker)
        if written is None:
            self._report(loc, "Reading a claim", "it has no speaker.", "Name the speaker.")
        speakers = tuple(self._name(s, ("actor",), (*loc, "speaker")) for s in written or ())
        triples = tuple(self._triples(claim, loc))
        if claim.polarity == "negative" and len(triples) > 1:
            self._report(
                (*loc, "facts"),
                "Reading a denial",
                f"it states {len(triples)} triples; which of them is denied?",
                "Write one claim for each triple that is denied.",
            )
        read = ReadClaim(
            iri=self._claim_iri(claim, passage, speakers, relayer),
            passage=passage,
            speakers=speakers,
            addressees=tuple(self._name(a, ("actor",), (*loc, "to")) for a in claim.to or ()),
            force=self._code("force", claim.force, loc),
            polarity=self._code("polarity", claim.polarity, loc),
            certainty=self._code("certainty", claim.certainty, loc),
            tense=self._code("tense", claim.tense, loc),
            valid_from=self._date(claim.since, (*loc, "from")),
            valid_until=self._date(claim.until, (*loc, "until")),
            said_in=self._name(claim.said_in, ("document",), (*loc, "saidIn"))
            if claim.said_in
            else None,
            condition=claim.condition,
            framed_by=self._frame(claim.framed_by, (*loc, "framedBy")),
            gist=claim.gist,
            triples=triples,
            relays=None,
            relayed=relayer is not None,
        )
        place = len(self.claims)
        self.claims.append(read)
        if claim.relays is not None:
            inner = self._claim(claim.relays, part, passage, (*loc, "relays"), read)
            read = replace(read, relays=inner)
            self.claims[place] = read
        return read

    def _claim_iri(
        self,
        claim: Claim,
        passage: ReadPassage,
        speakers: tuple[URIRef, ...],
        relayer: ReadClaim | None,
    ) -> URIRef:
        """A key that a better reading, a new text version or a redaction does not change."""
        parts = (
            self.work.key,
            passage.passage.quote,
            str(passage.passage.occurrence),
            " ".join(speakers),
            claim.force,
            claim.polarity,
            claim.certainty,
            claim.tense,
            f"{claim.since or ''}/{claim.until or ''}",
            " ".join(relayer.speakers) if relayer else "",
        )
        self.keys[parts] += 1
        return hashed("claim", *parts, str(self.keys[parts]))

    def _frame(self, key: str | None, loc: Loc) -> URIRef | None:
        if key is None:
            return None
        if all(part.part != key for part in self.file.parts):
            self._report(loc, f"Looking up part {key!r}", "no such part.", "Name a part's key.")
        return self._part_iri(key)

    # facts

    def _triples(self, claim: Claim, loc: Loc) -> Iterator[Triple]:
        for written, values in claim.facts.items():
            here = (*loc, "facts", written)
            match = _SUBJECT.fullmatch(written)
            if match is None:
                self._report(
                    here,
                    f"Reading the subject {written!r}",
                    "it is not 'kind/key' or 'kind/key a Class'.",
                    "Write for example 'measure/kameror-huddinge a Measure'.",
                )
                continue
            subject = self._name(match["name"], (match["space"],), here)
            if match["cls"]:
                yield subject, RDF.type, self._class(match["cls"], match["space"], here)
            if not (values or match["cls"]):
                self._report(here, "Reading a fact", "nothing is said.", "Add a property.")
            for name, objects in values.items():
                for value in objects:
                    found = self._object(name, value, (*here, name))
                    if found is not None:
                        yield subject, found[0], found[1]

    def _class(self, name: str, space: str, loc: Loc) -> URIRef:
        entity_class = self.ontology.classes.get(name)
        if entity_class is None or entity_class.keyspace != space:
            fitting = sorted(c.name for c in self.ontology.classes.values() if c.keyspace == space)
            self._report(
                loc,
                f"Reading the class {name!r}",
                f"it is not a class of {space!r}.",
                f"Use one of {', '.join(fitting) or 'the known kinds'}.",
            )
            return RDF.nil
        return entity_class.iri

    def _object(self, name: str, value: str, loc: Loc) -> tuple[URIRef, URIRef | Literal] | None:
        prop = self.ontology.properties.get(name)
        if prop is None or prop.stated_as is None:
            self._report(
                loc,
                f"Reading the property {name!r}",
                "the ontology has no such property for facts."
                + nearest_property(name, self.ontology),
                "Correct it, or give the claim a gist instead.",
            )
            return None
        try:
            found = self.names.value(prop, value, self.typed)
        except InputError as error:
            self._report(loc, error.tried, error.found, error.do)
            return None
        if isinstance(found, URIRef):
            self._use(found)
        return prop.iri, found

    # values

    def _name(self, written: str, spaces: tuple[str, ...], loc: Loc) -> URIRef:
        try:
            iri = self.names.resolve(written, spaces, self._nameless())
        except InputError as error:
            self._report(loc, error.tried, error.found, error.do)
            return RDF.nil
        self._use(iri)
        return iri

    def _nameless(self) -> set[str]:
        return {name for name in self.typed if name.partition("/")[0] in NAMELESS}

    def _use(self, iri: URIRef) -> None:
        self.used.add("/".join(str(iri).split("/")[-2:]))

    def _code(self, scheme: str, key: str, loc: Loc) -> str:
        self._name(key, (scheme,), (*loc, scheme))
        return key

    def _date(self, written: str | None, loc: Loc) -> Literal | None:
        if written is None:
            return None
        try:
            return edtf_literal(written)
        except InputError as error:
            self._report(loc, error.tried, error.found, error.do)
            return None

    def _report(self, loc: Loc, tried: str, found: str, do: str) -> None:
        self.errors.append(self.source.error(loc, tried, found, do))
