"""Orders that are due: told to their chain, asked after, taken back (RX-7). A schedule runs this every minute."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress

from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.pharmacy_orders import (
    FIRST_TRIES,
    OPEN,
    Standing,
    State,
    after,
    next_question,
    next_try,
)
from chalicelib.domain.prescriptions import from_stamp
from chalicelib.errors import (
    CardMergedError,
    ErasedError,
    MedkartaError,
    PharmacyUnavailableError,
    StaleVersionError,
)
from chalicelib.ports import Sealed, keys, plaintext
from chalicelib.ports.pharmacies import Order
from chalicelib.ports.tables import Delete, Item, Store
from chalicelib.services.gate import Staged
from chalicelib.services.pharmacy_orders.tools import KIND, Tools, said_version

TASK = system_actor("pharmacy-order")
A_RUN = 50

log = logging.getLogger("medkarta.pharmacy_orders")


class PharmacyOrderWork:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def run(self) -> dict[str, int]:
        """Work what is due, at most ``A_RUN`` orders. One that fails holds up no other."""
        done = {"worked": 0, "failed": 0}
        now = stamp(self._t.clock())
        for task in self._t.tables.query(Store.CARD, f"QUEUE#{keys.PHARMACY_ORDERS_DUE}", limit=A_RUN).items:
            if task["due"] > now:
                break
            done["worked" if self._worked(task) else "failed"] += 1
        return done

    def _worked(self, task: Item) -> bool:
        try:
            self._due(task)
        except MedkartaError as failure:
            log.warning("an order at a pharmacy was not worked: %s", failure.code)
        except Exception as failure:  # noqa: BLE001 - what nobody foresaw must not stand before all others
            log.error("an order at a pharmacy: unexpected %s", type(failure).__name__)  # noqa: TRY400 - no content
        else:
            return True
        with suppress(MedkartaError):
            self._aside(task)
        return False

    def _aside(self, task: Item) -> None:
        """It goes behind the others, unless it found another place already; one of long ago is given up."""
        row, now = self._t.tables.get(keys.pharmacy_order(task["patient"], task["order"])), self._t.clock()
        if row is None or row["due"] != task["due"]:
            return
        if next_question(from_stamp(row["created_at"]), now) is None:
            self._ended(row, State.FAILED, "no-end")
        else:
            self._t.changed(None, row, {}, due=now + FIRST_TRIES[0])

    def _due(self, task: Item) -> None:
        patient_id, order_id = PersonId(task["patient"]), str(task["order"])
        row = self._t.tables.get(keys.pharmacy_order(patient_id, order_id))
        if row is None or row["due"] != task["due"]:  # it moved on, and this place in the queue was left over
            self._t.tables.commit([Delete(keys.queue(keys.PHARMACY_ORDERS_DUE, task["sk"]))])
            return
        try:
            self._step(patient_id, row)
        except StaleVersionError:  # the patient was faster; the new place in the queue is theirs
            return
        except (ErasedError, CardMergedError):
            self._t.tables.commit([Delete(keys.queue(keys.PHARMACY_ORDERS_DUE, task["sk"]))])

    def _step(self, patient_id: PersonId, row: Item) -> None:
        revoked = self._t.dead(row)
        if (revoked or row["cancelling"]) and not row["attempts"]:  # no chain has heard of it
            reason = "prescription" if revoked else "patient"
            self._ended(row, State.CANCELLED, reason)
        elif revoked or row["cancelling"]:
            self._ask(row, self._t.pharmacies.cancel, {"cancelling": True})
        elif row["placed"]:
            self._ask(row, self._t.pharmacies.standing, {})
        else:
            self._place(patient_id, row)

    def _place(self, patient_id: PersonId, row: Item) -> None:
        """Tell the chain of it; an answer that was lost, or makes no sense, is asked for again under the same id."""
        now, attempts = self._t.clock(), int(row["attempts"]) + 1
        wait = next_try(attempts)
        # Counted before the chain is told: whoever dies here has told it, perhaps.
        row = self._t.changed(None, row, {"attempts": attempts}, due=now + (wait or FIRST_TRIES[0]))
        order = self._order(patient_id, row)
        try:
            said = self._t.pharmacies.place(row["chain"], order)
        except PharmacyUnavailableError as failure:
            if wait is None:
                with suppress(PharmacyUnavailableError):  # it may have arrived all the same
                    self._t.pharmacies.cancel(row["chain"], order.order_id)
                self._ended(row, State.FAILED, failure.code)
            return
        self.heard(TASK, row, said, {"placed": True})

    def _ask(self, row: Item, asking: Callable[[str, str], Standing], changes: Item) -> None:
        """How does it stand; or: please cancel. What the chain does not answer is asked again."""
        try:
            said = asking(row["chain"], row["id"])
        except PharmacyUnavailableError as failure:
            now = self._t.clock()
            wait = next_question(from_stamp(row["created_at"]), now)
            if wait is None:
                self._ended(row, State.FAILED, failure.code)
            else:
                self._t.changed(None, row, changes, due=now + wait)
            return
        self.heard(TASK, row, said, changes)

    def heard(self, actor: Actor, row: Item, said: Standing, changes: Item) -> None:
        """Store what a chain said, and when it is asked again. ``actor``: the task, and where the word came from."""
        now, before = self._t.clock(), State(row["state"])
        state = after(before, int(row["seen"]), said)
        wait = next_question(from_stamp(row["created_at"]), now)
        if wait is None and state in OPEN:
            self._ended(row, State.FAILED, "no-end")
            return
        new: Item = {**changes, "state": state.value}
        news = said.number > int(row["seen"])
        staged = self._staged("pharmacy-order:standing", row, actor) if news else None
        if staged is not None:
            text = plaintext({"text": said.text} if said.text else {})
            sealed = self._t.vault.seal(staged.seal_with, said_version(said.number), text)
            new |= {"seen": said.number, "said": sealed}
        self._t.changed(staged, row, new, due=now + wait if wait and state in OPEN else None)

    def _ended(self, row: Item, state: State, reason: str) -> None:
        """By us: no chain said so."""
        staged = self._staged("pharmacy-order:end", row)
        self._t.changed(staged, row, {"state": state.value, "reason": reason}, due=None)

    # --- pieces

    def _order(self, patient_id: PersonId, row: Item) -> Order:
        """What the chain is told; opening it is an entry that names the chain, and whether the number goes with it."""
        loyalty = self._t.tables.get(keys.loyalty(patient_id, row["chain"])) if row["loyalty"] else None
        given = loyalty is not None and loyalty["state"] == "given"
        kinds = (KIND, "loyalty") if given else (KIND,)
        permits = self._t.gate.permit_private_kinds(
            TASK,
            patient_id,
            kinds,
            "pharmacy-order:place",
            details={"chain": row["chain"], "loyalty": "passed on" if given else "not passed on"},
        )
        content = self._t.opened(permits[KIND], row)
        number = ""
        if loyalty is not None and given:
            sealed = Sealed.of(row["chain"], loyalty)
            number = str(json.loads(self._t.vault.open(permits["loyalty"], sealed))["number"])
        return Order(
            order_id=row["id"],
            kind=row["kind"],
            pharmacy_id=content["pharmacy"]["id"],
            drugs=content["drugs"],
            delivery=content.get("delivery", {}),
            loyalty=number,
        )

    def _staged(self, action: str, row: Item, actor: Actor = TASK) -> Staged:
        details = {"chain": row["chain"]}
        return self._t.gate.stage_private(
            actor, PersonId(row["patient"]), KIND, str(row["id"]), action, details=details
        )
