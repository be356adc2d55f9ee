"""A refused write: the validation report in the client's language and format, status 422.

The report as RDF for whoever asks for RDF, as text for whoever asks for that, a page for a
browser, and problem details (RFC 9457) with the findings as a member for everybody else.
"""

from __future__ import annotations

import html
import json

from rdflib import SH, Graph, Literal
from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

from trygghetsgraf.query.failures import QueryFailure
from trygghetsgraf.report import Report, Result, read_report
from trygghetsgraf.site.problemtypes import meaning
from trygghetsgraf.web.messages import Request
from trygghetsgraf.web.problems import problem_of
from trygghetsgraf.web.problems import render as render_problem

STATUS = 422
#: findings in problem details and on a page; in RDF and text they are all there
_MOST = 200
_PROBLEM = "application/problem+json"
_TEXT = "text/plain"
_HTML = "text/html"
#: media type → rdflib's name of the format
_RDF = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/trig": "turtle",
    "application/n-quads": "nt",
}
_LABELS = {
    "sv": {"shape": "Regel", "focus": "Gäller", "path": "Egenskap", "mend": "Att rätta"},
    "en": {"shape": "Rule", "focus": "About", "path": "Property", "mend": "To mend"},
}


def render(failure: QueryFailure, request: Request) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the refusal of a write that does not conform."""
    report = read_report(failure.report)
    language = _language(request.header("accept-language"))
    media_type = _media_type(request.header("accept"))
    if not report.results and media_type in _RDF:
        media_type = _PROBLEM  # an empty report says in RDF that all is well
    headers = {
        "Content-Type": _content_type(media_type),
        "Content-Language": language,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-store",
    }
    if media_type == _TEXT:
        text = report.text(language) if report.results else failure.found
        return STATUS, headers, text.encode() + b"\n"
    if media_type == _HTML:
        return STATUS, headers, _page(failure, report, language).encode()
    if media_type in _RDF:
        written = _in_language(report, language).serialize(format=_RDF[media_type])
        return STATUS, headers, written.encode()
    status, more, body = render_problem(problem_of(failure), _PROBLEM)
    words = meaning(STATUS, "query-violation").in_language(language)
    document = json.loads(body) | {"title": words.title}
    if report.results:
        document["detail"] = f"{words.cause} {words.remedy}"
    document |= {
        "counts": report.counts,
        "results": [_finding(result, language) for result in report.results[:_MOST]],
    }
    return status, {**more, **headers}, json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _language(accept_language: str) -> str:
    """``sv`` or ``en``, the first that the client has; Swedish, as the site, if neither."""
    wanted = parse_accept_header(accept_language, LanguageAccept).values()
    known = (tag.partition("-")[0].lower() for tag in wanted)
    return next((language for language in known if language in ("sv", "en")), "sv")


def _media_type(accept: str) -> str:
    """What the client takes, problem details if it does not say or takes none of these."""
    if not accept.strip():
        return _PROBLEM
    offered = [_PROBLEM, "application/json", *_RDF, _TEXT, _HTML]
    wanted = parse_accept_header(accept, MIMEAccept)
    best = wanted.best_match(offered) or _PROBLEM
    return _PROBLEM if best == "application/json" else best


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _in_language(report: Report, language: str) -> Graph:
    """The report in RDF, with messages in one language."""
    graph = report.graph()
    for triple in list(graph.triples((None, SH.resultMessage, None))):
        if isinstance(triple[2], Literal) and triple[2].language != language:
            graph.remove(triple)
    return graph


def _finding(result: Result, language: str) -> dict[str, str | None]:
    """A finding in the words of SHACL."""
    return {
        "focusNode": str(result.about),
        "resultPath": None if result.path is None else str(result.path),
        "value": None if result.value is None else str(result.value),
        "sourceShape": str(result.shape),
        "sourceConstraint": None if result.constraint is None else str(result.constraint),
        "resultSeverity": result.severity,
        "resultMessage": result.message(language),
    }


def _page(failure: QueryFailure, report: Report, language: str) -> str:
    """A page for people: the findings as a list."""
    words = meaning(STATUS, "query-violation").in_language(language)
    names = _LABELS[language]
    items = []
    for result in report.results[:_MOST]:
        shown = {
            names["mend"]: result.message(language),
            names["focus"]: str(result.about),
            names["path"]: "" if result.path is None else str(result.path),
            names["shape"]: str(result.rule),
        }
        rows = (f"<dt>{k}</dt><dd>{html.escape(v)}</dd>" for k, v in shown.items() if v)
        items.append(f"<li><dl>{''.join(rows)}</dl></li>\n")
    found = "" if report.results else f'<p lang="en">{html.escape(failure.found)}</p>\n'
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(words.title)}</title></head><body><main>\n"
        f"<h1>{html.escape(words.title)}</h1>\n<p>{html.escape(words.cause)}</p>\n{found}"
        f"<ol>\n{''.join(items)}</ol>\n<p>{html.escape(words.remedy)}</p>\n"
        "</main></body></html>\n"
    )
