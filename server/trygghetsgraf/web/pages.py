"""The pages for people: a Flask application of its own, behind the same door."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from trygghetsgraf.errors import NotFoundError
from trygghetsgraf.web.language import asked_language
from trygghetsgraf.web.negotiation import prefers_html
from trygghetsgraf.web.problems import Problem, render
from trygghetsgraf.web.site import problem_html


def create_app() -> Flask:
    """The application that the pages are added to, with its errors in one shape."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

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
    accept = request.headers.get("Accept", "")
    status, headers, body = render(problem, accept)
    if prefers_html(accept) and (html := problem_html(problem)):
        body = html.encode()
        headers["Content-Language"] = asked_language()
    return Response(body, status, headers)
