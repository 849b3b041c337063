"""A Chromium that is as slow as an old telephone on a slow network, and what its own trace says of a visit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Request, ViewportSize, sync_playwright

from tests.portal.browser import chromium

PHONE: ViewportSize = {"width": 360, "height": 740}
SLOWER = 6  # times, the processor
BYTES = 1_600_000 / 8  # a second, either way
DELAY = 150  # ms
LONG = 50_000  # µs
PATIENCE = 120_000  # ms
TRACED = ["disabled-by-default-devtools.timeline", "toplevel"]
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
# Looks once a frame, from the start of the page, whether what the visit is for can be seen.
WATCH = """(wanted) => {
  const look = () => {
    const found = document.querySelector(wanted);
    if (found && found.checkVisibility() && found.getBoundingClientRect().height) window.seenAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


SEEN = """() => new Promise((done) => {
  const look = () => (window.seenAt ? done(window.seenAt) : requestAnimationFrame(look));
  look();
})"""


@dataclass(frozen=True)
class Visit:
    painted: float
    """Milliseconds until anything is seen."""
    useful: float
    """Milliseconds until that is seen for which the page is there."""
    long_tasks: float
    """Milliseconds in tasks of more than 50 ms."""
    sent: int
    """Bytes that came over the network."""


@contextmanager
def chromium_started() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        yield started
        started.close()


def phone(browser: Browser, url: str, *, worker: bool) -> BrowserContext:
    return browser.new_context(
        base_url=url,
        locale="ru-RU",
        timezone_id="Europe/Moscow",
        viewport=PHONE,
        service_workers="allow" if worker else "block",
    )


def slow(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    limits = {"offline": False, "latency": DELAY, "downloadThroughput": BYTES, "uploadThroughput": BYTES}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", limits)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def visit(browser: Browser, context: BrowserContext, path: str, wanted: str) -> Visit:
    """Opens a page in a new tab; ``wanted`` is a selector of what the page is there for."""
    page = context.new_page()
    sizes: list[float] = []
    session = slow(page)
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.add_init_script(f"({WATCH})({json.dumps(wanted)})")
    browser.start_tracing(page=page, categories=TRACED)
    page.goto(path, timeout=PATIENCE)
    useful: float = page.evaluate(SEEN)
    trace = browser.stop_tracing()
    found = Visit(page.evaluate(FIRST_PAINT), useful, long_tasks(trace), int(sum(sizes)))
    page.close()
    return found


def long_tasks(trace: bytes) -> float:
    """Milliseconds in tasks of more than 50 ms on the main threads of pages."""
    events = json.loads(trace)["traceEvents"]
    main = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        one["dur"]
        for one in events
        if one["name"] == "RunTask" and one.get("dur", 0) > LONG and (one["pid"], one["tid"]) in main
    ]
    return float(sum(tasks)) / 1000


class Calls:
    """Questions to the API of a page, without that for the session."""

    def __init__(self, page: Page) -> None:
        self.paths: list[str] = []
        page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith("/api/") and path != "/api/v1/me":
            self.paths.append(f"{request.method} {path}")

    def since(self) -> list[str]:
        found, self.paths = self.paths, []
        return found
