"""Every identifier of ours answers: 303 from the thing to its page, the page in five formats.

https://www.w3.org/TR/cooluris/#r303gendocument: an identifier leads to one document, which
comes as what the client asks for; each format has an address of its own beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as BaseResponse

from trygghetsgraf.errors import StoreError
from trygghetsgraf.linked.current import Current, Opened
from trygghetsgraf.linked.describing import Page, describe_page
from trygghetsgraf.linked.nearest import names, nearest
from trygghetsgraf.linked.writing import FORMS, Form, document_of, neighbours, serialize
from trygghetsgraf.namespaces import BASE, ID, page_url, release_url, short, url_of
from trygghetsgraf.releases.release import Releases
from trygghetsgraf.site.pages import rules_of_file
from trygghetsgraf.site.shapefiles import ShapeFile
from trygghetsgraf.web.language import asked_language
from trygghetsgraf.web.problems import Problem
from trygghetsgraf.web.site import answer, answer_page, shape_file_of, thing_html

_LOCAL = re.compile(r"(?:id|ontology|shapes|graph|queries)(?:/[A-Za-z0-9._-]+)*")
_VARY = "Accept, Accept-Language, Accept-Encoding"


def things(current: Current, releases: Releases, base: str) -> Blueprint:
    """The routes of identifiers and their pages; ``base`` is the public URL, without a slash."""
    blueprint = Blueprint("things", __name__)

    @blueprint.get("/<any(ontology, shapes):kind>", strict_slashes=False)
    @blueprint.get("/<any(id, graph, ontology, shapes, queries):kind>/<path:rest>")
    def thing(kind: str, rest: str = "") -> BaseResponse:
        iri = _iri(f"{kind}/{rest}" if rest else kind)
        opened = open_now(current)
        if describe_page(opened.store, iri) is None and shape_file_of(iri) is None:
            return _elsewhere(opened, releases, iri, url_of, base)
        query = request.query_string.decode("ascii", "replace")
        return _kept(redirect(page_url(iri, base) + (f"?{query}" if query else ""), 303))

    @blueprint.get("/page/<path:local>")
    def page(local: str) -> BaseResponse:
        named = next((form for form in FORMS if local.endswith(form.ending)), None)
        iri = _iri(local.removesuffix(named.ending) if named else local)
        form = named or _accepted()
        opened = open_now(current)
        if (file := shape_file_of(iri)) is not None:
            return _file(file, form, base)
        if form.engine is None:
            html = thing_html(opened, iri, _number(), base)
            if html is None:
                return _elsewhere(opened, releases, iri, page_url, base)
            return _for_people(html, iri, base)
        found = describe_page(opened.store, iri, _number())
        if found is None:
            return _elsewhere(opened, releases, iri, page_url, base)
        return _answer(opened, found, form, base)

    return blueprint


def open_now(current: Current) -> Opened:
    """The current snapshot; raises Problem when there is none that opens."""
    try:
        return current.get()
    except StoreError as error:
        raise Problem(503, str(error), headers={"Retry-After": "10"}) from error


def _iri(local: str) -> str:
    """The IRI with that path; raises Problem for what cannot be one of ours."""
    if _LOCAL.fullmatch(local) is None:
        raise Problem(404, f"Nothing of ours is called {local!r}. Check the address.")
    return BASE + local


def _accepted() -> Form:
    """The form that the client likes best; raises Problem if it takes none."""
    accept = request.headers.get("Accept", "")
    if not accept.strip():
        return FORMS[0]
    offered = {form.media_type: form for form in FORMS}
    best = parse_accept_header(accept, MIMEAccept).best_match(offered)
    if best is None:
        raise Problem(406, f"This can be had as {', '.join(offered)}. Ask for one of them.")
    return offered[best]


def _number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 10**6):
        raise Problem(400, f"There is no page {text!r}. Pages have numbers from 1.")
    return int(text)


def _elsewhere(
    opened: Opened, releases: Releases, iri: str, url: Callable[[str, str], str], base: str
) -> BaseResponse:
    """308 to what replaces a thing; else raises Problem: 410 if it was there once, 404."""
    release = releases.latest()
    if release is not None:
        new = release.about.replaced.get(iri.removeprefix(str(ID)))
        if new is not None:
            return _kept(redirect(url(str(ID[new]), base), 308))
        if release.is_gone(iri):
            raise Problem(
                410,
                f"{short(iri)} is no longer in the graph. Earlier releases are listed at "
                f"{release_url(base)}.",
            )
    raise _missing(opened, iri, base)


def _missing(opened: Opened, iri: str, base: str) -> Problem:
    """There is no such thing, or no such page of it."""
    if describe_page(opened.store, iri) is not None:
        return Problem(404, f"{short(iri)} has no page {_number()}. Begin with the first.")
    near = [url_of(name, base) for name in nearest(opened.once("names", names), iri)]
    hint = f" Did you mean {', '.join(near)}?" if near else " Check the address."
    return Problem(404, f"Nothing is called {short(iri)}.{hint}", members={"nearest": near})


def _for_people(html: str, iri: str, base: str) -> BaseResponse:
    """The page on a thing as a response, with its address and those of the data."""
    return _for_people_of(answer(html, asked_language()), iri, base)


def _for_people_of(response: BaseResponse, iri: str, base: str) -> BaseResponse:
    number = _number()
    response.headers["Content-Location"] = page_url(iri, base, ".html", number)
    links = _links(iri, number, base)
    response.headers["Link"] = ", ".join(links)
    return response


def _file(file: ShapeFile, form: Form, base: str) -> BaseResponse:
    """A file of shapes, as a page or as data."""
    if form.engine is None:
        return _for_people_of(answer_page(lambda visit: rules_of_file(visit, file)), file.iri, base)
    response = Response(serialize(file.triples, form), content_type=form.content_type)
    response.headers["Content-Location"] = page_url(file.iri, base, form.ending)
    response.headers["Link"] = ", ".join(_links(file.iri, 1, base))
    return _kept(response)


def _answer(opened: Opened, page: Page, form: Form, base: str) -> BaseResponse:
    """A page in a form of data, or 304."""
    iri, number = page.thing.value, page.number
    parts = (str(opened.number), base, iri, str(number), form.ending)
    tag = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        triples = (*page.triples, *document_of(page, base))
        response = Response(serialize(triples, form), content_type=form.content_type)
    response.set_etag(tag)
    response.headers["Content-Location"] = page_url(iri, base, form.ending, number)
    links = _links(iri, number, base)
    for relation, other in neighbours(page).items():
        relation = {"previous": "prev"}.get(relation, relation)
        links.append(f'<{page_url(iri, base, number=other)}>; rel="{relation}"')
    response.headers["Link"] = ", ".join(links)
    return _kept(response)


def _kept(response: BaseResponse) -> BaseResponse:
    """The response with what all of them say of keeping them."""
    response.headers["Vary"] = _VARY
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _links(iri: str, number: int, base: str) -> list[str]:
    """Values of the Link header (RFC 8288): the topic and the other forms."""
    links = [f'<{iri}>; rel="describes"']
    for form in FORMS:
        url = page_url(iri, base, form.ending, number)
        links.append(f'<{url}>; rel="alternate"; type="{form.media_type}"')
    return links
