"""The API over saved queries, as a Flask blueprint: /api and /.well-known/sparql-examples."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from trygghetsgraf.errors import NotFoundError
from trygghetsgraf.query.failures import QueryFailure
from trygghetsgraf.saved.binding import ParameterError
from trygghetsgraf.saved.catalogue import SavedQuery
from trygghetsgraf.saved.executables import examples_graph
from trygghetsgraf.saved.header import Bilingual, Type
from trygghetsgraf.saved.running import Call, Page, Runner
from trygghetsgraf.saved.writing import BY_NAME, Format, formats_of
from trygghetsgraf.web.api.arguments import number
from trygghetsgraf.web.api.lookups import add_lookups, as_json
from trygghetsgraf.web.api.openapi import describe
from trygghetsgraf.web.api.reconcile import add_reconciliation
from trygghetsgraf.web.cache import is_known
from trygghetsgraf.web.language import accepted_language
from trygghetsgraf.web.problems import Problem, problem_of, render

#: rows of a page, by default and at most
ROWS = 10_000
MAX_ROWS = 100_000
MAX_OFFSET = 10_000_000

#: UTF-8's byte order mark, by which Excel knows that a CSV file is UTF-8
_BOM = b"\xef\xbb\xbf"


def blueprint(runner: Runner, base: str) -> Blueprint:
    """The API; ``base`` is the public URL, without a slash at the end."""
    api = Blueprint(
        "api",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/api/static",
    )
    add_lookups(api, runner)
    add_reconciliation(api, runner.evaluator, base)
    description = describe(runner.catalogue, base)

    @api.get("/api/queries")
    def queries() -> Response:
        _refuse_unknown({"q", "tag"})
        found = runner.catalogue.find(request.args.get("q", ""), request.args.get("tag", ""))
        return as_json(
            {
                "queries": [summary(query, base) for query in found],
                "tags": runner.catalogue.tags(),
            }
        )

    @api.get("/api/queries/<name>")
    def query(name: str) -> Response:
        _refuse_unknown(set())
        return as_json(details(runner, runner.catalogue.named(name), base))

    @api.get("/api/queries/<name>/results")
    def results(name: str) -> Response:
        saved = runner.catalogue.named(name)
        format_ = _format(saved)
        page = Page(number("limit", ROWS, 1, MAX_ROWS), number("offset", 0, 0, MAX_OFFSET))
        bom = _bom(format_)
        call = runner.prepare(name, _given(saved), page)
        parts = (runner.evaluator.state(), saved.text, call.sparql, format_.name, str(bom))
        tag = hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]
        headers = {"ETag": f'"{tag}"', "Cache-Control": "public, no-cache", "Vary": "Accept"}
        if is_known(tag, request.headers.get("If-None-Match", "")):
            return Response(status=304, headers=headers)
        result = runner.run(call)
        headers["Content-Type"] = format_.content_type
        if format_.name in ("csv", "tsv", "xlsx", "geojson"):
            headers["Content-Disposition"] = f'inline; filename="{name}.{format_.ending}"'
        if result.more and page.limit is not None:
            following = {**request.args, "offset": page.offset + page.limit, "limit": page.limit}
            url = f"{base}/api/queries/{name}/results?{urlencode(following)}"
            headers["Link"] = f'<{url}>; rel="next"'
        return Response((_BOM if bom else b"") + format_.write(result), headers=headers)

    @api.get("/api/openapi.json")
    def openapi() -> Response:
        return as_json(description)

    @api.get("/api/docs")
    def docs() -> str:
        return render_template("swagger.html", base=base)

    @api.get("/.well-known/sparql-examples")
    def examples() -> Response:
        def call(query: SavedQuery) -> Call:
            return runner.prepare(query.name, query.header.example)

        graph = examples_graph(runner.catalogue.values(), call, f"{base}/sparql")
        return Response(graph.serialize(format="turtle"), content_type="text/turtle")

    @api.after_request
    def preflight(response: Response) -> Response:
        # what a browser asks before it lets a page of another site send more than a plain form
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
            response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
            response.headers["Access-Control-Max-Age"] = "86400"
        return response

    @api.errorhandler(ParameterError)
    def refused(error: ParameterError) -> Response:
        members = {"parameter": error.parameter, "near": list(error.near)}
        language = accepted_language()
        detail = error.in_language(language)
        return _respond(Problem(400, detail, "parameter", members=members, language=language))

    @api.errorhandler(NotFoundError)
    def missing(error: NotFoundError) -> Response:
        return _respond(Problem(404, str(error)))

    @api.errorhandler(QueryFailure)
    def failed(failure: QueryFailure) -> Response:
        return _respond(problem_of(failure))

    return api


def summary(query: SavedQuery, base: str) -> dict[str, object]:
    """What the list says of a query."""
    header = query.header
    return {
        "name": query.name,
        "title": header.title.model_dump(),
        "description": header.description.model_dump(),
        "tags": list(header.tags),
        "url": f"{base}/api/queries/{query.name}",
    }


def details(runner: Runner, query: SavedQuery, base: str) -> dict[str, object]:
    """All that a caller needs to know of a query."""
    header = query.header
    url = f"{base}/api/queries/{query.name}/results"
    example = f"?{urlencode(header.example)}" if header.example else ""
    return {
        **summary(query, base),
        "parameters": [_parameter(runner, query, name) for name in header.parameters],
        "columns": [
            {"name": name, **column.model_dump()} for name, column in header.columns.items()
        ],
        "formats": [format_.name for format_ in formats_of(query)],
        "results": url,
        "example": url + example,
        "sparql": query.sparql,
    }


def _parameter(runner: Runner, query: SavedQuery, name: str) -> dict[str, object]:
    header = query.header
    about = header.parameters[name]
    found: dict[str, object] = {
        "name": name,
        "type": about.type.value,
        "required": header.is_required(name),
        "default": header.default.get(name),
        "description": {"sv": about.sv, "en": about.en},
    }
    if about.type is Type.IRI:
        things = runner.names(query, name).things.values()
        found["values"] = [{"value": t.key, "label": dict(t.labels)} for t in things]
    elif name in header.allowed:
        found["values"] = [{"value": v, "label": {"": v}} for v in header.allowed[name]]
    return found


def _given(query: SavedQuery) -> Mapping[str, str]:
    """Parameter → value, for those of the query that the request gives."""
    _refuse_unknown({"format", "limit", "offset", "bom", *query.header.parameters})
    given = {name: request.args[name] for name in query.header.parameters if name in request.args}
    for name, value in given.items():
        if not value:
            raise ParameterError(
                name,
                None,
                Bilingual(en="it is empty.", sv="den är tom."),
                Bilingual(
                    en="Give it a value or leave it out.", sv="Ange ett värde eller utelämna den."
                ),
            )
    return given


def _refuse_unknown(known: set[str]) -> None:
    """Raise ParameterError for a parameter that is unknown or given twice."""
    for name, values in request.args.lists():
        if name not in known:
            names = ", ".join(sorted(known))
            raise ParameterError(
                name,
                None,
                Bilingual(en="there is no such parameter.", sv="den finns inte."),
                Bilingual(en=f"There are {names or 'none'}.", sv=f"Det finns {names or 'inga'}."),
            )
        if len(values) > 1:
            raise ParameterError(
                name,
                None,
                Bilingual(
                    en=f"it is given {len(values)} times.", sv=f"den anges {len(values)} gånger."
                ),
                Bilingual(en="Give it once.", sv="Ange den en gång."),
            )


def _format(query: SavedQuery) -> Format:
    """The format that ``format=`` names or the Accept header prefers; raises on neither."""
    offered = formats_of(query)
    names = ", ".join(format_.name for format_ in offered)
    if "format" in request.args:
        word = request.args["format"]
        if word not in BY_NAME or BY_NAME[word] not in offered:
            raise ParameterError(
                "format",
                word,
                Bilingual(
                    en="the result cannot be had like that.", sv="resultatet går inte att få så."
                ),
                Bilingual(en=f"Give one of {names}.", sv=f"Ange något av {names}."),
            )
        return BY_NAME[word]
    if not request.headers.get("Accept"):
        return offered[0]
    best = request.accept_mimetypes.best_match([format_.media_type for format_ in offered])
    if best is None:
        language = accepted_language()
        detail = Bilingual(
            en=f"Ask for one of {names}, by media type or as format=.",
            sv=f"Be om något av {names}, som medietyp eller med format=.",
        )
        raise Problem(406, detail.in_language(language), language=language)
    return next(format_ for format_ in offered if format_.media_type == best)


def _bom(format_: Format) -> bool:
    text = request.args.get("bom", "false")
    if text not in ("true", "false"):
        raise ParameterError(
            "bom",
            text,
            Bilingual(en="that is neither.", sv="det är varken eller."),
            Bilingual(en="Give true or false.", sv="Ange true eller false."),
        )
    return text == "true" and format_.name in ("csv", "tsv")


def _respond(problem: Problem) -> Response:
    status, headers, body = render(problem, request.headers.get("Accept", ""))
    return Response(body, status, headers)
