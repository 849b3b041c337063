"""Keys: exchange of cards between organisations under consent."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = [
    "TRANSFERS",
    "TRANSFERS_IN",
    "TRANSFERS_OUT",
    "TRANSFER_SENDERS",
    "transfer",
    "transfer_origin",
    "transfer_out",
    "transfer_received",
    "transfer_sender",
    "transfers_of",
]

TRANSFERS = "TRANSFER#"
TRANSFERS_OUT = "OUT#"
TRANSFERS_IN = "IN#"
TRANSFER_SENDERS = "TRANSFER_SENDERS"


def transfer(patient_id: str, transfer_id: str) -> Key:
    """That an organisation asked for the card, what for, and what became of it."""
    return Key(Store.CARD, patient(patient_id), f"{TRANSFERS}{transfer_id}")


def transfers_of(organisation_id: str) -> str:
    """Partition of what an organisation asked for and received."""
    return f"TRANSFERS#{organisation_id}"


def transfer_out(organisation_id: str, transfer_id: str) -> Key:
    return Key(Store.CARD, transfers_of(organisation_id), f"{TRANSFERS_OUT}{transfer_id}")


def transfer_received(organisation_id: str, digest: str) -> Key:
    """A part that was received: by the digest of sender, transfer and part; the answer that was given."""
    return Key(Store.CARD, transfers_of(organisation_id), f"{TRANSFERS_IN}{digest}")


def transfer_origin(patient_id: str, tag: str) -> Key:
    """Which record is that of another system; ``tag``: keyed, of sender and id there, or of the content."""
    return Key(Store.CARD, patient(patient_id), f"ORIGIN#{tag}")


def transfer_sender(sender_id: str) -> Key:
    """A system outside whose signature is believed, and its public keys."""
    return Key(Store.IDENTITY, TRANSFER_SENDERS, f"SENDER#{sender_id}")
