"""Every section of a role, opened one after another: questions to the API, and the files that the role has loaded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from bench.portal.bundle import DIST
from bench.portal.visiting import PATIENCE, Calls, phone
from bench.table import table

NAV = "nav.shell-nav a"
QUIET = 500  # ms without a question, after which a page has all it wants
OVERVIEW, MOST = "/", 2


@dataclass
class Walk:
    calls: dict[str, list[str]] = field(default_factory=dict)
    """By the address of a section; without the question for the session."""
    files: set[str] = field(default_factory=set)

    def built(self, dist: Path = DIST) -> list[Path]:
        return [dist / name.lstrip("/") for name in sorted(self.files)]


def walk(browser: Browser, url: str, cookies: Any) -> Walk:
    """Without the service worker, which would load all files of all roles."""
    context = phone(browser, url, worker=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    found = Walk()
    calls = Calls(page)
    page.on("request", lambda asked: _note(found, urlsplit(asked.url).path))
    _open(page, OVERVIEW)
    found.calls[OVERVIEW] = calls.since()
    links = page.locator(NAV).evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    for path in links:
        if path not in found.calls:
            _open(page, path)
            found.calls[path] = calls.since()
    context.close()
    return found


def _note(found: Walk, path: str) -> None:
    if path.startswith("/assets/") and path.endswith(".js"):
        found.files.add(path)


def _open(page: Page, path: str) -> None:
    page.goto(path, timeout=PATIENCE)
    page.locator(NAV).first.wait_for(timeout=PATIENCE)
    page.wait_for_load_state("networkidle", timeout=PATIENCE)
    page.wait_for_timeout(QUIET)


def report(walks: dict[str, Walk]) -> str:
    rows = []
    for role, found in walks.items():
        counts = Counter(len(calls) for calls in found.calls.values())
        spread = ", ".join(f"{pages} with {calls}" for calls, pages in sorted(counts.items()))
        most = max(found.calls, key=lambda path: len(found.calls[path]))
        rows.append((role, len(found.calls), len(found.calls[OVERVIEW]), spread, most))
    return table(("role", "sections", "calls of the start page", "sections by calls", "the most"), rows)
