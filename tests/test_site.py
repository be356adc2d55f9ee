"""The content of the pages, without a browser: every page, both languages, what it weighs."""

from __future__ import annotations

import ast
import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.linked.catalogue import Operator
from trygghetsgraf.linked.current import Current
from trygghetsgraf.linked.writing import FORMS
from trygghetsgraf.namespaces import BASE
from trygghetsgraf.query.failures import QueryFailure
from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.saved.evaluation import LocalEvaluator
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.site.dates import as_of, bounds, in_words
from trygghetsgraf.site.headings import FOREIGN, INVERSE
from trygghetsgraf.site.links import Links
from trygghetsgraf.site.pages import ROUTES
from trygghetsgraf.site.problemtypes import meaning, problem_types
from trygghetsgraf.site.reading import Piece, _pieces
from trygghetsgraf.site.rendering import _figure, _number
from trygghetsgraf.site.shapefiles import TITLES
from trygghetsgraf.site.words import words
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.problems import STATUS, Problem, problem_of
from trygghetsgraf.web.site import Site, with_site

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = "https://x.se/graf"
HUDDINGE = "huddinge-interpellationssvar-flemingsberg"
#: bytes of a page as it is sent
HEAVY = 100_000
WEB = ROOT / "server" / "trygghetsgraf" / "web"


@pytest.fixture(scope="module")
def client(published: Path, store: ox.Store) -> Iterator[FlaskClient]:
    runner = Runner(load_catalogue(ROOT / "queries"), LocalEvaluator(store, "1"))
    app = with_linked_data(create_app(), published, PUBLIC)
    site = Site(PUBLIC, ROOT, published, runner, Operator("Myndigheten", email="fel@example.org"))
    with with_site(app, site, Current(Snapshots(published))).test_client() as opened:
        yield opened


PATHS = [
    *(path for path in ROUTES if "<" not in path),
    f"/read/{HUDDINGE}",
    f"/read/{HUDDINGE}/versions",
    "/read/hagersten-alvsjo-tjansteutlatande-trygghet",
    "/claims?speaker=actor/dronjak",
    "/claims?kind=kind/kamera&area=area/huddinge",
    "/claims?party=socialdemokraterna&way=proposed",
    "/search?q=trygghetsvärd",
    "/ask/stop-shooting",
    "/page/id/measure/trygghetsvardar-huddinge",
    "/page/id/question/h2",
    "/page/ontology/Measure",
    "/page/shapes/Designation",
    "/page/shapes/activities",
    "/page/shapes",
    "/page/id/status/ongoing",
    "/problem/query-syntax",
    "/releases",
    "/releases/1",
]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_page_is_there_and_light(client: FlaskClient, path: str, language: str) -> None:
    mark = "&" if "?" in path else "?"
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip"}
    response = client.get(f"{path}{mark}lang={language}", headers=headers)
    assert response.status_code == 200
    assert len(response.data) < HEAVY
    if response.mimetype == "text/html":
        encoded = response.headers.get("Content-Encoding") == "gzip"
        text = (gzip.decompress(response.data) if encoded else response.data).decode()
        assert f'<html lang="{language}">' in text
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
        assert [link for link in links if not link.startswith("/graf/")] == []


def test_pages_say_how_it_is_said(client: FlaskClient) -> None:
    text = client.get(
        "/page/id/measure/trygghetsvardar-huddinge", headers={"Accept": "text/html"}
    ).text
    assert "Huddinge har anställt tre trygghetsvärdar" in text
    assert ">Redovisat</span>" in text
    assert f'href="/graf/read/{HUDDINGE}#p-' in text
    assert "mailto:fel@example.org?subject=Fel%20i%20p%C3%A5st%C3%A5ende" in text


def test_wish_is_not_shown_as_fact(client: FlaskClient) -> None:
    text = client.get(
        "/page/id/measure/utbyggd-kameraovervakning-haninge", headers={"Accept": "text/html"}
    ).text
    assert '<article class="claim proposed"' in text
    assert '<article class="claim reported"' not in text


