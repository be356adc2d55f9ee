"""The files of shapes: each has an address, as a page and as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.namespaces import PREFIXES, SHAPE, is_key

#: file → what its shapes are about, in Swedish and English
TITLES: Mapping[str, tuple[str, str]] = {
    "activities": (
        "Åtgärder, utbildning, händelser, frågor och problem",
        "Measures, training, events, questions and problems",
    ),
    "actors": ("Aktörer, medlemskap och uppdrag", "Actors, memberships and offices"),
    "areas": ("Platser och områden", "Places and areas"),
    "claims": ("Påståenden och vem som gör dem", "Claims and who makes them"),
    "coverage": ("Täckning: allt har ett påstående bakom sig", "Coverage: a claim behind all"),
    "dates": ("Datum och perioder", "Dates and periods"),
    "decisions": ("Beslut, förslag och ärenden", "Decisions, proposals and matters"),
    "documents": ("Dokument och deras delar", "Documents and their parts"),
    "evidence": ("Belägg: citat och var de står", "Evidence: quotes and where they stand"),
    "merge": ("Hela grafen", "The whole graph"),
    "names": ("Namn och det som följer av dem", "Names and what follows from them"),
    "privacy": ("Personuppgifter", "Privacy"),
    "quantities": ("Tal, mängder och pengar", "Figures, quantities and money"),
    "shapes": ("Reglerna själva", "The rules themselves"),
    "texts": ("Texter och språk", "Texts and languages"),
    "values": ("Värden i fakta", "Values of facts"),
    "vocabulary": ("Begrepp och ordlistor", "Concepts and vocabularies"),
}
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_SHAPES = {ox.NamedNode(PREFIXES["sh"] + "NodeShape")}


@dataclass(frozen=True)
class ShapeFile:
    """A file of shapes."""

    iri: str
    title: tuple[str, str]
    #: its shapes, in the order of the file
    shapes: tuple[str, ...]
    triples: tuple[ox.Triple, ...]


def shape_files(project: Path) -> list[ShapeFile]:
    """Every file of shapes of a project."""
    return [_read(path) for path in sorted((project / "shapes").glob("*.ttl"))]


def shape_file(project: Path, iri: str) -> ShapeFile | None:
    """The file of shapes with an IRI; None if there is none."""
    stem = iri.removeprefix(str(SHAPE))
    path = project / "shapes" / f"{stem}.ttl"
    return _read(path) if iri.startswith(str(SHAPE)) and is_key(stem) and path.exists() else None


@cache
def _read(path: Path) -> ShapeFile:
    triples = tuple(quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    shapes = dict.fromkeys(
        triple.subject.value
        for triple in triples
        if triple.predicate == _TYPE
        and triple.object in _SHAPES
        and isinstance(triple.subject, ox.NamedNode)
    )
    title = TITLES.get(path.stem, (path.stem, path.stem))
    return ShapeFile(str(SHAPE[path.stem]), title, tuple(shapes), triples)
