"""The published snapshot, opened once and again when another one takes its place."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar, cast

import pyoxigraph as ox

from trygghetsgraf.store.figures import Figures, count_all, read_figures
from trygghetsgraf.store.snapshots import Snapshot, Snapshots

Value = TypeVar("Value")

#: triples in the merge up to which everything is counted at once
_FEW = 200_000
#: of a larger one, share of the time that may go into counting, however often it changes
_SHARE = 0.03


class Opened:
    """A snapshot with its store; cannot be deleted as long as somebody refers to this."""

    def __init__(self, snapshot: Snapshot, before: Opened | None = None) -> None:
        self.number = snapshot.number
        self.meta = snapshot.meta
        #: its folder, for what is worth keeping as long as the snapshot
        self.folder = snapshot.folder
        self.published = snapshot.about.published
        self.store: ox.Store = snapshot.open()
        self._known: dict[str, object] = {}
        #: what the snapshots before have for :meth:`lately`, and when that may be made again
        self._older = before.lately_known() if before else {}
        self._not_before: dict[str, float] = dict(before._not_before) if before else {}
        self._late: set[str] = set()
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        weakref.finalize(self, snapshot.close)

    @cached_property
    def figures(self) -> Figures:
        """The counts of its default graph."""
        return read_figures(self.folder) or count_all(self.store)

    def once(self, name: str, make: Callable[[ox.Store], Value]) -> Value:
        """What ``make`` finds in the store; made once, for whoever asks by that name."""
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._known:
                start = time.monotonic()
                self._known[name] = make(self.store)
                end = time.monotonic()
                self._not_before[name] = end + (end - start) / _SHARE
            return cast("Value", self._known[name])

    def lately(self, name: str, make: Callable[[ox.Store], Value]) -> Value:
        """As :meth:`once`; of a large store, what was found in one before until it is made.

        It is made in the background, and not so often that a store that changes all the time
        is counted all the time.
        """
        if name in self._known or name not in self._older or self.figures.triples <= _FEW:
            self._late.add(name)
            return self.once(name, make)
        with self._lock:
            due = name not in self._late and time.monotonic() >= self._not_before.get(name, 0.0)
            if due:
                self._late.add(name)
        if due:
            threading.Thread(target=self.once, args=(name, make), daemon=True).start()
        return cast("Value", self._older[name])

    def is_behind(self) -> bool:
        """Whether something that :meth:`lately` gives is still that of a snapshot before."""
        return bool(self._older.keys() - self._known.keys())

    def lately_known(self) -> dict[str, object]:
        """What is known under the names that :meth:`lately` was asked for."""
        return self._older | {name: self._known[name] for name in self._late & self._known.keys()}


class Current:
    """The current snapshot of a state folder, for the threads of one process."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._opened: Opened | None = None
        self._lock = threading.Lock()

    def get(self) -> Opened:
        """The current snapshot, open; raises StoreError when nothing is published."""
        with self._lock:
            number = self._snapshots.current_number()
            if self._opened is None or self._opened.number != number:
                self._opened = Opened(self._snapshots.current(), self._opened)
            return self._opened
