"""What orders at pharmacies stand on, and what the cabinet and the schedule both do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.access import CardState, Permit
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.pharmacies import Chain
from chalicelib.domain.pharmacy_orders import ENDED, State, dead
from chalicelib.domain.prescriptions import State as PrescriptionState
from chalicelib.domain.prescriptions import from_stamp, present_state
from chalicelib.errors import ConflictError, StaleVersionError
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.pharmacies import Pharmacies
from chalicelib.ports.prescription_rows import order_in_queue, order_out_of_queue
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

KIND = "pharmacy-order"
OPEN_CARD: Item = {"state": CardState.ACTIVE.value}


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    pharmacies: Pharmacies
    chains: Mapping[str, Chain]
    clock: Clock

    def state(self, status: Item) -> PrescriptionState:
        """The present state of a prescription, by the status of its record or by the row of its code."""
        return present_state(status["state"], from_stamp(status["expires_at"]), self.clock())

    def dead(self, row: Item) -> bool:
        """Whether nothing may be handed out any more by the code that an order was made for.

        A replaced prescription goes on under another code, perhaps with another drug; and the row of a code is the
        present one after a merge of cards too.
        """
        code = self.tables.get(keys.prescription_code(row["rx"]))
        return code is None or dead(self.state(code))

    def opened(self, permit: Permit, row: Item) -> dict[str, Any]:
        """What was ordered, and ``text``: the last that the chain said, if it said anything."""
        order_id = str(row["id"])
        content: dict[str, Any] = json.loads(self.vault.open(permit, Sealed.of(order_id, row)))
        if "said" not in row:
            return content
        said = Sealed(order_id, said_version(int(row["seen"])), bytes(row["said"]))
        return {**content, **json.loads(self.vault.open(permit, said))}

    def changed(self, staged: Staged | None, row: Item, changes: Item, *, due: datetime | None) -> Item:
        """Store changes of an order with its entry, its new place in the queue and, for a new state, its notice.

        ``staged``: None for what changes nothing that anybody could see (it is asked after again later). ``due``: when
        it is looked at again, None for never. The sealed content stays, so ``ver`` does; ``step`` grows.
        Raises StaleVersionError when the order moved meanwhile.
        """
        patient_id, order_id = PersonId(row["patient"]), str(row["id"])
        now, moment = self.clock(), stamp(due) if due else ""
        new: Item = {**changes, "due": moment, **({"updated_at": stamp(now)} if staged else {})}
        writes: list[Write] = [
            Update(keys.pharmacy_order(patient_id, order_id), new, {"step": 1}, expect={"step": int(row["step"])})
        ]
        if row["due"] and row["due"] != moment:
            writes.append(order_out_of_queue(patient_id, order_id, row["due"]))
        if moment and row["due"] != moment:
            writes.append(order_in_queue(patient_id, order_id, moment))
        state = changes.get("state", row["state"])
        if state != row["state"]:
            about = {"order": order_id}
            event = f"pharmacy_order_{state}"
            writes.append(happened(patient_id, self.gate.new_id(), event, now, about))
        try:
            if staged is None:
                self.tables.commit(writes)
            else:
                self.gate.commit([staged], writes)
        except ConflictError:
            raise StaleVersionError from None
        return {**row, **new, "step": int(row["step"]) + 1}


def said_version(number: int) -> int:
    """As which version the word with this number is sealed: the order itself is version 1, numbers begin with 1."""
    return number + 1


def ended(row: Item) -> bool:
    return State(row["state"]) in ENDED
