"""Published states: which is current, who may use them, what is deleted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

import trygghetsgraf
from trygghetsgraf.errors import NotFoundError, StoreError
from trygghetsgraf.store.snapshots import Snapshots

P = ox.NamedNode("http://example.org/p")


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> ox.Store:
    return ox.Store(str(tmp_path / "writable"))


def publish(snapshots: Snapshots, store: ox.Store, *values: str) -> None:
    """One snapshot for each value, which is added before."""
    for value in values:
        store.add(ox.Quad(P, P, ox.Literal(value)))
        snapshots.publish(store, {"added": value}).close()


def values(store: ox.Store) -> list[str]:
    return sorted(quad.object.value for quad in store)


def test_nothing_is_published_yet(snapshots: Snapshots) -> None:
    assert snapshots.current_number() is None
    assert snapshots.numbers() == []
    for call in (snapshots.current, snapshots.last_good):
        with pytest.raises(StoreError, match=r"nothing has been published yet\. Run `trygg"):
            call()


def test_publish_makes_the_next_snapshot_current(snapshots: Snapshots, store: ox.Store) -> None:
    publish(snapshots, store, "a", "b")
    with snapshots.current() as snapshot:
        assert snapshot.number == 2
        assert snapshot.path == snapshots.state / "snapshots" / "2" / "store"
        assert snapshot.meta == {"added": "b"}
        assert values(snapshot.open()) == ["a", "b"]
        assert snapshot.verify() == 2
    with snapshots.get(1) as snapshot:
        assert values(ox.Store.read_only(str(snapshot.path))) == ["a"]
    assert snapshots.current_number() == 2
    assert snapshots.numbers() == [1, 2]


def test_phases_are_told_as_they_begin(snapshots: Snapshots, store: ox.Store) -> None:
    told: list[tuple[str, int | None]] = []
    snapshots.publish(store, phase=lambda name: told.append((name, snapshots.current_number())))
    assert told == [("backup", None), ("switch", None)]


def test_open_snapshot_is_not_changed_by_later_ones(snapshots: Snapshots, store: ox.Store) -> None:
    publish(snapshots, store, "a")
    with snapshots.current() as snapshot:
        reader = snapshot.open()
        publish(snapshots, store, "b")
        assert values(reader) == ["a"]


def test_snapshot_that_does_not_exist(snapshots: Snapshots, store: ox.Store) -> None:
    publish(snapshots, store, "a", "b")
    with pytest.raises(NotFoundError, match="snapshot 7: those on disk are 1, 2"):
        snapshots.get(7)


def test_prune_deletes_the_oldest_that_nobody_uses(snapshots: Snapshots, store: ox.Store) -> None:
    publish(snapshots, store, "a", "b", "c", "d", "e")
    with snapshots.get(2) as used:
        assert snapshots.prune(keep_bytes=0) == [1, 3]
        assert values(used.open()) == ["a", "b"]
    assert snapshots.numbers() == [2, 4, 5]
    assert snapshots.prune(keep_bytes=0, keep_at_least=0) == [2, 4]
    assert snapshots.numbers() == [5]


def test_prune_keeps_what_fits(snapshots: Snapshots, store: ox.Store) -> None:
    publish(snapshots, store, "a", "b", "c", "d", "e")
    assert snapshots.prune(keep_bytes=2**30) == []
    assert snapshots.prune(keep_bytes=2**30, keep_at_most=3) == [1, 2]


def test_user_that_is_killed_no_longer_holds_its_snapshot(
    snapshots: Snapshots, store: ox.Store
) -> None:
    publish(snapshots, store, "a", "b", "c")
    program = (
        "import sys, time, pathlib; from trygghetsgraf.store.snapshots import Snapshots;"
        "held = Snapshots(pathlib.Path(sys.argv[1])).get(1); print(1, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(snapshots.state)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(trygghetsgraf.__file__).parents[1])},
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"1\n"
        assert snapshots.prune(keep_bytes=0) == []
        user.kill()
    assert snapshots.prune(keep_bytes=0) == [1]


def test_snapshot_that_a_dead_writer_never_made_current_is_swept(
    snapshots: Snapshots, store: ox.Store
) -> None:
    publish(snapshots, store, "a", "b")
    (snapshots.state / "current").unlink()
    (snapshots.state / "current").symlink_to("snapshots/1")
    (snapshots.state / "snapshots" / ".making-3").mkdir()
    assert snapshots.numbers() == [1]
    with pytest.raises(NotFoundError):
        snapshots.get(2)
    publish(snapshots, store, "c")
    with snapshots.current() as snapshot:
        assert (snapshot.number, snapshot.meta) == (2, {"added": "c"})
    assert sorted(path.name for path in (snapshots.state / "snapshots").iterdir()) == ["1", "2"]


def test_lost_link_costs_no_snapshot(snapshots: Snapshots, store: ox.Store) -> None:
    publish(snapshots, store, "a")
    (snapshots.state / "current").unlink()
    publish(snapshots, store, "b")
    assert snapshots.numbers() == [1, 2]


def test_current_snapshot_that_somebody_deleted(snapshots: Snapshots, store: ox.Store) -> None:
    publish(snapshots, store, "a", "b")
    (snapshots.state / "snapshots" / "2").rename(snapshots.state / "elsewhere")
    with pytest.raises(StoreError, match=r"snapshot 2 is not there\. Restore one of \[1\]"):
        snapshots.current()
