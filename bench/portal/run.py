"""All of it in order: the system, the people, the visits in turns, and the limits that are checked."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench.output import timed
from bench.portal import bundle, scrolling, walking
from bench.portal.visiting import Visit, chromium_started, phone, visit
from bench.table import table
from local import portal_build
from tests.emulator.running import Running
from tests.portal.browser import chromium
from tests.portal.browser.people import DOCTOR, PATIENT, Account, Site

ROUNDS = 3
BASE = "a page without a framework (/journal.html)"
PAGES = {
    # name: (address, what it is there for, whether somebody is signed in)
    BASE: ("/journal.html", "main input, main button", False),
    "sign-in": ("/sign-in", "main input", False),
    "patient's overview": ("/", ".overview .card", True),
}


def possible() -> bool:
    """Where there is no Chromium that is said, and the rest is measured."""
    there = bool(os.environ.get("CHROMIUM") or any(map(shutil.which, chromium.NAMES)))
    if not there:
        print("portal: no Chromium, not measured", file=sys.stderr)
    return there


def sections(*, quick: bool) -> list[tuple[str, str]]:
    with site() as there, chromium_started() as browser:
        cookies = {account: signed_in(browser, there, account) for account in (PATIENT, DOCTOR)}
        walks = timed("sections", lambda: {a.role: walking.walk(browser, there.url, cookies[a]) for a in cookies})
        visits = timed("visits", lambda: measured(browser, there.url, cookies[PATIENT], 1 if quick else ROUNDS))
        lists = timed(
            "long list", lambda: scrolling.measure(browser, there.url, cookies[PATIENT], 1 if quick else ROUNDS)
        )
    weights = {"before the first page": bundle.first(), "all screens of all roles": bundle.everything()}
    weights |= {f"all sections of a {role}": bundle.weigh(found.built()) for role, found in walks.items()}
    check(weights["before the first page"], walks[PATIENT.role])
    return [
        ("What the portal weighs", bundle.report(weights)),
        ("First visit and another, on a slow phone", report(visits)),
        ("Questions of its pages", walking.report(walks)),
        ("A long list", scrolling.report(lists)),
    ]


def check(first: bundle.Weight, patient: walking.Walk) -> None:
    """What must hold whatever the machine is doing."""
    if first.packed > bundle.LIMIT:
        raise SystemExit(f"{first.packed} bytes of JavaScript before the first page, more than {bundle.LIMIT}")
    if len(asked := patient.calls[walking.OVERVIEW]) > walking.MOST:
        raise SystemExit(f"the overview asks {len(asked)} times: {', '.join(asked)}")


@contextmanager
def site() -> Iterator[Site]:
    if given := os.environ.get("PORTAL_URL"):
        yield Site(given)
        return
    portal_build.build(lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        running = Running(Path(folder) / "state")
        try:
            yield Site(running.url)
        finally:
            running.stop()


def signed_in(browser: Browser, there: Site, account: Account) -> Any:
    context = phone(browser, there.url, worker=False)
    there.sign_in(context.new_page(), account)
    cookies = context.cookies()
    context.close()
    return cookies


def measured(browser: Browser, url: str, cookies: Any, rounds: int) -> dict[str, list[Visit]]:
    """Pages take turns, so that what else the machine does meets them alike. A first visit, then one by the worker."""
    found: dict[str, list[Visit]] = {}
    for _ in range(rounds):
        for name, (path, wanted, inside) in PAGES.items():
            context = phone(browser, url, worker=True)
            if inside:
                context.add_cookies(cookies)
            found.setdefault(name, []).append(visit(browser, context, path, wanted))
            if name != BASE:  # the worker keeps the portal alone
                kept(context.new_page(), path)
                found.setdefault(f"{name}, again", []).append(visit(browser, context, path, wanted))
            context.close()
    return found


def kept(page: Any, path: str) -> None:
    """Until the worker has all files."""
    page.goto(path)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.close()


def report(found: dict[str, list[Visit]]) -> str:
    def middle(visits: list[Visit], name: str) -> float:
        return float(statistics.median(getattr(one, name) for one in visits))

    base = middle(found[BASE], "useful")
    rows = [
        (
            name,
            middle(visits, "painted"),
            middle(visits, "useful"),
            f"× {middle(visits, 'useful') / base:.2f}",
            middle(visits, "long_tasks"),
            f"{middle(visits, 'sent') / 1000:.0f}",
        )
        for name, visits in found.items()
    ]
    return table(("page", "first paint, ms", "useful, ms", "to the first row", "long tasks, ms", "kB"), rows)
