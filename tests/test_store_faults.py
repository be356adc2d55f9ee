"""Full disks, damaged files and older formats: a clear error, and the last good one serves."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.errors import StoreError
from trygghetsgraf.namespaces import GRAPH
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.snapshot import About, Snapshot
from trygghetsgraf.store.writer import Writer

ONE, TWO = ox.NamedNode(GRAPH["one"]), ox.NamedNode(GRAPH["two"])


def triples(word: str, count: int = 100) -> list[ox.Triple]:
    predicate = ox.NamedNode("http://example.org/p")
    return [
        ox.Triple(ox.NamedNode(f"http://example.org/{word}/{i}"), predicate, ox.Literal(word * 9))
        for i in range(count)
    ]


def open_store(state: Path) -> EmbeddedStore:
    return EmbeddedStore(Writer(state, "the test", patience=0))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    """Two snapshots: one graph in the first, two in the second."""
    store = open_store(tmp_path / "state")
    store.change({ONE: triples("one")})
    store.change({TWO: triples("two")})
    yield store
    store.close()


def newest_file(snapshot: Snapshot) -> Path:
    """The youngest of the files that hold quads; earlier snapshots do not share it."""
    return max(snapshot.path.glob("*.sst"), key=lambda path: path.name)


def test_file_that_was_cut_short(store: EmbeddedStore) -> None:
    with store.snapshots.current() as snapshot:
        cut = newest_file(snapshot)
        size = cut.stat().st_size
        os.truncate(cut, size // 2)
    health = store.health()
    assert not health.ok
    assert health.detail == (
        f"Opening snapshot 2: its file {cut.name} has {size // 2} bytes instead of {size}. "
        "Restore from an earlier snapshot or from a dump, or build again."
    )
    snapshot, faults = store.snapshots.last_good()
    with snapshot:
        assert snapshot.number == 1
        assert [str(fault) for fault in faults] == [health.detail]
        assert len(snapshot.open()) == 200


def test_missing_file(store: EmbeddedStore) -> None:
    with store.snapshots.current() as snapshot:
        newest_file(snapshot).unlink()
        with pytest.raises(StoreError, match=r"its file \d+\.sst is missing"):
            snapshot.open()


def test_garbled_blocks_are_found_by_reading_everything(store: EmbeddedStore) -> None:
    with store.snapshots.current() as snapshot:
        size = 0
        for path in snapshot.path.glob("*.sst"):
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.seek(10)
                file.write(os.urandom(size // 3))
        with pytest.raises(StoreError, match="the store is damaged or incomplete"):
            snapshot.verify()


def test_garbled_manifest_is_found_on_opening(store: EmbeddedStore) -> None:
    with store.snapshots.current() as snapshot:
        manifest = next(snapshot.path.glob("MANIFEST-*"))
        manifest.write_bytes(os.urandom(manifest.stat().st_size))
        with pytest.raises(StoreError, match="Opening snapshot 2: the store is damaged"):
            snapshot.open()


def test_writing_on_a_damaged_snapshot_is_refused_until_it_is_restored(tmp_path: Path) -> None:
    with Writer(tmp_path, "the test") as writer:
        store = EmbeddedStore(writer)
        store.change({ONE: triples("one")})
        store.change({TWO: triples("two")})
    with Writer(tmp_path, "the test") as writer:
        store = EmbeddedStore(writer)
        with store.snapshots.current() as snapshot:
            os.truncate(newest_file(snapshot), 10)
        with pytest.raises(StoreError, match="Opening snapshot 2"):
            store.change(drop=[ONE])
        assert store.restore_snapshot(1) == 3
        assert store.count_by_graph() == {"": 100, ONE.value: 100}
        store.change({TWO: triples("two")})
        assert store.count_by_graph() == {"": 200, ONE.value: 100, TWO.value: 100}


def test_snapshot_of_an_older_format(store: EmbeddedStore) -> None:
    with store.snapshots.current() as snapshot:
        about = json.loads((snapshot.folder / "about.json").read_text())
        (snapshot.folder / "about.json").write_text(json.dumps({**about, "format": 0}))
        with pytest.raises(StoreError) as caught:
            snapshot.open()
    assert str(caught.value) == (
        "Opening snapshot 2: it has store format 0 and this program reads 1. "
        "Restore from a dump, or build again."
    )
    snapshot, faults = store.snapshots.last_good()
    with snapshot:
        assert (snapshot.number, len(faults)) == (1, 1)


@given(st.binary() | st.text().map(str.encode) | st.just(b'{"format": 1}'))
def test_damaged_description(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("snapshots") / "1"
    folder.mkdir()
    (folder / "lock").touch()
    (folder / "about.json").write_bytes(data)
    snapshot = Snapshot.hold(folder)
    assert snapshot is not None
    with snapshot, pytest.raises(StoreError, match=r"its about\.json is damaged"):
        snapshot.open()


def test_description_is_read_as_it_was_written(store: EmbeddedStore) -> None:
    with store.snapshots.current() as snapshot:
        data = (snapshot.folder / "about.json").read_bytes()
        assert About.model_validate_json(data) == snapshot.about
        assert "CURRENT" in snapshot.about.files


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes."""
    if os.geteuid() != 0 and os.environ.get("CI") != "true":
        pytest.skip("only root can mount a small disk: run the tests as root")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(folder)]
    subprocess.run(command, check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.slow
def test_full_disk_at_any_moment_leaves_the_last_good_snapshot(small_disk: Path) -> None:
    with Writer(small_disk / "state", "the test", keep_at_most=2) as writer:
        store = EmbeddedStore(writer)
        store.change({ONE: triples("one")})
        filler = small_disk / "filler"
        errors: list[str] = []
        for room in range(0, 1500, 60):
            stat = os.statvfs(small_disk)
            with contextlib.suppress(OSError):  # the engine may have taken the room meanwhile
                filler.write_bytes(bytes(max(0, stat.f_bavail * stat.f_frsize - room * 1024)))
            before = store.count_by_graph()
            try:
                store.change({TWO: triples(f"two{room}", 200)})
            except StoreError as error:
                errors.append(str(error))
                assert store.count_by_graph() == before
            else:
                assert store.count_by_graph()[TWO.value] == 200
            assert store.health().ok
            filler.unlink()
        assert 5 < len(errors) < 25
        assert [text for text in errors if "there is no room on the disk" not in text] == []
        store.change({TWO: triples("room")})
        assert store.count_by_graph() == {"": 200, ONE.value: 100, TWO.value: 100}
