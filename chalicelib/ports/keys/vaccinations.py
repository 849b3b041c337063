"""Keys of revoked health cards. A row says nothing about whose card it was."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store

REVOKED_CARDS = "RID#"


def health_card_revocations(kid: str) -> str:
    """Partition of the cards that were signed with one key."""
    return f"HEALTHCARDS#{kid}"


def health_card_counter(kid: str) -> Key:
    """How many times the list of revocations of a key has changed."""
    return Key(Store.CARD, health_card_revocations(kid), "COUNTER")


def revoked_health_card(kid: str, rid: str) -> Key:
    return Key(Store.CARD, health_card_revocations(kid), f"{REVOKED_CARDS}{rid}")
