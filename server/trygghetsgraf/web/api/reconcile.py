"""The reconciliation service over HTTP, under /api/reconcile.

Each language has its own address, since clients such as OpenRefine know a service by its
address and do not say which language they want.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from trygghetsgraf.namespaces import url_of
from trygghetsgraf.reconciliation.asking import BATCH, read_extension, read_queries
from trygghetsgraf.reconciliation.entities import Entities, read_entities
from trygghetsgraf.reconciliation.preview import preview
from trygghetsgraf.reconciliation.properties import Properties, read_properties
from trygghetsgraf.reconciliation.service import Service, manifest
from trygghetsgraf.saved.binding import ParameterError, check_readable
from trygghetsgraf.saved.evaluation import Evaluator
from trygghetsgraf.saved.header import Bilingual
from trygghetsgraf.web.api.arguments import number, words
from trygghetsgraf.web.api.lookups import as_json
from trygghetsgraf.web.language import accepted_language, asked_language
from trygghetsgraf.web.problems import Problem

PATH = "/api/reconcile"
#: bytes of a form
_MAX_FORM = 1 << 20
#: suggestions that may be left out first, and properties proposed at most
_MAX_CURSOR, _MAX_PROPOSED = 10_000, 200
#: a preview is shown inside pages of others, and takes nothing but our style sheet
_PREVIEW_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
_LANGUAGE = f"{PATH}/<any(sv, en):language>"


def add_reconciliation(api: Blueprint, evaluator: Evaluator, base: str) -> None:
    """Add the service to the API; ``base`` is the public URL, without a slash at the end."""

    @lru_cache(1)  # one state of the graph at a time; the state is there for the cache
    def known(state: str) -> tuple[Entities, Properties]:
        entities = read_entities(evaluator)
        return entities, read_properties(evaluator, entities)

    def service(language: str) -> Service:
        entities, properties = known(evaluator.state())
        return Service(evaluator, entities, properties, language)

    @api.route(PATH, methods=["GET", "POST"])
    def negotiated() -> Response:
        response = reconcile(asked_language())
        response.headers["Vary"] = "Accept-Language"
        return response

    @api.route(_LANGUAGE, methods=["GET", "POST"])
    def reconcile(language: str) -> Response:
        found = service(language)
        given = _sent("queries", "extend")
        if given is None:
            content = manifest(f"{base}{PATH}/{language}", language, found.default_types())
        elif given[0] == "extend":
            content = found.extend(read_extension(given[1]))
        else:
            queries = read_queries(given[1])
            if len(queries) > BATCH:
                raise _too_many(len(queries))
            content = found.reconcile(queries)
        response = as_json(content)
        response.headers["Content-Language"] = language
        return response

    @api.get(f"{_LANGUAGE}/suggest/entity")
    def suggest_entity(language: str) -> Response:
        prefix, cursor = _prefix()
        return as_json(
            service(language).suggest_entities(prefix, cursor, request.args.get("type", ""))
        )

    @api.get(f"{_LANGUAGE}/suggest/type")
    def suggest_type(language: str) -> Response:
        return as_json(service(language).suggest_types(*_prefix()))

    @api.get(f"{_LANGUAGE}/suggest/property")
    def suggest_property(language: str) -> Response:
        return as_json(service(language).suggest_properties(*_prefix()))

    @api.get(f"{_LANGUAGE}/properties")
    def properties(language: str) -> Response:
        limit = number("limit", _MAX_PROPOSED, 1, _MAX_PROPOSED)
        return as_json(service(language).propose(words("type"), limit))

    @api.get(f"{_LANGUAGE}/preview")
    def show_preview(language: str) -> Response:
        id_ = words("id")
        found = preview(service(language), id_)
        if found is None:
            spoken = accepted_language()
            detail = Bilingual(
                en=f"There is nothing called {id_}.", sv=f"Det finns ingenting som heter {id_}."
            )
            raise Problem(404, detail.in_language(spoken), language=spoken)
        html = render_template(
            "preview.html", base=base, language=language, p=found, url=url_of(found.iri, base)
        )
        headers = {"Content-Security-Policy": _PREVIEW_POLICY, "Content-Language": language}
        return Response(html, headers=headers)


def _sent(*names: str) -> tuple[str, str] | None:
    """Which of the fields was sent, and its text; None where a GET sends none."""
    request.max_content_length = _MAX_FORM
    # the server ends a body by itself, so that one without a length can be read too
    request.environ["wsgi.input_terminated"] = True
    form = request.args
    if request.method == "POST":
        if request.mimetype != "application/x-www-form-urlencoded":
            spoken = accepted_language()
            detail = Bilingual(
                en="Send a form, application/x-www-form-urlencoded.",
                sv="Skicka ett formulär, application/x-www-form-urlencoded.",
            )
            raise Problem(415, detail.in_language(spoken), language=spoken)
        form = request.form
        # one without a length is cut at the limit
        if request.environ["wsgi.input"].read(1):
            raise RequestEntityTooLarge
    given = [(name, form[name]) for name in names if name in form]
    if len(given) == 1:
        return given[0]
    if not given and request.method != "POST":
        return None
    raise ParameterError(
        names[0],
        None,
        Bilingual(
            en="neither or both of queries and extend are there.",
            sv="varken eller både queries och extend finns.",
        ),
        Bilingual(en="Send one of them.", sv="Skicka en av dem."),
    )


def _too_many(count: int) -> Problem:
    spoken = accepted_language()
    detail = Bilingual(
        en=f"The batch has {count} queries. Send at most {BATCH}.",
        sv=f"Omgången har {count} frågor. Skicka högst {BATCH}.",
    )
    return Problem(413, detail.in_language(spoken), language=spoken)


def _prefix() -> tuple[str, int]:
    """What was typed, and how many suggestions to leave out.

    Clients send more than this, such as the number that they want; that is not looked at.
    """
    text = request.args.get("prefix", "")
    check_readable("prefix", text)
    return text, number("cursor", 0, 0, _MAX_CURSOR)
