"""What was dispensed by a prescription, and what a pharmacy took back: for the patient and the doctor (RX-3)."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import NotFoundError
from chalicelib.ports import Sealed, Vault, keys
from chalicelib.ports.tables import Item, Store, Tables, every_row
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.services.gate import Gate


class DispensedService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault

    def listed(self, actor: Actor, patient_id: PersonId, record_id: str) -> list[dict[str, Any]]:
        """Oldest first: number, moment, pharmacy, drugs by line and packs, pharmacist, and what became of it.

        Raises NotFoundError for a prescription that is not there.
        """
        permit = self._gate.admit(actor, Action.HISTORY, patient_id, PRESCRIPTION, record_id, opens="dispensing")
        if self._tables.get(keys.record(patient_id, PRESCRIPTION.name, record_id)) is None:
            raise NotFoundError
        rows = list(every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.dispensings(record_id)))
        pharmacies = self._names({row["pharmacy"] for row in rows})
        back = {int(row["reverses"]): row for row in rows if "reverses" in row}
        return [
            self._shown(permit, row, back.get(int(row["ver"])), pharmacies) for row in rows if "reverses" not in row
        ]

    def _shown(self, permit: Permit, row: Item, reversal: Item | None, pharmacies: dict[str, str]) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "number": int(row["ver"]),
            "at": row["at"],
            "pharmacy": pharmacies.get(row["pharmacy"], "—"),
            "drugs": [{name: int(n) for name, n in part.items()} for part in row["drugs"]],
            "reversed": reversal is not None,
        }
        shown["pharmacist"] = json.loads(self._vault.open(permit, Sealed.of(str(permit.record_id), row)))["pharmacist"]
        if reversal is not None:
            shown |= {"reversed_at": reversal["at"], "reversal_reason": reversal["reason"]}
        return shown

    def _names(self, organisations: set[str]) -> dict[str, str]:
        found = (
            self._tables.get_many([keys.organisation(one) for one in sorted(organisations)]) if organisations else {}
        )
        return {one: str(row["name"]) for one in organisations if (row := found.get(keys.organisation(one)))}
