"""Counting the rows of a result while it is written, so that there cannot be too many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, TypeVar

from pyoxigraph import QueryResultsFormat

from trygghetsgraf.query.failures import Outcome, QueryFailure

Item = TypeVar("Item")

#: bytes of results that are not worth being counted
_SMALL = 1 << 16


def _too_many(limit: int) -> QueryFailure:
    return QueryFailure(Outcome.SIZE, f"It has more than {limit} rows.")


def at_most(limit: int, items: Iterable[Item]) -> Iterator[Item]:
    """The items as they are; raises QueryFailure after ``limit`` of them if there are more."""
    for count, item in enumerate(items):
        if count == limit:
            raise _too_many(limit)
        yield item


class CountingFile:
    """A file to write a table of solutions to, which raises QueryFailure past ``limit`` rows.

    The engine has no limit of its own, and a row costs least where it is written: what ends
    a row is looked for outside the quoted text of the format.
    """

    def __init__(self, file: IO[bytes], format_: QueryResultsFormat, limit: int) -> None:
        self._file = file
        self._count = _COUNTERS[str(format_)]()
        self._limit = limit
        self._rows = 0
        #: pieces not counted so far, and how many bytes there may be of them
        self._uncounted: list[bytes] = []
        self._spare = min(limit, _SMALL)

    def write(self, data: bytes) -> int:
        """Write a piece of the result."""
        self._spare -= len(data)
        if self._spare >= 0:  # a row takes a byte at least, so that there are few enough
            self._uncounted.append(data)
            return self._file.write(data)
        for piece in self._uncounted:
            self._rows += self._count(piece)
        self._uncounted.clear()
        self._rows += self._count(data)
        if self._rows > self._limit:
            raise _too_many(self._limit)
        return self._file.write(data)

    def flush(self) -> None:
        """Pass on what the file below has kept."""
        self._file.flush()


def _lines() -> Callable[[bytes], int]:
    """TSV: a line each, with newlines in values escaped; the first names the variables."""
    seen = -1

    def count(data: bytes) -> int:
        nonlocal seen
        found = data.count(b"\n") + min(seen, 0)
        seen = 0 if seen < 0 and b"\n" in data else seen
        return max(found, 0)

    return count


def _unquoted_lines() -> Callable[[bytes], int]:
    """CSV: a line each, with newlines in values inside quotes (RFC 4180); the first has names."""
    lines = _lines()
    inside = 0

    def count(data: bytes) -> int:
        nonlocal inside
        parts = data.split(b'"')
        outside = b"".join(parts[inside::2])
        inside = (inside + len(parts) - 1) % 2
        return lines(outside)

    return count


def _json() -> Callable[[bytes], int]:
    """JSON: between one binding object and the next stands ``},{``, outside strings (RFC 8259).

    There is one such place less than rows, so the first piece counts as one.
    """
    first = 1
    inside = 0
    backslashes = b""
    end = b""

    def count(data: bytes) -> int:
        nonlocal first, inside, backslashes, end
        data = backslashes + data
        bare = data.rstrip(b"\\")
        backslashes = data[len(bare) :]
        parts = bare.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        outside = end + b'"'.join(parts[inside::2])
        inside = (inside + len(parts) - 1) % 2
        # of what comes next, a string may be the first thing
        end = (outside + b'"')[-2:] if inside else outside[-2:]
        found, first = outside.count(b"},{") + first, 0
        return found

    return count


def _elements() -> Callable[[bytes], int]:
    """XML: an element ``result`` each; ``<`` in values is escaped."""
    end = b""

    def count(data: bytes) -> int:
        nonlocal end
        data = end + data
        end = data[-len(b"<result") :]
        return data.count(b"<result>")

    return count


_COUNTERS = {
    str(QueryResultsFormat.TSV): _lines,
    str(QueryResultsFormat.CSV): _unquoted_lines,
    str(QueryResultsFormat.JSON): _json,
    str(QueryResultsFormat.XML): _elements,
}
