from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pyoxigraph as ox
import pytest
from tests.saved_project import runner

from trygghetsgraf.errors import NotFoundError
from trygghetsgraf.saved.binding import ParameterError
from trygghetsgraf.saved.catalogue import Catalogue, load_query
from trygghetsgraf.saved.evaluation import LocalEvaluator
from trygghetsgraf.saved.running import Page, Result, Runner
from trygghetsgraf.saved.writing import BY_NAME, formats_of, records

ID = "https://w3id.org/trygghetsgrafen/id/"


def run(folder: Path, name: str, **given: str) -> Result:
    found = runner(folder)
    return found.run(found.prepare(name, given))


def written(result: Result, format_: str) -> str:
    return BY_NAME[format_].write(result).decode()


@pytest.mark.parametrize(
    "place",
    [
        "Tallbro",
        "pinebridge",
        "9001",
        "tallbro",
        "area/tallbro",
        f"{ID}area/tallbro",
        " TALLBRO ",
    ],
)
def test_place_by_label_code_key_or_iri(tmp_path: Path, place: str) -> None:
    result = run(tmp_path, "measures", slag="kameraövervakning", plats=place)
    assert [str(row[0]) for row in result.rows] == [f"<{ID}measure/a>"]


def test_accents_may_be_left_out(tmp_path: Path) -> None:
    result = run(tmp_path, "measures", slag="camera", plats="alsjo")
    assert [str(row[0]) for row in result.rows] == [f"<{ID}measure/b>"]


@pytest.mark.parametrize(
    ("given", "parameter", "found", "near"),
    [
        ({}, "slag", "it is missing.", ()),
        (
            {"slag": "kamear"},
            "slag",
            "nothing there is called that. Nearest: kamera.",
            ("kamera",),
        ),
        (
            {"slag": "kamera", "plats": "Berga"},
            "plats",
            "it may be any of area/berga-nord, area/berga-syd.",
            ("area/berga-nord", "area/berga-syd"),
        ),
        (
            {"slag": "kamera", "lang": "de"},
            "lang",
            "it is not among the allowed ones.",
            ("sv", "en"),
        ),
        ({"slag": "kamera", "kommun": "x"}, "kommun", "measures has no such parameter.", ()),
        (
            {"slag": "kamera", "plats": "Tallbro> } DROP ALL"},
            "plats",
            "nothing there is called that. Nearest: Tallbro.",
            ("Tallbro",),
        ),
    ],
)
def test_value_that_will_not_do(
    tmp_path: Path, given: dict[str, str], parameter: str, found: str, near: tuple[str, ...]
) -> None:
    with pytest.raises(ParameterError) as raised:
        runner(tmp_path).prepare("measures", given)
    assert (raised.value.parameter, raised.value.found, raised.value.near) == (
        parameter,
        found,
        near,
    )


def test_place_must_be_among_those_that_a_query_lists(tmp_path: Path) -> None:
    found = runner(tmp_path)
    assert len(found.run(found.prepare("around", {"plats": "9001"})).triples) == 5
    with pytest.raises(ParameterError, match="nothing there is called that"):
        found.prepare("around", {"plats": "Berga"})


