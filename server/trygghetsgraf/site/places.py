"""Places that documents speak of: on a map where their position is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.site.visit import Visit

_POINT = re.compile(r"(?:<[^>]*>\s*)?POINT\s*\(\s*([-+.\d]+)\s+([-+.\d]+)\s*\)", re.IGNORECASE)
_PLACES = """
SELECT ?area (SAMPLE(?wkt) AS ?point) (COUNT(DISTINCT ?m) AS ?n) {
  ?s rdf:object ?area . ?area a tg:Area .
  OPTIONAL { ?m tg:place ?area ; a tg:Measure }
  OPTIONAL { ?area geo:hasGeometry/geo:asWKT ?wkt }
} GROUP BY ?area
"""
_EVERY = "SELECT ?wkt { ?area geo:hasGeometry/geo:asWKT ?wkt }"
_WITHIN = "SELECT ?area ?larger { ?area tg:within ?larger }"


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
    found = visit.opened.lately("site-places", _read)
    visit.names.fetch(place.iri for place in found.places)
    return found


def drawing(visit: Visit, found: Places) -> dict[str, object]:
    """The same for the script that draws it."""
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
    rows = [
        Place(row["area"].value, int(row["n"].value), _point(row["point"]))
        for row in select(store, _PLACES)
    ]
    rows.sort(key=lambda place: (-place.measures, place.iri))
    every = [_point(row["wkt"]) for row in select(store, _EVERY)]
    return Places(tuple(rows), tuple(sorted(point for point in every if point)))


def _point(node: ox.Literal | None) -> tuple[float, float] | None:
    match = _POINT.fullmatch(node.value.strip()) if node is not None else None
    return (float(match[1]), float(match[2])) if match else None
