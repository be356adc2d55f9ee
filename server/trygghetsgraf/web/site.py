"""The routes of the site: pages for people over the current snapshot.

What a page holds is made in :mod:`trygghetsgraf.site`; here a request becomes a visit, and a
page a response that can be kept until it changes.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.wrappers import Response as BaseResponse

from trygghetsgraf.errors import StoreError
from trygghetsgraf.linked.catalogue import Operator
from trygghetsgraf.linked.current import Current, Opened
from trygghetsgraf.namespaces import BASE, page_url
from trygghetsgraf.query.failures import QueryFailure
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.site import pages
from trygghetsgraf.site.links import Links
from trygghetsgraf.site.problempages import Occurrence
from trygghetsgraf.site.problempages import problem as problem_page
from trygghetsgraf.site.rendering import FOLDER, STATIC
from trygghetsgraf.site.shapefiles import ShapeFile, shape_file
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.web.language import asked_language
from trygghetsgraf.web.problems import Problem, problem_of

#: seconds for which a static file may be kept; a changed one has another address
_LONG = 31_536_000
#: the editor sets styles on what it draws; else as for all pages
_EDITOR_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: bytes below which compressing gains nothing
_WORTH_IT = 860


@dataclass(frozen=True)
class Site:
    """What the pages are made from besides the snapshot."""

    base: str
    project: Path = Path()
    state: Path = Path()
    #: None where no saved queries are served
    runner: Runner | None = None
    #: who answers for the graph and takes reports of errors
    operator: Operator = field(default_factory=Operator)

    @property
    def texts(self) -> Path:
        """Folder of the stored texts."""
        return self.project / "data" / "documents"


def with_site(app: Flask, site: Site, current: Current) -> Flask:
    """The application with the site's pages."""
    app.config["SITE"] = site
    app.config["CURRENT"] = current
    app.register_blueprint(_pages(current, site))
    return app


def thing_html(opened: Opened, iri: str, number: int, base: str) -> str | None:
    """The page on a thing for people; None if there is none of that number."""
    site: Site = current_app.config.get("SITE") or Site(base)
    visit = _visit(opened, site)
    # one page under several addresses: with an ending, or negotiated
    return pages.thing(replace(visit, path=page_url(iri, "")), iri, number, site)


def shape_file_of(iri: str) -> ShapeFile | None:
    """The file of shapes with an IRI; None if there is none, or no site."""
    site: Site | None = current_app.config.get("SITE")
    return shape_file(site.project, iri) if site else None


def answer_page(make: Callable[[Visit], str]) -> BaseResponse:
    """A page of the site for a route that is not the site's."""
    site: Site = current_app.config["SITE"]
    visit = _visit(_open(current_app.config["CURRENT"]), site)
    return answer(make(visit), visit.language)


def answer(html: str, language: str, media_type: str = "text/html") -> BaseResponse:
    """A page as a response, or 304 where the reader has it already."""
    body = html.encode()
    tag = hashlib.sha256(body).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response: BaseResponse = Response(status=304)
    else:
        response = _compressed(Response(body, content_type=f"{media_type}; charset=utf-8"), body)
        response.headers["Content-Language"] = language
    # the same page in either form: the tag is weak (RFC 9110, section 8.8.1)
    response.set_etag(tag, weak=True)
    response.headers["Vary"] = "Accept, Accept-Language, Accept-Encoding"
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def problem_html(problem: Problem) -> str | None:
    """An error as a page of the site; None where there is no site or no snapshot."""
    site: Site | None = current_app.config.get("SITE")
    if site is None:
        return None
    try:
        opened = current_app.config["CURRENT"].get()
    except StoreError:
        return None
    near = problem.members.get("nearest")
    return problem_page(
        _visit(opened, site),
        Occurrence(
            problem.status,
            problem.kind,
            problem.detail,
            problem.language,
            tuple(BASE + url.removeprefix(f"{site.base}/") for url in near)
            if isinstance(near, list)
            else (),
        ),
    )


def _pages(current: Current, site: Site) -> Blueprint:
    """The routes of the pages and of their static files."""
    blueprint = Blueprint("site", __name__)

    def serve(path: str, make: Callable[..., str | None]) -> None:
        """Serve what ``make`` gives for a visit, what is asked and the parts of the path."""
        media_type = "application/json" if path.endswith(".json") else "text/html"

        def view(**parts: str) -> BaseResponse:
            visit = _visit(_open(current), site)
            try:
                html = make(visit, request.args, site, **parts)
            except QueryFailure as failure:
                raise problem_of(failure) from failure
            if html is None:
                raise Problem(404, "There is no such page. Begin at the start page.")
            response = answer(html, visit.language, media_type)
            if make is pages.EDITOR:
                response.headers["Content-Security-Policy"] = _EDITOR_POLICY
            return response

        blueprint.add_url_rule(path, path.replace(".", "-"), view, methods=["GET"])

    for path, make in pages.ROUTES.items():
        serve(path, make)

    @blueprint.get(f"{STATIC}/<path:name>")
    def static(name: str) -> BaseResponse:
        body = _files().get(name)
        if body is None:
            raise Problem(404, "There is no such file.")
        media_type, _ = mimetypes.guess_type(name)
        response = _compressed(Response(body, content_type=media_type), body)
        response.headers["Cache-Control"] = f"public, max-age={_LONG}, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        return response

    return blueprint


def _visit(opened: Opened, site: Site) -> Visit:
    """The visit that the request is."""
    chosen = request.args.get("lang") in ("sv", "en")
    return Visit(
        opened,
        Links(site.base, asked_language(), chosen),
        site.operator,
        request.path,
        request.query_string.decode("ascii", "replace"),
    )


def _open(current: Current) -> Opened:
    try:
        return current.get()
    except StoreError as error:
        raise Problem(503, str(error), headers={"Retry-After": "10"}) from error


def _compressed(response: BaseResponse, body: bytes) -> BaseResponse:
    """The response, compressed if the reader takes that and it is worth it."""
    if len(body) >= _WORTH_IT and request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _files() -> dict[str, bytes]:
    """Every static file by its path."""
    folder = FOLDER / "static"
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
