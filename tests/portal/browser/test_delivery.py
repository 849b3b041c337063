"""How the portal's files come: addresses of screens, what a browser may keep, what the service worker keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.portal.browser.people import PATIENT, ask

pytestmark = pytest.mark.requirement("UX-1", "UX-2")

KEPT = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  return (await Promise.all(caches_.map((cache) => cache.keys()))).flat().map((request) => request.url);
}"""
TRANSFERRED = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.includes("/assets/")).map(({ name, transferSize }) => [name, transferSize])"""


@pytest.mark.parametrize("path", ["/results", "/appointments/0190f5", "/staff/patients/x/visits"])
def test_the_address_of_a_screen_opens_the_portal(page: Page, path: str) -> None:
    answer = page.goto(path, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200
    assert page.locator("#app > *").count() > 0


def test_a_missing_file_is_no_page(page: Page) -> None:
    assert page.request.get("/assets/gone-12345678.js").status == 404


def test_files_with_a_hash_are_kept_and_pages_asked_for_again(page: Page) -> None:
    """By the browser's own cache, on a page without a service worker."""
    page.goto("/journal.html", wait_until="networkidle")
    first = dict(page.evaluate(TRANSFERRED))
    assert first
    assert all(size > 0 for size in first.values())
    answer = page.goto("/journal.html", wait_until="networkidle")
    assert dict(page.evaluate(TRANSFERRED)) == dict.fromkeys(first, 0)
    assert answer is not None
    assert answer.header_value("cache-control") == "no-cache"


def test_files_come_compressed(page: Page) -> None:
    with page.expect_response(lambda answer: re.search(r"/outside/journal-[\w-]{8}\.js$", answer.url)) as answered:
        page.goto("/journal.html")
    assert answered.value.header_value("content-encoding") == "br"


def test_the_service_worker_keeps_the_shell_and_nothing_of_anybody(page: Page, sign_in: Callable[..., None]) -> None:
    sign_in(page, PATIENT)
    page.goto("/", wait_until="networkidle")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload(wait_until="networkidle")
    assert ask(page, "GET", "/me")["status"] == 200
    kept = [urlsplit(address).path for address in page.evaluate(KEPT)]
    assert "/index.html" in kept
    assert len(kept) >= 5
    assert not [path for path in kept if path.startswith(("/api/", "/fhir/", "/.well-known/", "/_local/", "/outside/"))]


def test_pages_for_others_are_never_taken_for_the_portal_by_the_service_worker(page: Page) -> None:
    page.goto("/", wait_until="networkidle")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload(wait_until="networkidle")
    for path, heading in (("/r/code", "Проверка рецепта"), ("/d", "Проверка документа"), ("/s/x", "Записи из")):
        page.goto(path)
        assert heading in page.locator("h1").inner_text(), path
