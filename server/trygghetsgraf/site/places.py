"""Places that documents speak of: on a map where their position is known."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.site.scans import things
from trygghetsgraf.site.visit import Visit

_POINT = re.compile(r"(?:<[^>]*>\s*)?POINT\s*\(\s*([-+.\d]+)\s+([-+.\d]+)\s*\)", re.IGNORECASE)
_SPOKEN_OF = "SELECT ?area { ?area a tg:Area FILTER EXISTS { ?s rdf:object ?area } }"
_MEASURES = "SELECT DISTINCT ?area ?m { ?m tg:place ?area ; a tg:Measure }"
_POINTS = "SELECT ?area ?wkt { ?area geo:hasGeometry/geo:asWKT ?wkt } ORDER BY ?area ?wkt"

#: places that a page lists
SIZE = 400


@dataclass(frozen=True)
class Place:
    """An area that a document speaks of."""

    iri: str
    measures: int
    #: longitude and latitude, None where no source has them
    at: tuple[float, float] | None


@dataclass(frozen=True)
class Places:
    """All of them, and the positions of every area as a background."""

    places: tuple[Place, ...]
    background: tuple[tuple[float, float], ...]


def places(visit: Visit) -> Places:
    """The places that documents speak of, those with most measures first."""
    return visit.opened.lately("site-places", _read)


@dataclass(frozen=True)
class Listed:
    """A page of the places."""

    places: tuple[Place, ...]
    page: int
    more: bool

    def has(self, located: bool) -> bool:
        """Whether there is a place on it whose position is known, or is not."""
        return any((place.at is not None) == located for place in self.places)


def listed(visit: Visit, page: int) -> Listed | None:
    """The places of a page; None if there is none of that number."""
    every, start = places(visit).places, (page - 1) * SIZE
    chosen = every[start : start + SIZE]
    if not chosen and page > 1:
        return None
    visit.names.fetch(place.iri for place in chosen)
    return Listed(chosen, page, len(every) > start + SIZE)


def drawing(visit: Visit, found: Places) -> dict[str, object]:
    """All of them for the script that draws those with a position."""
    visit.names.fetch(place.iri for place in found.places if place.at)
    return {
        "background": [[round(x, 3), round(y, 3)] for x, y in found.background],
        "places": [
            {
                "name": visit.names.of(place.iri),
                "url": visit.links.thing(place.iri),
                "at": place.at,
                "measures": place.measures,
            }
            for place in found.places
            if place.at
        ],
    }


def _read(store: ox.Store) -> Places:
    measures = Counter(area for area, _ in things(store, _MEASURES))
    at = {row["area"].value: _point(row["wkt"]) for row in select(store, _POINTS)}
    found = [Place(area, measures[area], at.get(area)) for (area,) in things(store, _SPOKEN_OF)]
    found.sort(key=lambda place: (-place.measures, place.iri))
    return Places(tuple(found), tuple(sorted(point for point in at.values() if point)))


def _point(node: ox.Literal) -> tuple[float, float] | None:
    match = _POINT.fullmatch(node.value.strip())
    return (float(match[1]), float(match[2])) if match else None
