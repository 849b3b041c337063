"""Keys of passkeys (ID-4)."""

from __future__ import annotations

from chalicelib.ports.keys.people import person
from chalicelib.ports.tables import Key, Store

__all__ = ["PASSKEYS", "passkey", "passkey_owner"]

PASSKEYS = "PASSKEY#"


def passkey(person_id: str, credential_hash: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"{PASSKEYS}{credential_hash}")


def passkey_owner(credential_hash: str) -> Key:
    """One owner a credential."""
    return Key(Store.IDENTITY, f"CREDENTIAL#{credential_hash}", "CREDENTIAL")
