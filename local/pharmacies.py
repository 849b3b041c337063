"""A stand-in for a chain of pharmacies, with manners good and bad (contract: chalicelib/interop/pharmacies.py).

Two pharmacies that have ten packs of everything. An order is confirmed when it comes; ``POST /_orders/<id>`` with
``{"state": ...}`` moves it on, as somebody at the counter would. Faults are switched on by ``POST /_faults`` with a
JSON list of words:

    errors     every other answer is 500       slow       answers after the client gave up
    lost       takes what it is told and answers 500        malformed  JSON that ends too early
    stranger   tells of another order           lies       stock of lines that nobody asked about
    backwards  tells the first state of an order with an old number
    refuses    every new order is refused
Nothing here is a real pharmacy, and nothing is checked.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from local.stand_in import Handler, StandIn

NAME = "demo-pharmacies"
SLOW = 8.0  # seconds; the client waits for three
PHARMACIES = (("r-1", "Ромашка № 1", "ул. Садовая, 1"), ("r-2", "Ромашка № 2", "пр. Мира, 20"))
PACKS = 10


class DemoPharmacies(StandIn):
    """The chain."""

    name = "pharmacies"

    def __init__(self, slow: float = SLOW) -> None:
        super().__init__(slow)
        self.faults: set[str] = set()
        self.orders: dict[str, dict[str, Any]] = {}
        """What was told of each order, with its state and number."""
        self._asked = 0
        self._lock = threading.Lock()

    @property
    def setting(self) -> str:
        """The setting ``pharmacies`` for this stand-in."""
        title = {"ru": "Аптеки «Ромашка» (демо)", "en": "Demo pharmacies"}
        return json.dumps([{"name": NAME, "url": self.url, "title": title, "loyalty": True}], ensure_ascii=False)

    # --- answers: status, body

    def answer(self, method: str, path: str, told: Any) -> tuple[int, bytes]:
        with self._lock:
            self._asked += 1
            number = self._asked
            said = self._said(method, path, told)
        if said is None:
            return 404, b"{}"
        if "lost" in self.faults or ("errors" in self.faults and number % 2):
            return 500, b"{}"
        if "slow" in self.faults:
            time.sleep(self.slow)
        body = json.dumps(said, ensure_ascii=False).encode()
        return 200, body[:-5] if "malformed" in self.faults else body

    def _said(self, method: str, path: str, told: Any) -> dict[str, Any] | None:
        if (method, path) == ("POST", "/stock"):
            return self._stock(told)
        if (method, path) == ("POST", "/orders"):
            state = "refused" if "refuses" in self.faults else "confirmed"
            self.orders.setdefault(told["order_id"], {**told, "state": state, "number": 1})
            return self._standing(told["order_id"])
        parts = path.strip("/").split("/")
        if method == "POST" and parts[2:] == ["cancellation"]:
            order = self.orders.setdefault(parts[1], {"state": "cancelled", "number": 1})
            if order["state"] in {"confirmed", "ready"}:
                self.move(parts[1], "cancelled")
            return self._standing(parts[1])
        return self._standing(parts[1]) if len(parts) == 2 and parts[1] in self.orders else None  # noqa: PLR2004

    def move(self, order_id: str, state: str) -> None:
        order = self.orders[order_id]
        self.orders[order_id] = {**order, "state": state, "number": order["number"] + 1}

    def _standing(self, order_id: str) -> dict[str, Any]:
        order = self.orders[order_id]
        state, number = order["state"], order["number"]
        if "backwards" in self.faults:
            state, number = "confirmed", 1
        named = "somebody-else" if "stranger" in self.faults else order_id
        return {"order_id": named, "state": state, "number": number, "text": "Спасибо за заказ"}

    def _stock(self, told: Any) -> dict[str, Any]:
        lines = [99] if "lies" in self.faults else [drug["line"] for drug in told["drugs"]]
        drugs = [{"line": line, "packs": PACKS, "price": "120.50"} for line in lines]
        return {
            "offers": [
                {"pharmacy_id": one, "name": name, "address": f"{told['region']}, {address}", "drugs": drugs}
                for one, name, address in PHARMACIES
            ]
        }


class _Handler(Handler):
    stand_in: DemoPharmacies

    def get(self) -> None:
        self.say(*self.stand_in.answer("GET", self.path, None))

    def post(self) -> None:
        told = json.loads(self.told() or b"{}")
        if self.path == "/_faults":
            self.stand_in.faults = set(told)
            self.say(200, b"{}")
        elif self.path.startswith("/_orders/"):
            self.stand_in.move(self.path.split("/")[2], told["state"])
            self.say(200, b"{}")
        else:
            self.say(*self.stand_in.answer("POST", self.path, told))


DemoPharmacies.handler = _Handler
