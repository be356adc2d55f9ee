"""The format of the fact files, data/facts/{work}.yaml and data/reference/*.yaml.

A fact file follows its document from top to bottom: parts hold passages, a passage holds
the claims that its quote carries, a claim holds facts. ``data/READING.md`` tells how a
sentence becomes claims; docs/facts.md is the description of the format for people. What a
key or value means is settled in :mod:`trygghetsgraf.reading`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from trygghetsgraf.documents import Bilingual, Key


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


#: one value or a list of values, as written
Values = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
Keys = Annotated[tuple[Key, ...], BeforeValidator(_as_list), Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Thing(BaseModel):
    """What a thing is called; for actors, areas and documents also what it is.

    Fields beyond these are structural properties of the ontology (unitOf, within, …),
    ``sameAs`` and ``seeAlso`` (links to the same thing elsewhere, by IRI).
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    a: str | None = Field(None, description="Class; required for actors, areas, documents.")
    sv: str = Field(min_length=1, description="Swedish name, as a reader would write it.")
    en: str | None = Field(None, description="English name, where it is not the Swedish one.")
    also: Values = Field((), description="Other spellings, abbreviations, ways to name it.")
    misspelt: Values = Field((), description="Misspellings that the documents have.")
    note: Bilingual | None = Field(None, description="Why it is kept apart or what is unsure.")

    @property
    def structure(self) -> dict[str, tuple[str, ...]]:
        """The structural properties as written: property name to values."""
        extra: dict[str, Any] = self.model_extra or {}
        return {
            name: (value,) if isinstance(value, str) else tuple(value)
            for name, value in extra.items()
        }

    @model_validator(mode="after")
    def _extra_is_text(self) -> Thing:
        for name, value in (self.model_extra or {}).items():
            if not (
                isinstance(value, str)
                or (isinstance(value, list) and all(isinstance(v, str) for v in value))
            ):
                raise ValueError(f"{name} takes a text or a list of texts")
        return self


class Claim(_Model):
    """One clause: a speaker, a force, a polarity, a certainty, a validity."""

    speaker: Keys | None = Field(None, description="Actors; default: the speaker of the part.")
    to: Keys | None = Field(None, description="Actors that the claim is addressed to.")
    force: Key = Field(description="asks, decides, wants, commits, defines, judges or states.")
    polarity: Key = "positive"
    certainty: Key = "plain"
    tense: Key = "present"
    since: str | None = Field(None, alias="from", description="EDTF: holds from.")
    until: str | None = Field(None, description="EDTF: holds until.")
    said_in: Key | None = Field(None, alias="saidIn", description="Document of a relayed claim.")
    condition: Bilingual | None = None
    framed_by: Key | None = Field(None, alias="framedBy", description="Part that frames it.")
    gist: Bilingual | None = Field(None, description="For what the ontology cannot say.")
    relays: Claim | None = Field(None, description="The claim of somebody else, passed on.")
    facts: dict[str, dict[str, Values]] = Field(
        default_factory=dict,
        description="Subject ('measure/key' or 'measure/key a Class') to property to values.",
    )

    @model_validator(mode="after")
    def _says_something(self) -> Claim:
        if not (self.facts or self.gist or self.relays):
            raise ValueError("a claim needs facts, a gist or a relayed claim")
        return self


class PassageEntry(_Model):
    """A quote with its claims, or with the reason why it carries none."""

    quote: str = Field(min_length=1)
    occurrence: Annotated[int, Field(ge=1)] | None = None
    claims: tuple[Claim, ...] = ()
    unclaimed: str | None = Field(None, description="Why the sentence carries no claim.")

    @model_validator(mode="after")
    def _claims_or_reason(self) -> PassageEntry:
        if bool(self.claims) == bool(self.unclaimed):
            raise ValueError("a passage needs either claims or the reason 'unclaimed'")
        return self


class Part(_Model):
    """A part of the document in reading order."""

    part: Key
    sv: str
    en: str
    answers: Key | None = Field(None, description="Question that the part answers.")
    item: Annotated[int, Field(ge=1)] | None = Field(None, description="Number of the item.")
    speaker: Keys | None = Field(None, description="Speaker of claims that name none.")
    passages: tuple[PassageEntry, ...] = Field(min_length=1)


class FactFile(_Model):
    """A fact file: the things that only this document names, and what it says."""

    work: Key
    things: dict[str, Thing] = Field(default_factory=dict)
    parts: tuple[Part, ...] = Field(min_length=1)


class ReferenceFile(_Model):
    """A reference file: things that several documents name, or that are known beforehand."""

    source: Bilingual
    things: dict[str, Thing]
