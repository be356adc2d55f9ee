"""The content of the pages, without a browser: every page, both languages, what it weighs."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.linked.current import Current
from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.saved.evaluation import LocalEvaluator
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.site.dates import bounds, in_words
from trygghetsgraf.site.links import Links
from trygghetsgraf.site.pages import ROUTES
from trygghetsgraf.site.reading import Piece, _pieces
from trygghetsgraf.site.words import INVERSE, TEXTS
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.site import Site, with_site

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = "https://x.se/graf"
HUDDINGE = "huddinge-interpellationssvar-flemingsberg"
#: bytes of a page as it is sent
HEAVY = 100_000


@pytest.fixture(scope="module")
def client(published: Path, store: ox.Store) -> Iterator[FlaskClient]:
    runner = Runner(load_catalogue(ROOT / "queries"), LocalEvaluator(store, "1"))
    app = with_linked_data(create_app(), published, PUBLIC)
    site = Site(PUBLIC, ROOT, published, runner, "fel@example.org")
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


def test_every_text_is_in_both_languages() -> None:
    for key, texts in {**TEXTS, **INVERSE}.items():
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
