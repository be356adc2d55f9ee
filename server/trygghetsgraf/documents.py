"""Documents: works with their text versions, and where a quote stands in each of them.

A quote is found word for word, modulo white space, in the first text version of a work
and carried over to the others by aligning the words. The places where the versions differ
are reviewed by hand in the work's metadata, so that a changed letter in a text stops the
build instead of passing for a difference.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.texts import Alignment, Span, Text, TextDifference, mask
from trygghetsgraf.yamlfile import YamlFile

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


def _as_written(value: object) -> object:
    # left to itself, the model takes "2019" for seconds since 1970
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is None:
        raise ValueError("write YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_as_written)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Model):
    """A text in Swedish and in English."""

    sv: str = Field(min_length=1)
    en: str = Field(min_length=1)


class DateBounds(_Model):
    """When a document was made: a day, or the bounds that its text supports, and why."""

    day: Day | None = None
    earliest: Day | None = None
    latest: Day | None = None
    reason: Bilingual

    @model_validator(mode="after")
    def _day_or_bounds(self) -> DateBounds:
        bounds = [bound for bound in (self.earliest, self.latest) if bound is not None]
        if (self.day is None) == (not bounds):
            raise ValueError("give a day, or else its bounds")
        if bounds != sorted(bounds):
            raise ValueError("the earliest day is after the latest")
        return self


class Difference(_Model):
    """One reviewed difference in wording; an empty text where the words are missing."""

    texts: tuple[str, str] = Field(description="Wording in the first text and in the other.")
    kind: Literal["spelling", "inflection", "name", "spacing", "missing"]


class ManifestationMeta(_Model):
    """A text version as the metadata declares it."""

    key: Key
    file: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    note: Bilingual | None = None
    differences: tuple[Difference, ...] = Field(
        (), description="Every difference in wording from the first text, typography aside."
    )


class WorkMeta(_Model):
    """The metadata file of a work, data/documents/{work}.yaml."""

    work: Key
    a: str = Field(description="Class of the ontology, such as InterpellationAnswer.")
    kind: Key = Field(description="Concept of the scheme document-kind.")
    title: Bilingual
    publisher: Key = Field(description="Actor that published the document.")
    area: Key = Field(description="Area that the document is relevant for.")
    language: Literal["sv"]
    date: DateBounds
    status_date: str = Field(description="EDTF: the day or bounds as of which statuses hold.")
    manifestations: tuple[ManifestationMeta, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Manifestation:
    """A text version of a work, read and masked."""

    meta: ManifestationMeta
    path: Path
    text: Text

    @property
    def key(self) -> str:
        """The key of the text version within its work."""
        return self.meta.key


@dataclass(frozen=True)
class Passage:
    """A quote in readable form, with its slice in every text version of the work."""

    work: str
    quote: str
    occurrence: int
    #: by manifestation key, the first text version first; without those that lack the words
    spans: dict[str, Span]


@dataclass(frozen=True)
class Work:
    """A document as a work, with its text versions; the first is the one that is read."""

    meta: WorkMeta
    #: the metadata file
    source: YamlFile
    manifestations: tuple[Manifestation, ...]
    #: one for each manifestation after the first
    alignments: tuple[Alignment, ...]

    @property
    def key(self) -> str:
        """The work's key, unique among all works."""
        return self.meta.work

    @property
    def path(self) -> Path:
        """The metadata file."""
        return self.source.path

    @property
    def text(self) -> Text:
        """The text that is read: that of the first manifestation."""
        return self.manifestations[0].text

    def differences(self) -> list[tuple[Manifestation, TextDifference, str]]:
        """Every difference from the first text: the other text, the place, the kind."""
        found = []
        for manifestation, alignment in zip(self.manifestations[1:], self.alignments, strict=True):
            kinds = {d.texts: d.kind for d in manifestation.meta.differences}
            for difference in alignment.differences():
                kind = kinds.get(_wordings(difference), "typography")
                found.append((manifestation, difference, kind))
        return found

    def locate(self, quote: str, occurrence: int | None = None) -> Passage:
        """Where a quote stands in every text version.

        Raises InputError, without file and line (the caller knows those), when the quote
        is not in the text or stands there several times and no occurrence is given.
        """
        places = self.text.find(quote)
        name = self.manifestations[0].path.name
        tried = "Looking up a quote in the text"
        if not places:
            line, nearest = self.text.nearest(quote)
            raise InputError(
                tried,
                f"{quote!r} is not in {name}; the nearest is line {line}: {nearest!r}.",
                "Copy the words exactly from the text; only white space may differ.",
            )
        if occurrence is None and len(places) > 1:
            lines = ", ".join(str(self.text.line(start)) for start, _ in places)
            raise InputError(
                tried,
                f"{quote!r} stands {len(places)} times in {name}, on lines {lines}.",
                "Lengthen the quote or add 'occurrence: N', counted from 1.",
            )
        number = occurrence or 1
        if not 1 <= number <= len(places):
            raise InputError(
                tried,
                f"{quote!r} stands {len(places)} times in {name}; there is no number {number}.",
                "Correct the occurrence.",
            )
        start, end = places[number - 1]
        spans = {self.manifestations[0].key: self.text.span(start, end)}
        for other, alignment in zip(self.manifestations[1:], self.alignments, strict=True):
            carried = alignment.carry(start, end)
            if carried is not None:
                spans[other.key] = other.text.span(*carried)
        return Passage(self.key, " ".join(quote.split()), number, spans)


