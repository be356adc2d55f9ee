"""Who works with whom: an actor and those around it, a step at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.namespaces import ID
from trygghetsgraf.site.visit import Visit

#: partners shown of one actor
PARTNERS = 40

_TOGETHER = """
SELECT DISTINCT ?other ?through {
  { ?through tg:involves ?actor , ?other }
  UNION { ?actor tg:cooperatesWith ?other BIND(tg:cooperatesWith AS ?through) }
  FILTER(?other != ?actor)
} LIMIT 2000
"""
_BEGIN = """
SELECT ?actor (COUNT(DISTINCT ?through) AS ?n) { ?through tg:involves ?actor }
GROUP BY ?actor ORDER BY DESC(?n) ?actor LIMIT 30
"""


@dataclass(frozen=True)
class Partner:
    """Somebody an actor works with, and through what."""

    iri: str
    through: tuple[str, ...]


@dataclass(frozen=True)
class Around:
    """An actor with its partners."""

    actor: str
    partners: tuple[Partner, ...]
    more: bool
    #: actors to begin with
    begin: tuple[str, ...]


def around(visit: Visit, key: str) -> Around | None:
    """An actor and its partners, by the actor's key; None if there is none to begin with."""
    begin = visit.opened.lately("site-network", _begin)
    if not begin and not key:
        return None
    actor = str(ID[f"actor/{key}"]) if key else begin[0]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in select(visit.store, _TOGETHER, {"actor": ox.NamedNode(actor)}):
        found[row["other"].value].add(row["through"].value)
    if not found and actor not in begin:
        return None
    ordered = sorted(found, key=lambda iri: (-len(found[iri]), iri))
    partners = tuple(Partner(iri, tuple(sorted(found[iri]))) for iri in ordered[:PARTNERS])
    visit.names.fetch(
        [actor, *begin, *(p.iri for p in partners), *(t for p in partners for t in p.through)]
    )
    return Around(actor, partners, len(ordered) > PARTNERS, begin)


def drawing(visit: Visit, found: Around) -> dict[str, object]:
    """The same for the script that draws it."""

    def node(iri: str) -> dict[str, str]:
        key = iri.rpartition("/")[2]
        return {"id": key, "name": visit.names.of(iri), "url": visit.links.thing(iri) or ""}

    return {
        "actor": node(found.actor),
        "partners": [
            {**node(p.iri), "through": [visit.names.of(t) for t in p.through]}
            for p in found.partners
        ],
    }


def _begin(store: ox.Store) -> tuple[str, ...]:
    return tuple(row["actor"].value for row in select(store, _BEGIN))
