"""The site in a real browser: every kind of page, the journeys of its users, hostile labels."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from playwright.sync_api import Browser
from tests.browsing import Visitor, chromium, eventually, visiting
from tests.served import served

from trygghetsgraf.namespaces import BASE, ID, PREFIXES, TG
from trygghetsgraf.site.words import words
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
    "missing-near": "/page/id/measure/trygghetsvarda",
    "problems": "/problem",
    "problem-type": "/problem/query-syntax",
    "claim": "/claims?about=measure/trygghetsvardar-huddinge",
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
    "shapes": "/page/shapes",
    "shape-file": "/page/shapes/activities",
    "scheme": "/page/id/scheme/status",
    "releases": "/releases",
    "release": "/releases/1",
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
    operator = {"operator": "fel@example.org", "operator_name": "Myndigheten"}
    with served(published, changed=operator) as running:
        yield running.url


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: SCREENSHOTS if set, else the test's own folder."""
    given = os.environ.get("SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_page_is_sound(browser: Browser, url: str, pictures: Path, kind: str) -> None:
    desktop = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
    with visiting(browser, url, **desktop) as visitor:
        visitor.go(KINDS[kind])
        for scheme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=scheme)
            visitor.page.set_viewport_size({"width": 1280, "height": 900})
            visitor.page.screenshot(path=pictures / f"{kind}-{scheme}-1280.png", full_page=True)
            # the editor has its button for a new tab among the tabs, and is not ours
            assert [violation for violation in visitor.axe() if "tabsList" not in violation] == []
            for width in (390, 320):
                visitor.page.set_viewport_size({"width": width, "height": 800})
                assert visitor.overflow() <= 0, width
                if width == 390:
                    path = pictures / f"{kind}-{scheme}-390.png"
                    visitor.page.screenshot(path=path, full_page=True)
        missing = [fault for fault in visitor.faults if "404" in fault]
        assert len(missing) == kind.startswith("missing")
        assert visitor.faults == missing


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"missing", "missing-near"}))
def test_page_works_without_script(browser: Browser, url: str, kind: str) -> None:
    with visiting(browser, url, java_script_enabled=False) as visitor:
        visitor.go(KINDS[kind])
        assert visitor.page.locator("h1").count() == 1
        assert visitor.faults == []


@contextmanager
def journey(browser: Browser, url: str, language: str) -> Iterator[tuple[Visitor, dict[str, str]]]:
    """A visitor on the start page in a language, and the texts of the site in it."""
    with visiting(browser, url) as visitor:
        visitor.go("/")
        if language == "en":
            visitor.page.get_by_role("link", name="In English").click()
        yield visitor, words(language)
        assert visitor.page.locator("html").get_attribute("lang") == language
        assert visitor.faults == []


def lands_on_its_words(visitor: Visitor, t: dict[str, str]) -> None:
    """From the first claim on a page to its passage in the document."""
    page = visitor.page
    quote = page.locator(".claim blockquote").first.inner_text()
    page.locator(".claim").first.get_by_role("link", name=t["in_text"]).click()
    page.wait_for_selector(".text .here")
    marked = " ".join(page.locator(".text .here").all_inner_texts())
    assert marked.split()[:3] == quote.strip("”").split()[:3]


both = pytest.mark.parametrize("language", ["sv", "en"])


@both
def test_officer_finds_the_answer_to_a_question(browser: Browser, url: str, language: str) -> None:
    with journey(browser, url, language) as (visitor, t):
        page = visitor.page
        page.locator(".questions a[href*='/question/h2']").click()
        assert "Sluta skjut" in page.title()
        lands_on_its_words(visitor, t)


@both
def test_politician_compares_municipalities(browser: Browser, url: str, language: str) -> None:
    with journey(browser, url, language) as (visitor, t):
        page = visitor.page
        page.get_by_role("link", name=t["compare"], exact=True).click()
        page.get_by_label(t["shared_only"]).check()
        page.get_by_role("button", name=t["filter"]).click()
        page.locator("td a[href*='nattvandring'][href*='haninge']").click()
        quotes = page.locator(".claim blockquote").all_inner_texts()
        assert any("nattvandring" in quote.lower() for quote in quotes)
        lands_on_its_words(visitor, t)


@both
def test_researcher_asks_in_sparql(browser: Browser, url: str, language: str) -> None:
    with journey(browser, url, language) as (visitor, t):
        page = visitor.page
        page.get_by_role("link", name="SPARQL").first.click()
        assert "LIMIT 100" in page.locator(".CodeMirror-code").first.inner_text()
        page.locator(".yasqe_queryButton").first.click()
        found = page.locator(".yasr a[href*='/id/measure/']").first
        found.wait_for()
        # the identifier leads to this server in operation
        local = (found.get_attribute("href") or "").rpartition("/id/")[2]
        visitor.go(f"/id/{local}?lang={language}")
        lands_on_its_words(visitor, t)


@both
def test_developer_takes_an_answer_as_csv(browser: Browser, url: str, language: str) -> None:
    with journey(browser, url, language) as (visitor, t):
        page = visitor.page
        page.get_by_role("link", name=t["ask"], exact=True).click()
        page.locator("main a[href*='/ask/stop-shooting']").first.click()
        quote = page.locator("main table blockquote").first.inner_text().strip("”")
        href = page.get_by_role("link", name="csv", exact=True).get_attribute("href")
        answer = page.request.get(f"{url}{href}")
        assert answer.headers["content-type"].startswith("text/csv")
        assert any(quote in row for row in csv.reader(io.StringIO(answer.text())))
        assert "curl '" in page.locator(".use").inner_text()


@both
def test_agency_takes_a_page_as_turtle(browser: Browser, url: str, language: str) -> None:
    with journey(browser, url, language) as (visitor, _):
        page = visitor.page
        page.locator("#q").fill("trygghetsvärdar i huddinge")
        page.locator("#q").press("Enter")
        page.locator("main a[href*='/measure/trygghetsvardar-huddinge']").first.click()
        quote = page.locator(".claim blockquote").first.inner_text().strip("”")
        href = page.get_by_role("link", name="Turtle").get_attribute("href")
        answer = page.request.get(f"{url}{href}")
        triples = [quad.triple for quad in ox.parse(answer.body(), ox.RdfFormat.TURTLE)]
        assert quote in {t.object.value for t in triples if isinstance(t.object, ox.Literal)}


@both
def test_whoever_is_named_learns_how_to_be_removed(
    browser: Browser, url: str, language: str
) -> None:
    with journey(browser, url, language) as (visitor, t):
        visitor.page.locator(".bottom").get_by_role("link", name=t["privacy"]).click()
        mail = visitor.page.locator("main a[href^='mailto:']").get_attribute("href") or ""
        assert mail.startswith("mailto:fel@example.org?subject=")
        assert "Myndigheten" in visitor.page.locator("main").inner_text()


def test_page_prints_without_what_only_a_screen_needs(
    browser: Browser, url: str, pictures: Path
) -> None:
    with visiting(browser, url) as visitor:
        visitor.go(KINDS["measure"])
        visitor.page.emulate_media(media="print")
        visitor.page.screenshot(path=pictures / "measure-print.png", full_page=True)
        for hidden in (".top nav", ".find", ".bottom", ".mend", ".context"):
            assert not visitor.page.locator(hidden).first.is_visible(), hidden
        assert visitor.page.locator(".claim blockquote").first.is_visible()


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
