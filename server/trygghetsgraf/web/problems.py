"""Errors in one shape: problem details (RFC 9457) for programs, a page for people.

Every error of the server goes through :func:`render`, whoever raised it.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from trygghetsgraf.namespaces import BASE
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.site.problemtypes import meaning
from trygghetsgraf.web.negotiation import prefers_html

#: how a query ended → HTTP status
STATUS: Mapping[Outcome, int] = MappingProxyType(
    {
        Outcome.SYNTAX: 400,
        Outcome.DATA: 400,
        Outcome.UPDATE: 409,
        Outcome.SERVICE: 403,
        Outcome.PROTECTED: 403,
        Outcome.SCOPE: 403,
        Outcome.CONFLICT: 412,
        Outcome.VIOLATION: 422,
        Outcome.FORMAT: 406,
        Outcome.FUNCTION: 501,
        Outcome.BUDGET: 429,
        Outcome.FAILED: 500,
        Outcome.UNABLE: 501,
        Outcome.REMOTE: 502,
        Outcome.BUSY: 503,
        Outcome.STORE: 503,
        Outcome.DEADLINE: 504,
        Outcome.MEMORY: 507,
        Outcome.SIZE: 507,
    }
)


@dataclass(frozen=True)
class Problem(Exception):
    """An error on its way to a client; raise it or return it."""

    status: int
    #: what was found and what to do, in English unless ``language`` is another
    detail: str
    #: last part of the problem's type, as problems.yaml lists them; by default the type says no
    #: more than the status
    kind: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    #: further members, such as line and column
    members: Mapping[str, object] = field(default_factory=dict)
    #: ``sv`` or ``en``: that of the detail
    language: str = "en"

    def __post_init__(self) -> None:
        """Raise KeyError for a type that has no page."""
        meaning(self.status, self.kind)


def problem_of(failure: QueryFailure) -> Problem:
    """The problem for a query without a result."""
    place = {"line": failure.line, "column": failure.column}
    members = {name: number for name, number in place.items() if number is not None}
    headers = {}
    if failure.retry_after is not None:
        headers["Retry-After"] = str(failure.retry_after)
    where = ", ".join(f"{name} {number}" for name, number in members.items())
    where = f" at {where}" if where else ""
    return Problem(
        STATUS[failure.outcome],
        f"{failure.tried}{where}: {failure.found} {failure.do}",
        f"query-{failure.outcome}",
        headers,
        members,
    )


def render(problem: Problem, accept: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a problem for a client with that Accept header."""
    headers = {
        **problem.headers,
        "Vary": "Accept",
        "Cache-Control": "no-store",
    }
    if prefers_html(accept):
        headers["Content-Type"] = "text/html; charset=utf-8"
        return problem.status, headers, _page(problem).encode()
    headers["Content-Type"] = "application/problem+json"
    headers["Content-Language"] = problem.language
    kind = "about:blank" if problem.kind is None else f"{BASE}problem/{problem.kind}"
    document = {
        "type": kind,
        "title": title_of(problem.status, problem.language),
        "status": problem.status,
        "detail": problem.detail,
        **problem.members,
    }
    return problem.status, headers, json.dumps(document, ensure_ascii=False).encode() + b"\n"


def title_of(status: int, language: str) -> str:
    """What a status is called, in Swedish for ``sv``, else in English."""
    return meaning(status).in_language(language).title


def _page(problem: Problem) -> str:
    """A page where there is no site: no design, nothing that could fail too, both languages."""
    found = meaning(problem.status, problem.kind)
    sv, en = found.in_language("sv"), found.in_language("en")
    lines = (
        ("h1", "sv", sv.title),
        ("p", "sv", f"{sv.cause} {sv.remedy}"),
        ("h2", "en", en.title),
        ("p", "en", f"{en.cause} {en.remedy}"),
        ("p", problem.language, f"{problem.status}: {problem.detail}"),
    )
    return (
        "<!doctype html>\n"
        '<html lang="sv"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(sv.title)}</title></head><body><main>\n"
        + "".join(
            f'<{tag} lang="{lang}">{html.escape(text)}</{tag}>\n' for tag, lang, text in lines
        )
        + '<p><a href="/">Till startsidan</a></p>\n</main></body></html>\n'
    )
