"""Compressed answers for clients that take them (RFC 9110, section 8.4.1.3)."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags

from trygghetsgraf.web.cache import compressed
from trygghetsgraf.web.messages import BodyTooLarge, Request, Response
from trygghetsgraf.web.problems import Problem

#: bytes below which compressing gains nothing
_WORTH_IT = 860
#: fast rather than small: the event loop waits for it
_LEVEL = 1
#: zlib's window of 32 KiB, with gzip's header and trailer
_GZIP = 31


def decoded(body: bytes, request: Request, limit: int) -> bytes:
    """The body of a request without its content coding (RFC 9110, section 8.4).

    Raises BodyTooLarge past ``limit`` bytes, Problem for what is no gzip.
    """
    coding = request.header("content-encoding").strip().lower()
    if coding in ("", "identity"):
        return body
    if coding not in ("gzip", "x-gzip"):
        # https://www.rfc-editor.org/rfc/rfc7694#section-3
        raise Problem(
            415,
            f"The coding {coding} is not known. Send gzip.",
            headers={"Accept-Encoding": "gzip"},
        )
    inflate = zlib.decompressobj(wbits=_GZIP)
    try:
        plain = inflate.decompress(body, limit + 1)
    except zlib.error as error:
        raise Problem(400, "The body is not gzip, as Content-Encoding says it is.") from error
    if len(plain) > limit:
        raise BodyTooLarge
    if not inflate.eof or inflate.unused_data:
        raise Problem(400, "The body is not one whole gzip file.")
    return plain


def compress(request: Request, response: Response) -> Response:
    """The response, compressed if the client takes that and it is worth it."""
    if not _takes_gzip(request.header("accept-encoding")):
        return response
    if response.status == HTTPStatus.NOT_MODIFIED:
        return _not_modified(request, response)
    if isinstance(response.body, bytes) and len(response.body) < _WORTH_IT:
        return response
    if "Content-Length" in response.headers:
        return response  # it was made to be sent with that length
    headers = {**response.headers, "Content-Encoding": "gzip"}
    if "ETag" in headers:
        headers["ETag"] = f'"{compressed(headers["ETag"].strip(chr(34)))}"'
    squeeze = zlib.compressobj(_LEVEL, wbits=_GZIP)
    if isinstance(response.body, bytes):
        body = squeeze.compress(response.body) + squeeze.flush()
        return replace(response, headers=headers, body=body)
    return replace(response, headers=headers, body=_squeezed(response.body, squeeze))


def _not_modified(request: Request, response: Response) -> Response:
    """The response with the tag of the compressed form if that is what the client holds.

    A cache finds what it has by that (RFC 9111, section 4.3.4).
    """
    tag = compressed(response.headers.get("ETag", "").strip('"'))
    if not parse_etags(request.header("if-none-match")).contains_weak(tag):
        return response
    return replace(response, headers={**response.headers, "ETag": f'"{tag}"'})


async def _squeezed(chunks: AsyncIterator[bytes], squeeze: zlib._Compress) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        if small := squeeze.compress(chunk):
            yield small
    yield squeeze.flush()


def _takes_gzip(accept_encoding: str) -> bool:
    if "gzip" not in accept_encoding:
        return False
    return parse_accept_header(accept_encoding, Accept).quality("gzip") > 0
