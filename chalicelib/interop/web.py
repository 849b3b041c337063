"""Calls to other organisations' servers over HTTPS, with narrow manners (SEC-3, server-side request forgery).

Rules:
  1. no redirect is followed, no proxy of the environment is used, no compressed answer is taken
  2. an address is plain ASCII without user, blank, backslash or fragment, so that no two parsers disagree about it
  3. https with a verified certificate; http only to this very computer, and only where the caller named it so
  4. one answer takes ``SECONDS`` and ``LARGEST`` bytes at most, or what the caller set instead
Who may be called is the caller's business (interop/oidc.py): nothing here is sent to an address from an answer unless
the caller has compared its origin.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from urllib3 import PoolManager
    from urllib3.response import BaseHTTPResponse

CONNECT_SECONDS = 1.5
SECONDS = 3.0
LARGEST = 256 * 1024
LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:%/-]*)?(\?[\x21-\x22\x24-\x5b\x5d-\x7e]*)?"
)
_CHUNK = 64 * 1024


class NoAnswer(Exception):
    """The server cannot be reached, or answers too slowly, too much or not in HTTP. The text names no content."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content_type: str
    body: bytes
    retry_after: str = ""
    """As the server said it: seconds, or a date of HTTP."""


def origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for an address that may not be called at all (rules 2 and 3)."""
    if len(url) > 2000 or not _ADDRESS.fullmatch(url):  # noqa: PLR2004
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.scheme == "http" and host not in LOOPBACK:
        return None
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
    return parts.scheme, host, port


class Web:
    """Thread-safe; connections are kept. ``seconds`` and ``largest`` (bytes) of one answer."""

    def __init__(self, seconds: float = SECONDS, largest: int = LARGEST) -> None:
        self._seconds = seconds
        self._largest = largest

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Raises NoAnswer."""
        return self._call("GET", url, dict(headers or {}), None)

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        """``form`` as application/x-www-form-urlencoded. Raises NoAnswer."""
        named = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        return self._call("POST", url, named, urlencode(form).encode("ascii"))

    def post_json(self, url: str, document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
        """``document`` as JSON. Raises NoAnswer."""
        named = {**(headers or {}), "Content-Type": "application/json"}
        return self._call("POST", url, named, json.dumps(dict(document), ensure_ascii=False).encode())

    @cached_property
    def _pool(self) -> PoolManager:
        import urllib3

        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=self._seconds)
        return urllib3.PoolManager(num_pools=8, maxsize=4, cert_reqs="CERT_REQUIRED", timeout=timeout, retries=False)

    def _call(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Reply:
        import urllib3

        if origin(url) is None:
            raise NoAnswer("not an address that may be called")
        headers = {"Accept": "application/json", **headers, "Accept-Encoding": "identity", "User-Agent": "medkarta"}
        until = time.monotonic() + self._seconds
        try:
            answer = self._pool.request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False, decode_content=False
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise NoAnswer(type(error).__name__) from error
        try:
            content = _content(answer, until, self._largest)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            answer.close()
            raise NoAnswer(type(error).__name__) from error
        except NoAnswer:
            answer.close()  # the rest of it must not be read by who takes the connection next
            raise
        answer.release_conn()
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Reply(answer.status, kind, content, answer.headers.get("Retry-After", ""))


def _content(answer: BaseHTTPResponse, until: float, largest: int) -> bytes:
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise NoAnswer("a compressed answer")
    found = b""
    while chunk := answer.read1(_CHUNK):
        found += chunk
        if len(found) > largest:
            raise NoAnswer("too long an answer")
        if time.monotonic() > until:
            raise NoAnswer("too slow an answer")
    return found
