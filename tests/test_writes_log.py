"""The log of writes, what a kill leaves of it, and taking writes back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.served import bearer, publish
from tests.written import PREFIXES, insertion

from trygghetsgraf.cli import main
from trygghetsgraf.errors import NotFoundError, StoreError
from trygghetsgraf.namespaces import GRAPH, ID, entailed_graph
from trygghetsgraf.query.changes import Changer
from trygghetsgraf.query.jobs import Change, NumberedChange, Part
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.store.writer import Writer
from trygghetsgraf.writes.gate import Gate, undo
from trygghetsgraf.writes.log import Count, Log
from trygghetsgraf.writes.trial import Violations

EX = "https://example.org/graph/"
PROTECTED = f"<x:s> <x:p> <x:o> <{GRAPH}document/x> .\n<x:s> <x:p> <x:o> .\n"


class Store:
    """A state folder that is written to in this process."""

    def __init__(self, state: Path, *, gate: str = "off", merged: bool = True) -> None:
        self.writer = Writer(state, "a test")
        self.gate = Gate(gate, merged=merged)
        self.changer = Changer(self.writer, self.gate)
        self.log = Log(self.writer.snapshots)

    def change(self, change: Change) -> dict[str, object]:
        reading, writing = os.pipe()
        try:
            return self.changer.answer(NumberedChange(1, "seal", change), writing)
        finally:
            os.close(reading)

    def update(self, text: str, who: str = "anna") -> dict[str, object]:
        return self.change(Change("update", "", "x:", update=text, who=who, scopes=("*",)))

    def insert(self, graph: str, value: int) -> None:
        told = self.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <x:s> <x:p> {value} }} }}")
        assert told == {"outcome": "complete"}

    def quads(self) -> set[str]:
        """Graph and object of everything."""
        with self.writer.snapshots.current() as snapshot:
            found = {(str(q.graph_name), str(q.object)) for q in snapshot.open()}
        return {f"{graph.strip('<>')} {obj}" for graph, obj in found}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with a graph of the build, whose writes are not checked."""
    publish(tmp_path, PROTECTED)
    made = Store(tmp_path)
    yield made
    made.writer.close()


def integer(value: int) -> str:
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def told(store: Store) -> list[tuple[str, str, dict[str, Count] | None]]:
    return [
        (r.who, r.kind, None if r.graphs is None else dict(r.graphs)) for r in store.log.records()
    ]


def test_who_changed_which_graphs_by_how_much(store: Store) -> None:
    one, two = f"{EX}1", f"{EX}2"
    store.insert(one, 1)
    store.update(f"COPY <{one}> TO <{two}> ; CLEAR GRAPH <{one}>", who="bo")
    part = Part("PHg6cz4gPHg6cD4gMiAu", "turtle")  # <x:s> <x:p> 2 .
    store.change(Change("put", "", "x:", graph=two, parts=(part,), who="cecilia", scopes=("*",)))
    store.change(Change("delete", "", "x:", graph=two, who="cecilia", scopes=("*",)))
    # what is refused and what does nothing is not written
    store.update("CLEAR ALL")
    store.change(Change("delete", "", "x:", graph=two, who="cecilia", scopes=("*",)))
    assert told(store) == [
        ("anna", "update", {one: Count(added=1, removed=0)}),
        ("bo", "update", {one: Count(added=0, removed=1), two: Count(added=1, removed=0)}),
        ("cecilia", "put", {two: Count(added=1, removed=1)}),
        ("cecilia", "delete", {two: Count(added=0, removed=1)}),
    ]
    assert [record.snapshot for record in store.log.records()] == [2, 3, 4, 5]
    assert (store.writer.snapshots.state / "writes.jsonl").stat().st_mode & 0o777 == 0o600


KILLED = """
import os, signal, sys
from pathlib import Path
from trygghetsgraf.writes.log import Log
from tests.test_writes_log import EX, Store
Log.append = lambda log, record: os.kill(os.getpid(), signal.SIGKILL)
Store(Path(sys.argv[1])).insert(f"{EX}killed", 1)
"""


def test_a_kill_between_publication_and_log(store: Store) -> None:
    store.insert(f"{EX}1", 1)
    state = store.writer.snapshots.state
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(state)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    file = state / "writes.jsonl"
    assert len(file.read_text().splitlines()) == 1
    assert f"{EX}killed {integer(1)}" in store.quads()
    # whoever looks sees it, and the next write makes up for the line
    assert [record.snapshot for record in store.log.records()] == [2, 3]
    store.insert(f"{EX}2", 2)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["snapshot"] for line in lines] == [2, 3, 4]
    assert len({line["id"] for line in lines}) == 3


def test_a_line_that_was_cut_short(store: Store) -> None:
    store.insert(f"{EX}1", 1)
    file = store.writer.snapshots.state / "writes.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    assert [record.snapshot for record in store.log.records()] == [2]
    store.insert(f"{EX}2", 2)
    assert file.read_bytes().startswith(whole)
    assert [record.snapshot for record in store.log.records()] == [2, 3]
    file.write_bytes(b"nonsense\n")
    with pytest.raises(StoreError, match="damaged"):
        store.log.records()


