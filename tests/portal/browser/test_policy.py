"""The pages' policy in a real browser: what stands in infra/security_headers.json, and what it stops (SEC-3)."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode

import pytest
from playwright.sync_api import Page, Response

from local.headers import SOURCE
from tests.portal.browser.elsewhere import Elsewhere
from tests.portal.browser.people import Site
from tests.portal.browser.watching import VIOLATION, Watch
from tests.portal.node import PORTAL

pytestmark = pytest.mark.requirement("SEC-3", "UX-1")

PAGES = ("/", "/sign-in", "/results/one", "/r/code", "/d", "/s/link", "/a.html", "/journal.html")
FILES = ("/sw.js", "/manifest.webmanifest", "/icon.svg", "/missing.js", "/api/v1/health", "/api/v1/me")
INLINE = "Content Security Policy"  # Chromium's own words
PRESS = PORTAL / "node_modules/react-aria/dist/private/interactions/usePress.mjs"
ATTEMPTS = (
    "document.body.innerHTML = '<img src=x onerror=alert(1)>'",
    "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
    "document.write('<b>x</b>')",
    "document.createElement('script').textContent = 'alert(1)'",
    "document.createElement('script').src = '/assets/x.js'",
    "document.createElement('iframe').srcdoc = '<b>x</b>'",
    "document.body.setAttribute('onclick', 'alert(1)')",
    "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
    "trustedTypes.createPolicy('own', { createHTML: (text) => text })",
    "navigator.serviceWorker.register('/other.js')",
    "setTimeout('alert(1)')",
)
TRY = "async () => { try { await (ATTEMPT); return 'done'; } catch (refusal) { return refusal.name; } }"


def policy() -> str:
    stated: dict[str, str] = json.loads(SOURCE.read_text("utf-8"))
    return stated["Content-Security-Policy"]


def load(page: Page, path: str) -> Response:
    answer = page.goto(path)
    assert answer is not None
    page.locator("h1").first.wait_for()
    return answer


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_the_stated_headers_and_breaks_nothing(page: Page, path: str) -> None:
    """That nothing is refused, said on the console or missing is what ``watch`` holds for every test."""
    headers = load(page, path).all_headers()
    for name, value in json.loads(SOURCE.read_text("utf-8")).items():
        assert headers[name.lower()] == value, name
    assert page.title()


@pytest.mark.parametrize("path", FILES)
def test_every_other_answer_has_them_too(page: Page, path: str) -> None:
    headers = page.request.get(path).headers
    for name, value in json.loads(SOURCE.read_text("utf-8")).items():
        assert headers[name.lower()] == value, name


def test_text_never_becomes_markup_or_code(page: Page, watch: Watch) -> None:
    watch.expect(VIOLATION, "Trusted", INLINE)
    load(page, "/journal.html")
    for number, attempt in enumerate(ATTEMPTS, 1):
        tried = page.evaluate(TRY.replace("ATTEMPT", attempt))
        assert tried in ("TypeError", "EvalError"), attempt
        while sum(VIOLATION in problem for problem in watch.problems) < number:
            page.wait_for_timeout(20)


def test_no_inline_script_style_or_foreign_address(page: Page, watch: Watch) -> None:
    """By nodes alone, where Trusted Types say nothing."""
    watch.expect(VIOLATION, INLINE, "Refused", "Failed to load resource", "Fetch API cannot load")
    load(page, "/journal.html")
    page.evaluate("""() => {
      const style = document.createElement("style");
      style.append("body { color: red }");
      const image = new Image();
      image.src = "http://127.0.0.1:9/x.png";
      const base = Object.assign(document.createElement("base"), { href: "http://127.0.0.1:9/" });
      document.head.append(style, image, base);
      document.body.setAttribute("style", "color: red");
      return fetch("http://127.0.0.1:9/x").catch(() => null);
    }""")
    for rule in ("style-src-elem", "style-src-attr", "img-src", "base-uri", "connect-src"):
        watch.settle(page, VIOLATION + rule)
    assert page.evaluate("document.baseURI").startswith(page.url)
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"


def test_the_one_allowed_style_is_that_of_the_widgets(page: Page) -> None:
    """react-aria puts one rule into each page with its widgets. After an upgrade with another rule this test fails, and
    the hash in the policy is changed on purpose.
    """
    source = PRESS.read_text("utf-8")
    (text,) = re.findall(r"style\.textContent = `([^`]*touch-action[^`]*)`", source)
    rule = re.sub(r"\$\{[^}]*\}", "data-react-aria-pressable", text).strip()
    assert b64encode(hashlib.sha256(rule.encode()).digest()).decode() in policy()
    load(page, "/journal.html")
    page.evaluate(
        "(rule) => document.head.append(Object.assign(document.createElement('style'), {textContent: rule}))", rule
    )
    assert page.evaluate("document.styleSheets.length") == page.locator("style, link[rel=stylesheet]").count()


def test_the_policy_has_no_way_around() -> None:
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy().split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["trusted-types"] == "portal"
    assert "unsafe" not in policy()
    assert "http" not in policy()
    assert "*" not in policy()


@pytest.mark.parametrize("path", ["/", "/a.html"])
def test_no_other_site_shows_our_pages_inside_its_own(
    page: Page, watch: Watch, site: Site, elsewhere: Elsewhere, path: str
) -> None:
    watch.expect("frame-ancestors", "ERR_BLOCKED_BY_RESPONSE", "Refused to frame", "refused to connect")
    page.goto(elsewhere.near)
    page.evaluate(
        """(address) => new Promise((done) => {
      const frame = Object.assign(document.createElement("iframe"), { src: address, onload: done });
      document.body.append(frame);
    })""",
        site.url + path,
    )
    page.wait_for_timeout(200)
    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]


def test_a_window_that_opened_us_has_no_hold_of_us(page: Page, site: Site, elsewhere: Elsewhere) -> None:
    page.goto(elsewhere.near)
    with page.expect_popup() as opened:
        page.evaluate("(address) => { window.held = window.open(address); }", f"{site.url}/journal.html")
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("window.opener") is None
    assert page.evaluate("window.held.closed")
