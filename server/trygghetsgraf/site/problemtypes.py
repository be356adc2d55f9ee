"""Every type of problem that the server reports, with its cause and its remedy.

The types are the ``type`` of problem details (RFC 9457, section 3.1.1): each has a page at
``/problem/…``. The list is problems.yaml, and nothing but what it holds can be sent.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trygghetsgraf.yamlfile import YamlFile

_FILE = Path(__file__).with_name("problems.yaml")


class Words(BaseModel):
    """A problem in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    cause: str
    remedy: str


class Meaning(BaseModel):
    """What a problem means, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sv: Words
    en: Words

    def in_language(self, language: str) -> Words:
        """The words in ``sv`` or ``en``."""
        return self.sv if language == "sv" else self.en


class ProblemType(Meaning):
    """A problem with an identifier of its own."""

    #: of HTTP
    status: int


class _List(BaseModel):
    """The content of problems.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: last part of a type's IRI → the type
    types: dict[str, ProblemType]
    #: status → what it means where no type says more
    statuses: dict[str, Meaning]


def problem_types() -> dict[str, ProblemType]:
    """Every type by the last part of its IRI."""
    return _read().types


def meaning(status: int, kind: str | None = None) -> Meaning:
    """What a problem means: by its type if it has one, else by its status.

    Raises KeyError for a type that is not in the list.
    """
    statuses = _read().statuses
    return problem_types()[kind] if kind else statuses.get(str(status), statuses["500"])


@cache
def _read() -> _List:
    return YamlFile.read(_FILE).validate(_List)
