"""Pictures of the portal's pages, from a running system with the demo hospital: ``make screens``.

    python -m docs.screens [http://localhost:8000] [role …]

Every page that the sections of a role lead to, those without a sign-in, and the few that are reached from another, as
they stand on a phone and on a desk; the main ones in English too. They go to ``docs/screens/<role>/``.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.portal.browser import chromium
from tests.portal.browser.people import EVERYBODY, Account, Site

HERE = Path(__file__).parent / "screens"
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
ENTRY = ("/sign-in", "/registration", "/recovery", "/help", "/privacy", "/pharmacy", "/journal.html")
MAIN = frozenset({"", "results", "prescriptions", "access", "journal", "patients", "sign-in", "findings"})
"""Pages that are pictured in English as well, by their name."""
WEBP = {"quality": 72, "method": 6}
STEPS = {
    "patient": {
        "result": ("/results", "main ul a"),
        "prescription": ("/prescriptions", "main ul h2 a, main ul h3 a, main ul a"),
        "code": ("/prescriptions", "main a[href$='/code']"),
        "visit": ("/visits", "main ul a"),
        "booking": ("/appointments/book", ""),
        "chat-thread": ("/chat", "main ul a"),
        "new-link": ("/links/new", ""),
        "vital-entry": ("/vitals/new", ""),
        "indicator-charts": ("/indicators", ".chart-box"),
    },
    "doctor": {
        "card": ("/patients", "main ul a"),
        "thread": ("/work-chats", "main ul a"),
    },
}
"""Pages reached from another: where from, and what is pressed there; "" for an address of its own."""


@dataclass(frozen=True)
class Shot:
    name: str
    path: str
    press: str = ""


def shots(page: Page, role: str) -> Iterator[Shot]:
    """What is to be pictured of a role: its sections as the page lists them, then what lies behind them."""
    page.goto("/sections")
    page.locator("main nav a").first.wait_for()
    for address in page.locator("main nav a").evaluate_all("links => links.map((one) => one.getAttribute('href'))"):
        yield Shot(str(address).strip("/").replace("/", "-"), str(address))
    for name, (path, press) in STEPS.get(role, {}).items():
        yield Shot(name, path, press)


def picture(page: Page, shot: Shot, to: Path) -> None:
    page.goto(shot.path)
    settled(page)
    if shot.press:
        if not page.locator(shot.press).count():
            print(f"  nothing to press for {shot.name}")
            return
        page.locator(shot.press).first.click()
        settled(page)
    to.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(to, "WEBP", **WEBP)


def settled(page: Page) -> None:
    """Read and drawn: nothing is being asked for, and no place-holder stands."""
    page.wait_for_load_state("networkidle")
    page.locator("main .loading").first.wait_for(state="detached", timeout=20_000)
    page.wait_for_timeout(150)


def context_of(browser: Browser, site: Site, size: tuple[int, int], language: str) -> BrowserContext:
    made = browser.new_context(
        base_url=site.url,
        viewport={"width": size[0], "height": size[1]},
        locale=f"{language}-RU",
        timezone_id="Europe/Moscow",
    )
    # The offer of a tour stands over no picture; the language is this browser's.
    put_off = ";".join(f'localStorage.setItem("tour-{one.role}", "done 0")' for one in EVERYBODY)
    made.add_init_script(f'localStorage.setItem("language", "{language}");{put_off}')
    return made


def of_role(browser: Browser, site: Site, account: Account) -> None:
    for width, size in WIDTHS.items():
        for language in ("ru", "en"):
            context = context_of(browser, site, size, language)
            page = context.new_page()
            site.sign_in(page, account)
            for shot in shots(page, account.role):
                if language == "ru" or shot.name in MAIN:
                    suffix = "" if language == "ru" else "-en"
                    picture(page, shot, HERE / account.role / f"{shot.name or 'home'}-{width}{suffix}.webp")
            context.close()
    print(account.role)


def of_nobody(browser: Browser, site: Site) -> None:
    for width, size in WIDTHS.items():
        page = context_of(browser, site, size, "ru").new_page()
        for path in ENTRY:
            name = path.strip("/").removesuffix(".html")
            picture(page, Shot(name, path), HERE / "entry" / f"{name}-{width}.webp")
        page.context.close()


def main() -> None:
    url, *roles = sys.argv[1:] or ["http://localhost:8000"]
    site = Site(url)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        if not roles:
            of_nobody(browser, site)
        for account in EVERYBODY:
            if not roles or account.role in roles:
                of_role(browser, site, account)
        browser.close()


if __name__ == "__main__":
    main()
