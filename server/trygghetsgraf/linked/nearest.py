"""Identifiers that look like one that does not exist."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import cast

import pyoxigraph as ox
from rapidfuzz import process

from trygghetsgraf.namespaces import BASE, ID, PREFIXES, TG

#: names of one kind that are compared; some 50 ms
_MANY = 100_000
_NAMED = tuple(
    ox.NamedNode(name) for name in (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel")
)

#: ``id/measure/`` → the last parts of the identifiers of measures
Names = dict[str, dict[str, None]]


def names(store: ox.Store) -> Names:
    """The identifiers of ours that have a label, by what comes before their last part."""
    found: Names = defaultdict(dict)
    for predicate in _NAMED:
        solutions = cast("ox.QuerySolutions", store.query(f"SELECT ?s {{ ?s {predicate} ?label }}"))
        # in one go: one by one, each of them would wait for other threads
        text = solutions.serialize(format=ox.QueryResultsFormat.TSV) or b""
        for line in text.decode().split("\n"):
            if line.startswith(f"<{BASE}"):
                folder, _, key = line[1:-1].removeprefix(BASE).rpartition("/")
                found[f"{folder}/"][key] = None
    return found


def nearest(known: Names, iri: str) -> list[str]:
    """Up to five IRIs like this one: of its kind, or with its key in another kind."""
    folder, slash, key = iri.removeprefix(BASE).rpartition("/")
    prefix = folder + slash
    of_kind = list(islice(known.get(prefix, ()), _MANY))
    near = [name for name, _, _ in process.extract(key, of_kind, limit=5, score_cutoff=60)]
    found = [f"{BASE}{prefix}{name}" for name in near]
    if str(ID).startswith(f"{BASE}{prefix.partition('/')[0]}/") or prefix == str(TG):
        found += [f"{BASE}{other}{key}" for other, keys in known.items() if key in keys]
    return found[:5]
