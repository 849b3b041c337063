"""Keys of links to a card (DOC-4)."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

SHARES, OPENINGS = "SHARE#", "OPENING#"


def share(patient_id: str, share_id: str) -> Key:
    """What is shared, and how the link stands; the gate reads it with every request of a recipient."""
    return Key(Store.CARD, patient(patient_id), SHARES + share_id)


def share_place(share_id: str) -> Key:
    """Whose link it is, and the hash of its secret: all that is known of somebody who comes with an address."""
    return Key(Store.CARD, SHARES + share_id, "SHARE")


def share_tries(share_id: str) -> Key:
    """Counter of passcodes that were tried and were not right."""
    return Key(Store.CARD, SHARES + share_id, "TRIES")


def opening(patient_id: str, share_id: str, opening_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"{OPENINGS}{share_id}#{opening_id}")


def share_line(patient_id: str, share_id: str, opening_id: str, entry_id: str) -> Key:
    """One line of a link's journal: what an opening read, or a wrong passcode (``opening_id`` is the entry's then)."""
    return Key(Store.CARD, patient(patient_id), f"{OPENINGS}{share_id}#{opening_id}#{entry_id}")
