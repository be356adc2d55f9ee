"""Quads in and out of a store in bulk: the engine parses, writes and serialises."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from trygghetsgraf.errors import InputError
from trygghetsgraf.store.disk import faults, store_error

#: told the number of bytes of the file that have been read so far
Progress = Callable[[int], None]


def silent(read: int) -> None:
    """Progress that nobody looks at."""


class _Counted:
    """A binary file that tells how far it has been read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._progress(self._file.tell())
        return data


def load_nquads(store: ox.Store, path: Path, progress: Progress = silent) -> int:
    """Add a file of N-Quads (``.nq`` or ``.nq.gz``) to a store; return how many were new.

    Not one transaction: load into a draft. Blank nodes get new labels, the same within one
    file. Raises InputError with file and line, StoreError when the disk is full.
    """
    before = len(store)
    with _reading(path, progress) as file:
        store.bulk_load(file, ox.RdfFormat.N_QUADS)
    return len(store) - before


def read_nquads(path: Path, progress: Progress = silent) -> Iterator[ox.Quad]:
    """The quads in a file of N-Quads (``.nq`` or ``.nq.gz``); raises InputError."""
    with _reading(path, progress) as file:
        yield from ox.parse(file, ox.RdfFormat.N_QUADS)


def dump_nquads(store: ox.Store, path: Path) -> None:
    """Write everything in a store, the default graph too, as N-Quads (``.nq``, ``.nq.gz``).

    The order is the engine's. The file appears when it is complete. Raises StoreError.
    """
    with writing(path) as file:
        store.dump(file, ox.RdfFormat.N_QUADS)


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears when it is complete, packed if its name ends in ``.gz``.

    Raises StoreError.
    """
    making = path.with_name(f".{path.name}.making")
    with faults(f"Writing {path}"):
        try:
            with making.open("wb") as file:
                if path.suffix == ".gz":
                    # no name and no time in the header: the same quads give the same bytes
                    with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
                        yield cast("IO[bytes]", packed)
                else:
                    yield file
            making.replace(path)
        finally:
            making.unlink(missing_ok=True)


@contextmanager
def _reading(path: Path, progress: Progress) -> Iterator[IO[bytes]]:
    """A file that tells how far it has been read, unpacked; its faults in our own words."""
    tried = f"Reading {path}"
    try:
        with path.open("rb") as file:
            counted = cast("IO[bytes]", _Counted(file, progress))
            if path.suffix == ".gz":
                counted = cast("IO[bytes]", gzip.GzipFile(fileobj=counted, mode="rb"))
            yield counted
    except SyntaxError as error:
        do = "Correct the line or make the file again."
        raise InputError(tried, f"{error.msg}.", do, path=path, line=error.lineno) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        do = "The file is not whole: copy it again."
        raise InputError(tried, f"{error}.", do, path=path) from error
    except FileNotFoundError as error:
        raise InputError(tried, "there is no such file.", "Check its name.", path=path) from error
    except OSError as error:
        raise store_error(tried, error) from error
