"""Watch: what graphs held before they were changed, and what they gained and lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice

import pyoxigraph as ox

from trygghetsgraf.store.graphs import settle
from trygghetsgraf.writes.log import Count
from trygghetsgraf.writes.surroundings import Change

_DEFAULT = ox.DefaultGraph()
_NOTHING: frozenset[ox.Triple] = frozenset()


class Watch:
    """Remembers graphs of a store; make a new one for each write.

    ``most`` is how many triples are worth reading to tell what was changed. There is no limit
    where graphs are checked: then all of a changed graph is looked at anyway.
    """

    def __init__(self, store: ox.Store, most: int | None = None) -> None:
        self._store = store
        self._most = most
        #: IRI of a graph, ``""`` for the default graph → what it held; None if that is too much
        self._before: dict[str, frozenset[ox.Triple] | None] = {}
        self._whole: Mapping[str, frozenset[ox.Triple]] | None = None
        self._all = False

    def graph(self, name: str) -> frozenset[ox.Triple] | None:
        """What a graph held when it was first asked for; None if that is too much to read."""
        if name not in self._before:
            self._before[name] = self._read(name)
        return self._before[name]

    def everything(self) -> None:
        """Remember all graphs, if they are small."""
        self._all, self._whole = True, self._read_all()

    def changes(self) -> list[Change]:
        """The named graphs that were remembered, before and now, with those left as they were."""
        return [
            Change(ox.NamedNode(name), before, self._read(name) or _NOTHING)
            for name, before in self._before.items()
            if name and before is not None
        ]

    def settle(self, changes: Iterable[Change]) -> set[ox.Triple]:
        """Bring the default graph, the merge, up to date with changed graphs.

        Returns the triples that may have come to it or left it.
        """
        touched: set[ox.Triple] = set()
        for change in changes:
            added, removed = change.after - change.before, change.before - change.after
            settle(self._store, change.graph, added, removed)
            touched |= added | removed
        return touched

    def counts(self) -> dict[str, Count] | None:
        """How much each graph gained and lost; None if any may have changed."""
        if not self._all:
            return {name: self._count(self._read(name), held) for name, held in self._held()}
        after = self._read_all() if self._whole is not None else None
        if self._whole is None or after is None:
            return None
        names = sorted({*self._whole, *after})
        return {
            name: self._count(after.get(name, _NOTHING), self._whole.get(name, _NOTHING))
            for name in names
            if after.get(name) != self._whole.get(name)
        }

    def _held(self) -> Iterable[tuple[str, frozenset[ox.Triple] | None]]:
        return sorted(self._before.items())

    @staticmethod
    def _count(after: frozenset[ox.Triple] | None, before: frozenset[ox.Triple] | None) -> Count:
        if before is None or after is None:
            return Count(added=None, removed=None)
        return Count(added=len(after - before), removed=len(before - after))

    def _read(self, name: str) -> frozenset[ox.Triple] | None:
        graph = ox.NamedNode(name) if name else _DEFAULT
        quads = self._store.quads_for_pattern(None, None, None, graph)
        if self._most is None:
            return frozenset(quad.triple for quad in quads)
        found = frozenset(quad.triple for quad in islice(quads, self._most + 1))
        return found if len(found) <= self._most else None

    def _read_all(self) -> Mapping[str, frozenset[ox.Triple]] | None:
        found: defaultdict[str, set[ox.Triple]] = defaultdict(set)
        for number, quad in enumerate(self._store):
            if self._most is not None and number >= self._most:
                return None
            graph = quad.graph_name
            found["" if graph == _DEFAULT else _name(graph)].add(quad.triple)
        return {name: frozenset(triples) for name, triples in found.items()}


def _name(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    """A graph's IRI; a blank node as N-Quads writes it."""
    return graph.value if isinstance(graph, ox.NamedNode) else str(graph)
