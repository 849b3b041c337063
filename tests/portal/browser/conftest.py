"""A system for each file of tests, one Chromium for all, a fresh profile for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from local import portal_build
from local.layout import ROOT
from tests.emulator.running import Running
from tests.portal.browser import chromium
from tests.portal.browser.elsewhere import Elsewhere, serving
from tests.portal.browser.people import Account, Site
from tests.portal.browser.watching import Watch

HERE = Path(__file__).parent
PATIENCE = 15_000  # ms that a page may take to show something; the machine is shared
expect.set_options(timeout=PATIENCE)
SEEN = ROOT / "build" / "failed-pages"
"""Screens of the pages of a failed test, as they stood in the end."""
FAILED = pytest.StashKey[bool]()
PROFILE: dict[str, Any] = {
    "locale": "ru-RU",
    "timezone_id": "Europe/Moscow",
    "viewport": {"width": 1280, "height": 800},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays with one worker, and has a system of its own: what its tests do to the demo hospital is theirs."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """What became of a test, for the fixtures that end after it."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    chromium.executable()  # first, so that nothing is built and started for nobody
    if not os.environ.get("PORTAL_AS_IS"):
        portal_build.build(print)
    if given := os.environ.get("PORTAL_URL"):
        yield Site(given)
        return
    running = Running(tmp_path_factory.mktemp("portal") / "state")
    try:
        yield Site(running.url)
    finally:
        running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Not longer than this folder's tests: while it is there, no other test of the process can run an event loop."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        yield started
        started.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test afterwards when a page did what none may."""
    made = Watch()
    yield made
    assert made.unexpected == []


@pytest.fixture
def new_context(
    browser: Browser, site: Site, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes profiles that share nothing, each watched: two people, two devices, another size of screen."""
    made: list[BrowserContext] = []

    def new(**settings: Any) -> BrowserContext:
        context = browser.new_context(base_url=site.url, **{**PROFILE, **settings})
        context.set_default_timeout(PATIENCE)
        watch.follow(context)
        made.append(context)
        return context

    yield new
    failed = request.node.stash.get(FAILED, False)
    for number, context in enumerate(made):
        for page in context.pages:
            if failed:
                with suppress(Error):  # a page may be too high for a picture, or gone
                    page.screenshot(path=SEEN / f"{request.node.name}-{number}.png", full_page=True)
            page.wait_for_timeout(50)  # what a page still has to say reaches ``watch``
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a fresh profile, in Russian, 1280 px wide; addresses are below the portal's."""
    return new_context().new_page()


@pytest.fixture
def lenient_page(new_context: Callable[..., BrowserContext]) -> Page:
    """For axe alone: without the pages' policy, so that it can look at what a test has opened."""
    return new_context(bypass_csp=True).new_page()


@pytest.fixture
def sign_in(site: Site) -> Callable[..., None]:
    """``sign_in(page, DOCTOR)``; ``anew=True`` for a session that the test may end."""

    def come_in(page: Page, account: Account, *, anew: bool = False) -> None:
        site.sign_in(page, account, anew=anew)

    return come_in


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Another site, on the same host and on another one."""
    with serving() as made:
        yield made
