"""The API over HTTP, by a real server over a small graph."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from rdflib import SH, Graph, URIRef
from tests.saved_project import graph_as_quads, write_queries
from tests.served import Reply, ask, publish

from trygghetsgraf.client import Client
from trygghetsgraf.settings import load_settings
from trygghetsgraf.web import serve

ID = "https://w3id.org/trygghetsgrafen/id/"
RESULTS = "/api/queries/measures/results"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write_queries(folder / "queries")
    return folder


@pytest.fixture(scope="module")
def url(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = tmp_path_factory.mktemp("state")
    publish(state, graph_as_quads())
    with serve(load_settings(project=project, state=state, port=0)) as running:
        until = time.monotonic() + 30
        while ask(running.url, "GET", "/health").status != 200:
            assert time.monotonic() < until
        yield running.url


def get(url: str, path: str, **headers: str) -> Reply:
    return ask(url, "GET", path, {name.replace("_", "-"): v for name, v in headers.items()})


def test_list_can_be_searched(url: str) -> None:
    found = get(url, "/api/queries").json()
    assert [query["name"] for query in found["queries"]] == ["around", "measures", "places"]
    assert found["tags"] == {"measures": 1, "places": 3}
    assert found["queries"][2] == {
        "name": "places",
        "title": {"sv": "Platser med åtgärder", "en": "Places with measures"},
        "description": {
            "sv": "Platser där något görs.",
            "en": "Places where something is done.",
        },
        "tags": ["places"],
        "url": f"{url}/api/queries/places",
    }
    found = get(url, f"/api/queries?q={quote('slag')}&tag=measures").json()
    assert [query["name"] for query in found["queries"]] == ["measures"]


def test_query_tells_what_it_takes(url: str) -> None:
    found = get(url, "/api/queries/measures").json()
    assert found["parameters"][0] == {
        "name": "slag",
        "type": "iri",
        "required": True,
        "default": None,
        "description": {"sv": "slag av åtgärd", "en": "kind of measure"},
        "values": [{"value": "kind/kamera", "label": {"en": "camera", "sv": "kamera"}}],
    }
    assert [p["required"] for p in found["parameters"]] == [True, False, False]
    assert found["columns"][2] == {
        "name": "number",
        "sv": "antal",
        "en": "number",
        "unit": "st",
        "geometry": False,
        "separator": None,
    }
    assert found["formats"] == ["json", "sparql-json", "csv", "tsv", "xlsx", "geojson", "html"]
    assert found["example"] == f"{url}/api/queries/measures/results?slag=kamera"


def test_result_is_json_unless_asked_otherwise(url: str) -> None:
    reply = get(url, f"{RESULTS}?slag=camera&plats=9001")
    assert (reply.status, reply.type) == (200, "application/json")
    assert [row["measure"] for row in reply.json()["rows"]] == [f"{ID}measure/a"]


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/geo+json", "application/geo+json"),
        (
            "text/tab-separated-values;q=0.5, text/csv;q=0.2",
            "text/tab-separated-values; charset=utf-8",
        ),
        ("*/*", "application/json"),
    ],
)
def test_format_by_accept(url: str, accept: str, type_: str) -> None:
    reply = get(url, f"{RESULTS}?slag=kamera", Accept=accept)
    assert (reply.status, reply.type) == (200, type_)


def test_format_by_name_with_a_mark_for_excel(url: str) -> None:
    reply = get(url, f"{RESULTS}?slag=kamera&format=csv&bom=true", Accept="text/html")
    assert reply.body.startswith(b"\xef\xbb\xbfmeasure,name")
    rows = list(csv.DictReader(StringIO(reply.body.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ['Kameror "på" torget; =1+1', "Kameror i Älsjö"]


def test_graph_as_turtle(url: str) -> None:
    reply = get(url, "/api/queries/around/results?plats=Tallbro")
    assert (reply.status, reply.type) == (200, "text/turtle")
    assert b'tg:areaCode "9001"' in reply.body


def test_pages_follow_each_other(url: str) -> None:
    reply = get(url, f"{RESULTS}?slag=kamera&limit=1")
    assert reply.json()["more"] is True
    target, _, relation = reply.headers["link"].partition("; ")
    assert relation == 'rel="next"'
    parts = urlsplit(target.strip("<>"))
    following = get(url, f"{parts.path}?{parts.query}")
    assert [row["measure"] for row in following.json()["rows"]] == [f"{ID}measure/b"]
    assert "link" not in following.headers


def test_unchanged_result_is_not_sent_again(url: str) -> None:
    first = get(url, f"{RESULTS}?slag=kamera")
    tag = first.headers["etag"]
    again = get(url, f"{RESULTS}?slag=kamera", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert get(url, f"{RESULTS}?slag=kamera&format=csv").headers["etag"] != tag
    assert get(url, f"{RESULTS}?slag=kamera&lang=en").headers["etag"] != tag


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "slag"),
        ("slag=kamear", "slag"),
        ("slag=kamera&slag=kamera", "slag"),
        ("slag=kamera&plats=Berga", "plats"),
        ("slag=kamera&lang=de", "lang"),
        ("slag=kamera&limit=0", "limit"),
        ("slag=kamera&offset=-1", "offset"),
        ("slag=kamera&bom=ja", "bom"),
        ("slag=kamera&format=turtle", "format"),
        ("slag=kamera&kommun=Tallbro", "kommun"),
        ("slag=%00", "slag"),
        ("slag=", "slag"),
        ("slag=kamera&limit=", "limit"),
    ],
)
def test_problem_names_the_parameter(url: str, query: str, parameter: str) -> None:
    reply = get(url, f"{RESULTS}?{query}")
    assert (reply.status, reply.type) == (400, "application/problem+json")
    assert reply.json()["parameter"] == parameter


@pytest.mark.parametrize(
    ("path", "accepted", "language", "title", "detail"),
    [
        (
            f"{RESULTS}?slag=kamear",
            "sv",
            "sv",
            "Frågan går inte att läsa",
            "Parametern slag 'kamear': ingenting där heter så. Närmast: kamera. "
            "Ange ett namn eller en kod.",
        ),
        (
            f"{RESULTS}?slag=kamear",
            "en-GB, sv;q=0.5",
            "en",
            "The request cannot be read",
            "Reading the parameter slag 'kamear': nothing there is called that. "
            "Nearest: kamera. Give a label or code.",
        ),
        (
            f"{RESULTS}?slag=kamera&limit=x",
            "de, sv-FI",
            "sv",
            "Frågan går inte att läsa",
            "Parametern limit 'x': det är inget sådant tal. Ange ett heltal från 1 till 100000.",
        ),
        (
            f"{RESULTS}?slag=kamera&plats=Berga",
            "sv",
            "sv",
            "Frågan går inte att läsa",
            "Parametern plats 'Berga': det kan vara något av area/berga-nord, area/berga-syd. "
            "Ange ett av dem.",
        ),
        (
            f"{RESULTS}?slag=kamera&kommun=x",
            "sv",
            "sv",
            "Frågan går inte att läsa",
            "Parametern kommun: den finns inte. Det finns bom, format, lang, limit, offset, "
            "plats, slag.",
        ),
        (
            RESULTS,
            "",
            "en",
            "The request cannot be read",
            "Reading the parameter slag: it is missing. Give it a value.",
        ),
        (
            "/api/search?q=a&limit=0",
            "sv",
            "sv",
            "Frågan går inte att läsa",
            "Parametern limit '0': det är inget sådant tal. Ange ett heltal från 1 till 100.",
        ),
        (
            "/api/entities/area/nowhere",
            "sv",
            "sv",
            "Här finns ingenting",
            f"Grafen säger ingenting om {ID}area/nowhere. Sök på /api/search?q=.",
        ),
    ],
)
def test_problem_is_told_in_the_language_of_the_reader(
    url: str, path: str, accepted: str, language: str, title: str, detail: str
) -> None:
    reply = get(url, path, Accept_Language=accepted)
    assert (reply.headers["content-language"], reply.json()["title"], reply.json()["detail"]) == (
        language,
        title,
        detail,
    )


def test_problem_suggests_what_comes_near(url: str) -> None:
    assert get(url, f"{RESULTS}?slag=kamear").json()["near"] == ["kamera"]


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/api/queries/nothing", "", 404),
        ("/api/queries/nothing/results", "", 404),
        (f"{RESULTS}?slag=kamera", "image/png", 406),
        ("/api/nothing", "", 404),
    ],
)
def test_other_problems(url: str, path: str, accept: str, status: int) -> None:
    reply = get(url, path, Accept=accept)
    assert (reply.status, reply.type) == (status, "application/problem+json")


def test_description_has_every_query_and_its_parameters(url: str) -> None:
    document = get(url, "/api/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": url}]
    operation = document["paths"]["/api/queries/measures/results"]["get"]
    assert [(p["name"], p.get("required", False)) for p in operation["parameters"]] == [
        ("slag", True),
        ("plats", False),
        ("lang", False),
        ("format", False),
        ("limit", False),
        ("offset", False),
        ("bom", False),
    ]
    assert operation["parameters"][2]["schema"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 1000,
        "pattern": r"^[^\u0000-\u001f\u007f-\u009f\ufffe\uffff]+$",
        "enum": ["sv", "en"],
        "default": "sv",
    }
    assert "application/geo+json" in operation["responses"]["200"]["content"]


def test_documentation_comes_from_this_server_alone(url: str) -> None:
    page = get(url, "/api/docs").body.decode()
    for path in ("swagger-ui/swagger-ui.css", "swagger-ui/swagger-ui-bundle.js", "docs.js"):
        assert f"{url}/api/static/{path}" in page
        assert get(url, f"/api/static/{path}").status == 200


def test_search_finds_labels(url: str) -> None:
    hits = get(url, f"/api/search?q={quote('kamerorna torget')}").json()["hits"]
    assert [(hit["iri"], hit["labels"]) for hit in hits] == [
        (f"{ID}measure/a", {"sv": 'Kameror "på" torget; =1+1'})
    ]


def test_label_or_code_is_resolved(url: str) -> None:
    found = get(url, "/api/resolve?q=9001").json()
    assert [match["key"] for match in found["matches"]] == ["actor/tallbro", "area/tallbro"]
    assert get(url, "/api/resolve?q=Talbro").json() == {
        "matches": [],
        "near": ["Tallbro kommun", "Tallbro"],
    }


@pytest.mark.parametrize("iri", ["area/tallbro", f"{ID}area/tallbro"])
def test_entity_by_key_or_iri(url: str, iri: str) -> None:
    found = get(url, f"/api/entities/{iri}").json()
    assert found == {
        "iri": f"{ID}area/tallbro",
        "key": "area/tallbro",
        "labels": {"en": "Pinebridge", "sv": "Tallbro"},
        "names": ["9001"],
        "classes": ["https://w3id.org/trygghetsgrafen/ontology/Area"],
        "statements": [],
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/entities/area/nowhere", 404),
        ("/api/entities/area/%3E", 404),
        ("/api/search", 400),
        ("/api/search?q=a&limit=0", 400),
        ("/api/resolve?q=", 400),
    ],
)
def test_lookup_that_leads_nowhere(url: str, path: str, status: int) -> None:
    reply = get(url, path)
    assert (reply.status, reply.type) == (status, "application/problem+json")


def test_examples_for_editors_can_be_run(url: str) -> None:
    reply = get(url, "/.well-known/sparql-examples")
    assert (reply.status, reply.type) == (200, "text/turtle")
    graph = Graph().parse(data=reply.body, format="turtle")
    queries = {str(node).rpartition("/")[2]: str(text) for node, text in graph[: SH.select]}
    assert sorted(queries) == ["measures", "places"]
    for query in queries.values():
        found = get(url, f"/sparql?query={quote(query)}", Accept="application/json").json()
        assert len(found["results"]["bindings"]) == 2
    targets = set(graph.objects(None, URIRef("https://schema.org/target")))
    assert targets == {URIRef(f"{url}/sparql")}


def test_client_gives_rows_with_types(url: str, project: Path) -> None:
    rows = Client(f"{url}/sparql", project / "queries").run("measures", slag="camera", plats="9001")
    assert rows.columns == ("measure", "name", "number", "amount", "where")
    assert [type(value).__name__ for value in rows[0].values()] == [
        "str",
        "str",
        "int",
        "Decimal",
        "str",
    ]
    assert rows[0]["number"] == 40


def test_client_gives_data_frames(url: str, project: Path) -> None:
    frame = Client(f"{url}/sparql", project / "queries").run("measures", slag="camera").to_pandas()
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "measure": "string",
        "name": "string",
        "number": "Int64",
        "amount": "Float64",
        "where": "string",
    }
    assert frame["name"].to_list() == ['Kameror "på" torget; =1+1', "Kameror i Älsjö"]
    # the second measure has neither number nor amount nor position
    assert frame.isna().to_numpy().tolist()[1] == [False, False, True, True, True]
    assert (frame["number"].sum(), frame["amount"].sum()) == (40, 1.5)


def test_client_gives_graphs(url: str, project: Path) -> None:
    found = Client(f"{url}/sparql", project / "queries").graph("around", plats="Tallbro")
    assert len(found) == 5


@pytest.mark.slow
def test_description_holds_for_whatever_is_asked(url: str, tmp_path: Path) -> None:
    """Schemathesis asks by the description and looks whether the answers follow it.

    A label that nothing has is a text as any other: it is refused, and that is right.
    """
    tool = Path(sys.executable).with_name("schemathesis")
    run = subprocess.run(
        [
            *(tool, "run", f"{url}/api/openapi.json", "--max-examples", "10", "--seed", "1"),
            *("--phases", "examples,coverage,fuzzing", "--workers", "1", "--no-color"),
            *("--exclude-checks", "positive_data_acceptance"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stdout
