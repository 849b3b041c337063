"""The portal's session (design section 7): one cookie that no script can read, and the rules against cross-site calls.

A browser that asks with ``X-Requested-By: portal`` gets its tokens in the cookie and never in a body. The cookie holds
the session's refresh secret, whose hash stands in the session's row, and the present access token, so that a request
costs no read more than with a bearer token; when the access token has expired the secret makes a new one.

Every request that changes something and comes with the cookie, or asks for one:
  1. ``Sec-Fetch-Site: same-origin``; from a browser without it, an ``Origin`` that is the portal's own
  2. ``X-Requested-By: portal``, which no cross-site form can send
  3. no content type that a form can send (routes declare theirs, and none takes one with a cookie)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Protocol

from chalice import Response

from chalicelib.domain.sessions import IDLE
from chalicelib.errors import CrossSiteError

COOKIE = "__Host-sid"
MARK = "portal"
SAFE = frozenset({"GET", "HEAD"})
SEPARATOR = "~"
SIGN_IN = '"access_token"'  # in the text of an answer that must not leave as it is; most are not parsed for it
MAX_COOKIE = 4000
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


@dataclass(frozen=True, slots=True)
class Cookie:
    """What the cookie holds."""

    refresh: str
    access: str

    @property
    def header(self) -> str:
        value = f"{self.refresh}{SEPARATOR}{self.access}"
        return f"{COOKIE}={value}; Path=/; Max-Age={int(IDLE.total_seconds())}; Secure; HttpOnly; SameSite=Strict"


ENDS = frozenset({"session-sign-out"})
GONE = f"{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"


def cookie_of(headers: Mapping[str, str]) -> Cookie | None:
    """The session cookie of a request, if there is one that is shaped like one."""
    given = headers.get("cookie", "")
    if COOKIE not in given or len(given) > 4 * MAX_COOKIE:
        return None
    try:
        morsel = SimpleCookie(given).get(COOKIE)
    except CookieError:
        return None
    refresh, _, access = (morsel.value if morsel else "").partition(SEPARATOR)
    return Cookie(refresh, access) if refresh and access else None


def asks_for_cookie(headers: Mapping[str, str]) -> bool:
    return headers.get("x-requested-by", "") == MARK


def guard(method: str, headers: Mapping[str, str], origin: str) -> None:
    """Raises CrossSiteError unless the request can only have come from the portal itself."""
    if method in SAFE:
        return
    site = headers.get("sec-fetch-site")
    same = site == "same-origin" if site is not None else headers.get("origin", "") == origin
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if not (same and asks_for_cookie(headers) and kind not in FORM_TYPES):
        raise CrossSiteError


class Asker(Protocol):
    """Of handlers/auth.py: by what a request was made."""

    @property
    def cookie(self) -> Cookie | None: ...

    @property
    def renewed(self) -> bool: ...


def dressed(response: Response, caller: Asker, headers: Mapping[str, str], operation: str) -> Response:
    """The answer as the portal gets it: tokens moved into the cookie, a renewed cookie set, a dead one taken away."""
    cookie = caller.cookie if caller.renewed else None
    if (
        asks_for_cookie(headers)
        and isinstance(response.body, str)
        and response.body[:1] == "{"
        and SIGN_IN in response.body
    ):
        body, made = kept(json.loads(response.body), caller.cookie)
        if made is not None:
            cookie, response.body = made, json.dumps(body, ensure_ascii=False)
    if operation in ENDS and caller.cookie is not None:
        response.headers |= {"Set-Cookie": GONE, "Clear-Site-Data": '"cache", "storage"'}
    elif cookie is not None:
        own = response.headers.get("Set-Cookie")  # a route's cookie stays beside the session's
        response.headers["Set-Cookie"] = [str(own), cookie.header] if own else cookie.header
    return response


def kept(body: Any, before: Cookie | None) -> tuple[Any, Cookie | None]:
    """An answer without its tokens, and the cookie that holds them; the same answer and None when it has none."""
    if not isinstance(body, dict) or "access_token" not in body:
        return body, None
    refresh = body.get("refresh_token") or (before.refresh if before else "")
    tokens = {"access_token", "refresh_token", "token_type"}
    shown = {name: value for name, value in body.items() if name not in tokens}
    return shown, Cookie(refresh, body["access_token"]) if refresh else None
