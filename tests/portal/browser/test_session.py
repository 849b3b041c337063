"""The portal's session in a real browser: a cookie that no script and no other site can use (ID-9)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.portal.browser.elsewhere import Elsewhere
from tests.portal.browser.people import PATIENT, Site, ask
from tests.portal.browser.watching import Watch, Wire

pytestmark = pytest.mark.requirement("ID-9", "SEC-3")

SIGN_OUT = "/api/v1/sessions/sign-out"
STORED = (
    "JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, name, history.state, location.href])"
)
POST = """(address) => fetch(address, { method: "POST", credentials: "include", mode: "no-cors" }).catch(() => null)"""
WITH_MARK = """(address) => fetch(address, {
  method: "POST", credentials: "include", headers: { "X-Requested-By": "portal" },
}).then(() => "sent", () => "refused by the browser")"""
FORM = """(address) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "POST", action: address, enctype: "text/plain" });
  document.body.append(form);
  form.submit();
}"""
LINK = """(address) => {
  document.body.append(Object.assign(document.createElement("a"), { href: address, textContent: "x" }));
}"""

SignIn = Callable[..., None]


def whoever(page: Page) -> int:
    """Status of asking who is signed in."""
    status: int = ask(page, "GET", "/me")["status"]
    return status


def test_the_cookie_is_out_of_reach_of_scripts(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT, anew=True)
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "__Host-sid"]
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, True, "Strict", "/")
    assert "." not in cookie["domain"]  # of this host alone
    page.goto("/")
    stored = page.evaluate(STORED)
    secrets = [part for part in cookie["value"].replace("~", ".").split(".") if len(part) > 10]
    assert len(secrets) >= 3
    assert not [part for part in secrets if part in stored]
    assert json.loads(stored)[0] == ""


def test_no_answer_hands_a_token_to_the_page(page: Page, sign_in: SignIn) -> None:
    told: list[str] = []
    page.on("response", lambda answer: told.append(answer.text()) if "/api/v1/sessions" in answer.url else None)
    sign_in(page, PATIENT, anew=True)
    assert whoever(page) == 200
    assert len(told) >= 3
    assert not [text for text in told if "access_token" in text or "refresh_token" in text or "eyJ" in text]


@pytest.mark.parametrize("place", ["near", "far"])
@pytest.mark.parametrize("way", [POST, FORM], ids=["fetch", "form"])
def test_another_site_changes_nothing(
    page: Page, watch: Watch, site: Site, elsewhere: Elsewhere, sign_in: SignIn, place: str, way: str
) -> None:
    """From another port of the same host the browser sends the cookie along: it is the server that refuses."""
    watch.expect("ERR_BLOCKED_BY_RESPONSE")  # the answer is not for that page, either
    sign_in(page, PATIENT, anew=True)
    page.goto(getattr(elsewhere, place))
    wire = Wire(page)
    page.evaluate(way, site.url + SIGN_OUT)
    sent, status = wire.exchange(site.url + SIGN_OUT)
    assert ("__Host-sid" in sent.get("cookie", "")) is (place == "near")
    assert sent["sec-fetch-site"] == ("same-site" if place == "near" else "cross-site")
    assert status == (403 if place == "near" else 401)
    own = page.context.new_page()
    own.goto("/journal.html")
    assert whoever(own) == 200


@pytest.mark.parametrize("place", ["near", "far"])
def test_another_site_cannot_send_the_portals_mark(
    page: Page, watch: Watch, site: Site, elsewhere: Elsewhere, sign_in: SignIn, place: str
) -> None:
    watch.expect("CORS", "net::ERR_FAILED")
    sign_in(page, PATIENT, anew=True)
    page.goto(getattr(elsewhere, place))
    assert page.evaluate(WITH_MARK, site.url + SIGN_OUT) == "refused by the browser"
    page.goto("/journal.html")
    assert whoever(page) == 200


def test_another_site_reads_nothing(
    page: Page, watch: Watch, site: Site, elsewhere: Elsewhere, sign_in: SignIn
) -> None:
    watch.expect("CORS", "net::ERR_FAILED", "ERR_BLOCKED_BY_RESPONSE")
    sign_in(page, PATIENT)
    page.goto(elsewhere.near)
    read = "(address) => fetch(address, { credentials: 'include' }).then((a) => a.text(), () => 'nothing')"
    assert page.evaluate(read, f"{site.url}/api/v1/me") == "nothing"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "own"}, 403),
        ({"Origin": "own"}, 204),
    ],
    ids=["foreign origin", "hidden origin", "neither", "cross-site", "own origin"],
)
def test_a_browser_without_fetch_metadata_is_judged_by_its_origin(
    page: Page, site: Site, sign_in: SignIn, headers: dict[str, str], status: int
) -> None:
    sign_in(page, PATIENT, anew=True)
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    given = {name: site.url if value == "own" else value for name, value in headers.items()}
    assert posted(site.url + SIGN_OUT, {"Cookie": cookie, "X-Requested-By": "portal", **given}) == status
    assert whoever(page) == (401 if status == 204 else 200)


def posted(address: str, headers: dict[str, Any]) -> int:
    request = urllib.request.Request(address, data=b"", headers=headers, method="POST")
    request.add_unredirected_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


def test_a_link_from_a_letter_opens_the_portal_signed_in(
    page: Page, site: Site, elsewhere: Elsewhere, sign_in: SignIn
) -> None:
    """The page itself comes without the cookie, which is Strict; what it then asks for is of one site."""
    sign_in(page, PATIENT)
    page.goto(elsewhere.far)
    page.evaluate(LINK, f"{site.url}/journal.html")
    with page.expect_response(f"{site.url}/journal.html") as opened:
        page.get_by_text("x").click()
    assert "cookie" not in opened.value.request.all_headers()
    assert whoever(page) == 200
