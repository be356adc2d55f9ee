"""What is looked up in all of a store, read in one go: for what looks at every measure or claim.

The engine writes such a result as text and the text is taken apart. One solution after the
other, each would have to wait for the interpreter, and so would whoever asks for a page
meanwhile: a page of 5 ms takes seconds beside such a loop.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import cast

import pyoxigraph as ox

from trygghetsgraf.namespaces import PREFIXES, TG

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def term(name: str) -> ox.NamedNode:
    """The property or class of a name: ``kind`` is ours, ``rdf:type`` is of another vocabulary."""
    prefix, colon, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local if colon else str(TG[name]))


def things(store: ox.Store, query: str) -> Iterator[tuple[str, ...]]:
    """The IRIs of each solution of a SELECT; those with anything else in them are left out."""
    for row in rows(store, query):
        if all(value.startswith("<") for value in row):
            yield tuple(value[1:-1] for value in row)


def rows(store: ox.Store, query: str) -> Iterator[list[str]]:
    """The solutions of a SELECT with their terms as TSV writes them, an unbound one empty.

    https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv
    """
    solutions = cast("ox.QuerySolutions", store.query(_PROLOGUE + query))
    text = solutions.serialize(format=ox.QueryResultsFormat.TSV) or b""
    for line in text.decode().split("\n")[1:-1]:
        yield line.split("\t")


def text_of(literal: str) -> str:
    """The text of a literal with quotation marks, as :func:`rows` gives it."""
    # what TSV escapes, JSON escapes in the same way
    return str(json.loads(literal[: literal.rindex('"') + 1], strict=False))


def pairs(store: ox.Store, name: str) -> Iterator[tuple[str, str]]:
    """Subject and object of every triple of a property between two things."""
    for first, second in things(store, f"SELECT ?s ?o {{ ?s {term(name)} ?o }}"):  # noqa: UP028
        yield first, second


def having(store: ox.Store, name: str, value: ox.NamedNode) -> Iterator[str]:
    """Every thing that has that value of a property."""
    for (found,) in things(store, f"SELECT ?s {{ ?s {term(name)} {value} }}"):
        yield found


def grouped(found: Iterable[tuple[str, ...]]) -> dict[str, set[str]]:
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