def load_works(folder: Path) -> list[Work]:
    """All works described in a folder, sorted by key.

    Raises InputError for a folder without works, metadata that does not fit the schema,
    a missing text, a checksum that differs, or an unreviewed difference in wording.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise InputError(
            "Reading the documents", "no metadata file (*.yaml) found.", "Add one.", path=folder
        )
    return [load_work(path) for path in files]


def load_work(path: Path) -> Work:
    """The work that a metadata file describes, its texts read, checked and compared."""
    source = YamlFile.read(path)
    meta = source.validate(WorkMeta)
    if meta.work != path.stem:
        raise source.error(
            ("work",),
            "Reading the metadata of a work",
            f"the file is called {path.name} but describes {meta.work!r}.",
            f"Name the file {meta.work}.yaml.",
        )
    for index, manifestation in enumerate(meta.manifestations):
        if any(other.key == manifestation.key for other in meta.manifestations[:index]):
            raise source.error(
                ("manifestations", index, "key"),
                "Reading the metadata of a work",
                f"two text versions have the key {manifestation.key!r}.",
                "Rename one.",
            )
    texts = tuple(_load_text(source, index, m) for index, m in enumerate(meta.manifestations))
    alignments = tuple(Alignment(texts[0].text, other.text) for other in texts[1:])
    for index, alignment in enumerate(alignments, start=1):
        _check_differences(source, index, texts[index], alignment)
    return Work(meta, source, texts, alignments)


def _load_text(source: YamlFile, index: int, meta: ManifestationMeta) -> Manifestation:
    path = source.path.parent / meta.file
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise source.error(
            ("manifestations", index, "file"),
            "Reading a text",
            f"{path.name}: {error}.",
            "Put the text beside its metadata, in UTF-8.",
        ) from error
    digest = hashlib.sha256(raw).hexdigest()
    if digest != meta.sha256:
        raise source.error(
            ("manifestations", index, "sha256"),
            f"Checking the checksum of {path.name}",
            f"the text has SHA-256 {digest}, the metadata say {meta.sha256}.",
            "Restore the text as it was given; texts are never edited.",
        )
    return Manifestation(meta, path, Text(mask(text)))


def _wordings(difference: TextDifference) -> tuple[str, str]:
    return (
        " ".join(difference.first.exact.split()),
        " ".join(difference.other.exact.split()),
    )


def _check_differences(
    source: YamlFile, index: int, text: Manifestation, alignment: Alignment
) -> None:
    """Raise InputErrors unless the reviewed differences are those that the texts have."""
    reviewed = [d.texts for d in text.meta.differences]
    real = [_wordings(d) for d in alignment.differences() if not d.is_typography]
    loc = ("manifestations", index, "differences")
    tried = f"Comparing {text.path.name} with the first text"
    errors = [
        source.error(
            loc,
            tried,
            f"{first!r} is worded {other!r} there, which is not among the differences.",
            "If the texts are as given, review it and add it to 'differences'.",
        )
        for first, other in real
        if (first, other) not in reviewed
    ]
    errors += [
        source.error(
            (*loc, position),
            tried,
            f"the difference {first!r} / {other!r} is not in the texts.",
            "Remove it or restore the texts.",
        )
        for position, (first, other) in enumerate(reviewed)
        if (first, other) not in real
    ]
    if errors:
        raise InputErrors(errors)
