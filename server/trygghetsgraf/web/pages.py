"""The pages for people: a Flask application of its own, behind the same door."""

from __future__ import annotations

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from trygghetsgraf.errors import NotFoundError
from trygghetsgraf.namespaces import PREFIXES
from trygghetsgraf.web.problems import Problem, render

_EXAMPLE = f"""PREFIX tg: <{PREFIXES["tg"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>

SELECT ?measure ?label WHERE {{
  ?measure a tg:Measure ;
           rdfs:label ?label .
}}
LIMIT 20
"""


def create_app(base: str) -> Flask:
    """The application that serves the pages; ``base`` is the public URL, without a slash."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.get("/")
    def home() -> str:
        return render_template("home.html", base=base)

    @app.get("/sparql")
    def sparql() -> str:
        return render_template("sparql.html", base=base, example=_EXAMPLE)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        allowed = getattr(error, "valid_methods", None)
        headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
        return _respond(Problem(error.code or 500, error.description or "", headers=headers))

    @app.errorhandler(NotFoundError)
    def missing(error: NotFoundError) -> Response:
        return _respond(Problem(404, str(error)))

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return _respond(error)

    return app


def _respond(problem: Problem) -> Response:
    status, headers, body = render(problem, request.headers.get("Accept", ""))
    return Response(body, status, headers)
