"""A program that changes a store until it is killed, and says what it is doing.

Every line on standard output is a phase and the number of the change: ``update 7``,
``backup 7``, ``switch 7``, ``done 7``, and ``acknowledged 7`` when the change was returned
from. Every third change is a build, the others replace graphs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.namespaces import GRAPH
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.writer import Writer

#: two graphs that always say the same number, and one that lists those of all updates
LEFT, RIGHT, LIST = (ox.NamedNode(GRAPH[name]) for name in ("left", "right", "list"))
_SUBJECT = ox.NamedNode("http://example.org/s")
#: enough for an update to take a while
_TRIPLES = 300


def content(number: int) -> set[ox.Triple]:
    """What both graphs hold after a change."""
    predicates = (ox.NamedNode(f"http://example.org/p{i}") for i in range(_TRIPLES))
    return {ox.Triple(_SUBJECT, predicate, ox.Literal(str(number))) for predicate in predicates}


def listed(number: int) -> set[ox.Triple]:
    """What the list holds after a change."""
    predicate = ox.NamedNode("http://example.org/listed")
    return {
        ox.Triple(_SUBJECT, predicate, ox.Literal(str(earlier)))
        for earlier in range(1, number + 1)
        if earlier % 3
    }


def main(state: Path, number: int) -> None:
    """Make the changes after ``number``."""

    def say(phase: str) -> None:
        os.write(1, f"{phase} {number}\n".encode())

    with Writer(state, "the test", keep_bytes=0, keep_at_most=3, phase=say) as writer:
        store = EmbeddedStore(writer)
        while True:
            number += 1
            triples = content(number)
            if number % 3:
                store.change({LEFT: triples, RIGHT: triples, LIST: listed(number)})
            else:
                file = state / "build.nq"
                lines = [f"{triple} {g} .\n" for triple in triples for g in ("", LEFT, RIGHT)]
                file.write_text("".join(lines), encoding="utf-8")
                store.rebuild(file, keep=lambda graph: graph == LIST)
            say("acknowledged")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
