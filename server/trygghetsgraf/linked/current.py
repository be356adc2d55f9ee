"""The published snapshot, opened once and again when another one takes its place."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import TypeVar, cast

import pyoxigraph as ox

from trygghetsgraf.store.snapshots import Snapshot, Snapshots

Value = TypeVar("Value")


class Opened:
    """A snapshot with its store; cannot be deleted as long as somebody refers to this."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.number = snapshot.number
        self.meta = snapshot.meta
        #: its folder, for what is worth keeping as long as the snapshot
        self.folder = snapshot.folder
        self.published = snapshot.about.published
        self.store: ox.Store = snapshot.open()
        self._known: dict[str, object] = {}
        self._lock = threading.Lock()
        weakref.finalize(self, snapshot.close)

    def once(self, name: str, make: Callable[[ox.Store], Value]) -> Value:
        """What ``make`` finds in the store; made once, for whoever asks by that name."""
        with self._lock:
            if name not in self._known:
                self._known[name] = make(self.store)
            return cast("Value", self._known[name])


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
                self._opened = Opened(self._snapshots.current())
            return self._opened
