"""The rules of the portal's cookie, without the rest."""

from __future__ import annotations

import pytest

from chalicelib.errors import CrossSiteError
from chalicelib.handlers.portal import COOKIE, Cookie, cookie_of, guard, kept

ORIGIN = "https://card.example"
OWN = {"x-requested-by": "portal", "content-type": "application/json"}

pytestmark = pytest.mark.requirement("ID-9")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": ORIGIN},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
def test_the_portal_itself_may(headers: dict[str, str]) -> None:
    guard("POST", {**OWN, **headers}, ORIGIN)


@pytest.mark.parametrize(
    "headers",
    [
        {},  # neither header: no browser of today, so nobody knows where it comes from
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
        {"origin": "https://card.example.evil"},
        {"origin": "null"},
        {"sec-fetch-site": "same-origin", "x-requested-by": "page"},
        {"sec-fetch-site": "same-origin", "content-type": "text/plain"},
        {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded; charset=utf-8"},
        {"sec-fetch-site": "same-origin", "content-type": "multipart/form-data; boundary=x"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nobody_else_may_change_anything(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(CrossSiteError):
        guard(method, {**OWN, **headers}, ORIGIN)


def test_reading_is_free_because_no_other_site_sees_the_answer() -> None:
    guard("GET", {}, ORIGIN)


def test_tokens_leave_the_body_for_the_cookie() -> None:
    answer = {"access_token": "a.b.c", "refresh_token": "p.s.r", "token_type": "Bearer", "role": "patient"}
    shown, cookie = kept(answer, None)
    assert shown == {"role": "patient"}
    assert cookie == Cookie("p.s.r", "a.b.c")
    assert cookie.header.startswith("__Host-sid=p.s.r~a.b.c; Path=/; ")
    assert cookie.header.endswith("Secure; HttpOnly; SameSite=Strict")


def test_a_new_access_token_keeps_the_secret_of_before() -> None:
    shown, cookie = kept({"access_token": "new", "token_type": "Bearer"}, Cookie("p.s.r", "old"))
    assert (shown, cookie) == ({}, Cookie("p.s.r", "new"))


@pytest.mark.parametrize("body", [{"code": "x"}, [], "text", None])
def test_an_answer_without_tokens_stays_as_it_is(body: object) -> None:
    assert kept(body, None) == (body, None)


@pytest.mark.parametrize(
    "text",
    ["", "other=1", f"{COOKIE}=", f"{COOKIE}=onlyone", f"{COOKIE}=~a", f"{COOKIE}=r~", "\x00;" + COOKIE, COOKIE * 5000],
)
def test_noise_is_no_cookie(text: str) -> None:
    assert cookie_of({"cookie": text}) is None


def test_a_cookie_is_found_among_others() -> None:
    assert cookie_of({"cookie": f"a=1; {COOKIE}=p.s.r~x.y.z; b=2"}) == Cookie("p.s.r", "x.y.z")