def test_unknown_query(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        runner(tmp_path).prepare("nothing", {})


def test_page_has_its_rows_and_knows_of_more(tmp_path: Path) -> None:
    found = runner(tmp_path)
    pages = [
        found.run(found.prepare("measures", {"slag": "kamera"}, Page(1, offset)))
        for offset in range(3)
    ]
    assert [[str(row[0]) for row in page.rows] for page in pages] == [
        [f"<{ID}measure/a>"],
        [f"<{ID}measure/b>"],
        [],
    ]
    assert [page.more for page in pages] == [True, False, False]


def test_json_has_plain_values(tmp_path: Path) -> None:
    assert json.loads(written(run(tmp_path, "measures", slag="kamera"), "json")) == {
        "query": "measures",
        "parameters": {"slag": f"{ID}kind/kamera", "lang": "sv"},
        "columns": ["measure", "name", "number", "amount", "where"],
        "rows": [
            {
                "measure": f"{ID}measure/a",
                "name": 'Kameror "på" torget; =1+1',
                "number": 40,
                "amount": 1.5,
                "where": "POINT(17.25 59.5)",
            },
            {
                "measure": f"{ID}measure/b",
                "name": "Kameror i Älsjö",
                "number": None,
                "amount": None,
                "where": None,
            },
        ],
        "more": False,
    }


def test_no_rows_are_said_to_be_none(tmp_path: Path) -> None:
    result = run(tmp_path, "measures", slag="kamera", lang="en")
    assert json.loads(written(result, "json"))["note"] == "not in the documents"
    assert "<p>Inte i dokumenten.</p>" in written(result, "html")
    assert written(result, "csv") == "measure,name,number,amount,where\r\n"


def test_sparql_json_csv_and_tsv(tmp_path: Path) -> None:
    result = run(tmp_path, "measures", slag="kamera", plats="Tallbro")
    assert json.loads(written(result, "sparql-json"))["results"]["bindings"] == [
        {
            "measure": {"type": "uri", "value": f"{ID}measure/a"},
            "name": {"type": "literal", "value": 'Kameror "på" torget; =1+1', "xml:lang": "sv"},
            "number": {
                "type": "literal",
                "value": "40",
                "datatype": "http://www.w3.org/2001/XMLSchema#integer",
            },
            "amount": {
                "type": "literal",
                "value": "1.5",
                "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
            },
            "where": {
                "type": "literal",
                "value": "POINT(17.25 59.5)",
                "datatype": "http://www.opengis.net/ont/geosparql#wktLiteral",
            },
        }
    ]
    assert written(result, "csv").split("\r\n")[1] == (
        f'{ID}measure/a,"Kameror ""på"" torget; =1+1",40,1.5,POINT(17.25 59.5)'
    )
    assert written(result, "tsv").split("\n")[0] == "?measure\t?name\t?number\t?amount\t?where"


def test_geojson_has_a_feature_for_each_row(tmp_path: Path) -> None:
    result = run(tmp_path, "measures", slag="kamera")
    features = json.loads(written(result, "geojson"))["features"]
    assert [feature["geometry"] for feature in features] == [
        {"type": "Point", "coordinates": [17.25, 59.5]},
        None,
    ]
    assert features[1]["properties"]["name"] == "Kameror i Älsjö"


def test_workbook_holds_texts_and_no_formulas(tmp_path: Path) -> None:
    book = ZipFile(BytesIO(BY_NAME["xlsx"].write(run(tmp_path, "measures", slag="kamera"))))
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    assert "Kameror i Älsjö" in book.read("xl/sharedStrings.xml").decode()


def test_html_escapes_what_it_shows(tmp_path: Path) -> None:
    page = written(run(tmp_path, "measures", slag="kamera"), "html")
    assert "Kameror &quot;på&quot; torget; =1+1" in page
    assert f'<a href="{ID}measure/a">id/measure/a</a>' in page


def test_triples_as_turtle_and_json_ld(tmp_path: Path) -> None:
    result = run(tmp_path, "around", plats="Tallbro")
    assert [format_.name for format_ in formats_of(result.call.query)] == ["turtle", "jsonld"]
    assert 'tg:areaCode "9001"' in written(result, "turtle")
    assert json.loads(written(result, "jsonld"))


def test_formats_offer_maps_only_where_a_column_has_places(tmp_path: Path) -> None:
    queries = runner(tmp_path).catalogue
    assert "geojson" in [format_.name for format_ in formats_of(queries["measures"])]
    assert "geojson" not in [format_.name for format_ in formats_of(queries["places"])]


def test_names_in_one_cell_are_in_order(tmp_path: Path) -> None:
    """The engine joins them as they come, and another one may meet them in another order."""
    path = tmp_path / "names.rq"
    path.write_text("""\
#+ summary: Names
#+ title: {sv: Namn, en: Names}
#+ description: {sv: Tre namn., en: Three names.}
#+ tags: [names]
#+ columns:
#+   place: {sv: platsen, en: the place}
#+   names: {sv: namnen, en: the names, separator: "; "}

SELECT ?place (GROUP_CONCAT(?name; separator="; ") AS ?names) {
  VALUES (?place ?name) { ("Tallbro; norr" "b"@sv) ("Tallbro; norr" "a"@sv) ("Älsjö" "d") }
} GROUP BY ?place ORDER BY ?place
""")
    runs = Runner(Catalogue([load_query(path)]), LocalEvaluator(ox.Store(), ""))
    assert records(runs.run(runs.prepare("names", {}))) == [
        {"place": "Tallbro; norr", "names": "a; b"},
        {"place": "Älsjö", "names": "d"},
    ]
