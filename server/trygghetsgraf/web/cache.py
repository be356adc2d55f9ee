"""Answers that are known already: what makes two answers the same, and a place to keep them.

An answer depends on the snapshot, the query, the dataset that the request names, and the
formats that it takes. The hash of these is its entity tag, so that "has it changed?" is
answered without evaluating anything.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from werkzeug.http import parse_etags

from trygghetsgraf.web.protocol import Asked

Value = TypeVar("Value")

#: what the tag of an answer ends with when it is compressed: other bytes, another tag
#: (RFC 9110, section 8.8.3.3)
_COMPRESSED = "-gzip"


def tag_of(snapshot: int, asked: Asked) -> str:
    """The entity tag of an answer, without quotes."""
    types = [chosen.media_type if chosen else "" for chosen in (asked.table, asked.graph)]
    parts = [str(snapshot), "whole" if asked.whole else "query", asked.query, *types]
    parts += ["default", *asked.default_graphs, "named", *asked.named_graphs]
    # Lengths keep apart what would run together: the parts are the client's to choose.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def compressed(tag: str) -> str:
    """The tag of the same answer in compressed form."""
    return tag + _COMPRESSED


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether the client has the answer with that tag, in either form.

    Not so for ``*``: whether there is any answer shows only when the query is evaluated.
    """
    known = parse_etags(if_none_match)
    if known.star_tag:
        return False
    return known.contains_weak(tag) or known.contains_weak(compressed(tag))


class Cache(Generic[Value]):
    """Values up to a number of bytes; what was not used for longest goes first."""

    def __init__(self, size: int, largest: int) -> None:
        """``size`` and ``largest`` in bytes, of all values and of one."""
        self._free = size
        self._largest = largest
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """The value kept under a key, or None."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep a value of so many bytes, unless it is too large."""
        if size > self._largest:
            return
        _, old = self._kept.pop(key, (None, 0))
        self._kept[key] = (value, size)
        self._free += old - size
        while self._free < 0:
            _, (_, freed) = self._kept.popitem(last=False)
            self._free += freed
