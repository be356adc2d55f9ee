"""A real browser for tests: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(__file__).parent / "data" / "axe" / "axe.min.js").read_text(encoding="utf-8")
#: the rules of WCAG 2.2 A and AA, https://www.deque.com/axe/core-documentation/api-documentation/
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; skips where there is none, fails in CI."""
    path = shutil.which("chromium")
    if path is None:
        message = "needs Chromium: apt-get install chromium (scripts/test does that as root)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A page in a browser that remembers what should not have happened."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")

    def axe(self) -> list[str]:
        """What axe-core finds: rule and elements."""
        self.page.evaluate(AXE)
        options = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
        found: dict[str, Any] = self.page.evaluate("o => axe.run(document, o)", options)
        return [
            f"{v['id']}: {node['html'][:160]}"
            for v in found["violations"]
            for node in v["nodes"][:3]
        ]

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))


@contextmanager
def visiting(browser: Browser, base: str, **context: Any) -> Iterator[Visitor]:
    """A visitor with a fresh profile; ``context`` as Playwright's new_context takes it."""
    with browser.new_context(**({"locale": "sv-SE"} | context)) as opened:
        visitor = Visitor(opened.new_page(), base)

        def console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                visitor.faults.append(f"{message.type}: {message.text}")

        def requested(request: Request) -> None:
            if not request.url.startswith((base, "data:", "blob:")):
                visitor.faults.append(f"outside request: {request.url}")

        visitor.page.on("console", console)
        visitor.page.on("pageerror", lambda error: visitor.faults.append(f"error: {error}"))
        visitor.page.on("request", requested)
        yield visitor


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait in here: our policy lets no page evaluate text, as Playwright's waiting would."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
