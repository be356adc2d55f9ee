"""Whole properties of a store, read in one go: for what looks at every measure or claim.

A scan of one property costs some 3 µs for each of its triples; a join of the query engine over
properties that are as large costs ten times that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from trygghetsgraf.namespaces import PREFIXES, TG

_DEFAULT = ox.DefaultGraph()


def term(name: str) -> ox.NamedNode:
    """The property or class of a name: ``kind`` is ours, ``rdf:type`` is of another vocabulary."""
    prefix, colon, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local if colon else str(TG[name]))


def pairs(store: ox.Store, name: str) -> Iterator[tuple[str, str]]:
    """Subject and object of every triple of a property between two things."""
    for quad in store.quads_for_pattern(None, term(name), None, _DEFAULT):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            yield quad.subject.value, quad.object.value


def having(store: ox.Store, name: str, value: ox.NamedNode) -> Iterator[str]:
    """Every thing that has that value of a property."""
    for quad in store.quads_for_pattern(None, term(name), value, _DEFAULT):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def grouped(found: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The second of each pair by the first."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for first, second in found:
        groups[first].add(second)
    return dict(groups)


def within(store: ox.Store) -> dict[str, set[str]]:
    """Area → the areas that it lies in, itself among them."""
    direct = grouped(pairs(store, "within"))
    found: dict[str, set[str]] = {}
    for area in direct:
        reached, waiting = {area}, [area]
        while waiting:
            new = direct.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        found[area] = reached
    return found
