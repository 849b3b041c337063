"""Keys of what is ordered at pharmacies."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = [
    "LOYALTIES",
    "PAYMENTS",
    "PHARMACY_ORDERS",
    "PHARMACY_ORDERS_DUE",
    "chain_order",
    "chain_orders",
    "loyalty",
    "payment",
    "pharmacy_order",
]

PHARMACY_ORDERS = "PHARMORDER#"
PHARMACY_ORDERS_DUE = "pharmacy-orders"
"""Name of the queue of orders, by when they are due."""
LOYALTIES = "LOYALTY#"
PAYMENTS = "PAYMENT#"


def pharmacy_order(patient_id: str, order_id: str) -> Key:
    """A reservation or a delivery at a pharmacy; what was ordered, and whereto, is sealed."""
    return Key(Store.CARD, patient(patient_id), f"{PHARMACY_ORDERS}{order_id}")


def chain_orders(chain: str) -> str:
    """Partition of the orders of a chain."""
    return f"CHAIN#{chain}"


def chain_order(chain: str, order_id: str) -> Key:
    """Whose an order is, for the chain's own word about it; TTL."""
    return Key(Store.CARD, chain_orders(chain), order_id)


def loyalty(patient_id: str, chain: str) -> Key:
    """The patient's number in a chain's loyalty programme, sealed, while they consent that it is passed on."""
    return Key(Store.CARD, patient(patient_id), f"{LOYALTIES}{chain}")


def payment(patient_id: str, kind: str, record_id: str, client: str) -> Key:
    """What an insurer's system said last of the payment for a service; sealed."""
    return Key(Store.CARD, patient(patient_id), f"{PAYMENTS}{kind}#{record_id}#{client}")
