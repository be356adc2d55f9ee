"""The one way to change a store on disk: a draft of the next snapshot, published or dropped.

    with Writer(state, "the server") as writer, writer.draft() as draft:
        draft.store.update("INSERT DATA { … }")
        draft.publish({"by": "…"})

The engine has no rollback over several calls, so nothing is changed in place. A draft is a
writable copy of the current snapshot, made of hard links in milliseconds. What is published
becomes the current snapshot; what is not is thrown away. Nothing but ``current`` has to
survive a crash: whoever comes next starts from there.

Any process may have a writer. The lock is held for one draft, and the working copy is kept
open between drafts as long as nobody else has published in between: that lets the engine
merge its files in the background, and saves the copying.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import pyoxigraph as ox

from trygghetsgraf.errors import StoreError
from trygghetsgraf.store.disk import exclusive, faults, try_lock
from trygghetsgraf.store.figures import Figures, count_all, moved, read_figures
from trygghetsgraf.store.snapshots import Snapshot, Snapshots

_LOG = logging.getLogger(__name__)
_NO_META: Mapping[str, str] = MappingProxyType({})


class Draft:
    """A writable store that may become the next snapshot."""

    def __init__(
        self,
        store: ox.Store,
        base: int | None,
        snapshots: Snapshots,
        phase: Callable[[str], None],
    ) -> None:
        """``base``: number of the snapshot that it started from, None if it was empty."""
        #: read and write it freely, up to :meth:`publish`
        self.store = store
        #: what may have come to the default graph or left it; None where nobody keeps account
        self.touched: set[ox.Triple] | None = None
        self._base = base
        #: number under which it was published, None as long as it was not
        self.published: int | None = None
        self._snapshots = snapshots
        self._phase = phase

    def publish(self, meta: Mapping[str, str] = _NO_META) -> Snapshot:
        """Make it the current snapshot, at once, and return that, held; ends the draft.

        When this returns the change is on disk for good. Raises StoreError; then the
        snapshot that was current still is.
        """
        store = self.store
        del self.store
        figures = self._figures(store)
        snapshot = self._snapshots.publish(store, meta, figures=figures, phase=self._phase)
        self.published = snapshot.number
        return snapshot

    def _figures(self, store: ox.Store) -> Figures | None:
        """The figures of a store in this draft's state, None if they would cost too much."""
        with faults("Counting what is published"):
            if self._base is None:
                return count_all(store)
            if self.touched is None:
                return None
            with self._snapshots.get(self._base) as base:
                known = read_figures(base.folder)
                if known is None or not self.touched:
                    return known
                return moved(known, base.open(), store, self.touched)


class _Working:
    """A writable copy in a folder of its own, locked as long as this process lives."""

    def __init__(self, parent: Path, base: Snapshot | None = None) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(dir=parent, prefix=f"{os.getpid()}-"))
        self._handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try_lock(self._handle)
        #: number of the snapshot that it equals, None once it may differ from all
        self.number: int | None = None
        path = str(self._folder / "db")
        try:
            if base is not None:
                base.open().backup(path)
                self.number = base.number
            self.store = ox.Store(path)
        except (OSError, RuntimeError, StoreError):
            self._remove()
            raise

    def discard(self) -> None:
        """Close the store and delete its files."""
        del self.store
        self._remove()

    def _remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._handle)


class Writer:
    """Makes drafts in a state folder; belongs to the process that made it."""

    def __init__(
        self,
        state: Path,
        who: str,
        *,
        keep_bytes: int = 20 * 2**30,
        keep_at_most: int = 20,
        patience: float = 30.0,
        phase: Callable[[str], None] = lambda name: None,
    ) -> None:
        """``who`` is told to those who wait; ``patience`` is how long we wait, in seconds.

        After each draft snapshots are pruned to ``keep_bytes`` and ``keep_at_most``.
        ``phase`` is told ``update``, ``backup``, ``switch`` and ``done`` as they begin.
        """
        self.snapshots = Snapshots(state)
        self._folder = state / "store"
        self._lock = state / "writer.lock"
        self._who = who
        self._keep_bytes = keep_bytes
        self._keep_at_most = keep_at_most
        self._patience = patience
        self._phase = phase
        self._pid = os.getpid()
        self._working: _Working | None = None

    @contextmanager
    def draft(self, *, empty: bool = False, base: Snapshot | None = None) -> Iterator[Draft]:
        """A draft: of the current snapshot, of another one, or ``empty``.

        Raises StoreError if another process keeps the lock, or the snapshot does not open.
        """
        if os.getpid() != self._pid:
            raise StoreError(
                "Writing to the store",
                "this process was forked from the one that opened it.",
                "Make the writer after the fork.",
            )
        with exclusive(self._lock, self._who, self._patience):
            self._sweep()
            store = self._open(empty=empty, base=base)
            start = self._working.number if self._working is not None else None
            draft = Draft(store, start, self.snapshots, self._phase)
            self._phase("update")
            try:
                yield draft
            finally:
                self._after(draft)

    def close(self) -> None:
        """Drop the working copy; what was published is safe."""
        if self._working is not None:
            self._working.discard()
            self._working = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, *, empty: bool, base: Snapshot | None) -> ox.Store:
        """The working copy as a draft asks for it; what does not fit is replaced."""
        current = self.snapshots.current_number()
        kept = self._working
        if kept is not None and kept.number == current and not empty and base is None:
            return kept.store
        self.close()
        with faults("Starting a draft of the next snapshot"):
            if empty or (base is None and current is None):
                self._working = _Working(self._folder)
            elif base is not None:
                self._working = _Working(self._folder, base)
            else:
                with self.snapshots.current() as snapshot:
                    self._working = _Working(self._folder, snapshot)
        return self._working.store

    def _after(self, draft: Draft) -> None:
        """Keep the working copy if it equals the current snapshot, and prune."""
        self._phase("done")
        if self._working is not None:
            self._working.number = draft.published
        if draft.published is None:
            # The engine takes a second to close a store whose files are gone.
            vars(draft).pop("store", None)
            self.close()
            return
        try:
            self.snapshots.prune(self._keep_bytes, keep_at_most=self._keep_at_most)
        except OSError as error:
            # It was published all the same, so its maker must not be told otherwise.
            _LOG.warning("snapshots could not be pruned: %s", error)

    def _sweep(self) -> None:
        """Delete working copies whose process is gone; called with the lock held."""
        if not self._folder.exists():
            return
        for folder in self._folder.iterdir():
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                if try_lock(handle):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
