"""Dumps: the bytes depend on the quads alone."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path
from random import Random

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.dumps import canonical, nquads, parse_nquads, trig, write_packed, write_whole
from trygghetsgraf.namespaces import GRAPH, ID, TG

EX = "http://example.org/"

named = st.sampled_from([ox.NamedNode(EX + key) for key in "abc"])
blank = st.sampled_from([ox.BlankNode(key) for key in "xyz"])
literals = st.text(st.characters(exclude_categories=["Cs"]), max_size=5).map(ox.Literal)
graph_names = st.sampled_from([ox.NamedNode(EX + "g"), ox.NamedNode(EX + "h"), ox.DefaultGraph()])
some_quads = st.lists(
    st.builds(ox.Quad, named | blank, named, named | blank | literals, graph_names), max_size=8
)


def quad(subject: str, predicate: str, obj: str, graph: str) -> ox.Quad:
    return ox.Quad(*(ox.NamedNode(EX + key) for key in (subject, predicate, obj, graph)))


def test_nquads_are_sorted_and_each_once() -> None:
    quads = [quad("b", "p", "c", "g"), quad("a", "p", "c", "h"), quad("b", "p", "c", "g")]
    assert nquads(canonical(quads)) == (
        b"<http://example.org/a> <http://example.org/p> <http://example.org/c> "
        b"<http://example.org/h> .\n"
        b"<http://example.org/b> <http://example.org/p> <http://example.org/c> "
        b"<http://example.org/g> .\n"
    )


def test_blank_nodes_have_canonical_labels() -> None:
    quads = [
        ox.Quad(ox.BlankNode("second"), ox.NamedNode(EX + "p"), ox.BlankNode("first")),
        ox.Quad(ox.BlankNode("first"), ox.NamedNode(EX + "q"), ox.Literal("å\n", language="sv")),
    ]
    assert nquads(canonical(quads)).decode() == (
        '_:c14n0 <http://example.org/q> "å\\n"@sv .\n_:c14n1 <http://example.org/p> _:c14n0 .\n'
    )


@given(some_quads, st.randoms())
def test_shuffled_and_renamed_quads_give_the_same_bytes(
    quads: list[ox.Quad], random: Random
) -> None:
    def renamed(term: object) -> object:
        return ox.BlankNode(f"other{term.value}") if isinstance(term, ox.BlankNode) else term

    # the quads as another run of the build would have them: other order, other labels
    others = [ox.Quad(*map(renamed, one)) for one in quads]  # type: ignore[arg-type]
    random.shuffle(others)
    assert nquads(canonical(others)) == nquads(canonical(quads))
    assert trig(canonical(others)) == trig(canonical(quads))


@given(some_quads)
def test_nquads_come_back_the_same(quads: list[ox.Quad]) -> None:
    found = canonical(quads)
    assert parse_nquads(nquads(found)) == found


@given(some_quads)
def test_trig_holds_the_same_quads(quads: list[ox.Quad]) -> None:
    back = ox.parse(trig(canonical(quads)), ox.RdfFormat.TRIG)
    assert canonical(back) == canonical(quads)


def test_trig_has_our_prefixes_and_groups_by_graph() -> None:
    kind = ox.NamedNode(str(TG.kind))
    quads = [
        ox.Quad(ox.NamedNode(ID[name]), kind, ox.NamedNode(ID["kind/kamera"]), ox.NamedNode(graph))
        for name, graph in (
            ("measure/x", GRAPH["document/b"]),
            ("measure/y", GRAPH["document/a"]),
            ("measure/w", GRAPH["document/b"]),
        )
    ]
    text = trig(quads).decode()
    assert "@prefix tg: <https://w3id.org/trygghetsgrafen/ontology/> .\n" in text
    assert text.endswith(
        "tgg:document\\/a {\n"
        "\ttgid:measure\\/y tg:kind tgid:kind\\/kamera .\n"
        "}\n"
        "tgg:document\\/b {\n"
        "\ttgid:measure\\/w tg:kind tgid:kind\\/kamera .\n"
        "\ttgid:measure\\/x tg:kind tgid:kind\\/kamera .\n"
        "}\n"
    )


def test_another_process_writes_the_same_trig() -> None:
    program = (
        "import hashlib, pyoxigraph as ox; from trygghetsgraf.dumps import trig;"
        "n = ox.NamedNode('http://example.org/a');"
        "print(hashlib.sha256(trig([ox.Quad(n, n, n, n)])).hexdigest())"
    )
    server = str(Path(__file__).parents[1] / "server")
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": server, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_packed_file_has_neither_name_nor_time(tmp_path: Path) -> None:
    one, other = tmp_path / "one.nq.gz", tmp_path / "other.nq.gz"
    digest = write_packed(one, b"data\n")
    assert write_packed(other, b"data\n") == digest
    assert one.read_bytes() == other.read_bytes()
    assert hashlib.sha256(one.read_bytes()).hexdigest() == digest
    assert gzip.decompress(one.read_bytes()) == b"data\n"
    # the flags (no name) and the time in the header of RFC 1952, section 2.3
    assert one.read_bytes()[3:8] == bytes(5)


def test_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
