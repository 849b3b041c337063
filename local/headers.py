"""The response headers that CloudFront adds in production, so that a page which works here works there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache

from local.layout import ROOT

SOURCE = ROOT / "infra" / "security_headers.json"
"""The one place where they stand; production takes them from there too (infra/portal.py)."""

Headers = list[tuple[str, str]]


@lru_cache(maxsize=1)
def security_headers() -> dict[str, str]:
    return {str(k): str(v) for k, v in json.loads(SOURCE.read_text("utf-8")).items()}


def finished(headers: Iterable[tuple[str, str]], *, cache: str) -> Headers:
    """``headers`` with the security headers laid over them and ``cache`` as Cache-Control where none is given."""
    fixed = security_headers()
    taken = {name.lower() for name in fixed}
    kept = [(name, value) for name, value in headers if name.lower() not in taken]
    if not any(name.lower() == "cache-control" for name, _ in kept):
        kept.append(("Cache-Control", cache))
    return kept + list(fixed.items())
