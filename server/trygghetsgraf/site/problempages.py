"""Errors as pages: one as it happened, and what each type of them means."""

from __future__ import annotations

from dataclasses import dataclass

from trygghetsgraf.namespaces import BASE
from trygghetsgraf.site.problemtypes import meaning, problem_types
from trygghetsgraf.site.rendering import render
from trygghetsgraf.site.visit import Visit


@dataclass(frozen=True)
class Occurrence:
    """An error as it happened: what the reader is told besides what it means."""

    status: int
    #: last part of its type, None if the status says it all
    kind: str | None
    #: the server's own words
    detail: str
    #: in which language these are
    language: str
    #: things that may have been meant
    nearest: tuple[str, ...] = ()


def problem(visit: Visit, occurred: Occurrence) -> str:
    """The page on an error."""
    words = meaning(occurred.status, occurred.kind).in_language(visit.language)
    visit.names.fetch(occurred.nearest)
    return render("error.html", visit, words=words, occurred=occurred)


def problems(visit: Visit) -> str:
    """The list of all types of problems."""
    return render("problems.html", visit, types=problem_types())


def problem_type(visit: Visit, kind: str) -> str | None:
    """The page on a type of problem; None if there is no such type."""
    found = problem_types().get(kind)
    if found is None:
        return None
    return render("problem.html", visit, kind=kind, type=found, iri=f"{BASE}problem/{kind}")
