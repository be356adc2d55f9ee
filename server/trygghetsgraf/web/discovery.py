"""Where machines begin: the catalogue at /catalog, the statistics at /.well-known/void."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as BaseResponse

from trygghetsgraf.linked.catalogue import Operator, catalogue, void
from trygghetsgraf.linked.counts import counts_of
from trygghetsgraf.linked.current import Current, Opened
from trygghetsgraf.linked.writing import FORMS, Form, serialize
from trygghetsgraf.releases.release import About, Releases
from trygghetsgraf.web.problems import Problem
from trygghetsgraf.web.things import open_now

#: Turtle first: who comes here is a program, unless it is a browser that takes anything
_DATA = tuple(form for form in FORMS if form.engine is not None)


def discovery(current: Current, releases: Releases, base: str, operator: Operator) -> Blueprint:
    """The routes of the descriptions; ``base`` is the public URL, without a slash."""
    blueprint = Blueprint("discovery", __name__)

    def described(opened: Opened, about: About | None, name: str) -> Iterator[ox.Triple]:
        figures = counts_of(opened)
        if name == "void":
            return void(figures, about, base)
        return catalogue(figures, about, opened.published, base, operator)

    @blueprint.get("/catalog<any('', '.ttl', '.jsonld', '.nt', '.rdf'):ending>")
    @blueprint.get("/.well-known/void", defaults={"ending": "", "name": "void"})
    def description(ending: str, name: str = "catalog") -> BaseResponse:
        form = _form(ending)
        opened, newest = open_now(current), releases.latest()
        about = newest.about if newest else None
        number = str(about.number) if about else ""
        parts = "\x1f".join((str(opened.number), number, base, name, form.ending))
        tag = hashlib.sha256(parts.encode()).hexdigest()[:32]
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            data = serialize(described(opened, about, name), form)
            response = Response(data, content_type=form.content_type)
        response.set_etag(tag)
        response.headers["Vary"] = "Accept"
        response.headers["Cache-Control"] = "public, no-cache"
        return response

    return blueprint


def _form(ending: str) -> Form:
    """The form that an ending names, or that the client likes best; raises Problem."""
    for form in _DATA:
        if form.ending == ending:
            return form
    accept = request.headers.get("Accept", "")
    offered = {form.media_type: form for form in _DATA}
    best = parse_accept_header(accept or "*/*", MIMEAccept).best_match(offered)
    if best is None:
        raise Problem(406, f"This can be had as {', '.join(offered)}. Ask for one of them.")
    return offered[best]
