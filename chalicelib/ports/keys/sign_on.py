"""Keys of single sign-on."""

from __future__ import annotations

from chalicelib.ports.keys.people import person
from chalicelib.ports.tables import Key, Store

__all__ = ["LINKS", "SUBJECT", "flow", "link"]

LINKS = "LINK#"
SUBJECT = "subject"
"""Field of the blind index: a person as an identity provider calls them."""


def flow(state_hash: str) -> Key:
    return Key(Store.IDENTITY, f"OIDC#{state_hash}", "OIDC")


def link(person_id: str, provider: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"{LINKS}{provider}")
