"""The site in a real browser: every kind of page, the journeys of its users, hostile labels."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from playwright.sync_api import Browser
from tests.browsing import chromium, visiting
from tests.served import served

from trygghetsgraf.namespaces import BASE, ID, PREFIXES, TG
from trygghetsgraf.store.snapshots import Snapshots

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: one of every kind of page
KINDS = {
    "start": "/",
    "search": "/search?q=trygghetsvärd",
    "nothing-found": "/search?q=xyzzyxyzzy",
    "documents": "/documents",
    "text": "/read/huddinge-interpellationssvar-flemingsberg",
    "versions": "/read/huddinge-interpellationssvar-flemingsberg/versions",
    "claims": "/claims?way=proposed",
    "compare": "/compare",
    "timeline": "/timeline",
    "network": "/network",
    "parties": "/parties",
    "map": "/map",
    "queries": "/ask",
    "query": "/ask/stop-shooting",
    "editor": "/query",
    "terms": "/terms",
    "kinds": "/kinds",
    "quality": "/quality",
    "report": "/quality/report",
    "about": "/about",
    "method": "/method",
    "privacy": "/privacy",
    "missing": "/nowhere",
    "measure": "/page/id/measure/trygghetsvardar-huddinge",
    "kind": "/page/id/kind/trygghetsvard",
    "actor": "/page/id/actor/huddinge",
    "person": "/page/id/actor/dronjak",
    "party": "/page/id/actor/moderaterna",
    "area": "/page/id/area/huddinge",
    "document": "/page/id/document/haninge-overenskommelse-trygghetskommissionen",
    "proposal": "/page/id/proposal/godkanna-tjansteutlatande-hagersten-alvsjo",
    "problem": "/page/id/problem/otrygghet",
    "event": "/page/id/event/info-malmo",
    "question": "/page/id/question/h2",
    "concept": "/page/id/status/ongoing",
    "class": "/page/ontology/Measure",
    "property": "/page/ontology/status",
    "shape": "/page/shapes/Designation",
    "releases": "/releases",
}
HOSTILE = {
    "script": "<script>document.title='taken'</script><img src=x onerror='document.title=1'>",
    "turned": "\u202egnälv \u200f omvänt",
    "long": "Trygghets" + "samordningsfunktions" * 40,
    "template": "{{ 7 * 7 }} {% raise %} ' \" & </title>",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def url(published: Path) -> Iterator[str]:
    with served(published) as running:
        yield running.url


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: SCREENSHOTS if set, else the test's own folder."""
    given = os.environ.get("SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_page_is_sound(browser: Browser, url: str, pictures: Path, kind: str, scheme: str) -> None:
    desktop = {"viewport": {"width": 1280, "height": 900}, "color_scheme": scheme}
    with visiting(browser, url, **desktop) as visitor:
        visitor.go(KINDS[kind])
        visitor.page.screenshot(path=pictures / f"{kind}-{scheme}-1280.png", full_page=True)
        if kind == "missing":
            visitor.faults = [fault for fault in visitor.faults if "404" not in fault]
        assert visitor.faults == []
        # the editor is not ours: what is around it is
        violations = [] if kind == "editor" else visitor.axe()
        assert violations == []
        for width in (390, 320):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            assert visitor.overflow() <= 0, width
            if width == 390:
                visitor.page.screenshot(path=pictures / f"{kind}-{scheme}-390.png", full_page=True)


@pytest.mark.parametrize("kind", set(KINDS) - {"missing"})
def test_page_works_without_script(browser: Browser, url: str, kind: str) -> None:
    with visiting(browser, url, java_script_enabled=False) as visitor:
        visitor.go(KINDS[kind])
        assert visitor.page.locator("h1").count() == 1
        assert visitor.faults == []


def test_officer_finds_the_answer_to_a_question(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        visitor.go("/")
        page = visitor.page
        page.get_by_role("link", name="Kommer kommunstyrelsens ordförande att verka").click()
        assert "Sluta skjut" in page.locator("h1").inner_text()
        quote = page.locator(".claim blockquote").first.inner_text()
        page.get_by_role("link", name="Läs i sammanhang").first.click()
        page.wait_for_selector(".text .here")
        marked = " ".join(page.locator(".text .here").all_inner_texts())
        assert marked.split()[:3] == quote.strip("”").split()[:3]
        assert visitor.faults == []


def test_officer_in_english(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        visitor.go("/")
        page = visitor.page
        page.get_by_role("link", name="In English").click()
        page.get_by_role("link", name="Will the chair of the executive board").click()
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_role("link", name="Read in context").first.click()
        page.wait_for_selector(".text .here")
        assert page.locator("html").get_attribute("lang") == "en"


def test_politician_compares_municipalities(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        visitor.go("/")
        page = visitor.page
        page.get_by_role("link", name="Jämför", exact=True).click()
        page.get_by_label("Bara slag som finns i flera kommuner").check()
        page.get_by_role("button", name="Visa").click()
        page.get_by_role("link", name="nattvandring, Haninge").click()
        quotes = page.locator(".claim blockquote").all_inner_texts()
        assert any("nattvandring" in quote.lower() for quote in quotes)


def test_researcher_asks_in_sparql(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        visitor.go("/")
        page = visitor.page
        page.get_by_role("link", name="SPARQL").first.click()
        page.locator(".yasqe_queryButton").first.click()
        page.wait_for_selector(".yasr table")
        page.locator(".yasr a[href*='/id/measure/']").first.wait_for()
        assert "LIMIT 100" in page.locator(".CodeMirror-code").first.inner_text()
        assert visitor.faults == []


def test_developer_takes_an_answer_as_csv(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        visitor.go("/ask")
        page = visitor.page
        page.locator("main .documents a[href*='/ask/stop-shooting']").click()
        href = page.get_by_role("link", name="csv", exact=True).get_attribute("href")
        answer = page.request.get(f"{url}{href}")
        assert answer.headers["content-type"].startswith("text/csv")
        assert "curl '" in page.locator(".use").inner_text()


def test_agency_takes_a_page_as_turtle(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        visitor.go(KINDS["measure"])
        href = visitor.page.get_by_role("link", name="Turtle").get_attribute("href")
        answer = visitor.page.request.get(f"{url}{href}")
        assert any(ox.parse(answer.body(), ox.RdfFormat.TURTLE))


def test_running_query_is_cancelled_on_the_server(browser: Browser, url: str) -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a = ?i && ?c = ?d && ?f = 1) }"
    with visiting(browser, url) as visitor:
        visitor.go("/query")
        page = visitor.page
        page.evaluate("q => document.querySelector('.CodeMirror').CodeMirror.setValue(q)", endless)
        button = page.locator(".yasqe_queryButton").first
        button.click()
        page.wait_for_selector(".yasqe_queryButton.busy")
        button.click()
        page.wait_for_selector(".yasqe_queryButton:not(.busy)")


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait in here: our policy lets no page evaluate text, as Playwright's waiting would."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_drawing_grows_on_click(browser: Browser, url: str) -> None:
    # the drawing is known to its element
    drawing = "document.getElementById('drawing')._cyreg.cy"
    with visiting(browser, url, reduced_motion="reduce") as visitor:
        visitor.go("/network")
        page = visitor.page
        eventually(lambda: page.evaluate(f"{drawing}.nodes().length") > 1)
        page.locator("#drawing").scroll_into_view_if_needed()
        box = page.locator("#drawing").bounding_box()
        assert box is not None
        at = page.evaluate(
            f"{drawing}.nodes().filter(n => !n.hasClass('open'))[0].renderedPosition()"
        )
        with page.expect_response(lambda response: "/network.json" in response.url):
            page.mouse.move(box["x"] + at["x"] - 5, box["y"] + at["y"])
            page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
        eventually(lambda: page.evaluate(f"{drawing}.nodes('.open').length") == 2)
        assert visitor.faults == []


@pytest.fixture(scope="module")
def hostile(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The graph with measures whose labels, aliases and purposes are hostile."""
    state = tmp_path_factory.mktemp("hostile")
    with Snapshots(published).current() as snapshot:
        dump = snapshot.open().dump(format=ox.RdfFormat.N_QUADS)
    store = ox.Store(str(state / "writer"))
    store.bulk_load(dump, format=ox.RdfFormat.N_QUADS)
    for key, label in HOSTILE.items():
        measure = ox.NamedNode(str(ID[f"measure/{key}"]))
        for name, value in (
            (PREFIXES["rdf"] + "type", ox.NamedNode(str(TG.Measure))),
            (PREFIXES["rdfs"] + "label", ox.Literal(label, language="sv")),
            (PREFIXES["skos"] + "altLabel", ox.Literal(label, language="sv")),
            (str(TG.purpose), ox.Literal(label, language="sv")),
            (str(TG.kind), ox.NamedNode(str(ID["kind/trygghetsvard"]))),
        ):
            store.add(ox.Quad(measure, ox.NamedNode(name), value, ox.DefaultGraph()))
    Snapshots(state).publish(store).close()
    with served(state) as running:
        yield running.url


@pytest.mark.parametrize("key", HOSTILE)
def test_hostile_label_is_text(browser: Browser, hostile: str, key: str) -> None:
    viewport = {"viewport": {"width": 390, "height": 800}}
    with visiting(browser, hostile, **viewport) as visitor:
        for path in (f"/page/id/measure/{key}", "/page/id/kind/trygghetsvard", "/compare"):
            visitor.go(path)
            assert "taken" not in visitor.page.title()[:10]
            assert visitor.faults == []
            assert visitor.overflow() <= 0, path
        visitor.go(f"/page/id/measure/{key}")
        assert visitor.page.locator("h1").text_content() == HOSTILE[key]
        assert visitor.page.locator("main script, main img").count() == 0


def test_identifiers_lead_to_the_page(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        visitor.go("/id/measure/trygghetsvardar-huddinge")
        assert visitor.page.url == f"{url}/page/id/measure/trygghetsvardar-huddinge"
        shown = visitor.page.locator(".use code").inner_text()
        assert shown == f"{BASE}id/measure/trygghetsvardar-huddinge"
