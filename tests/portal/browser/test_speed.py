"""How little is loaded before the first page, and that a list of thousands scrolls as one of tens does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from bench.portal import bundle
from bench.portal.scrolling import LABEL, many
from local.portal_build import PORTAL
from tests.portal.browser.people import DOCTOR, PATIENT, Account

pytestmark = pytest.mark.requirement("UX-1")

SignIn = Callable[..., None]
ROWS = 5_000
NEAR = 200  # rows that may be drawn at once
MOVED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
READ = """async () => {
  for (let top = 0; top < document.documentElement.scrollHeight; top += 400) {
    scrollTo(0, top);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
}"""
# Scrolls by a window's height again and again; the most rows that were there at once.
MOST = """async (rows) => {
  let most = 0;
  for (let step = 0; step < 40; step += 1) {
    scrollBy(0, step % 2 ? 700 : -100);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    most = Math.max(most, document.querySelectorAll(rows).length);
  }
  return most;
}"""


def test_little_is_loaded_before_the_first_page() -> None:
    first = bundle.first(PORTAL / "dist")
    assert first.files
    assert first.packed <= bundle.LIMIT


def scripts(context: BrowserContext, sign_in: SignIn, account: Account, paths: tuple[str, ...]) -> set[str]:
    """Scripts that the pages ask for. What the service worker fetches, all that there are, is no request of a page."""
    page = context.new_page()
    sign_in(page, account)
    found: set[str] = set()
    page.on("request", lambda asked: found.add(urlsplit(asked.url).path))
    for path in paths:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
    return {path for path in found if path.endswith(".js")}


def test_a_patient_loads_no_screen_of_the_staff(new_context: Callable[..., BrowserContext], sign_in: SignIn) -> None:
    staff = scripts(new_context(), sign_in, DOCTOR, ("/", "/patients"))
    own = scripts(new_context(), sign_in, PATIENT, ("/", "/results"))
    shared = own & staff
    assert own - shared  # the screens of a patient
    assert staff - shared  # and those of a doctor, which the patient did not load
    everything = {f"/assets/{file.name}" for file in (PORTAL / "dist/assets").glob("*.js")}
    assert len(own) < len(everything) / 3
    assert sum((PORTAL / f"dist{name}").stat().st_size for name in own) < 650_000


def answered(what: dict[str, Any], route: Route) -> None:
    route.fulfill(json=what)


def test_thousands_of_rows_scroll_as_tens_do(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.route("**/result-comparisons", partial(answered, many(ROWS)))
    page.goto("/results")
    rows = page.get_by_role("list", name=LABEL).locator("> li[class=list-item]")
    expect(rows.first).to_be_visible()
    assert 0 < page.evaluate(MOST, "li.list-item") <= NEAR  # how long it takes: bench/portal

    # Rows say their number, and the last one is where the scrollbar's end is.
    page.keyboard.press("End")
    last = page.locator(f"[aria-posinset='{ROWS}']")
    expect(last).to_be_in_viewport()
    expect(last).to_have_attribute("aria-setsize", str(ROWS))
    expect(page.locator("[aria-posinset='1']")).to_have_count(0)

    # The row with the focus stays, however far it is scrolled away.
    last.get_by_role("link").first.focus()
    page.evaluate("() => scrollTo(0, 0)")
    expect(page.locator("[aria-posinset='1']")).to_be_in_viewport()
    assert page.evaluate("() => document.activeElement.closest('[aria-posinset]').ariaPosInSet") == str(ROWS)
    assert rows.count() <= NEAR

    # Scrolling back and forth does not move what is read: heights that were measured are kept.
    high = page.evaluate("() => document.documentElement.scrollHeight")
    page.evaluate("() => scrollTo(0, 20000)")
    page.evaluate(MOVED)
    page.wait_for_function("() => Math.abs(scrollY - 20000) < 200")
    assert abs(page.evaluate("() => document.documentElement.scrollHeight") - high) < high / 10

    # Paper gets them all.
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert rows.count() == ROWS
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(rows).not_to_have_count(ROWS)
    assert rows.count() <= NEAR


def test_a_list_that_grows_long_keeps_its_place(page: Page, sign_in: SignIn) -> None:
    """It is drawn whole until it is long; when the others go, nothing moves."""
    parts = iter([many(90, rest="more"), many(50, first=90)])
    sign_in(page, PATIENT)
    page.route("**/result-comparisons", lambda route: route.fulfill(json=next(parts)))
    page.goto("/results")
    rows = page.get_by_role("list", name=LABEL).locator("> li[class=list-item]")
    expect(rows).to_have_count(90)
    more = page.get_by_role("button", name="Показать ещё")
    page.evaluate(READ)  # rows that nobody has seen yet are as high as was guessed
    more.hover()  # as far as the click will scroll, so that what moves is the list's doing alone
    page.evaluate(MOVED)
    last = rows.nth(89)
    before = last.bounding_box()
    more.click()
    expect(page.locator("[aria-posinset='90']")).to_be_visible()
    page.evaluate(MOVED)
    after = page.locator("[aria-posinset='90']").bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 20
