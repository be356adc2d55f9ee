"""Counts of the default graph that every snapshot has at hand: ``7/figures.json``.

Class counts, what VoID tells, facets. A bulk load counts everything once. After that each
publication takes the counts of the snapshot before and moves them by what it changed: each
count is a sum over nodes, and what a node adds depends on its own triples alone. So a change
costs what it touches, whatever the size of the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pyoxigraph as ox
from pydantic import BaseModel, ConfigDict, ValidationError

from trygghetsgraf.namespaces import PREFIXES, TG

_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(f"{PREFIXES['rdf']}type")
_FILE = "figures.json"
#: queries that are evaluated at a time when everything is counted
_AT_ONCE = 2


def _tg(name: str) -> str:
    return str(ox.NamedNode(str(TG[name])))


#: class → properties by whose values its things are counted: one at a time, and two together
FACETS: Mapping[str, Collection[tuple[str, ...]]] = {
    _tg("Measure"): (
        (_tg("status"),),
        (_tg("kind"),),
        (_tg("targetGroup"),),
        (_tg("approach"),),
        (_tg("kind"), _tg("status")),
    ),
    _tg("Claim"): ((_tg("force"),), (_tg("polarity"),), (_tg("certainty"),), (_tg("tense"),)),
}


class Facet(BaseModel):
    """How many things of a class there are for each value of a property, or of two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str
    by: tuple[str, ...]
    #: values as N-Triples writes them, a tab between two → number of solutions
    counts: dict[str, int]


class Figures(BaseModel):
    """Counts of the default graph; terms as N-Triples writes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: distinct ones
    subjects: int
    objects: int
    #: class → its instances, property → its triples
    classes: dict[str, int]
    properties: dict[str, int]
    facets: tuple[Facet, ...]

    @property
    def triples(self) -> int:
        """How many triples there are."""
        return sum(self.properties.values())

    def facet(self, of: str, by: tuple[str, ...]) -> Mapping[str, int] | None:
        """The counts of a facet, None if that is not kept."""
        return next((one.counts for one in self.facets if (one.of, one.by) == (of, by)), None)


def read_figures(folder: Path) -> Figures | None:
    """The figures of a snapshot by its folder; None where it has none."""
    try:
        return Figures.model_validate_json((folder / _FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_figures(folder: Path, figures: Figures) -> None:
    """Write the figures of a snapshot that is being made."""
    (folder / _FILE).write_text(figures.model_dump_json(), encoding="utf-8")


def count_all(store: ox.Store) -> Figures:
    """The figures of a store; reads all of it, some 2 s of processor for a million triples."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        objects = pool.submit(_number, store, "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }")
        subjects = pool.submit(_number, store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
        properties = pool.submit(
            _table, store, 1, "SELECT ?x (COUNT(*) AS ?n) { ?s ?x ?o } GROUP BY ?x"
        )
        classes = pool.submit(
            _table, store, 1, f"SELECT ?x (COUNT(*) AS ?n) {{ ?s {_TYPE} ?x }} GROUP BY ?x"
        )
        facets = [
            (of, by, pool.submit(_facet, store, of, by))
            for of, facets in FACETS.items()
            for by in facets
        ]
    return Figures(
        subjects=subjects.result(),
        objects=objects.result(),
        classes=classes.result(),
        properties=properties.result(),
        facets=tuple(Facet(of=of, by=by, counts=found.result()) for of, by, found in facets),
    )


def _facet(store: ox.Store, of: str, by: tuple[str, ...]) -> dict[str, int]:
    names = [f"?x{place}" for place in range(len(by))]
    pattern = "".join(f" ; {p} {name}" for p, name in zip(by, names, strict=True))
    values = " ".join(names)
    return _table(
        store,
        len(by),
        f"SELECT {values} (COUNT(*) AS ?n) {{ ?s {_TYPE} {of}{pattern} }} GROUP BY {values}",
    )


def _number(store: ox.Store, query: str) -> int:
    return int(next(cast("ox.QuerySolutions", store.query(query)))["n"].value)


def _table(store: ox.Store, keys: int, query: str) -> dict[str, int]:
    return {
        "\t".join(str(row[place]) for place in range(keys)): int(row["n"].value)
        for row in cast("ox.QuerySolutions", store.query(query))
    }


def moved(
    figures: Figures, before: ox.Store, after: ox.Store, touched: Iterable[ox.Triple]
) -> Figures:
    """The figures after a change, from those before it.

    ``touched``: the triples that came to the default graph or left it; more do no harm.
    """
    touched = set(touched)
    if not touched:
        return figures
    subjects = {triple.subject for triple in touched}
    objects = {triple.object for triple in touched}
    moves = _share(after, subjects, objects)
    moves.subtract(_share(before, subjects, objects))
    return Figures(
        subjects=figures.subjects + moves["subjects", ""],
        objects=figures.objects + moves["objects", ""],
        classes=_sum(figures.classes, moves, "classes"),
        properties=_sum(figures.properties, moves, "properties"),
        facets=tuple(
            Facet(of=one.of, by=one.by, counts=_sum(one.counts, moves, _name(one.of, one.by)))
            for one in figures.facets
        ),
    )


_Subject = ox.NamedNode | ox.BlankNode | ox.Triple
_Object = _Subject | ox.Literal
#: name of a table and what is counted in it → how many
_Shares = Counter[tuple[str, str]]


def _share(store: ox.Store, subjects: Iterable[_Subject], objects: Iterable[_Object]) -> _Shares:
    """What some nodes add to the figures, as subjects and as objects."""
    found: _Shares = Counter()
    for node in subjects:
        values: dict[str, list[str]] = {}
        for quad in store.quads_for_pattern(node, None, None, _DEFAULT):
            values.setdefault(str(quad.predicate), []).append(str(quad.object))
        found["subjects", ""] += bool(values)
        for predicate, those in values.items():
            found["properties", predicate] += len(those)
        for of in values.get(str(_TYPE), ()):
            found["classes", of] += 1
            for by in FACETS.get(of, ()):
                for key in _keys(values, by):
                    found[_name(of, by), key] += 1
    for value in objects:
        there = next(store.quads_for_pattern(None, None, value, _DEFAULT), None)
        found["objects", ""] += there is not None
    return found


def _keys(values: Mapping[str, list[str]], by: tuple[str, ...]) -> list[str]:
    """What one thing is counted under: every combination of its values."""
    keys = [""]
    for place, predicate in enumerate(by):
        gap = "\t" if place else ""
        keys = [f"{key}{gap}{value}" for key in keys for value in values.get(predicate, ())]
    return keys


def _name(of: str, by: tuple[str, ...]) -> str:
    return " ".join((of, *by))


def _sum(table: Mapping[str, int], moves: _Shares, name: str) -> dict[str, int]:
    """A table with the moves of that name; what is no longer there is left out."""
    new = dict(table)
    for (of, key), number in moves.items():
        if of == name and number:
            new[key] = new.get(key, 0) + number
            if not new[key]:
                del new[key]
    return new
