"""The API's documentation and the previews of its things, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser
from tests.browsing import chromium, visiting
from tests.saved_project import graph_as_quads, write_queries
from tests.served import publish, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("project")
    write_queries(folder / "queries")
    state = tmp_path_factory.mktemp("state")
    publish(state, graph_as_quads())
    with served(state, changed={"project": folder}) as running:
        yield running.url


def test_documentation_can_be_read_and_tried(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visitor:
        visitor.go("/api/docs")
        operation = visitor.page.locator("#operations-measures-measures")
        operation.locator("button.opblock-summary-control").click()
        operation.get_by_role("button", name="Try it out").click()
        operation.get_by_role("button", name="Execute").click()
        answer = operation.locator(".responses-table.live-responses-table")
        assert '"query": "measures"' in answer.locator("code").first.inner_text()
        assert visitor.faults == []


@contextmanager
def page_of_others(frame: str) -> Iterator[str]:
    """The address of a page elsewhere that shows an address in a frame."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<!doctype html><link rel="icon" href="data:,"><iframe src="{frame}"></iframe>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_preview_is_shown_inside_a_page_of_others(browser: Browser, url: str) -> None:
    preview = f"{url}/api/reconcile/sv/preview?id=measure/a"
    with page_of_others(preview) as outside, visiting(browser, url) as visitor:
        visitor.page.goto(outside)
        heading = visitor.page.frame_locator("iframe").locator("h1")
        assert heading.inner_text() == 'Kameror "på" torget; =1+1'
        assert heading.evaluate("h => getComputedStyle(h).fontSize") == "16px"
        assert visitor.faults == [f"outside request: {outside}"]


def test_nothing_else_is_shown_inside_a_page_of_others(browser: Browser, url: str) -> None:
    with page_of_others(f"{url}/api/docs") as outside, visiting(browser, url) as visitor:
        visitor.page.goto(outside)
        visitor.page.wait_for_load_state("networkidle")
        assert [fault for fault in visitor.faults if "frame-ancestors" in fault] != []


def test_preview_is_readable_for_everybody(browser: Browser, url: str) -> None:
    with visiting(browser, url, viewport={"width": 430, "height": 300}) as visitor:
        visitor.go("/api/reconcile/sv/preview?id=kind/kamera")
        assert visitor.overflow() <= 0