def test_writes_are_taken_back_one_by_one(store: Store) -> None:
    before = store.quads()
    store.insert(f"{EX}1", 1)
    between = store.quads()
    store.update(f"MOVE <{EX}1> TO <{EX}2>")
    first = undo(store.writer, store.gate, "me")
    assert store.quads() == between
    assert (first.kind, dict(first.graphs or {})) == (
        "undo",
        {f"{EX}1": Count(added=1, removed=0), f"{EX}2": Count(added=0, removed=1)},
    )
    undo(store.writer, store.gate, "me")
    assert store.quads() == before
    with pytest.raises(NotFoundError, match="there is none"):
        undo(store.writer, store.gate, "me")
    store.insert(f"{EX}3", 3)
    assert undo(store.writer, store.gate, "me").undoes == store.log.records()[-2].id
    assert store.quads() == before


def test_a_write_is_taken_back_after_a_build(store: Store) -> None:
    store.insert(f"{EX}1", 1)
    EmbeddedStore(store.writer).change(
        {ox.NamedNode(f"{GRAPH}document/y"): [ox.Triple(*[ox.NamedNode("x:y")] * 3)]}
    )
    built = store.quads() - {f"{EX}1 {integer(1)}", f"DEFAULT {integer(1)}"}
    undo(store.writer, store.gate, "me")
    assert store.quads() == built
    assert any("document/y" in quad for quad in built)


def test_a_snapshot_that_is_gone(store: Store) -> None:
    store.insert(f"{EX}1", 1)
    shutil.rmtree(store.writer.snapshots.state / "snapshots" / "1")
    with pytest.raises(NotFoundError, match="has been pruned"):
        undo(store.writer, store.gate, "me")


def test_taking_back_passes_the_gate(published: Path, tmp_path: Path) -> None:
    """What a later write refers to may not go."""
    state = tmp_path / "state"
    shutil.copytree(published, state, symlinks=True)
    store = Store(state, gate="claims")
    declared = PREFIXES.replace("@prefix", "PREFIX").replace(" .\n", "\n")
    actor = "a tg:OrganisationalUnit ; rdfs:label 'A'@sv , 'A'@en"
    for name, more in (("a", ""), ("b", " ; tg:unitOf id:actor\\/a")):
        text = f"INSERT DATA {{ GRAPH <{EX}{name}> {{ id:actor\\/{name} {actor}{more} }} }}"
        assert store.update(declared + text) == {"outcome": "complete"}
    last = store.log.records()[-1]
    # as if the write of the second graph could not be taken back
    store.log.append(last.model_copy(update={"undoes": last.id, "id": "x", "kind": "undo"}))
    with pytest.raises(Violations):
        undo(store.writer, store.gate, "me")
    with store.writer.snapshots.current() as snapshot:
        assert snapshot.number == last.snapshot
        assert {"build", "by"} & set(snapshot.meta) == {"build"}
    store.writer.close()


def test_a_store_of_ones_own(tmp_path: Path) -> None:
    state = tmp_path / "own"
    store = Store(state, merged=False)
    EmbeddedStore(store.writer, merged=False).start_empty()
    store.update("INSERT DATA { <x:s> <x:p> 1 . GRAPH <x:g> { <x:s> <x:p> 2 } }")
    store.update("INSERT { GRAPH ?g { <x:s> <x:p> 3 } } WHERE { GRAPH ?g {} } ; CLEAR DEFAULT")
    assert told(store) == [
        ("anna", "update", {"": Count(added=1, removed=0), "x:g": Count(added=1, removed=0)}),
        ("anna", "update", {"": Count(added=0, removed=1), "x:g": Count(added=1, removed=0)}),
    ]
    undo(store.writer, store.gate, "me")
    assert store.quads() == {f"DEFAULT {integer(1)}", f"x:g {integer(2)}"}
    narrow = Change("update", "", "x:", update="CLEAR DEFAULT", who="bo", scopes=("x:*",))
    assert store.change(narrow)["outcome"] == "scope"
    assert store.change(replace(narrow, update="DROP ALL"))["outcome"] == "scope"
    assert store.change(replace(narrow, update="CLEAR GRAPH <x:g>"))["outcome"] == "complete"
    assert store.change(replace(narrow, scopes=("default",)))["outcome"] == "complete"
    undo(store.writer, store.gate, "me")
    undo(store.writer, store.gate, "me")
    # too much to be read for the log: then it does not say how much, and all is taken back
    values = " ".join(map(str, range(25_000)))
    store.update(f"INSERT {{ <x:s> <x:p> ?v }} WHERE {{ VALUES ?v {{ {values} }} }}")
    assert store.log.records()[-1].graphs is None
    undo(store.writer, store.gate, "me")
    assert store.quads() == {f"DEFAULT {integer(1)}", f"x:g {integer(2)}"}
    store.writer.close()


def test_the_command_line(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    shutil.copytree(published, state, symlinks=True)
    bearer(state)
    store = Store(state, gate="claims")
    graph = ox.NamedNode(f"{EX}1")
    assert store.update(insertion(graph.value, 5).decode()) == {"outcome": "complete"}
    store.writer.close()

    def run(*args: str) -> str:
        main(["--state", str(state), *args], standalone_mode=False)
        return capsys.readouterr().out

    (listed,) = json.loads(run("writes", "--format", "json"))
    assert (listed["who"], listed["kind"]) == ("anna", "update")
    assert listed["graphs"][graph.value]["removed"] == 0
    assert "anna" in run("writes", "--last", "1")
    assert graph.value in run("undo")
    assert "undo of" in run("writes")
    with Snapshots(state).current() as snapshot:
        left = snapshot.open()
        assert not left.contains_named_graph(graph)
        assert not left.contains_named_graph(ox.NamedNode(str(entailed_graph(graph.value))))
        measure = ox.NamedNode(str(ID["measure/kameror-5"]))
        assert list(left.quads_for_pattern(measure, None, None, None)) == []
