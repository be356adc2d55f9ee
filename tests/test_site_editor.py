"""The query editor in a real browser: suggestions, examples, links, results, cancelling."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browsing import Visitor, chromium, eventually, visiting
from tests.served import ask, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: takes longer than anybody waits
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a = ?i && ?c = ?d && ?f = 1) }"
#: positions in the data
PLACES = """PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?area ?name ?point {
  ?area geo:hasGeometry/geo:asWKT ?point ; rdfs:label ?name .
  FILTER(?name = "Huddinge"@sv)
} LIMIT 100"""
#: the characters that links mangle
AWKWARD = "SELECT ?a {\n  ?a ?b \"å ä ö + & # % ? = 'x' \\\\ 😀\"  # c&d+e\n} LIMIT 7"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def url(published: Path) -> Iterator[str]:
    with served(published) as running:
        yield running.url


def editor(page: Page, expression: str, argument: object = None) -> object:
    """What an expression over the editor that can be seen, ``c``, gives."""
    found = "[...document.querySelectorAll('.CodeMirror')].find(e => e.offsetParent).CodeMirror"
    return page.evaluate(f"v => {{ const c = {found}; return {expression}; }}", argument)


def run(page: Page, query: str | None = None) -> None:
    if query is not None:
        editor(page, "c.setValue(v)", query)
    page.locator(".yasqe_queryButton:visible").click()


def opened(visitor: Visitor, path: str = "/query") -> Page:
    visitor.go(path)
    visitor.page.locator(".yasqe_queryButton:visible").wait_for()
    return visitor.page


def test_terms_of_the_graph_are_suggested(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        page = opened(visitor)
        editor(page, "(c.setValue('SELECT * {\\n  ?m \\n}'), c.focus(), c.setCursor(1, 5))")
        page.keyboard.type("tg:sta", delay=30)
        hints = page.locator(".CodeMirror-hint")
        hints.filter(has_text="tg:statusDate").wait_for()
        # by its Swedish name too, and the prefix has come by itself
        assert "tg:status  status" in hints.all_inner_texts()
        page.keyboard.press("Escape")
        assert str(editor(page, "c.getValue()")).startswith(
            "PREFIX tg: <https://w3id.org/trygghetsgrafen/ontology/>\n"
        )
        editor(
            page,
            "(c.setValue('PREFIX tg: <https://w3id.org/trygghetsgrafen/ontology/>\\n"
            "SELECT * { ?m a tg:'), c.focus(), c.setCursor(1, 19))",
        )
        page.keyboard.type("Åtg", delay=30)
        hints.filter(has_text="tg:Measure  åtgärd").first.wait_for()
        # no request to a service of vocabularies or prefixes
        assert visitor.faults == []


def test_prefixes_are_ours(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        page = opened(visitor)
        editor(page, "(c.setValue(''), c.focus())")
        page.keyboard.type("PREFIX tg", delay=30)
        hints = page.locator(".CodeMirror-hint")
        hints.first.wait_for()
        assert hints.all_inner_texts() == [
            "tg: <https://w3id.org/trygghetsgrafen/ontology/>",
            "tgg: <https://w3id.org/trygghetsgrafen/graph/>",
            "tgid: <https://w3id.org/trygghetsgrafen/id/>",
        ]
        assert visitor.faults == []


def test_examples_by_keyboard(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        page = opened(visitor)
        editor(page, "(c.setValue('SELECT (1 AS ?mine) {}'), c.focus())")
        page.get_by_role("searchbox", name="Sök bland frågorna").focus()
        page.keyboard.type("citerad dokument")
        assert page.locator("#themes li:visible").all_inner_texts() == [
            "Hur stor del av varje dokument är citerad?"
        ]
        assert page.locator("#themes h3:visible").all_inner_texts() == ["Vård av grafen"]
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/query")
        page.locator(".yasqe_queryButton:visible").wait_for()
        query = str(editor(page, "c.getValue()"))
        assert "tg:coverage" in query
        assert query.endswith("LIMIT 100")
        # in a tab of its own: what was written stays
        assert page.locator(".tabsList .tab").count() == 2
        page.locator(".tabsList .tab").first.click()
        assert editor(page, "c.getValue()") == "SELECT (1 AS ?mine) {}"
        page.get_by_role("searchbox", name="Sök bland frågorna").fill("xyzzy")
        page.get_by_text("Ingen fråga innehåller de orden.").wait_for()
        assert visitor.faults == []


def test_examples_without_script(browser: Browser, url: str) -> None:
    with visiting(browser, url, java_script_enabled=False) as visitor:
        visitor.go("/query?q=citerad")
        page = visitor.page
        assert page.locator("#themes li").count() == 1
        page.locator("#themes a").click()
        assert "tg:coverage" in page.locator("textarea").input_value()
        page.get_by_label("Format").select_option("csv")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Ställ frågan").click()
        rows = waiting.value.path().read_text(encoding="utf-8").splitlines()
        assert rows[0] == "document,coverage,claims,statements,unquoted"


def test_shared_link_gives_the_same_query(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        page = opened(visitor, "/query?example=coverage&lang=sv")
        editor(page, "c.setValue(v)", AWKWARD)
        page.locator(".yasqe_share:visible").click()
        link = page.locator(".yasqe_sharePopup input").input_value()
        assert link.startswith(f"{url}/query#query=")
        assert visitor.faults == []
    with visiting(browser, url, locale="en-GB") as visitor:
        visitor.page.goto(link)
        visitor.page.locator(".yasqe_queryButton:visible").wait_for()
        assert editor(visitor.page, "c.getValue()") == AWKWARD
        assert visitor.page.locator("html").get_attribute("lang") == "en"
        assert visitor.faults == []


def test_shared_link_asks_nobody_else(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        elsewhere = "#query=SELECT%20(1%20AS%20%3Fn)%20%7B%7D&endpoint=https%3A%2F%2Fexample.org%2F"
        visitor.go(f"/query{elsewhere}")
        visitor.page.locator(".yasr td", has_text="1").first.wait_for()
        assert visitor.faults == []


def test_result_as_chart_and_files(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        page = opened(visitor, "/query?example=coverage")
        run(page)
        page.locator(".yasr td:visible").first.wait_for()
        rows = page.locator(".yasr tbody tr:visible").count()
        assert f"{rows} rader på" in page.locator(".yasr_response_chip:visible").inner_text()
        page.get_by_role("button", name="Diagram").and_(page.locator(":visible")).click()
        page.locator(".yasr .bars:visible").wait_for()
        assert page.locator(".yasr .bars dt:visible").count() == rows > 3
        values = page.locator(".yasr .bars dd:visible").all_inner_texts()
        assert all(0 < float(value) <= 1 for value in values)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="CSV", exact=True).click()
        first = waiting.value.path().read_text(encoding="utf-8").splitlines()[0]
        assert first == "document,coverage,claims,statements,unquoted"
        run(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="JSON-LD", exact=True).click()
        assert json.loads(waiting.value.path().read_text(encoding="utf-8"))
        assert visitor.faults == []


def test_result_as_map(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        page = opened(visitor)
        assert page.evaluate("typeof L") == "undefined"
        run(page, PLACES)
        page.locator(".yasr td:visible").first.wait_for()
        link = page.locator(".yasr a.iri:visible").first
        assert link.get_attribute("href") == "/id/area/huddinge"
        page.get_by_role("button", name="Karta").and_(page.locator(":visible")).click()
        page.locator(".yasr .leaflet-container canvas").wait_for()
        # the only point is in the middle; it leads to its page
        box = page.locator(".yasr .leaflet-container").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2 - 4, box["y"] + box["height"] / 2)
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.get_by_text("tgid:area/huddinge · Huddinge").wait_for()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_url("**/page/id/area/huddinge")
        assert visitor.faults == []


def test_error_is_said_in_words(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        page = opened(visitor)
        run(page, "SELECT * { ?a ?b }")
        shown = page.locator(".yasr [role=alert]")
        shown.wait_for()
        assert "1" in shown.inner_text()
        assert "{" not in shown.inner_text().replace("'}'", "")
        assert [f for f in visitor.faults if "400" not in f] == []


def test_hostile_values_are_text(browser: Browser, url: str) -> None:
    hostile = "<img src=x onerror=document.title=1>"
    with visiting(browser, url) as visitor:
        page = opened(visitor)
        run(page, f'SELECT ("{hostile}" AS ?a) ("POINT(18 59)" AS ?where) (3 AS ?n) {{}}')
        page.locator(".yasr td:visible").first.wait_for()
        assert page.locator(".yasr td", has_text=hostile).count() == 1
        for plugin, text in (("Diagram", ".bars dt"), ("Karta", ".leaflet-container")):
            page.get_by_role("button", name=plugin).and_(page.locator(":visible")).click()
            page.locator(f".yasr {text}").first.wait_for()
        assert page.locator(".yasr img").count() == 0
        assert page.title() != "1"
        # the editor's purifier reads the value in a document that runs nothing; the policy says so
        assert [fault for fault in visitor.faults if "inline event handler" not in fault] == []


def left(url: str) -> float:
    """Queries whose client left before the answer."""
    text = ask(url, "GET", "/metrics").body.decode()
    found = re.search(r'^trygghetsgraf_queries_total\{outcome="left"\} (\S+)$', text, re.MULTILINE)
    assert found
    return float(found[1])


def test_cancelled_query_is_stopped_on_the_server(browser: Browser, url: str) -> None:
    before = left(url)
    with visiting(browser, url) as visitor:
        page = opened(visitor)
        run(page, ENDLESS)
        button = page.get_by_role("button", name="Avbryt frågan")
        button.wait_for()
        assert left(url) == before
        button.click()
        button.wait_for(state="hidden")
        # far from the deadline of 30 seconds: the evaluator was stopped for the one who left
        eventually(lambda: left(url) == before + 1, seconds=10)
        page.get_by_text("Frågan avbröts.").wait_for()
        run(page, "SELECT (1 AS ?n) {}")
        page.locator(".yasr td", has_text="1").first.wait_for()
        assert visitor.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_editor_and_result_can_be_read_by_all(browser: Browser, url: str, scheme: str) -> None:
    with visiting(browser, url, color_scheme=scheme) as visitor:
        page = opened(visitor, "/query?example=coverage")
        run(page)
        page.locator(".yasr td:visible").first.wait_for()
        # the button for a new tab stands among the tabs; the editor is not ours
        assert [violation for violation in visitor.axe() if "tabsList" not in violation] == []
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert visitor.overflow() <= 0, width
