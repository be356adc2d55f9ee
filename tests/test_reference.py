"""Reference data: tables and files become things, every fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDFS, Literal

from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.namespaces import ID
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.reference import load_reference


@pytest.fixture
def folder(project: Path) -> Path:
    return project / "data" / "reference"


def short(term: object) -> str:
    """The last part of an IRI's path, or the text of a literal."""
    return str(term).removeprefix(str(ID)).rpartition("#")[2].rpartition("ontology/")[2]


def test_tables_and_files_become_things(folder: Path, ontology: Ontology) -> None:
    names, graph = load_reference(folder, ontology)
    assert sorted(names.things) == [
        "actor/granpartiet",
        "actor/tallbro",
        "area/skogs-lan",
        "area/sverige",
        "area/tallbro",
    ]
    about = {
        name: sorted(
            f"{short(p)} {short(o)}"
            for p, o in graph.predicate_objects(ID[name])
            if not (p == RDFS.label and isinstance(o, Literal) and o.language == "en")
        )
        for name in names.things
    }
    assert about == {
        "actor/granpartiet": [
            "actorKind actor-kind/parti",
            "altLabel (G)",
            "altLabel G",
            "https://schema.org/sameAs http://www.wikidata.org/entity/Q2",
            "label Granpartiet",
            "partyLetter G",
            "type Party",
        ],
        "actor/tallbro": [
            "actorKind actor-kind/kommun",
            "governs area/tallbro",
            "label Tallbro kommun",
            "type Municipality",
        ],
        "area/skogs-lan": [
            "areaCode 90",
            "areaKind area-kind/lan",
            "label Skogs län",
            "type AdministrativeArea",
            "within area/sverige",
        ],
        "area/sverige": ["areaKind area-kind/land", "label Sverige", "type AdministrativeArea"],
        "area/tallbro": [
            "areaCode 9001",
            "areaKind area-kind/kommun",
            "hasGeometry geometry/tallbro",
            "label Tallbro",
            "seeAlso http://www.wikidata.org/entity/Q1",
            "type AdministrativeArea",
            "within area/skogs-lan",
        ],
    }
    assert sorted(
        f"{short(p)} {o}" for p, o in graph.predicate_objects(ID["geometry/tallbro"])
    ) == [
        "asWKT POINT(17.25 59.5)",
        "label centroid of Tallbro",
        "label mittpunkt i Tallbro",
        "type http://www.opengis.net/ont/geosparql#Geometry",
    ]


def test_municipalities_that_fold_to_one_key_have_their_code(
    folder: Path, ontology: Ontology
) -> None:
    with (folder / "municipalities.csv").open("a") as table:
        table.write("9002,Håbo,Håbo kommun,90,59,17,\n9003,Habo,Habo kommun,90,57,14,\n")
    names, _ = load_reference(folder, ontology)
    assert {"area/habo-9002", "area/habo-9003", "actor/habo-9002"} <= set(names.things)
    assert "area/habo" not in names


def refused(folder: Path, ontology: Ontology) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_reference(folder, ontology)
    return [line.removeprefix(str(folder)) for line in str(caught.value).splitlines()]


def test_names_given_twice_are_all_reported(folder: Path, ontology: Ontology) -> None:
    with (folder / "parties.csv").open("a") as table:
        table.write("H,Granpartiet,Other,Q3\n")
    (folder / "zz.yaml").write_text(
        "source: {sv: Påhittat., en: Invented.}\nthings:\n"
        "  area/sverige: {a: AdministrativeArea, sv: Sverige}\n"
    )
    assert refused(folder, ontology) == [
        "/parties.csv:3: Reading actor/granpartiet: it is named twice. Remove one.",
        "/zz.yaml:3: Reading area/sverige: it is named twice. Remove one.",
    ]


def test_every_entry_that_does_not_fit_is_reported(folder: Path, ontology: Ontology) -> None:
    with (folder / "municipalities.csv").open("a") as table:
        table.write("9002,Granby,Granby kommun,91,59,17,\n")
    with (folder / "things.yaml").open("a") as file:
        file.write("  actor/ingen: {sv: Ingen}\n")
    with pytest.raises(InputErrors) as caught:
        load_reference(folder, ontology)
    assert [str(error).removeprefix(str(folder))[:70] for error in caught.value.errors] == [
        "/municipalities.csv:3: Looking up '91': no such name. Correct it or na",
        "/things.yaml:4: Reading actor/ingen: it has no class 'a'. Use one of A",
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "9002,Granby\n",
            "/municipalities.csv:3: Reading reference data: the row has not 7 cells. "
            "Restore the table.",
        ),
        (
            "9002,Granby,Granby kommun,90,59,17,Q3,x\n",
            "/municipalities.csv:3: Reading reference data: the row has not 7 cells. "
            "Restore the table.",
        ),
        (
            '9002,"Granby',
            "/municipalities.csv: Reading reference data: unexpected end of data. "
            "Restore the table.",
        ),
    ],
)
def test_broken_row_is_reported(folder: Path, ontology: Ontology, row: str, message: str) -> None:
    with (folder / "municipalities.csv").open("a") as table:
        table.write(row)
    assert refused(folder, ontology) == [message]


def test_missing_table_is_reported(folder: Path, ontology: Ontology) -> None:
    (folder / "parties.csv").unlink()
    [line] = refused(folder, ontology)
    assert line.startswith("/parties.csv: Reading reference data: [Errno 2] No such file")
