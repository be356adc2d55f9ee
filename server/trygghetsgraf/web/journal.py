"""What is told of each request: counts for the measures, and a line of JSON for each query."""

from __future__ import annotations

import asyncio
import atexit
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from trygghetsgraf.query.failures import Outcome

#: seconds that lines and counts may wait, so that a burst of requests writes once
_DELAY = 0.25

#: status, cached (``yes`` or ``no``), how often
Counts = list[tuple[str, str, int]]


@dataclass
class Note:
    """What is known of one request in the end."""

    started: float = field(default_factory=time.monotonic)
    #: text of the query or update; goes into the log as a hash only
    query: str = ""
    #: 0 as long as there is no response
    status: int = 0
    #: the name of an Outcome, or ``refused``; until something else is known the client has left
    outcome: str = Outcome.LEFT.value
    #: whether the answer needed no evaluation
    cached: bool = False
    snapshot: int = 0
    bytes: int = 0


class Journal:
    """Collects for a short while, then writes the lines and reports the counts."""

    def __init__(self, report: Callable[[Counts], None], *, log: bool) -> None:
        """``log`` says whether there is a line for each query."""
        self._report = report
        self._log = log
        self._lines: list[str] = []
        self._counts: Counter[tuple[int, bool]] = Counter()
        self._waiting = False
        atexit.register(self._write)

    def count(self, status: int, *, cached: bool) -> None:
        """A response was sent."""
        self._counts[status, cached] += 1
        self._later()

    def line(self, note: Note) -> None:
        """A query has ended, and this is known of it."""
        if self._log:
            self.add(members_of(note, time.monotonic() - note.started))

    def add(self, rest: str) -> None:
        """A line whose time goes before the rest of its members, which end with ``}``."""
        if self._log:
            now = time.time()
            when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
            self._lines.append(f'{{"time": "{when}.{int(now % 1 * 1000):03}Z", {rest}\n')
            self._later()

    def _later(self) -> None:
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_later(_DELAY, self._flush)

    def _flush(self) -> None:
        self._waiting = False
        self._write()
        counts = [
            (str(status), "yes" if cached else "no", times)
            for (status, cached), times in self._counts.items()
        ]
        self._counts.clear()
        self._report(counts)

    def _write(self) -> None:
        lines, self._lines = self._lines, []
        sys.stderr.write("".join(lines))
        sys.stderr.flush()


def members_of(note: Note, seconds: float) -> str:
    """The end of a line, for :meth:`Journal.add`; the query is named by its SHA-256's start."""
    about = {
        "query": hashlib.sha256(note.query.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "outcome": note.outcome,
        "status": note.status,
        "seconds": round(seconds, 4),
        "bytes": note.bytes,
        "cached": note.cached,
        "snapshot": note.snapshot,
    }
    return json.dumps(about)[1:]
