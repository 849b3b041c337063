"""Chains of pharmacies, as services need them (RX-7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.pharmacy_orders import Standing


@dataclass(frozen=True, slots=True)
class Stocked:
    """So many packs of the drug of one line, and what one costs in roubles as text, "" when that was not said."""

    line: int
    packs: int
    price: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one pharmacy of a chain has of what was asked for."""

    pharmacy_id: str
    name: str
    address: str
    drugs: tuple[Stocked, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What a chain is told. ``drugs``: line, packs, and what the prescription says of the drug.

    ``delivery``: address and phone, empty for a reservation. ``loyalty``: number in the chain's programme, "" unless
    the patient consented and wished it with this order.
    """

    order_id: str
    kind: str
    pharmacy_id: str
    drugs: Sequence[Mapping[str, Any]]
    delivery: Mapping[str, str]
    loyalty: str = ""


class Pharmacies(Protocol):
    """Every call may be repeated; an order is known by its id. Raises PharmacyUnavailableError, PharmacyAnswerError."""

    def stock(
        self, chains: Sequence[str], drugs: Sequence[Mapping[str, Any]], region: str
    ) -> Mapping[str, Sequence[Offer] | None]:
        """Offers by chain, all asked at the same time; None for one that does not answer as it should. Never raises."""
        ...

    def place(self, chain: str, order: Order) -> Standing: ...

    def standing(self, chain: str, order_id: str) -> Standing: ...

    def cancel(self, chain: str, order_id: str) -> Standing:
        """What became of it: the chain may answer that it is too late."""
        ...
