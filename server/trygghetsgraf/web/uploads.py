"""RDF in the body of a request: one document, or several as multipart/form-data."""

from __future__ import annotations

import base64
import io

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from trygghetsgraf.query.formats import GRAPH_BY_WORD, GRAPHS
from trygghetsgraf.query.jobs import Part
from trygghetsgraf.web.messages import Request
from trygghetsgraf.web.problems import Problem

_MULTIPART = "multipart/form-data"


def parts_of(request: Request, body: bytes) -> tuple[Part, ...]:
    """The documents in a body; raises Problem for a type that is not known."""
    content_type = request.header("content-type")
    media_type, options = parse_options_header(content_type)
    if media_type != _MULTIPART:
        return () if not body and not media_type else (_part(content_type, body),)
    try:
        _, form, files = FormDataParser(silent=False).parse(
            io.BytesIO(body), media_type, len(body), options
        )
    except (ValueError, RequestEntityTooLarge) as error:
        raise Problem(400, f"The parts of the body cannot be read: {error}.") from error
    if form:
        raise Problem(400, f"The part {next(iter(form))!r} is no file: give it a filename.")
    return tuple(_of_file(file) for _, file in files.items(multi=True))


def _of_file(file: FileStorage) -> Part:
    return _part(file.headers.get("Content-Type", ""), file.stream.read())


def _part(content_type: str, data: bytes) -> Part:
    media_type, options = parse_options_header(content_type)
    charset = options.get("charset", "utf-8").lower()
    format_ = GRAPH_BY_WORD.get(media_type) if "/" in media_type else None
    if format_ is None or charset not in ("utf-8", "utf8", "us-ascii"):
        types = ", ".join(known.media_types[0] for known in GRAPHS)
        found = f"{content_type!r} is not known" if content_type else "The data has no media type"
        raise Problem(415, f"{found}. Send one of {types}, in UTF-8.")
    return Part(base64.b64encode(data).decode(), format_.name)
