"""One published state of the store: a folder that is never written again.

- ``7/store/``: a checkpoint made by the engine, mostly hard links;
- ``7/about.json``: format, time, what the publisher said, files and their sizes;
- ``7/figures.json``: counts, where they are known (see :mod:`.figures`);
- ``7/lock``: users hold it shared, who deletes the folder holds it alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import pyoxigraph
from pydantic import BaseModel, ConfigDict, ValidationError

from trygghetsgraf.errors import StoreError
from trygghetsgraf.store.disk import faults, try_lock

#: version of the layout above; a snapshot with another one is not opened
FORMAT = 1

_RESTORE = "Restore from an earlier snapshot or from a dump, or build again."


class About(BaseModel):
    """The content of about.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    #: UTC
    published: datetime
    #: what the publisher said about it
    meta: dict[str, str]
    #: file name in store/ → size in bytes
    files: dict[str, int]


class Snapshot:
    """A published state; open until closed, and not deleted while it is open."""

    def __init__(self, folder: Path, handle: int) -> None:
        self.folder = folder
        #: 1, 2, 3 …: every publication has the next number
        self.number = int(folder.name)
        #: the folder that pyoxigraph.Store.read_only opens
        self.path = folder / "store"
        self._handle: int | None = handle

    @classmethod
    def hold(cls, folder: Path) -> Snapshot | None:
        """The snapshot in a folder with the lock of a user, None if it is gone or going."""
        lock = folder / "lock"
        try:
            handle = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        # The folder may have been deleted between opening and locking: the name must still
        # lead to the file that was locked.
        try:
            if try_lock(handle, shared=True) and os.path.samestat(os.fstat(handle), lock.stat()):
                return cls(folder, handle)
        except FileNotFoundError:
            pass
        os.close(handle)
        return None

    @property
    def about(self) -> About:
        """When it was published, what was said about it and which files it has.

        Raises StoreError if about.json is damaged or of another format.
        """
        tried = f"Opening snapshot {self.number}"
        try:
            with faults(tried):
                about = About.model_validate_json((self.folder / "about.json").read_bytes())
        except ValidationError as error:
            raise StoreError(tried, "its about.json is damaged.", _RESTORE) from error
        if about.format != FORMAT:
            raise StoreError(
                tried,
                f"it has store format {about.format} and this program reads {FORMAT}.",
                "Restore from a dump, or build again.",
            )
        return about

    @property
    def meta(self) -> Mapping[str, str]:
        """What the publisher said about it."""
        return MappingProxyType(self.about.meta)

    def check(self) -> None:
        """Raise StoreError unless format, files and their sizes are as published."""
        for name, size in self.about.files.items():
            try:
                found = (self.path / name).stat().st_size
            except FileNotFoundError:
                found = None
            if found != size:
                fault = "is missing" if found is None else f"has {found} bytes instead of {size}"
                raise StoreError(
                    f"Opening snapshot {self.number}", f"its file {name} {fault}.", _RESTORE
                )

    def open(self) -> pyoxigraph.Store:
        """The snapshot as a read-only store, to be used before :meth:`close`.

        Open it in the process that reads it: an open store does not survive a fork. Raises
        StoreError if files are missing, cut short or of another format. Damage inside a
        file shows when that part is read; :meth:`verify` reads all.
        """
        self.check()
        with faults(f"Opening snapshot {self.number}"):
            return pyoxigraph.Store.read_only(str(self.path))

    def verify(self) -> int:
        """Read everything and return the number of quads; raises StoreError on damage."""
        store = self.open()
        with faults(f"Reading snapshot {self.number}"):
            return sum(1 for _ in store)

    def close(self) -> None:
        """Let go of the snapshot: from now on it may be deleted."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def describe(folder: Path, meta: Mapping[str, str]) -> None:
    """Complete a folder that holds a finished checkpoint: about.json and the lock."""
    about = About(
        format=FORMAT,
        published=datetime.now(UTC),
        meta=dict(meta),
        files={entry.name: entry.stat().st_size for entry in os.scandir(folder / "store")},
    )
    (folder / "about.json").write_text(about.model_dump_json(indent=1), encoding="utf-8")
    (folder / "lock").touch()
