"""Keys: what goes outside: by which channel, when, and what became of it."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["DELIVERIES", "NOTICES", "UNREAD", "deliveries_today", "delivery", "sent_as", "unreachable", "unread"]

NOTICES = "NOTICE#"
UNREAD = "UNREAD#"
DELIVERIES = "DELIVERY#"


def unread(person_id: str, notice_id: str) -> Key:
    """Stands as long as the notice was not read: what is unread is listed and counted without the rest."""
    return Key(Store.CARD, patient(person_id), UNREAD + notice_id)


def delivery(person_id: str, notice_id: str, channel: str) -> Key:
    return Key(Store.CARD, patient(person_id), f"{DELIVERIES}{notice_id}#{channel}")


def deliveries_today(person_id: str) -> Key:
    """How many went out by each channel on the newest day that something did."""
    return Key(Store.CARD, patient(person_id), "DELIVERIES")


def unreachable(person_id: str, channel: str) -> Key:
    return Key(Store.CARD, patient(person_id), f"UNREACHABLE#{channel}")


def sent_as(provider_id: str) -> Key:
    """From the provider's id of a message to the delivery, for what the provider says of it later."""
    return Key(Store.CARD, f"SENT#{provider_id}", "SENT")