def test_unchanged_page_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/compare").headers["ETag"]
    assert client.get("/compare", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/read/none",
        "/read/../x",
        "/ask/none",
        "/claims?page=9999",
        "/network?actor=none",
        "/assets/x",
    ],
)
def test_what_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def raised(path: Path) -> Iterator[str]:
    """The types that a module gives the problems that it raises, as far as it names them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
            given = [*node.args[2:3], *(k.value for k in node.keywords if k.arg == "kind")]
            yield from (str(one.value) for one in given if isinstance(one, ast.Constant))


def test_every_problem_that_can_be_sent_has_a_page(client: FlaskClient) -> None:
    sent = {kind for path in WEB.rglob("*.py") for kind in raised(path) if kind != "None"}
    sent |= {problem_of(QueryFailure(outcome, "")).kind or "" for outcome in STATUS}
    assert sent == set(problem_types())
    for outcome, status in STATUS.items():
        assert problem_types()[f"query-{outcome}"].status == status
        assert status == 500 or meaning(status) != meaning(500)
    for kind, found in problem_types().items():
        for language in ("sv", "en"):
            page = html.unescape(client.get(f"/problem/{kind}?lang={language}").text)
            words = found.in_language(language)
            assert words.cause in page
            assert words.remedy in page
    assert client.get("/problem/nothing").status_code == 404


def test_problem_without_a_page_cannot_be_sent() -> None:
    with pytest.raises(KeyError):
        Problem(400, "Nothing.", "nothing")


@pytest.mark.parametrize(
    ("language", "title"), [("sv", "Här finns ingenting"), ("en", "nothing here")]
)
def test_error_is_explained_in_the_language_of_the_reader(
    client: FlaskClient, language: str, title: str
) -> None:
    headers = {"Accept": "text/html", "Accept-Language": language}
    response = client.get("/page/id/measure/trygghetsvardar", headers=headers)
    assert (response.status_code, response.headers["Content-Language"]) == (404, language)
    assert title in response.text
    names = {"sv": "Trygghetsvärdar i Huddinge", "en": "Safety hosts in Huddinge"}
    assert f'/page/id/measure/trygghetsvardar-huddinge">{names[language]}</a>' in response.text
    assert "Nothing is called" not in response.text


def test_error_before_there_is_a_snapshot_is_in_both_languages(tmp_path: Path) -> None:
    app = with_site(create_app(), Site(PUBLIC), Current(Snapshots(tmp_path)))
    response = app.test_client().get("/", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "Servern kan inte svara just nu" in response.text
    assert "The server cannot answer now" in response.text


@pytest.mark.parametrize(
    "path", sorted((ROOT / "shapes").glob("*.ttl")), ids=lambda path: path.stem
)
def test_every_file_of_shapes_answers(client: FlaskClient, path: Path) -> None:
    iri = f"{BASE}shapes/{path.stem}"
    there = client.get(f"/shapes/{path.stem}", headers={"Accept": "text/turtle"})
    assert (there.status_code, there.location) == (303, f"{PUBLIC}/page/shapes/{path.stem}")
    expected = {quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)}
    for form in FORMS[1:]:
        data = client.get(f"/page/shapes/{path.stem}{form.ending}")
        assert data.mimetype == form.media_type
        assert f'<{iri}>; rel="describes"' in data.headers["Link"]
        found = {quad.triple for quad in ox.parse(data.data, form.engine)}
        assert len(found) == len(expected)
    page = client.get(f"/page/shapes/{path.stem}", headers={"Accept": "text/html"})
    assert TITLES[path.stem][0] in html.unescape(page.text)


MEASURED = {
    "machine": "2 processors",
    "quads": 5_000_000,
    "results": [
        {"server": "Trygghetsgrafen", "figures": [{"question": "a", "median": 0.00062, "rate": 9}]}
    ],
    "own": {"pages": [{"name": "/claims", "first": 0.19, "median": 0.0052, "bytes": 1}]},
}


def test_quality_shows_what_was_measured(published: Path, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "benchmark.json").write_text(json.dumps(MEASURED))
    current = Current(Snapshots(published))
    app = with_site(create_app(), Site(PUBLIC, tmp_path, published), current)
    text = app.test_client().get("/quality?lang=sv").text
    assert "5\u202f000\u202f000 rader, formad som den här." in text
    assert '<span lang="en">2 processors</span>' in text
    cells = re.findall(r'<td class="number">([^<]*)</td>', text)
    assert cells[-3:] == ["0,62", "190", "5,2"]


def test_quality_without_the_build_on_this_server(published: Path, tmp_path: Path) -> None:
    site = Site(PUBLIC, tmp_path, tmp_path)
    client = with_site(create_app(), site, Current(Snapshots(published))).test_client()
    for path in ("/quality", "/quality/report"):
        text = client.get(path, headers={"Accept-Language": "sv"}).text
        assert "Rapporten för den här utgåvan finns inte på servern." in text


def test_findings_are_told_rule_by_rule(client: FlaskClient) -> None:
    text = client.get("/quality/report?lang=sv").text
    assert text.index("<h2>Varningar</h2>") < text.index("<h2>Upplysningar</h2>")
    assert ">Metod mot narkotikabrottslighet i Linköping</a>" in text
    assert "https://w3id.org/" not in text


def test_no_text_has_the_name_of_a_method_of_a_mapping() -> None:
    assert [key for key in words("sv") if hasattr(dict, key)] == []


def test_numbers_are_written_as_in_the_language() -> None:
    written = [_figure(text, "sv") for text in ("10000000", "0.50", "-1234.5", "x", "3.0", "٣")]
    assert written == ["10\u202f000\u202f000", "0,50", "-1\u202f234,5", "x", "3", "3"]
    assert [_figure("10000.5", "en"), _number(0.956, "sv")] == ["10,000.5", "95,6\u00a0%"]


@given(st.text())
def test_any_text_can_stand_for_a_number(text: str) -> None:
    assert isinstance(_figure(text, "sv"), str)


def test_every_text_is_in_both_languages() -> None:
    own = {key: (text, words("en")[key]) for key, text in words("sv").items()}
    for key, texts in {**own, **INVERSE, **FOREIGN}.items():
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts]
        assert all(texts), key
        assert fields[0] == fields[1], key


@pytest.mark.parametrize(
    ("edtf", "sv", "en"),
    [
        ("2021-06-16", "16 juni 2021", "16 June 2021"),
        ("2021-10~", "omkring oktober 2021", "about October 2021"),
        ("2024-22", "sommaren 2024", "summer 2024"),
        ("2021-11/2021-12", "november–december 2021", "November–December 2021"),
        ("2019/..", "från 2019", "from 2019"),
        ("../2020-05", "till och med maj 2020", "until May 2020"),
        ("2019-21/2019-22", "våren–sommaren 2019", "spring–summer 2019"),
        (
            "2020-12-30/2021-01-02",
            "30 december 2020 – 2 januari 2021",
            "30 December 2020 – 2 January 2021",
        ),
        ("snart", "snart", "snart"),
    ],
)
def test_dates_in_words(edtf: str, sv: str, en: str) -> None:
    assert (in_words(edtf, "sv"), in_words(edtf, "en")) == (sv, en)


@pytest.mark.parametrize(
    ("edtf", "sv", "en"),
    [
        ("../2020-05", "senast maj 2020", "May 2020 at the latest"),
        ("2021-06-16", "16 juni 2021", "16 June 2021"),
        ("../när", "till och med när", "until när"),
    ],
)
def test_date_of_a_document(edtf: str, sv: str, en: str) -> None:
    assert (as_of(edtf, "sv"), as_of(edtf, "en")) == (sv, en)


@given(st.text())
def test_any_text_can_stand_for_a_date(text: str) -> None:
    assert isinstance(in_words(text, "sv"), str)
    span = bounds(text)
    assert span is None or span[0] <= span[1]


def test_links_keep_a_chosen_language() -> None:
    links = Links(PUBLIC, "en", chosen=True)
    assert links.to("/claims", way="asked", page=None) == "/graf/claims?way=asked&lang=en"
    assert (
        links.in_language("sv", "/claims", "way=asked&lang=en") == "/graf/claims?way=asked&lang=sv"
    )
    assert Links(PUBLIC, "en").to("/compare") == "/graf/compare"


def test_overlapping_and_nested_passages() -> None:
    spans = {"outer": (0, 9), "inner": (2, 4), "across": (7, 12)}
    assert list(_pieces("abcdefghijklmn", 0, 14, spans, {})) == [
        Piece("ab", ("outer",), ("outer",)),
        Piece("cd", ("inner", "outer"), ("inner",)),
        Piece("efg", ("outer",), ()),
        Piece("hi", ("across", "outer"), ("across",)),
        Piece("jkl", ("across",), ()),
        Piece("mn", (), ()),
    ]


@pytest.mark.slow
def test_no_link_of_the_site_is_dead(client: FlaskClient) -> None:
    """Every page that can be reached from the start page, some thousands, each once."""
    waiting, seen, dead = ["/"], {"/"}, []
    while waiting:
        path = waiting.pop()
        with client.get(path, headers={"Accept": "text/html"}) as response:
            if response.status_code not in (200, 303):
                dead.append((path, response.status_code))
            text = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        for link in re.findall(r'(?:href|src)="/graf(/[^"#]*)', text):
            target = link.replace("&amp;", "&")
            # the API and the language of a page are looked at elsewhere
            if target.startswith("/api/") or "lang=" in target or "?v=" in target:
                continue
            if target not in seen and not target.endswith((".ttl", ".jsonld", ".nt", ".rdf")):
                seen.add(target)
                waiting.append(target)
    assert dead == []
    assert len(seen) > 2000
