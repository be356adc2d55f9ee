"""RDF in the body of a request: one document, or several as multipart/form-data."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from trygghetsgraf.query.formats import GRAPH_BY_WORD, GRAPHS
from trygghetsgraf.query.jobs import Part
from trygghetsgraf.web.messages import Request
from trygghetsgraf.web.problems import Problem

_MULTIPART = "multipart/form-data"
_MOST_PARTS = 100


def parts_of(request: Request, body: bytes) -> tuple[Part, ...]:
    """The documents in a body; raises Problem for a type that is not known."""
    content_type = request.header("content-type")
    media_type, options = parse_options_header(content_type)
    media_type = media_type.lower()
    if media_type != _MULTIPART:
        return () if not body and not media_type else (_part(content_type, body),)
    try:
        parts = list(_divided(body, options.get("boundary", "")))
    except (ValueError, RequestEntityTooLarge) as error:
        raise Problem(400, f"The parts of the body cannot be read: {error}.") from error
    return tuple(_part(type_, data) for type_, data in parts)


def _divided(body: bytes, boundary: str) -> Iterator[tuple[str, bytes]]:
    """Media type and content of each part (RFC 7578), whether it has the name of a file or not.

    Raises ValueError, RequestEntityTooLarge.
    """
    decoder = MultipartDecoder(boundary.encode("latin-1"), max_parts=_MOST_PARTS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    type_, data = "", b""
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            type_, data = event.headers.get("Content-Type", ""), b""
        elif isinstance(event, Data):
            data += event.data
            if not event.more_data:
                yield type_, data


def _part(content_type: str, data: bytes) -> Part:
    media_type, options = parse_options_header(content_type)
    media_type = media_type.lower()
    charset = options.get("charset", "utf-8").lower()
    format_ = GRAPH_BY_WORD.get(media_type) if "/" in media_type else None
    if format_ is None or charset not in ("utf-8", "utf8", "us-ascii"):
        types = ", ".join(known.media_types[0] for known in GRAPHS)
        found = f"{content_type!r} is not known" if content_type else "The data has no media type"
        raise Problem(415, f"{found}. Send one of {types}, in UTF-8.")
    return Part(base64.b64encode(data).decode(), format_.name)
