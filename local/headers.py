"""The response headers that CloudFront adds in production, so that a page which works here works there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache

from local.layout import ROOT

SOURCE = ROOT / "infra" / "security_headers.json"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types portal"
    ),
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

Headers = list[tuple[str, str]]


@lru_cache(maxsize=1)
def security_headers() -> dict[str, str]:
    """From ``infra/security_headers.json`` where production takes them from too, once that file exists."""
    if SOURCE.exists():
        return {str(k): str(v) for k, v in json.loads(SOURCE.read_text("utf-8")).items()}
    return _HEADERS


def finished(headers: Iterable[tuple[str, str]], *, cache: str) -> Headers:
    """``headers`` with the security headers laid over them and ``cache`` as Cache-Control where none is given."""
    fixed = security_headers()
    taken = {name.lower() for name in fixed}
    kept = [(name, value) for name, value in headers if name.lower() not in taken]
    if not any(name.lower() == "cache-control" for name, _ in kept):
        kept.append(("Cache-Control", cache))
    return kept + list(fixed.items())
