"""What the system of a chain says of its own accord: where an order stands (PRT-3). Asking it goes on beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.pharmacy_orders import Standing, State
from chalicelib.domain.sessions import task_for
from chalicelib.errors import ErasedError, NotFoundError, StaleVersionError
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Item, Store
from chalicelib.services.pharmacy_orders.tools import Tools
from chalicelib.services.pharmacy_orders.work import PharmacyOrderWork

TASK = "pharmacy-order"
TRIES = 3


class PharmacyReports:
    def __init__(self, tools: Tools, work: PharmacyOrderWork) -> None:
        self._t = tools
        self._work = work

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Orders of the own chain that it was told of, oldest first: ids, kinds and states, no person."""
        chain = self._chain(actor)
        self._t.gate.record(Event(actor, "pharmacy-order:list", PersonId("sys"), resource_type="pharmacy-order"))
        page = self._t.tables.query(Store.CARD, keys.chain_orders(chain), limit=limit, after=after)
        wanted = [keys.pharmacy_order(row["patient"], row["sk"]) for row in page.items]
        rows = self._t.tables.get_many(wanted)
        return [_shown(rows[key]) for key in wanted if key in rows and rows[key]["attempts"]], page.after

    def report(self, actor: Actor, order_id: str, said: Mapping[str, Any]) -> tuple[Item, bool]:
        """Where an order stands now, and whether this changed it: what is late or repeated changes nothing.

        Raises NotFoundError for another chain's order, StaleVersionError where it moves at this very moment.
        """
        chain = self._chain(actor)
        standing = Standing(State(said["state"]), int(said["number"]), str(said.get("text") or ""))
        for _ in range(TRIES):
            row = self._row(chain, order_id)
            if standing.number <= int(row["seen"]):
                return _shown(row), False
            try:
                self._work.heard(task_for(TASK, actor), row, standing, {"placed": True})
            except StaleVersionError:
                continue
            except ErasedError:
                raise NotFoundError from None
            return _shown(self._row(chain, order_id)), True
        raise StaleVersionError

    def _row(self, chain: str, order_id: str) -> Item:
        """An order that the chain was told of. Raises NotFoundError."""
        place = self._t.tables.get(keys.chain_order(chain, order_id))
        row = self._t.tables.get(keys.pharmacy_order(place["patient"], order_id)) if place else None
        if row is None or row["chain"] != chain or not row["attempts"]:
            raise NotFoundError
        return row

    def _chain(self, actor: Actor) -> str:
        """The chain that this system speaks for, as the setting says."""
        for chain in self._t.chains.values():
            if chain.partner == actor.person_id:
                return chain.name
        self._t.gate.refuse(actor, "pharmacy-order:report", "no-chain")
        raise NotFoundError


def _shown(row: Item) -> Item:
    names = ("id", "kind", "state", "created_at", "updated_at")
    return {**{name: row[name] for name in names}, "seen": int(row["seen"]), "cancelling": bool(row["cancelling"])}
