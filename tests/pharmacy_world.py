"""A world with a chain of pharmacies behind the port: it knows orders by id, and fails as it is told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.pharmacies import Chain
from chalicelib.domain.pharmacy_orders import Standing, State
from chalicelib.errors import MedkartaError
from chalicelib.ports.pharmacies import Offer, Order, Stocked
from chalicelib.services.pharmacy_orders import LoyaltyService, PharmacyOrderService, PharmacyOrderWork, Tools
from tests.prescriptions import issue, prescribing

CHAIN = "romashka"
CHAINS = {CHAIN: Chain(CHAIN, "https://romashka.example", {"ru": "Ромашка", "en": "Camomile"}, loyalty=True)}


class FakePharmacies:
    """``errors``: raised by the next calls, one each; with ``deaf`` set they are raised after the call took effect."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.standings: dict[str, Standing] = {}
        self.errors: list[Exception] = []
        self.deaf = False
        self.calls: list[str] = []

    def stock(
        self, chains: Sequence[str], drugs: Sequence[Mapping[str, Any]], region: str
    ) -> Mapping[str, Sequence[Offer] | None]:
        self.calls.append("stock")
        if self.errors:
            self.errors.pop()
            return dict.fromkeys(chains)
        found = tuple(Stocked(int(drug["line"]), 5, "99.00") for drug in drugs)
        return {chain: [Offer("p1", "Аптека", region, found)] for chain in chains}

    def place(self, _chain: str, order: Order) -> Standing:
        return self._answer("place", order.order_id, order)

    def standing(self, _chain: str, order_id: str) -> Standing:
        return self._answer("standing", order_id)

    def cancel(self, _chain: str, order_id: str) -> Standing:
        def cancelled() -> None:
            before = self.standings.get(order_id, Standing(State.REQUESTED, 0))
            if before.state in {State.REQUESTED, State.CONFIRMED, State.READY}:
                self.standings[order_id] = Standing(State.CANCELLED, before.number + 1)

        return self._answer("cancel", order_id, then=cancelled)

    def _answer(self, what: str, order_id: str, order: Order | None = None, then: Any = None) -> Standing:
        self.calls.append(what)
        error = self.errors.pop() if self.errors else None
        if error is None or self.deaf:
            if order is not None:
                self.orders.setdefault(order_id, order)
                self.standings.setdefault(order_id, Standing(State.CONFIRMED, 1))
            if then is not None:
                then()
        if error is not None:
            raise error
        return self.standings[order_id]

    def fail(self, error: type[MedkartaError], times: int = 1) -> None:
        self.errors = [error() for _ in range(times)]


def ordering() -> Any:
    """``record``: a prescription of three packs."""
    made = prescribing()
    made.chain = FakePharmacies()
    tools = Tools(
        gate=made.gate,
        tables=made.tables,
        vault=made.vault,
        patient_keys=made.keys,
        pharmacies=made.chain,
        chains=CHAINS,
        clock=made.clock,
    )
    made.orders, made.work = PharmacyOrderService(tools), PharmacyOrderWork(tools)
    made.loyalty = LoyaltyService(made.gate, made.tables, made.vault, made.keys, CHAINS, made.clock)
    made.record, made.qr = issue(made)
    return made
