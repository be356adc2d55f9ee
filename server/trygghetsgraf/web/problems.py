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
from trygghetsgraf.web.negotiation import prefers_html

#: status → what it is called, in English and in Swedish
_TITLES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("The request cannot be read", "Frågan går inte att läsa"),
        401: ("This needs a token", "Det här kräver en nyckel"),
        403: ("This is not allowed", "Det här är inte tillåtet"),
        404: ("There is nothing here", "Här finns ingenting"),
        405: ("This method does not work here", "Metoden går inte att använda här"),
        406: ("There is no acceptable format", "Inget godtagbart format"),
        410: ("This has been withdrawn", "Det här har dragits tillbaka"),
        413: ("The request is too large", "Frågan är för stor"),
        415: ("The request has an unknown media type", "Okänd medietyp i frågan"),
        429: ("You have asked too much for now", "Du har frågat för mycket just nu"),
        500: ("Something went wrong here", "Något gick fel hos oss"),
        501: ("This cannot be done here", "Det här går inte att göra här"),
        502: ("Another service did not answer", "En annan tjänst svarade inte"),
        503: ("The server cannot answer now", "Servern kan inte svara just nu"),
        504: ("The answer took too long", "Svaret tog för lång tid"),
        507: ("The answer needs too much room", "Svaret kräver för mycket utrymme"),
    }
)

_STATUS: Mapping[Outcome, int] = MappingProxyType(
    {
        Outcome.SYNTAX: 400,
        Outcome.DATA: 400,
        Outcome.UPDATE: 400,
        Outcome.SERVICE: 403,
        Outcome.PROTECTED: 403,
        Outcome.FORMAT: 406,
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
    #: what was found and what to do, in English
    detail: str
    #: last part of the problem's type; by default the type says no more than the status
    kind: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    #: further members, such as line and column
    members: Mapping[str, object] = field(default_factory=dict)


def problem_of(failure: QueryFailure) -> Problem:
    """The problem for a query without a result."""
    members: dict[str, object] = {}
    if failure.line is not None:
        members = {"line": failure.line, "column": failure.column}
    headers = {}
    if failure.retry_after is not None:
        headers["Retry-After"] = str(failure.retry_after)
    where = f" at line {failure.line}, column {failure.column}" if members else ""
    return Problem(
        _STATUS[failure.outcome],
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
    kind = "about:blank" if problem.kind is None else f"{BASE}problem/{problem.kind}"
    document = {
        "type": kind,
        "title": _titles(problem.status)[0],
        "status": problem.status,
        "detail": problem.detail,
        **problem.members,
    }
    return problem.status, headers, json.dumps(document, ensure_ascii=False).encode() + b"\n"


def title_of(status: int, language: str) -> str:
    """What a status is called, in Swedish for ``sv``, else in English."""
    return _titles(status)[1 if language == "sv" else 0]


def _titles(status: int) -> tuple[str, str]:
    return _TITLES.get(status, (f"Error {status}", f"Fel {status}"))


def _page(problem: Problem) -> str:
    english, swedish = _titles(problem.status)
    return (
        "<!doctype html>\n"
        '<html lang="sv"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(swedish)}</title></head><body><main>\n"
        f"<h1>{html.escape(swedish)}</h1>\n"
        f'<p lang="en">{problem.status} {html.escape(english)}</p>\n'
        f'<p lang="en">{html.escape(problem.detail)}</p>\n'
        '<p><a href="/">Till startsidan</a></p>\n'
        "</main></body></html>\n"
    )
