"""Keys of gathering from connected sources, and of checks of policies."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["GATHERING", "POLICY_CHECKS", "SOURCES", "UNMAPPED", "origin", "policy_check", "source", "unmapped"]

GATHERING = "gathering"
"""Name of the queue of sources, by when they are due."""
POLICY_CHECKS = "policy-checks"
"""Name of the queue of policies, by when they are due."""
SOURCES = "SOURCE#"
UNMAPPED = "UNMAPPED#"


def source(patient_id: str, name: str) -> Key:
    """How far gathering from one source is."""
    return Key(Store.CARD, patient(patient_id), f"{SOURCES}{name}")


def origin(patient_id: str, record_id: str) -> Key:
    """Which version of a record of a source was taken last, and as what."""
    return Key(Store.CARD, patient(patient_id), f"ORIGIN#{record_id}")


def unmapped(patient_id: str, record_id: str) -> Key:
    """A record of a source that the card cannot hold, whole and sealed."""
    return Key(Store.CARD, patient(patient_id), f"{UNMAPPED}{record_id}")


def policy_check(patient_id: str) -> Key:
    """When the policy is checked next."""
    return Key(Store.CARD, patient(patient_id), "POLICYCHECK")
