"""Drafts of the next snapshot: published or dropped, one at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import trygghetsgraf
from trygghetsgraf.errors import StoreError
from trygghetsgraf.store.writer import Writer

NODE = ox.NamedNode("http://example.org/n")


def quad(value: str) -> ox.Quad:
    return ox.Quad(NODE, NODE, ox.Literal(value))


def values(store: ox.Store) -> list[str]:
    return sorted(quad.object.value for quad in store)


def current(writer: Writer) -> tuple[int, list[str]]:
    with writer.snapshots.current() as snapshot:
        return snapshot.number, values(snapshot.open())


def publish(writer: Writer, value: str) -> None:
    with writer.draft() as draft:
        draft.store.add(quad(value))
        draft.publish({"added": value}).close()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with Writer(tmp_path, "the test", patience=0) as writer:
        yield writer


def test_draft_goes_on_from_the_current_snapshot(writer: Writer) -> None:
    publish(writer, "a")
    publish(writer, "b")
    assert current(writer) == (2, ["a", "b"])


def test_draft_that_is_not_published_leaves_nothing(writer: Writer) -> None:
    publish(writer, "a")
    with writer.draft() as draft:
        draft.store.add(quad("b"))
    with pytest.raises(SyntaxError), writer.draft() as draft:
        draft.store.update("INSERT DATA { <x:a> <x:b> <x:c> }; MISTAKE")
    with writer.draft() as draft:
        assert values(draft.store) == ["a"]
    assert current(writer) == (1, ["a"])


def test_publishing_ends_a_draft(writer: Writer) -> None:
    with writer.draft() as draft:
        draft.publish().close()
        with pytest.raises(AttributeError):
            draft.publish()
    assert draft.published == 1


def test_draft_of_nothing_and_of_an_earlier_snapshot(writer: Writer) -> None:
    publish(writer, "a")
    publish(writer, "b")
    with writer.draft(empty=True) as draft:
        assert values(draft.store) == []
        draft.publish().close()
    with writer.snapshots.get(1) as first, writer.draft(base=first) as draft:
        draft.publish().close()
    assert current(writer) == (4, ["a"])


def test_writers_of_one_state_take_turns(writer: Writer) -> None:
    with Writer(writer.snapshots.state, "another", patience=0) as other:
        publish(writer, "a")
        publish(other, "b")
        publish(writer, "c")
        publish(writer, "d")
        assert current(other) == (4, ["a", "b", "c", "d"])
        with (
            writer.draft(),
            pytest.raises(StoreError, match=f"has it: the test, process {os.getpid()}, since 20"),
            other.draft(),
        ):
            pass


def test_threads_lose_no_change(tmp_path: Path) -> None:
    with Writer(tmp_path, "the test") as writer:
        threads = [threading.Thread(target=publish, args=(writer, str(i))) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert current(writer) == (8, list("01234567"))


def test_working_copy_of_a_dead_writer_is_swept(writer: Writer) -> None:
    program = (
        "import os, sys, pathlib; from trygghetsgraf.store.writer import Writer\n"
        "with Writer(pathlib.Path(sys.argv[1]), 'x').draft(): os._exit(0)"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(writer.snapshots.state)],
        check=True,
        env={"PYTHONPATH": str(Path(trygghetsgraf.__file__).parents[1])},
    )
    folder = writer.snapshots.state / "store"
    (left,) = folder.iterdir()
    publish(writer, "a")
    assert not left.exists()
    assert len(list(folder.iterdir())) == 1
    writer.close()
    assert list(folder.iterdir()) == []


def test_writer_does_not_survive_a_fork(writer: Writer) -> None:
    publish(writer, "a")
    child = os.fork()
    if child == 0:
        try:
            publish(writer, "b")
        except StoreError:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_snapshots_are_pruned_after_each_publication(tmp_path: Path) -> None:
    with Writer(tmp_path, "the test", keep_at_most=3) as writer:
        for value in "abcdef":
            publish(writer, value)
        assert writer.snapshots.numbers() == [4, 5, 6]


def test_phases(tmp_path: Path) -> None:
    phases: list[str] = []
    with Writer(tmp_path, "the test", phase=phases.append) as writer:
        publish(writer, "a")
    assert phases == ["update", "backup", "switch", "done"]
