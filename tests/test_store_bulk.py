"""Quads in and out of a store in bulk."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trygghetsgraf.errors import InputError, StoreError
from trygghetsgraf.store.bulk import dump_nquads, load_nquads, read_nquads, writing

QUADS = (
    '<http://example.org/s> <http://example.org/p> "å" .\n'
    '<http://example.org/s> <http://example.org/p> "å" <http://example.org/g> .\n'
    '_:b <http://example.org/p> "å"@sv <http://example.org/g> .\n'
)


@pytest.mark.parametrize("name", ["quads.nq", "quads.nq.gz"])
def test_load_and_dump(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(QUADS.encode()) if name.endswith(".gz") else QUADS.encode())
    store = ox.Store(str(tmp_path / "store"))
    read: list[int] = []
    assert load_nquads(store, path, read.append) == 3
    assert read[-1] == path.stat().st_size
    assert read == sorted(read)

    copy = tmp_path / f"copy-{name}"
    dump_nquads(store, copy)
    assert set(read_nquads(copy)) == set(store)
    assert sorted(file.name for file in tmp_path.glob("copy*")) == [copy.name]


def test_load_counts_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "quads.nq"
    path.write_text(QUADS.replace("_:b", "<http://example.org/b>"))
    store = ox.Store(str(tmp_path / "store"))
    assert [load_nquads(store, path), load_nquads(store, path)] == [3, 0]


def test_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "quads.nq"
    path.write_text(QUADS + "<s> <http://example.org/p> 7 .\n")
    with pytest.raises(InputError) as caught:
        load_nquads(ox.Store(), path)
    assert (caught.value.path, caught.value.line) == (path, 4)
    assert str(caught.value).startswith(f"{path}:4: Reading {path}: Parser error at line 4")


def test_packed_file_that_was_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "quads.nq.gz"
    path.write_bytes(gzip.compress(QUADS.encode())[:-9])
    with pytest.raises(InputError, match="The file is not whole: copy it again"):
        load_nquads(ox.Store(), path)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        load_nquads(ox.Store(), tmp_path / "quads.nq")


def test_dump_to_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "none" / "dump.nq"
    with pytest.raises(StoreError, match=r"the system says: .*No such file or directory"):
        dump_nquads(ox.Store(), path)


def test_dump_that_breaks_off_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "dump.nq.gz"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), writing(path) as file:
        file.write(bytes([1 // 0]))
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(path.name, "old")]


@given(st.binary(), st.booleans())
@settings(deadline=None)
def test_any_bytes_are_loaded_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, packed: bool
) -> None:
    path = tmp_path_factory.mktemp("any") / ("quads.nq.gz" if packed else "quads.nq")
    path.write_bytes(data)
    store = ox.Store()
    with contextlib.suppress(InputError):
        assert load_nquads(store, path) == len(set(read_nquads(path)))
