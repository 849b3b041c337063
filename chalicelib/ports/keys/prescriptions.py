"""Keys of the end of prescriptions' validity, and of what is ordered at pharmacies."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = [
    "LOYALTIES",
    "PHARMACY_ORDERS",
    "PHARMACY_ORDERS_DUE",
    "expiring",
    "expiring_done",
    "expiring_on",
    "loyalty",
    "pharmacy_order",
]

PHARMACY_ORDERS = "PHARMORDER#"
PHARMACY_ORDERS_DUE = "pharmacy-orders"
"""Name of the queue of orders, by when they are due."""
LOYALTIES = "LOYALTY#"


def expiring_on(day: str) -> str:
    """Partition of prescriptions of whose end a day is to tell."""
    return f"EXPIRING#{day}"


def expiring(day: str, code_hash: str) -> Key:
    return Key(Store.CARD, expiring_on(day), code_hash)


def expiring_done() -> Key:
    return Key(Store.CARD, "EXPIRING", "DONE")


def pharmacy_order(patient_id: str, order_id: str) -> Key:
    """A reservation or a delivery at a pharmacy; what was ordered, and whereto, is sealed."""
    return Key(Store.CARD, patient(patient_id), f"{PHARMACY_ORDERS}{order_id}")


def loyalty(patient_id: str, chain: str) -> Key:
    """The patient's number in a chain's loyalty programme, sealed, while they consent that it is passed on."""
    return Key(Store.CARD, patient(patient_id), f"{LOYALTIES}{chain}")
