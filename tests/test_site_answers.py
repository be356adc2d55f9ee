"""The pages of the saved queries: forms, tables with quotes, charts, and where the links lead."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.served import ask, served

from trygghetsgraf.linked.current import Current
from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.saved.evaluation import LocalEvaluator
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.site.answers import Answer, Bar, answer
from trygghetsgraf.site.links import Links
from trygghetsgraf.site.tags import TAGS, VALUES
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.site import Site, with_site

ROOT = Path(__file__).resolve().parents[1]
BASE = "https://x.se/graf"
CATALOGUE = load_catalogue(ROOT / "queries")


@pytest.fixture(scope="module")
def runner(store: ox.Store) -> Runner:
    return Runner(CATALOGUE, LocalEvaluator(store, "1"))


@pytest.fixture(scope="module")
def client(published: Path, runner: Runner) -> Iterator[FlaskClient]:
    app = with_linked_data(create_app(), published, BASE)
    site = Site(BASE, ROOT, published, runner)
    with with_site(app, site, Current(Snapshots(published))).test_client() as opened:
        yield opened


@pytest.fixture(scope="module")
def answered(published: Path, runner: Runner) -> dict[str, Answer]:
    """The answer to the example of every query, in Swedish."""
    visit = Visit(Current(Snapshots(published)).get(), Links(BASE, "sv"))
    found = {name: answer(visit, runner, name, q.header.example) for name, q in CATALOGUE.items()}
    return {name: one for name, one in found.items() if one is not None}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_page_has_form_answer_and_links(client: FlaskClient, name: str, language: str) -> None:
    header = CATALOGUE[name].header
    asked = {**header.example, "lang": language}
    response = client.get(f"/ask/{name}?{urlencode(asked)}", headers={"Accept": "text/html"})
    assert response.status_code == 200
    text = html.unescape(response.text)
    assert header.title.in_language(language) in text
    assert 'role="alert"' not in text
    for parameter in set(header.parameters) - {"lang"}:
        assert re.search(rf'<(input|select)[^>]* name="{parameter}"', text)
    # what the documents do not say is no error, but the examples are answered
    assert text.count("<tbody>") > 0
    if "quote" in header.columns:
        assert text.count('<blockquote lang="sv">') == text.count("<tbody>")
    given = {name: asked[name] for name in header.parameters if name in asked}
    query = f"?{urlencode(given)}" if given else ""
    assert f'href="/graf/ask/{name}{query}">{BASE}/ask/{name}{query}</a>' in text
    results = f"/api/queries/{name}/results?{urlencode({**given, 'format': 'csv'})}"
    assert f"curl '{BASE}{results}'" in text
    assert f'href="/graf{results}"' in text
    # a form can be answered without script: none is needed
    assert "<script src" not in text


@pytest.mark.slow
def test_links_of_an_answer_lead_to_it(published: Path) -> None:
    with served(published) as running:
        for name, query in CATALOGUE.items():
            path = f"/ask/{name}?{urlencode(query.header.example)}"
            text = html.unescape(ask(running.url, "GET", path).body.decode())
            links = re.findall(rf'href="(/(?:api/queries|ask)/{name}[^"]*)"', text)
            assert len(links) > 2, name
            for link in links:
                assert ask(running.url, "GET", link).status == 200, link
            editor = ask(running.url, "GET", f"/query.json?example={name}").json()
            form = urlencode({"query": editor["example"]}).encode()
            content = {"Content-Type": "application/x-www-form-urlencoded"}
            assert ask(running.url, "POST", "/sparql", content, form).status == 200, name


def test_chart_of_numbers(answered: dict[str, Answer]) -> None:
    chart = answered["coverage"].chart
    assert chart is not None
    assert (chart.label, chart.counted) == ("Andel citerade ord, 0 till 1", False)
    table = answered["coverage"].table
    assert table is not None
    named = [str(getattr(line.cells[0].term, "value", "")) for line in table.lines]
    assert [bar.label for bar in chart.bars] == named
    assert max(bar.width for bar in chart.bars) == 100


def test_chart_counts_rows(answered: dict[str, Answer]) -> None:
    found = answered["measures-of-kind"]
    assert found.chart is not None
    assert found.result is not None
    assert found.chart.counted
    assert sum(int(bar.value) for bar in found.chart.bars) == len(found.result.rows)
    assert found.chart.bars[0] == Bar("pågående", found.chart.bars[0].value, 100.0)


def test_every_chart_that_is_asked_for_says_something(answered: dict[str, Answer]) -> None:
    asked = {name for name, query in CATALOGUE.items() if query.header.chart}
    assert {name for name, found in answered.items() if found.chart} == asked


def test_thing_and_its_name_are_one_cell(answered: dict[str, Answer]) -> None:
    table = answered["measures-by-status"].table
    assert table is not None
    assert table.columns == ("Åtgärdens namn",)
    cell = table.lines[0].cells[0]
    assert isinstance(cell.term, ox.Literal)
    assert "/id/measure/" in cell.iri


def test_wrong_value_is_said_in_the_language(client: FlaskClient) -> None:
    swedish = client.get("/ask/measures-of-kind?slag=xyzzy", headers={"Accept": "text/html"}).text
    assert "Parametern slag" in swedish
    english = client.get(
        "/ask/measures-of-kind?slag=xyzzy&lang=en", headers={"Accept": "text/html"}
    ).text
    assert "Reading the parameter slag" in english


def test_queries_can_be_found(client: FlaskClient) -> None:
    def listed(query: str) -> list[str]:
        text = client.get(f"/ask?{query}", headers={"Accept": "text/html"}).text
        return re.findall(r'href="/graf/ask/([a-z-]+)"', text)

    assert sorted(listed("")) == list(CATALOGUE)
    assert listed("q=citerad+dokument") == ["coverage"]
    assert listed("tag=sluta-skjut") == ["stop-shooting"]
    assert listed("q=xyzzy") == []


def test_every_theme_has_a_name() -> None:
    assert set(CATALOGUE.tags()) - set(TAGS) == set()


def test_every_allowed_value_has_a_name() -> None:
    allowed = {
        value
        for query in CATALOGUE.values()
        for name, values in query.header.allowed.items()
        if name != "lang"
        for value in values
    }
    assert allowed - set(VALUES) == set()
