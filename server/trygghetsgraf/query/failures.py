"""Why a query has no result: one table, read by whoever turns a failure into words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from trygghetsgraf.errors import TrygghetsgrafError


class Outcome(StrEnum):
    """How a query ended. The values are names for logs and metrics."""

    COMPLETE = "complete"
    SYNTAX = "syntax"
    FORMAT = "format"
    FUNCTION = "function"
    SERVICE = "service"
    DATA = "data"
    UPDATE = "update"
    PROTECTED = "protected"
    SCOPE = "scope"
    VIOLATION = "violation"
    CONFLICT = "conflict"
    REMOTE = "remote"
    UNABLE = "unable"
    DEADLINE = "deadline"
    MEMORY = "memory"
    SIZE = "size"
    BUSY = "busy"
    BUDGET = "budget"
    STORE = "store"
    FAILED = "failed"
    LEFT = "left"


@dataclass(frozen=True)
class _Words:
    title: str
    do: str


_WORDS: Mapping[Outcome, _Words] = MappingProxyType(
    {
        Outcome.SYNTAX: _Words("The query cannot be read", "Correct it at that place."),
        Outcome.FORMAT: _Words(
            "There is no such result in an acceptable format", "Ask for another media type."
        ),
        Outcome.FUNCTION: _Words(
            "The query calls a function that is not known here",
            "Use those of SPARQL, or one that the service description lists.",
        ),
        Outcome.SERVICE: _Words(
            "The query asks another server", "Leave SERVICE out, or ask that server yourself."
        ),
        Outcome.DATA: _Words("The data cannot be read", "Correct it, or its media type."),
        Outcome.UPDATE: _Words("The update cannot be carried out", "Nothing was changed."),
        Outcome.PROTECTED: _Words(
            "This may not be changed", "Write to a graph of your own; nothing was changed."
        ),
        Outcome.SCOPE: _Words(
            "The token does not allow this", "Ask for a token that covers that graph."
        ),
        Outcome.VIOLATION: _Words(
            "What was written does not conform", "Mend it and send it again; nothing was changed."
        ),
        Outcome.CONFLICT: _Words(
            "The graph is not as you expect it", "Read it again; nothing was changed."
        ),
        Outcome.REMOTE: _Words(
            "Another service did not answer", "Try again later, or leave it out."
        ),
        Outcome.UNABLE: _Words(
            "The store behind this server cannot do this", "Ask graph by graph."
        ),
        Outcome.DEADLINE: _Words(
            "The query took too long", "Ask for less, or make the query more selective."
        ),
        Outcome.MEMORY: _Words(
            "The query needs too much memory", "Ask for less, or make the query more selective."
        ),
        Outcome.SIZE: _Words("The result is too large", "Ask for less, or use LIMIT and OFFSET."),
        Outcome.BUSY: _Words("The server is busy", "Try again later."),
        Outcome.BUDGET: _Words(
            "Your long queries have used up their time", "Wait before you send another long one."
        ),
        Outcome.STORE: _Words("There is no data to query", "Try again later."),
        Outcome.FAILED: _Words("The query could not be evaluated", "Try again, or change it."),
        Outcome.LEFT: _Words("The client left", "Nobody is there to do anything."),
    }
)


class QueryFailure(TrygghetsgrafError):
    """Raised when a query has no result, or not a whole one."""

    def __init__(
        self,
        outcome: Outcome,
        found: str,
        *,
        line: int | None = None,
        column: int | None = None,
        retry_after: int | None = None,
        report: str = "",
    ) -> None:
        words = _WORDS[outcome]
        super().__init__(words.title, found, words.do)
        self.outcome = outcome
        #: where the query cannot be read on, 1-based
        self.line = line
        self.column = column
        #: whole seconds after which trying again makes sense
        self.retry_after = retry_after
        #: a validation report as ``report.Report.json`` writes it, or nothing
        self.report = report

    def as_dict(self) -> dict[str, object]:
        """What :meth:`from_dict` makes an equal failure of, in another process."""
        return {
            "outcome": self.outcome.value,
            "found": self.found,
            "line": self.line,
            "column": self.column,
            "retry_after": self.retry_after,
            "report": self.report,
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, object]) -> QueryFailure:
        """The failure that another process described."""
        numbers = {
            name: value
            for name in ("line", "column", "retry_after")
            if isinstance(value := given.get(name), int)
        }
        report = str(given.get("report", ""))
        return cls(Outcome(str(given["outcome"])), str(given["found"]), **numbers, report=report)


#: what the engine says of a call that it can read (Query, section 17.6) but not carry out
_UNKNOWN_FUNCTION = re.compile(r"The custom (?:aggregate )?function (<[^>]*>) is not supported")


def unknown_function(error: Exception) -> QueryFailure | None:
    """The failure if that is what the engine's error is about, None if it is another."""
    found = _UNKNOWN_FUNCTION.match(str(error))
    return None if found is None else QueryFailure(Outcome.FUNCTION, f"{found[1]}.")
