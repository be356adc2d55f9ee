"""Reading: fact files resolved against documents, names and ontology into claims.

What comes out has IRIs only: who said what, where it stands in every text version, and
which triples it states. Every error carries file and line, and all of a file's errors
are reported in one pass.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from rdflib import Literal, URIRef

from trygghetsgraf.documents import Bilingual, Passage, Work
from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.facts import Claim, FactFile, Part, PassageEntry
from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import Triple, entity, hashed
from trygghetsgraf.resolution import Resolver
from trygghetsgraf.yamlfile import Loc, YamlFile


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


def read_facts(source: YamlFile, work: Work, reference: Names) -> Reading:
    """The reading of a document from its fact file.

    Raises InputErrors with file and line for every quote that is not in the text, every
    unknown name, property or class, and every broken reference.
    """
    return _Reader(source, work, reference).read()


class _Reader:
    def __init__(self, source: YamlFile, work: Work, reference: Names) -> None:
        self.source = source
        self.work = work
        self.file = source.validate(FactFile)
        self.resolver = Resolver(source, self.file, work, reference)
        self.claims: list[ReadClaim] = []
        self.passages: list[ReadPassage] = []
        self.unclaimed: list[tuple[Passage, str]] = []
        self.seen: set[URIRef] = set()
        self.keys: Counter[tuple[str, ...]] = Counter()

    def read(self) -> Reading:
        if self.file.work != self.work.key or self.source.path.stem != self.work.key:
            raise self.source.error(
                ("work",),
                "Reading a fact file",
                f"it is called {self.source.path.name} and is about {self.file.work!r}.",
                f"Both must be the work's key, {self.work.key!r}.",
            )
        self.resolver.check_metadata(self.work)
        parts = tuple(self._part(i, part) for i, part in enumerate(self.file.parts))
        for i, (part, read_part) in enumerate(zip(self.file.parts, parts, strict=True)):
            for j, entry in enumerate(part.passages):
                self._passage(entry, part, read_part, ("parts", i, "passages", j))
        self.resolver.check_things()
        if errors := self.resolver.errors:
            raise InputErrors(sorted(errors, key=lambda error: (str(error.path), error.line or 0)))
        return Reading(
            self.work,
            self.resolver.names,
            parts,
            tuple(self.passages),
            tuple(self.claims),
            tuple(self.unclaimed),
        )

    def _part(self, index: int, part: Part) -> ReadPart:
        loc: Loc = ("parts", index)
        answers = None
        if part.answers is not None:
            answers = self.resolver.name(part.answers, ("question",), (*loc, "answers"))
        if sum(other.part == part.part for other in self.file.parts) > 1:
            self.resolver.report(
                loc, f"Reading part {part.part!r}", "its key is not unique.", "Rename it."
            )
        iri = self._part_iri(part.part)
        return ReadPart(iri, index + 1, Bilingual(sv=part.sv, en=part.en), part.item, answers)

    def _part_iri(self, key: str) -> URIRef:
        return entity("part", f"{self.work.key}-{key}")

    def _passage(self, entry: PassageEntry, part: Part, read_part: ReadPart, loc: Loc) -> None:
        try:
            passage = self.work.locate(entry.quote, entry.occurrence)
        except InputError as error:
            self.resolver.report((*loc, "quote"), error.tried, error.found, error.do)
            passage = Passage(self.work.key, entry.quote, entry.occurrence or 1, {})
        iri = hashed("passage", self.work.key, passage.quote, str(passage.occurrence))
        if iri in self.seen:
            self.resolver.report(
                loc, "Reading a passage", "it stands in the file before.", "Merge the two."
            )
        self.seen.add(iri)
        if entry.unclaimed is not None:
            self.unclaimed.append((passage, entry.unclaimed))
            return
        read = ReadPassage(iri, passage, read_part)
        self.passages.append(read)
        for k, claim in enumerate(entry.claims):
            self._claim(claim, part, read, (*loc, "claims", k), None)

    def _claim(
        self, claim: Claim, part: Part, passage: ReadPassage, loc: Loc, relayer: ReadClaim | None
    ) -> ReadClaim:
        written = claim.speaker or (None if relayer else part.speaker)
        if written is None:
            self.resolver.report(loc, "Reading a claim", "it has no speaker.", "Name the speaker.")
        speakers = tuple(
            self.resolver.name(s, ("actor",), (*loc, "speaker")) for s in written or ()
        )
        triples = tuple(self.resolver.triples(claim, loc))
        if claim.polarity == "negative" and len(triples) > 1:
            self.resolver.report(
                (*loc, "facts"),
                "Reading a denial",
                f"it states {len(triples)} triples; which of them is denied?",
                "Write one claim for each triple that is denied.",
            )
        read = ReadClaim(
            iri=self._claim_iri(claim, passage, speakers, relayer),
            passage=passage,
            speakers=speakers,
            addressees=tuple(
                self.resolver.name(a, ("actor",), (*loc, "to")) for a in claim.to or ()
            ),
            force=self.resolver.code("force", claim.force, loc),
            polarity=self.resolver.code("polarity", claim.polarity, loc),
            certainty=self.resolver.code("certainty", claim.certainty, loc),
            tense=self.resolver.code("tense", claim.tense, loc),
            valid_from=self.resolver.date(claim.since, (*loc, "from")),
            valid_until=self.resolver.date(claim.until, (*loc, "until")),
            said_in=self.resolver.name(claim.said_in, ("document",), (*loc, "saidIn"))
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
            self.resolver.report(
                loc, f"Looking up part {key!r}", "no such part.", "Name a part's key."
            )
        return self._part_iri(key)
