"""Keys of special cases: a family, a plan of vaccinations, earlier profiles, suspensions."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.keys.people import person
from chalicelib.ports.tables import Key, Store

FAMILY = "FAMILY#"
SUSPENSIONS = "SUSPENSION#"
PROFILE_VERSIONS = "PROFILE_V#"


def family_member(parent_id: str, child_id: str) -> Key:
    """A child in a parent's family profile, sealed under the parent's key."""
    return Key(Store.CARD, patient(parent_id), f"{FAMILY}{child_id}")


def vaccination_plan(patient_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), "PLAN")


def suspension(patient_id: str, line_id: str) -> Key:
    """A line of the history of suspensions."""
    return Key(Store.CARD, patient(patient_id), f"{SUSPENSIONS}{line_id}")


def profile_version(person_id: str, version: int) -> Key:
    """An earlier profile as it was; its ciphertext opens only as that version."""
    return Key(Store.IDENTITY, person(person_id), f"{PROFILE_VERSIONS}{version:08d}")
