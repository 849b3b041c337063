"""Keys: HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store

__all__ = [
    "HL7_UNMATCHED",
    "HL7_WAITING",
    "hl7_message",
    "hl7_messages",
    "hl7_number",
    "hl7_original",
    "hl7_report",
    "hl7_unmatched",
]

HL7_UNMATCHED = "UNMATCHED#"
HL7_WAITING = "hl7-unmatched"
"""Name of the work list of all organisations, by which the age of the oldest is known."""


def hl7_messages(organisation_id: str) -> str:
    return f"HL7#{organisation_id}"


def hl7_message(organisation_id: str, tag: str) -> Key:
    """``tag``: keyed, of client, sender and control id."""
    return Key(Store.CARD, hl7_messages(organisation_id), f"MSG#{tag}")


def hl7_original(organisation_id: str, message_id: str, piece: int) -> Key:
    return Key(Store.CARD, hl7_messages(organisation_id), f"RAW#{message_id}#{piece:04d}")


def hl7_unmatched(organisation_id: str, entry_id: str) -> Key:
    return Key(Store.CARD, hl7_messages(organisation_id), HL7_UNMATCHED + entry_id)


def hl7_report(client_id: str, tag: str) -> Key:
    """``tag``: keyed, of sender and number of the report."""
    return Key(Store.CARD, f"CLIENT#{client_id}", f"REPORT#{tag}")


def hl7_number(client_id: str, tag: str) -> Key:
    """``tag``: keyed, of a number by which the partner calls a patient."""
    return Key(Store.CARD, f"CLIENT#{client_id}", f"MRN#{tag}")
