"""Quotas of programs (PRT-1, SEC-3): what a call weighs, and how many units a client and its organisation have.

Weights follow Medplum's order (reference: peers, 7.5): a read is one, what looks at many rows is more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.limits import MINUTE, Rule

CLIENT = Rule("client", 12_000, MINUTE)
ORGANISATION = Rule("organisation", 24_000, MINUTE)

READ, HISTORY, SEARCH, WRITE, WHOLE = 1, 10, 20, 10, 100
PER_UNIT = 4096  # bytes of a body that weigh one more
SAMPLE = 60
"""Units that one process spends of a quota before it tells the shared counter."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of one quota as far as this process knows: others' last SAMPLE units may not be in it yet."""

    rule: Rule
    left: int
    seconds: int


def weight(method: str, path: str, size: int) -> int:
    """Units of a call. ``path``: as it was called; ``size``: of its body in bytes."""
    last = path.rstrip("/").rpartition("/")[2]
    types = path.removeprefix("/fhir/").strip("/") if path.startswith("/fhir/") else ""
    if last.startswith("$"):
        return WHOLE
    if last == "_search" or (method == "GET" and types and "/" not in types and types != "metadata"):
        return SEARCH
    if method == "GET":
        return HISTORY if "_history" in path else READ
    return WRITE + size // PER_UNIT


def inside(bundle: Any) -> int:
    """Units of what a Bundle has done beside being one call: its reads and searches, and each entry of a batch. What a
    transaction stores weighs by its size.
    """
    entries = bundle.get("entry") if isinstance(bundle, Mapping) else None
    if not isinstance(entries, list):
        return 0
    every = isinstance(bundle, Mapping) and bundle.get("type") == "batch"
    found = 0
    for one in entries:
        said = one.get("request") if isinstance(one, Mapping) else None
        method, url = (said.get("method"), said.get("url")) if isinstance(said, Mapping) else ("", "")
        if isinstance(url, str) and (method == "GET" or every):
            found += weight(str(method), "/fhir/" + url.lstrip("/").partition("?")[0], 0)
    return found


def fields(standings: Sequence[Standing]) -> dict[str, str]:
    """The two headers of draft-ietf-httpapi-ratelimit-headers."""
    return {
        "RateLimit-Policy": ", ".join(f'"{s.rule.scope}";q={s.rule.limit};w={s.rule.window}' for s in standings),
        "RateLimit": ", ".join(f'"{s.rule.scope}";r={s.left};t={s.seconds}' for s in standings),
    }
