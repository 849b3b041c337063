"""Keys: applications that a patient lets into the card (SMART app launch)."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["APPS", "LEAVES", "app", "app_code", "app_leave", "app_refresh", "app_request"]

APPS, LEAVES = "APPS", "APP#"


def app(client_id: str) -> Key:
    """An application as an administrator registered it; the gate reads it with every request of its tokens."""
    return Key(Store.IDENTITY, APPS, f"APP#{client_id}")


def app_leave(patient_id: str, client_id: str) -> Key:
    """What a patient lets an application read."""
    return Key(Store.CARD, patient(patient_id), LEAVES + client_id)


def app_code(code_hash: str) -> Key:
    """A code that is on its way from the patient's browser to the application."""
    return Key(Store.IDENTITY, f"CODE#{code_hash}", "CODE")


def app_refresh(patient_id: str, leave_id: str) -> Key:
    """The one refresh token of a leave that is good, by its hash."""
    return Key(Store.CARD, patient(patient_id), f"REFRESH#{leave_id}")


def app_request(request_id: str) -> Key:
    """What an application asks of a patient who has not answered yet."""
    return Key(Store.IDENTITY, f"ASKED#{request_id}", "ASKED")
