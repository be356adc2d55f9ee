"""The published states of the store, and which of them is the current one.

    <state>/snapshots/7/
    <state>/current -> snapshots/7

Publishing ends in one rename of ``current``. That rename is the commit: before it nothing
was published, after it everything was. Only the holder of the writer's lock may publish or
prune; anybody may read.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pyoxigraph

from trygghetsgraf.errors import NotFoundError, StoreError
from trygghetsgraf.store.disk import faults, point, sync_folder, sync_tree, try_lock
from trygghetsgraf.store.figures import Figures, write_figures
from trygghetsgraf.store.snapshot import Snapshot, describe

__all__ = ["Snapshot", "Snapshots"]

_NO_META: Mapping[str, str] = MappingProxyType({})


class Snapshots:
    """The snapshots of a state folder."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._folder = state / "snapshots"
        self._current = state / "current"

    def current_number(self) -> int | None:
        """Number of the current snapshot, None before the first; one readlink, no lock."""
        try:
            # not by pathlib, which takes longer over it than the system
            return int(os.readlink(self._current).rpartition("/")[2])  # noqa: PTH115
        except FileNotFoundError:
            return None

    def numbers(self) -> list[int]:
        """Numbers of the snapshots that are or were current and still exist, oldest first."""
        current = self.current_number() or 0
        return [number for number in self._on_disk() if number <= current]

    def current(self) -> Snapshot:
        """The current snapshot, held; raises StoreError when nothing is published."""
        tried = f"Opening the current snapshot, {self._current}"
        while (number := self.current_number()) is not None:
            snapshot = Snapshot.hold(self._at(number))
            if snapshot is not None:
                return snapshot
            # It was deleted under our hands only if another one has become current.
            if self.current_number() == number:
                raise StoreError(
                    tried, f"snapshot {number} is not there.", f"Restore one of {self.numbers()}."
                )
        raise StoreError(
            tried,
            "nothing has been published yet.",
            "Run `trygghetsgraf build`, or restore a dump.",
        )

    def get(self, number: int) -> Snapshot:
        """The snapshot with that number, held; raises NotFoundError."""
        numbers = self.numbers()
        snapshot = Snapshot.hold(self._at(number)) if number in numbers else None
        if snapshot is None:
            raise NotFoundError(
                f"Opening snapshot {number}",
                f"those on disk are {', '.join(map(str, numbers)) or 'none'}.",
                "Choose one of them.",
            )
        return snapshot

    def last_good(self) -> tuple[Snapshot, list[StoreError]]:
        """The newest snapshot that opens, held, and what ailed those that are newer.

        Raises StoreError, about the newest, when none opens.
        """
        faults: list[StoreError] = []
        for number in reversed(self.numbers()):
            snapshot = Snapshot.hold(self._at(number))
            if snapshot is None:
                continue
            try:
                snapshot.open()
            except StoreError as fault:
                snapshot.close()
                faults.append(fault)
            else:
                return snapshot, faults
        if faults:
            raise faults[0]
        return self.current(), []

    def publish(
        self,
        store: pyoxigraph.Store,
        meta: Mapping[str, str] = _NO_META,
        *,
        figures: Figures | None = None,
        phase: Callable[[str], None] = lambda name: None,
    ) -> Snapshot:
        """Make the store's present state, with its figures, the current snapshot; return it, held.

        Calls ``phase`` with ``backup`` and ``switch`` as these begin. Raises StoreError, and
        then the snapshot that was current still is.
        """
        phase("backup")
        number = self._next_number()
        making = self._folder / f".making-{number}"
        folder = self._at(number)
        try:
            with faults(f"Publishing snapshot {number}"):
                making.mkdir(parents=True)
                store.backup(str(making / "store"))
                describe(making, meta)
                if figures is not None:
                    write_figures(making, figures)
                sync_tree(making)
                making.rename(folder)
                sync_folder(self._folder)
                phase("switch")
                point(self._current, f"snapshots/{number}")
        except StoreError:
            # If even this fails, the next publication sweeps it: it is not current.
            shutil.rmtree(making, ignore_errors=True)
            if self.current_number() != number:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        return self.get(number)

    def prune(
        self, keep_bytes: int, *, keep_at_least: int = 2, keep_at_most: int = 20
    ) -> list[int]:
        """Delete the oldest snapshots until the rest fit; return the numbers deleted.

        The current one, ``keep_at_least`` of the newest and those in use stay, whatever
        their size. A file that several snapshots share is counted once, with the newest.
        """
        numbers = self.numbers()
        seen: set[int] = set()
        used = 0
        pruned = []
        for age, number in enumerate(reversed(numbers)):
            used += _new_bytes(self._at(number), seen)
            over = used > keep_bytes or age >= keep_at_most
            if over and age >= max(1, keep_at_least) and self._delete(number):
                pruned.append(number)
        return sorted(pruned)

    def _at(self, number: int) -> Path:
        return self._folder / str(number)

    def _on_disk(self) -> list[int]:
        try:
            names = [entry.name for entry in self._folder.iterdir()]
            return sorted(int(name) for name in names if name.isdecimal())
        except FileNotFoundError:
            return []

    def _next_number(self) -> int:
        """The number after the current one; sweeps away what a dead writer left behind."""
        for left in self._folder.glob(".*"):
            shutil.rmtree(left, ignore_errors=True)
        current = self.current_number()
        if current is None:
            return max(self._on_disk(), default=0) + 1
        for number in self._on_disk():
            if number > current:
                shutil.rmtree(self._at(number))
        return current + 1

    def _delete(self, number: int) -> bool:
        """Delete a snapshot unless somebody uses it; whether it was deleted."""
        folder = self._at(number)
        handle = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
        try:
            if not try_lock(handle):
                return False
            leaving = self._folder / f".leaving-{number}"
            folder.rename(leaving)
            shutil.rmtree(leaving)
            return True
        finally:
            os.close(handle)


def _new_bytes(folder: Path, seen: set[int]) -> int:
    """Bytes on disk of a snapshot's files whose inodes were not seen before."""
    total = 0
    for entry in os.scandir(folder / "store"):  # hundreds of files for each publication
        found = entry.stat()
        if found.st_ino not in seen:
            seen.add(found.st_ino)
            total += found.st_blocks * 512
    return total
