"""Connected sources of records as the setting ``sources`` names them (ACT-3): clinics, laboratories, registries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.listed import entries_of

KINDS = frozenset({"fhir-r4"})
AUTH = frozenset({"none", "private_key_jwt"})
IDENTIFIERS = ("snils", "oms")
"""Numbers by which a person may be looked for, in the order in which they are tried."""

MOST_DAYS = 365

_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class Connection:
    """One entry of the setting ``sources``.

    ``name`` is stored with every record: never rename it. ``identifiers`` maps our numbers to the naming systems of the
    source; a number without one is never told to it. ``every_days``: how often it is asked again once it was gathered.
    ``client_id``, ``token_url`` and ``scope`` belong to ``private_key_jwt`` (RFC 7523).
    """

    name: str
    kind: str
    url: str
    title: Mapping[str, str]
    identifiers: Mapping[str, str]
    every_days: int = 7
    auth: str = "none"
    client_id: str = ""
    token_url: str = ""
    scope: str = "system/*.rs"


def connections_of(setting: str) -> dict[str, Connection]:
    """The sources of the setting, by name. Raises ValueError that says which entry is wrong and how."""
    found = entries_of("sources", setting, lambda entry: Connection(**entry), _checked)
    if len({one.name for one in found}) != len(found):
        raise ValueError("sources: each name once")
    return {one.name: one for one in found}


def _checked(made: Any) -> dict[str, bool]:
    """Each field, and whether it can be used: a setting may hold anything."""
    signed = made.auth == "private_key_jwt"
    days = made.every_days
    return {
        "name": bool(_NAME.fullmatch(made.name)),
        "kind": made.kind in KINDS,
        "url": _address(made.url),
        "title": {"ru", "en"} <= set(made.title) and all(isinstance(text, str) for text in made.title.values()),
        "identifiers": bool(made.identifiers)
        and set(made.identifiers) <= set(IDENTIFIERS)
        and all(isinstance(system, str) and system for system in made.identifiers.values()),
        "every_days": type(days) is int and 1 <= days <= MOST_DAYS,
        "auth": made.auth in AUTH,
        "client_id": isinstance(made.client_id, str) and bool(made.client_id) == signed,
        "token_url": _address(made.token_url) if signed else made.token_url == "",
        "scope": isinstance(made.scope, str) and bool(made.scope),
    }


def _address(url: Any) -> bool:
    """The form alone; https and loopback are the client's business (interop/web.py)."""
    return isinstance(url, str) and url.startswith(("https://", "http://")) and not set("#?") & set(url)
