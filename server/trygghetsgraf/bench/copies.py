"""Copies of the documents that were read, under names of their own.

What a generated document does not have (agreements, money, questions, text versions that
differ), these have, so that every saved query finds something in a graph of any size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.namespaces import (
    ID,
    PREFIXES,
    REFERENCE_GRAPH,
    VOCABULARY_GRAPH,
    document_graph,
    inferred_graph,
    names_graph,
    said_graph,
)

_GRAPHS_OF = (document_graph, names_graph, inferred_graph, said_graph)
_NODE = re.compile(r"<([^<>\s]*)>")
#: stand for the number of a copy and for its municipality: no N-Quads have them
_NUMBER, _PLACE = "\x00", "\x01"
_SPATIAL = ox.NamedNode(f"{PREFIXES['dcterms']}spatial")
_IN_SCHEME = ox.NamedNode(f"{PREFIXES['skos']}inScheme")


@dataclass(frozen=True)
class Copy:
    """A document as lines of N-Quads, default graph too, with gaps for what differs."""

    template: str
    quads: int
    #: of those, in the default graph
    merged: int
    #: what somebody would send in: its triples and its names as N-Triples, with the same gaps
    sent: str
    #: key of its area
    place: str

    def document(self, number: int) -> str:
        """The copy with that number as one graph that somebody sends in."""
        return self.sent.replace(_NUMBER, f"-{number}").replace(_PLACE, self.place)

    def text(self, number: int, place: str) -> str:
        """The copy with that number, about a municipality by the key of its area."""
        return self.template.replace(_NUMBER, f"-{number}").replace(_PLACE, place)


@dataclass(frozen=True)
class Shipped:
    """The graph of the project as it stands."""

    #: everything, as lines of N-Quads
    path: Path
    quads: int
    merged: int
    #: key → the document
    documents: Mapping[str, Copy]
    #: scheme → keys of its concepts
    concepts: Mapping[str, Sequence[str]]
    #: kind of thing → key of one of them
    things: Mapping[str, str]


def read_shipped(path: Path) -> Shipped:
    """What a dump of a built graph holds, default graph included; raises SyntaxError."""
    graphs: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(path=path, format=ox.RdfFormat.N_QUADS):
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        graphs.setdefault(name, []).append(quad)
    prefix = document_graph("")
    works = [name.removeprefix(prefix) for name in graphs if name.startswith(prefix)]
    return Shipped(
        path,
        sum(map(len, graphs.values())),
        len(graphs.get("", ())),
        {work: _copy(work, graphs) for work in sorted(works)},
        _concepts(graphs.get(str(VOCABULARY_GRAPH), [])),
        dict(sorted(_things(graphs.get("", [])), reverse=True)),
    )


def _things(quads: Sequence[ox.Quad]) -> set[tuple[str, str]]:
    """Kind and key of everything that is described and has a name of two parts."""
    names = (iri.removeprefix(str(ID)).split("/") for iri in _subjects(quads))
    return {(name[0], name[1]) for name in names if len(name) == 2}


def _copy(work: str, graphs: Mapping[str, list[ox.Quad]]) -> Copy:
    names = {str(name(work)) for name in _GRAPHS_OF}
    apart = str(said_graph(work))
    quads = [quad for name in sorted(names) for quad in graphs.get(name, ())]
    common = {
        subject
        for name in (REFERENCE_GRAPH, VOCABULARY_GRAPH)
        for subject in _subjects(graphs.get(str(name), []))
    }
    # what the document only mentions, and others describe or nobody, keeps its name
    own = (set(_subjects(graphs.get(str(document_graph(work)), []))) - common) | names
    place = next(
        str(quad.object)[1:-1]
        for quad in quads
        if quad.predicate == _SPATIAL and str(quad.subject) == f"<{ID}document/{work}>"
    )

    def renamed(match: re.Match[str]) -> str:
        iri = match[1]
        if iri == place:
            return f"<{ID}area/{_PLACE}>"
        return f"<{iri}{_NUMBER}>" if iri in own else match[0]

    lines = [f"{quad} .\n" for quad in quads]
    merged = {f"{quad.triple} .\n" for quad in quads if str(quad.graph_name) != f"<{apart}>"}
    text = _NODE.sub(renamed, "".join([*lines, *sorted(merged)]))
    sent = [
        f"{quad.triple} .\n"
        for name in (document_graph(work), names_graph(work))
        for quad in graphs.get(str(name), ())
        if name == document_graph(work) or str(quad.subject)[1:-1] in own
    ]
    gaps = _NODE.sub(renamed, "".join(sent))
    return Copy(text, len(lines) + len(merged), len(merged), gaps, place.rpartition("/")[2])


def _subjects(quads: Sequence[ox.Quad]) -> Iterator[str]:
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(str(ID)):
            yield quad.subject.value


def _concepts(vocabulary: Sequence[ox.Quad]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for quad in vocabulary:
        if quad.predicate == _IN_SCHEME:
            found.setdefault(_key(quad.object), []).append(_key(quad.subject))
    return {scheme: sorted(keys) for scheme, keys in found.items()}


def _key(node: object) -> str:
    """The last part of an IRI."""
    return str(node)[1:-1].rpartition("/")[2]
