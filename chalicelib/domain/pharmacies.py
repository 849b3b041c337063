"""Chains of pharmacies as the setting ``pharmacies`` names them (RX-7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.listed import entries_of

AUTH = frozenset({"none", "signed"})
MOST = 10
"""Chains that are asked for stock at once."""

_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class Chain:
    """One entry of the setting. ``name`` is stored with every order: never rename it.

    ``auth``: ``signed`` sends a token signed by us for this address, under ``client_id``; ``none`` is for a stand-in.
    ``loyalty``: whether the chain has a loyalty programme. ``partner``: the client id, with us, of the chain's own
    system, which may say where orders stand; "" where none does.
    """

    name: str
    url: str
    title: Mapping[str, str]
    auth: str = "none"
    client_id: str = ""
    loyalty: bool = False
    partner: str = ""


def chains_of(setting: str) -> dict[str, Chain]:
    """The chains of the setting, by name. Raises ValueError that says which entry is wrong and how."""
    found = entries_of("pharmacies", setting, lambda entry: Chain(**entry), _checked)
    if len({one.name for one in found}) != len(found) or len(found) > MOST:
        raise ValueError(f"pharmacies: each name once, {MOST} at most")
    return {one.name: one for one in found}


def _checked(made: Any) -> dict[str, bool]:
    """Each field, and whether it can be used: a setting may hold anything."""
    signed = made.auth == "signed"
    return {
        "name": bool(_NAME.fullmatch(made.name)),
        # The form alone; https and loopback are the client's business (interop/web.py).
        "url": made.url.startswith(("https://", "http://")) and not set("#?") & set(made.url),
        "title": {"ru", "en"} <= set(made.title) and all(isinstance(text, str) for text in made.title.values()),
        "auth": made.auth in AUTH,
        "client_id": isinstance(made.client_id, str) and bool(made.client_id) == signed,
        "loyalty": isinstance(made.loyalty, bool),
        "partner": isinstance(made.partner, str) and len(made.partner) <= 64,  # noqa: PLR2004 - as any id
    }
