from __future__ import annotations

from pathlib import Path

import pytest
from tests.saved_project import MEASURES, PLACES, catalogue, write_queries

from trygghetsgraf.errors import InputErrors, NotFoundError
from trygghetsgraf.saved.catalogue import Form, load_catalogue

ROOT = Path(__file__).resolve().parents[1]


def test_header_and_form_of_a_query(tmp_path: Path) -> None:
    query = catalogue(tmp_path)["measures"]
    assert query.form is Form.SELECT
    assert query.header.title.model_dump() == {
        "sv": "Åtgärder av ett slag",
        "en": "Measures of one kind",
    }
    assert query.header.default == {"lang": "sv"}
    assert query.header.allowed == {"lang": ("sv", "en")}
    assert query.header.columns["number"].unit == "st"
    assert [query.token(name) for name in query.header.parameters] == [
        "_slag_iri",
        "__plats_iri",
        "_lang",
    ]
    assert query.sparql.startswith("PREFIX geo:")


def test_queries_are_found_by_word_and_tag(tmp_path: Path) -> None:
    queries = catalogue(tmp_path)
    assert list(queries) == ["around", "measures", "places"]
    assert [query.name for query in queries.find("ÅTGÄRDER slag")] == ["measures"]
    assert [query.name for query in queries.find(tag="places")] == ["around", "measures", "places"]
    assert queries.find("trombon") == []
    assert queries.tags() == {"measures": 1, "places": 3}


def test_unknown_query_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"none of that name\. Nearest: measures\."):
        catalogue(tmp_path).named("measure")


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("#+ summary: Measures of one kind", "#+ summary: a: b", 1, "mapping values"),
        ("#+ tags: [measures, places]", "#+ tags: []", 4, "at least 1 item"),
        (", en: Measures with their place.", "", 3, "Field required"),
        ("among: Area, ", "", 7, "an IRI needs one of among"),
        ("plats: {type: iri", "plats: {type: uri", 7, "Input should be 'iri'"),
        ("#+ - lang: sv", "#+ - lagn: sv", 1, "there is no parameter lagn"),
        ("#+ example: {slag: kamera}", "#+ example: {}", 1, "the example lacks the parameter slag"),
        ("#+ example:", "#+ chart: size\n#+ example:", 1, "there is no column size for the chart"),
        ("?__plats_iri AS", "?nothing AS", 7, "plats is unused"),
        ("LANG(?name) = ?_lang", "LANG(?name) = ?_langue", 28, "?_langue stands for no parameter"),
        ("#+   name: {sv: dess namn, en: its name}", "#+ ", 13, "name is not described"),
        ("#+   name: {", "#+   extra: {sv: a, en: b}\n#+   name: {", 15, "gives no extra"),
        ("OPTIONAL { ?measure tg:value ?number }", "OPTIONAL ?s", 30, "'?s' cannot stand here"),
        ("ORDER BY ?measure", "", None, "its rows have no order"),
        ("its name}", 'its name, separator: "; "}', 13, "nothing is joined"),
        ("?measure tg:value ?number", "SELECT (GROUP_CONCAT(?m) AS ?number) {}", 13, "no order"),
        ("kind, sv: slag", "kind, query: no-such, sv: slag", 6, "an IRI needs one of"),
    ],
)
def test_error_has_file_and_line(
    tmp_path: Path, old: str, new: str, line: int | None, found: str
) -> None:
    folder = write_queries(tmp_path / "queries")
    assert old in MEASURES
    (folder / "measures.rq").write_text(MEASURES.replace(old, new, 1))
    with pytest.raises(InputErrors) as raised:
        load_catalogue(folder)
    where = [(error.path, error.line) for error in raised.value.errors]
    assert (folder / "measures.rq", line) in where
    assert found in str(raised.value)


def test_all_errors_come_in_one_pass(tmp_path: Path) -> None:
    folder = write_queries(tmp_path / "queries")
    (folder / "measures.rq").write_text(MEASURES.replace("#+ tags: [measures, places]\n", ""))
    (folder / "Places.rq").write_text(PLACES)
    (folder / "places.rq").write_text("SELECT * { ?s ?p ?o }")
    with pytest.raises(InputErrors) as raised:
        load_catalogue(folder)
    assert [error.path for error in raised.value.errors] == [
        folder / name for name in ("Places.rq", "measures.rq", "places.rq")
    ]


def test_listing_query_must_exist(tmp_path: Path) -> None:
    folder = write_queries(tmp_path / "queries")
    (folder / "places.rq").unlink()
    with pytest.raises(InputErrors, match="there is no saved query places"):
        load_catalogue(folder)


def test_shipped_queries_are_right() -> None:
    assert len(load_catalogue(ROOT / "queries")) >= 10
