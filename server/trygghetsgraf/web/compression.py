"""Compressed answers for clients that take them (RFC 9110, section 8.4.1.3)."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from dataclasses import replace

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from trygghetsgraf.web.cache import compressed
from trygghetsgraf.web.messages import Request, Response

#: bytes below which compressing gains nothing
_WORTH_IT = 860
#: fast rather than small: the event loop waits for it
_LEVEL = 1
#: zlib's window of 32 KiB, with gzip's header and trailer
_GZIP = 31


def compress(request: Request, response: Response) -> Response:
    """The response, compressed if the client takes that and it is worth it."""
    if not _takes_gzip(request.header("accept-encoding")):
        return response
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


async def _squeezed(chunks: AsyncIterator[bytes], squeeze: zlib._Compress) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        if small := squeeze.compress(chunk):
            yield small
    yield squeeze.flush()


def _takes_gzip(accept_encoding: str) -> bool:
    if "gzip" not in accept_encoding:
        return False
    return parse_accept_header(accept_encoding, Accept).quality("gzip") > 0
