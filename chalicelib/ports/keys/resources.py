"""Keys: the card as resources of FHIR R4: claims of conditional creates, a partner's patients, the directory."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = [
    "DELIVERED_TO",
    "KNOWN_AS",
    "brought",
    "claim",
    "delivered_to",
    "directory",
    "directory_entries",
    "directory_entry",
    "directory_identifier",
    "directory_identifiers",
    "directory_version",
    "directory_versions",
    "identified",
    "identified_one",
    "known_as",
    "own_number",
]

DELIVERED_TO = "P#"
KNOWN_AS = "KNOWNAS#"


def claim(organisation_id: str, tag: str) -> Key:
    """The resource that a conditional create of this organisation made: of two at one moment, one takes it.

    ``tag``: of client, type and criteria, keyed (ports.BlindIndex).
    """
    return Key(Store.CARD, f"CLAIM#{organisation_id}", tag)


def brought(client_id: str) -> str:
    """What the partition of a client's patients is called."""
    return f"CLIENT#{client_id}"


def delivered_to(client_id: str, patient_id: str) -> Key:
    """That this client delivered something to this card."""
    return Key(Store.CARD, brought(client_id), patient(patient_id))


def own_number(client_id: str, tag: str) -> Key:
    """Whose a client's own number of a patient is (its MRN): written by whoever matched or made the patient.

    ``tag``: ``BlindIndex.tag("mrn", "<system>|<value>")``; the row says ``patient``.
    """
    return Key(Store.CARD, brought(client_id), f"MRN#{tag}")


def identified(resource_type: str, tag: str) -> str:
    """What the sort keys of a client's deliveries with an identifier begin with, below ``brought``."""
    return f"ID#{resource_type}#{tag}#"


def identified_one(client_id: str, resource_type: str, tag: str, resource_id: str) -> Key:
    """That a delivery has an identifier, or had it: its row says which it has (``tags``). ``tag``: keyed."""
    return Key(Store.CARD, brought(client_id), identified(resource_type, tag) + resource_id)


def known_as(patient_id: str, row: Key) -> Key:
    """That a client's row (a number of the patient's there, a report's) leads to this card: who is erased is found."""
    return Key(Store.CARD, patient(patient_id), f"{KNOWN_AS}{row.pk}#{row.sk}")


def directory(organisation_id: str) -> str:
    return f"ORG#{organisation_id}"


def directory_entries(resource_type: str) -> str:
    """What the sort keys of one type begin with."""
    return f"R4#{resource_type}#"


def directory_entry(organisation_id: str, resource_type: str, resource_id: str) -> Key:
    return Key(Store.CARD, directory(organisation_id), directory_entries(resource_type) + resource_id)


def directory_versions(resource_type: str, resource_id: str) -> str:
    return f"R4V#{resource_type}#{resource_id}#"


def directory_version(organisation_id: str, resource_type: str, resource_id: str, version: int) -> Key:
    """An earlier version of an entry."""
    sort = f"{directory_versions(resource_type, resource_id)}{version:08d}"
    return Key(Store.CARD, directory(organisation_id), sort)


def directory_identifiers(resource_type: str, tag: str) -> str:
    return f"R4ID#{resource_type}#{tag}#"


def directory_identifier(organisation_id: str, resource_type: str, tag: str, resource_id: str) -> Key:
    """That an entry has an identifier; ``tag`` is keyed, for a member of staff has a SNILS."""
    return Key(Store.CARD, directory(organisation_id), directory_identifiers(resource_type, tag) + resource_id)
