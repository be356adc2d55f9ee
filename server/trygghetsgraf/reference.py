"""Reference data: what is known before any document is read.

Counties, municipalities and parties come from tables of public facts (their sources are
in data/reference/README.md); things that several documents name come from YAML files.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rdflib import RDF, RDFS, Graph, Literal, URIRef

from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.facts import ReferenceFile, Thing
from trygghetsgraf.names import NamedThing, Names
from trygghetsgraf.namespaces import GEO, ID, Triple, key_from
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.yamlfile import YamlFile

WIKIDATA = "http://www.wikidata.org/entity/"
SWEDEN = "sverige"


def load_reference(folder: Path, ontology: Ontology) -> tuple[Names, Graph]:
    """The things of data/reference and the triples that describe them.

    Raises InputErrors with file and line for what does not fit the ontology or is named
    twice.
    """
    things: dict[str, NamedThing] = {}
    errors: list[InputError] = []
    entries = [*_tables(folder), *_files(folder)]
    for named in entries:
        if named.name in things:
            errors.append(
                named.source.error(
                    named.loc, f"Reading {named.name}", "it is named twice.", "Remove one."
                )
            )
        things[named.name] = named
    if errors:
        raise InputErrors(errors)
    names = Names(ontology, things)
    graph = Graph()
    for triple in [*names.triples(), *_geometries(folder)]:
        graph.add(triple)
    return names, graph


def _files(folder: Path) -> Iterator[NamedThing]:
    for path in sorted(folder.glob("*.yaml")):
        source = YamlFile.read(path)
        for name, thing in source.validate(ReferenceFile).things.items():
            yield NamedThing(name, thing, source, ("things", name))


def _tables(folder: Path) -> Iterator[NamedThing]:
    counties = {}
    path = folder / "counties.csv"
    for line, row in _rows(path):
        counties[row["code"]] = key_from(row["full_name"])
        yield _row(
            path,
            line,
            f"area/{counties[row['code']]}",
            a="AdministrativeArea",
            sv=row["full_name"],
            areaKind="lan",
            areaCode=row["code"],
            within=SWEDEN,
        )
    path = folder / "municipalities.csv"
    for line, row, key in _municipalities(path):
        links = {"seeAlso": WIKIDATA + row["wikidata"]} if row["wikidata"] else {}
        yield _row(
            path,
            line,
            f"area/{key}",
            a="AdministrativeArea",
            sv=row["name"],
            areaKind="kommun",
            areaCode=row["code"],
            within=counties.get(row["county_code"], row["county_code"]),
            **links,
        )
        yield _row(
            path,
            line,
            f"actor/{key}",
            a="Municipality",
            sv=row["full_name"],
            actorKind="kommun",
            governs=key,
        )
    path = folder / "parties.csv"
    for line, row in _rows(path):
        yield _row(
            path,
            line,
            f"actor/{key_from(row['name'])}",
            a="Party",
            sv=row["name"],
            en=row["name_en"],
            also=[row["letter"], f"({row['letter']})"],
            partyLetter=row["letter"],
            actorKind="parti",
            sameAs=WIKIDATA + row["wikidata"],
        )


def _municipalities(path: Path) -> Iterator[tuple[int, dict[str, str], str]]:
    """The rows with their keys: the name, and the code too where two names fold to one."""
    rows = list(_rows(path))
    count = Counter(key_from(row["name"]) for _, row in rows)
    for line, row in rows:
        key = key_from(row["name"])
        yield line, row, key if count[key] == 1 else f"{key}-{row['code']}"


def _geometries(folder: Path) -> Iterator[Triple]:
    """Centroids of the municipalities, WGS 84, as GeoSPARQL points (longitude first)."""
    for _, row, key in _municipalities(folder / "municipalities.csv"):
        area, point = ID[f"area/{key}"], ID[f"geometry/{key}"]
        wkt = f"POINT({row['longitude']} {row['latitude']})"
        yield area, GEO.hasGeometry, point
        yield point, RDF.type, URIRef(GEO.Geometry)
        yield point, GEO.asWKT, Literal(wkt, datatype=GEO.wktLiteral)
        yield point, RDFS.label, Literal(f"mittpunkt i {row['name']}", lang="sv")
        yield point, RDFS.label, Literal(f"centroid of {row['name']}", lang="en")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their lines, every cell filled or empty."""
    tried, do = "Reading reference data", "Restore the table."
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    columns = len(reader.fieldnames or ())
                    raise InputError(
                        tried,
                        f"the row has not {columns} cells.",
                        do,
                        path=path,
                        line=reader.line_num,
                    )
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(tried, f"{error}.", do, path=path) from error


def _row(path: Path, line: int, name: str, **fields: object) -> NamedThing:
    """A thing from a row of a table."""
    source = YamlFile(path, {}, {(): line})
    return NamedThing(name, Thing.model_validate(fields), source, ())
