"""Releases over HTTP: the list, each one with its differences, its files, a feed."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, redirect, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from trygghetsgraf.namespaces import ID, entity, release_url
from trygghetsgraf.releases.feed import atom
from trygghetsgraf.releases.release import About, File, Release, Releases
from trygghetsgraf.site import releasepages
from trygghetsgraf.web.negotiation import prefers_html
from trygghetsgraf.web.problems import Problem
from trygghetsgraf.web.site import answer_page

_ROBOTS = """\
User-agent: *
Disallow: {path}/sparql
"""


def releases_of(releases: Releases, base: str) -> Blueprint:
    """The routes of the releases; ``base`` is the public URL, without a slash."""
    blueprint = Blueprint("releases", __name__)
    root = urlsplit(base).path

    @blueprint.get("/releases")
    def everything() -> BaseResponse:
        abouts = [release.about for release in releases.all()]
        if not prefers_html(request.headers.get("Accept", "")):
            return _fresh(jsonify([_json(about, base, whole=False) for about in abouts]))
        return _fresh(answer_page(lambda visit: releasepages.releases(visit, abouts)))

    @blueprint.get("/releases/<int:number>")
    def one(number: int) -> BaseResponse:
        about = releases.get(number).about
        if not prefers_html(request.headers.get("Accept", "")):
            return _fresh(jsonify(_json(about, base, whole=True)))
        return _fresh(answer_page(lambda visit: releasepages.release(visit, about)))

    @blueprint.get("/releases/latest")
    @blueprint.get("/releases/latest/<name>")
    def latest(name: str = "") -> BaseResponse:
        newest = releases.get(releases.latest_number())
        if name:
            newest.file(name)
        return _fresh(redirect(release_url(base, newest.about.number, name), 302))

    @blueprint.get("/releases/<int:number>/<name>")
    def file(number: int, name: str) -> Response:
        release = releases.get(number)
        if release.about.dropped:
            raise Problem(
                410, f"The files of release {number} were deleted: they held what was erased later."
            )
        return _sent(release, release.file(name))

    @blueprint.get("/releases.atom")
    def feed() -> BaseResponse:
        abouts = [release.about for release in releases.all()]
        if not abouts:
            raise Problem(404, "There is no release yet.")
        return _fresh(Response(atom(abouts, base), content_type="application/atom+xml"))

    @blueprint.get("/robots.txt")
    def robots() -> Response:
        return Response(_ROBOTS.format(path=root), content_type="text/plain; charset=utf-8")

    return blueprint


def _sent(release: Release, file: File) -> Response:
    """A file, or the part of it that is asked for (RFC 9110, section 14), with its digest."""
    response = send_file(
        release.folder / file.name,
        mimetype=file.media_type,
        etag=file.sha256,
        last_modified=release.about.made,
        conditional=True,
        max_age=31_536_000,
    )
    if file.name.endswith(".gz"):
        # what is named .gz is stored as .gz: no Content-Encoding, for clients would unpack it
        response.headers["Content-Type"] = "application/gzip"
    # RFC 9530, section 2: of the whole file, whatever part is sent
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return response


def _json(about: About, base: str, *, whole: bool) -> dict[str, object]:
    """A release for programs; ``whole`` with the claims that came and went."""
    found: dict[str, object] = {
        "number": about.number,
        "url": release_url(base, about.number),
        "made": about.made.isoformat(),
        "version": about.version,
        "quads": about.quads,
        "added": len(about.added),
        "withdrawn": len(about.withdrawn),
        "dropped": about.dropped,
        "files": [
            {**file.model_dump(), "url": release_url(base, about.number, file.name)}
            for file in about.files
        ],
    }
    if whole:
        for name, claims in (("added", about.added), ("withdrawn", about.withdrawn)):
            found[name] = [
                {
                    "claim": str(entity("claim", claim.key)),
                    "document": str(entity("document", claim.document)),
                }
                for claim in claims
            ]
        found["replaced"] = {str(ID[old]): str(ID[new]) for old, new in about.replaced.items()}
    return found


def _fresh(response: BaseResponse) -> BaseResponse:
    """The response, to be asked for again each time."""
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Cache-Control"] = "public, no-cache"
    return response
