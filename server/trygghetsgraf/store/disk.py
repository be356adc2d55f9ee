"""What the store asks of the file system: locks, renames that last, errors in plain words.

Advisory locks are flock(2) locks: they belong to an open file, so the system lets go of
them when a process dies, however it dies.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from trygghetsgraf.errors import StoreError

#: seconds between two looks at a lock that somebody else holds
_LOCK_POLL = 0.05


def store_error(tried: str, error: Exception) -> StoreError:
    """The StoreError for a fault of the disk or the engine: what it was and what to do.

    The engine reports faults of the disk as text, so the text is looked at too.
    """
    text = str(error)
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or any(
        os.strerror(number) in text for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    ):
        return StoreError(
            tried,
            f"there is no room on the disk ({text}).",
            "Nothing was published and the last snapshot keeps serving. Free some room or"
            " prune snapshots, then try again.",
        )
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError(
            tried, f"the system does not allow it ({text}).", "Check who owns the state folder."
        )
    if code is not None:
        return StoreError(tried, f"the system says: {text}.", "Look at the disk and the folder.")
    return StoreError(
        tried,
        f"the store is damaged or incomplete ({text}).",
        "Restore from an earlier snapshot or from a dump, or build again.",
    )


@contextmanager
def faults(tried: str) -> Iterator[None]:
    """Faults of the disk and of the engine as StoreError; for calls of the engine only."""
    try:
        yield
    except OSError as error:
        raise store_error(tried, error) from error
    except RuntimeError as error:
        # The engine's name for files that do not hold what they should.
        if "Corruption" not in str(error):
            raise
        raise store_error(tried, error) from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last: fsync(2) on the folder itself."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Make a folder last with everything in it, the innermost first.

    Files that have a second name are passed over: the engine made them last under the first.
    """
    for entry in folder.iterdir():
        if entry.is_dir():
            sync_tree(entry)
        elif entry.stat().st_nlink == 1:
            with entry.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def point(link: Path, target: str) -> None:
    """Make a symbolic link name a target, at once and to last: link, rename, fsync."""
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
    sync_folder(link.parent)


@contextmanager
def exclusive(path: Path, who: str, patience: float) -> Iterator[None]:
    """Hold a lock that one process at a time can have; the file says who has it.

    Waits up to ``patience`` seconds, then raises StoreError naming the holder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        deadline = time.monotonic() + patience
        while not try_lock(handle):
            if time.monotonic() >= deadline:
                holder = os.pread(handle, 1000, 0).decode(errors="replace").strip()
                raise StoreError(
                    f"Taking the lock of the writer, {path}",
                    f"another process has it: {holder or 'it has not said who'}.",
                    "Wait until that process is done, or stop it.",
                )
            time.sleep(_LOCK_POLL)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{who}, process {os.getpid()}, since {since}".encode(), 0)
        yield
    finally:
        os.close(handle)


def try_lock(handle: int, *, shared: bool = False) -> bool:
    """Take a lock on an open file if nobody stands in the way; whether that went well."""
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
