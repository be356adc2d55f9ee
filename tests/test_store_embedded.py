"""The embedded kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from trygghetsgraf.errors import InputError, NotFoundError
from trygghetsgraf.namespaces import document_graph, said_graph
from trygghetsgraf.store.bulk import read_nquads
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.writer import Writer

A, B = ox.NamedNode(document_graph("a")), ox.NamedNode(document_graph("b"))
SAID = ox.NamedNode(said_graph("a"))
FOREIGN = ox.NamedNode("http://example.org/graph")
NODE = ox.NamedNode("http://example.org/n")


def triple(value: str) -> ox.Triple:
    return ox.Triple(NODE, NODE, ox.Literal(value))


def nquads(path: Path, **graphs: str) -> Path:
    """A file: graph name, ``default`` for the default graph → one letter for each triple."""
    names = {"default": "", "a": A, "b": B, "said": SAID}
    lines = [
        f"{triple(value)} {names[graph]} .\n"
        for graph, values in graphs.items()
        for value in values
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(Writer(tmp_path / "state", "the test"))
    yield store
    store.close()


def test_change_is_one_snapshot(store: EmbeddedStore) -> None:
    store.change({A: [triple("1")], B: [triple("2")], SAID: [triple("3")]}, meta={"by": "x"})
    store.change({A: [triple("4")]}, drop=[B])
    assert store.count_by_graph() == {"": 1, A.value: 1, SAID.value: 1}
    with store.snapshots.get(1) as snapshot:
        assert snapshot.meta == {"by": "x"}
        assert len(snapshot.open()) == 5
    assert store.snapshots.numbers() == [1, 2]


def test_rebuild_replaces_all_but_the_graphs_that_are_kept(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    store.change({A: [triple("old")], B: [triple("withdrawn")], FOREIGN: [triple("theirs")]})
    path = nquads(tmp_path / "build.nq", default="12", a="12", said="3")
    assert store.rebuild(path, keep=lambda graph: graph == FOREIGN, meta={"build": "k"}) == 2
    assert store.count_by_graph() == {"": 3, A.value: 2, SAID.value: 1, FOREIGN.value: 1}


def test_rebuild_that_fails_changes_nothing(store: EmbeddedStore, tmp_path: Path) -> None:
    store.change({A: [triple("old")]})
    path = tmp_path / "build.nq"
    path.write_text("<http://example.org/s> <p> .\n")
    with pytest.raises(InputError):
        store.rebuild(path)
    assert store.count_by_graph() == {"": 1, A.value: 1}
    assert store.snapshots.numbers() == [1]


def test_dump_and_restore(store: EmbeddedStore, tmp_path: Path) -> None:
    store.change({A: [triple("1"), triple("2")], SAID: [triple("3")]})
    dump = tmp_path / "dump.nq.gz"
    store.dump(dump)
    assert len(set(read_nquads(dump))) == 5
    store.change({B: [triple("4")]}, drop=[A])
    assert store.restore_dump(dump) == 3
    assert store.count_by_graph() == {"": 2, A.value: 2, SAID.value: 1}


def test_restored_dump_gets_the_merge_as_its_default_graph(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    store.restore_dump(nquads(tmp_path / "dump.nq", default="stale", a="12", said="3"))
    assert store.count_by_graph() == {"": 2, A.value: 2, SAID.value: 1}


def test_restore_an_earlier_snapshot(store: EmbeddedStore) -> None:
    store.change({A: [triple("1")]}, meta={"by": "x"})
    store.change(drop=[A])
    assert store.restore_snapshot(1) == 3
    assert store.count_by_graph() == {"": 1, A.value: 1}
    with store.snapshots.current() as snapshot:
        assert snapshot.meta == {"by": "x", "restored": "1"}
    with pytest.raises(NotFoundError):
        store.restore_snapshot(9)


def test_store_of_the_users_own(tmp_path: Path) -> None:
    store = EmbeddedStore(Writer(tmp_path / "state", "the test"), merged=False)
    store.start_empty()
    store.start_empty()
    assert store.snapshots.numbers() == [1]
    store.change({A: [triple("1")]})
    assert store.count_by_graph() == {"": 0, A.value: 1}
    store.restore_dump(nquads(tmp_path / "dump.nq", default="12", a="3"))
    assert store.count_by_graph() == {"": 2, A.value: 1}
    store.close()


def test_health(store: EmbeddedStore) -> None:
    health = store.health()
    assert (health.ok, health.detail) == (
        False,
        f"Opening the current snapshot, {store.snapshots.state / 'current'}: nothing has been "
        "published yet. Run `trygghetsgraf build`, or restore a dump.",
    )
    store.start_empty()
    health = store.health()
    assert (health.ok, health.detail) == (True, "snapshot 1")
