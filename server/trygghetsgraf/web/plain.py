"""Requests that are read without a parser: a query in one piece, with no more to it.

What a client sends beside the query is the same from one request to the next, so that its
headers are read once. Whatever is out of the ordinary is left to the parser, and so is every
request that is none: here nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

#: path, query string, and headers by their lower-case names
Plain = tuple[str, bytes, Mapping[str, str]]

END = b"\r\n\r\n"
#: request-target in origin-form (RFC 9112, section 3.2.1) in printable ASCII
_LINE = re.compile(rb"GET (/sparql/?)\?([!-\"$-~]+) HTTP/1\.1\r\n")
#: bytes of a request line that gunicorn would take, and of a head that is ordinary
_LONGEST = 8190
#: field-name without ``_``, which gunicorn drops, and field-value (RFC 9110, section 5)
_FIELD = re.compile(r"([A-Za-z0-9!#$%&'*+.^`|~-]+):[ \t]*([ -~\x80-\xff]*?)[ \t]*")
#: headers that make more of a request than a question: a body, another protocol, a condition,
#: a connection that ends
_MORE = frozenset(
    {
        "connection",
        "content-length",
        "transfer-encoding",
        "expect",
        "upgrade",
        "if-none-match",
        "authorization",
    }
)


def read(request: bytes) -> Plain | None:
    """Path, query string and headers of a plain request; None for any other."""
    line = _LINE.match(request)
    if line is None or line.end() > _LONGEST or len(request) - line.end() > _LONGEST:
        return None
    headers = _headers(request[line.end() :])
    if headers is None:
        return None
    return line[1].decode("ascii"), line[2], headers


def is_plain(request: bytes) -> bool:
    """Whether a request in one piece, with any path, has headers of a plain one."""
    line, _, rest = request.partition(b"\r\n")
    return line.endswith(b" HTTP/1.1") and len(rest) <= _LONGEST and _headers(rest) is not None


@lru_cache(maxsize=512)
def _headers(block: bytes) -> Mapping[str, str] | None:
    """The fields of a head, in lower case; None if there is more to it, or something amiss."""
    if block.find(END) != len(block) - len(END):
        return None
    headers: dict[str, str] = {}
    for line in block[: -len(END)].decode("latin-1").split("\r\n"):
        field = _FIELD.fullmatch(line)
        if field is None:
            return None
        name, value = field[1].lower(), field[2]
        if name in _MORE and (name, value.lower()) != ("connection", "keep-alive"):
            return None
        if name in headers:
            if name == "host":
                return None
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return MappingProxyType(headers) if "host" in headers else None
