"""What a patient, or who acts for them, does: look for stock, order, look after an order, cancel it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.pharmacy_orders import LONGEST, Kind, State, asked_for, cancellable
from chalicelib.domain.prescriptions import State as PrescriptionState
from chalicelib.errors import (
    CardStateError,
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    WrongStateError,
)
from chalicelib.ports import Event, Sealed, keys, plaintext
from chalicelib.ports.prescription_rows import order_in_queue
from chalicelib.ports.tables import Check, Item, Put, Store, Write
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.services.pharmacy_orders.tools import KIND, OPEN_CARD, Tools, ended

SHOWN = ("id", "chain", "kind", "state", "prescription", "created_at", "updated_at", "reason")
ON_THE_ORDER = ("inn", "atc", "trade_name", "form", "strength")


def _forgotten(now: datetime) -> int:
    """When a chain's list has an order no more: long after it has ended."""
    return int((now + 2 * LONGEST).timestamp())


class PharmacyOrderService:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def stock(self, actor: Actor, record_id: str, region: str, chains: Sequence[str]) -> list[dict[str, Any]]:
        """What each chain has of what is left of a prescription; the chains learn no name and no id of a person.

        ``offers`` is None for a chain that does not answer as it should. Raises NotFoundError, WrongStateError.
        """
        names = [*(chains or self._t.chains)]
        for index, name in enumerate(names):
            self._chain(name, f"/chains/{index}")
        _, body, remaining = self._prescription(actor, record_id)
        asked = Event(actor, "pharmacy-order:ask", PersonId(actor.card_id), "success", PRESCRIPTION.name, record_id)
        self._t.gate.record(replace(asked, details={"chains": " ".join(names)}))
        parts = asked_for([], remaining)
        found = self._t.pharmacies.stock(names, _with_drugs(body, parts), region)
        return [
            {"chain": name, "offers": None if offers is None else [_offer(asdict(one)) for one in offers]}
            for name, offers in found.items()
        ]

    def order(self, actor: Actor, form: Mapping[str, Any], key: str) -> tuple[dict[str, Any], bool]:
        """Store an order; the chain is told within a minute. Returns it, and whether it was there already.

        Raises InvalidFieldsError, NotFoundError, WrongStateError, CardStateError.
        """
        self._chain(form["chain"], "/chain")
        patient_id = PersonId(actor.card_id)
        code, body, remaining = self._prescription(actor, form["prescription_id"])
        parts = asked_for(form["drugs"], remaining)
        content = {
            "pharmacy": {"id": form["pharmacy_id"]},
            "drugs": _with_drugs(body, parts),
            **({"delivery": form["delivery"]} if form["kind"] == Kind.DELIVERY else {}),
        }
        t, order_id, now = self._t, self._t.gate.new_id(), self._t.clock()
        staged = t.gate.stage_private(actor, patient_id, KIND, order_id, "pharmacy-order:request")
        staged = staged.saying(details={"chain": form["chain"], "kind": form["kind"]})
        row = {**self._row(patient_id, order_id, form, now), "rx": code}
        row["sealed"] = t.vault.seal(staged.seal_with, 1, plaintext(content))
        writes: list[Write] = [
            Put(keys.pharmacy_order(patient_id, order_id), row),
            order_in_queue(patient_id, order_id, row["due"]),
            Check(keys.card(patient_id), OPEN_CARD),
            t.patient_keys.alive(patient_id),
            Put(keys.chain_order(form["chain"], order_id), {"patient": patient_id, "expires": _forgotten(now)}),
        ]
        request = once(actor.person_id, "pharmacy-order:create", key, [patient_id, form], {"id": order_id})
        try:
            stored = t.gate.commit([staged], writes, request)
        except ConflictError as error:
            if error.index == 2:  # noqa: PLR2004 - the card
                raise CardStateError from None
            raise
        if stored is not None:
            return self.one(actor, stored["id"]), True
        return _shown(row, content), False

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[dict[str, Any]], Item | None]:
        """Newest first."""
        patient_id = PersonId(actor.card_id)
        permit = self._t.gate.permit_private(actor, patient_id, KIND, None, "pharmacy-order:list")
        found = self._t.tables.query(
            Store.CARD, keys.patient(patient_id), keys.PHARMACY_ORDERS, limit=limit, after=after, newest_first=True
        )
        return [_shown(row, self._t.opened(permit, row)) for row in found.items], found.after

    def one(self, actor: Actor, order_id: str) -> dict[str, Any]:
        """Raises NotFoundError."""
        row = self._order(actor, order_id)
        permit = self._t.gate.permit_private(actor, PersonId(row["patient"]), KIND, order_id, "pharmacy-order:read")
        return _shown(row, self._t.opened(permit, row))

    def cancel(self, actor: Actor, order_id: str) -> dict[str, Any]:
        """At once while no chain was told of it, otherwise it is the chain's to say. Raises WrongStateError."""
        row = self._order(actor, order_id)
        cancellable(State(row["state"]))
        t = self._t
        event = Event(
            actor, "pharmacy-order:cancel", PersonId(row["patient"]), resource_type=KIND, resource_id=order_id
        )
        if row["attempts"] == 0 and not row["placed"]:
            changes: Item = {"state": State.CANCELLED.value, "reason": "patient"}
            row = t.changed(t.gate.stage(event), row, changes, due=None)
        elif not row["cancelling"]:
            row = t.changed(t.gate.stage(event), row, {"cancelling": True}, due=t.clock())
        else:
            t.gate.record(event)  # asked again: nothing changes, and it is told how the order stands
        return _shown(row, {})

    # --- pieces

    def _chain(self, name: str, field: str) -> None:
        if name not in self._t.chains:
            raise InvalidFieldsError(fields=(FieldProblem(field, "unknown", "no such chain is connected"),))

    def _order(self, actor: Actor, order_id: str) -> Item:
        row = self._t.tables.get(keys.pharmacy_order(actor.card_id, order_id))
        if row is None:
            raise NotFoundError
        return row

    def _prescription(self, actor: Actor, record_id: str) -> tuple[str, dict[str, Any], list[int]]:
        """Hash of its code, body, packs left of each drug.

        Raises NotFoundError, WrongStateError unless it can be dispensed.
        """
        patient_id = PersonId(actor.card_id)
        permit = self._t.gate.admit(actor, Action.READ, patient_id, PRESCRIPTION, record_id)
        row = self._t.tables.get(keys.record(patient_id, PRESCRIPTION.name, record_id))
        if row is None:
            raise NotFoundError
        state = self._t.state(row["status"])
        if state is not PrescriptionState.ACTIVE:
            raise WrongStateError(f"the prescription is {state.value}", extra={"state": state.value})
        body = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        return row["rx"], body, [int(packs) for packs in row["status"]["remaining"]]

    @staticmethod
    def _row(patient_id: PersonId, order_id: str, form: Mapping[str, Any], now: datetime) -> Item:
        """``ver``: of the sealed content; ``step``: of the row; ``seen``: number of the chain's last word."""
        at = stamp(now)
        return {
            "id": order_id,
            "patient": patient_id,
            "chain": form["chain"],
            "kind": form["kind"],
            "prescription": form["prescription_id"],
            "loyalty": bool(form["use_loyalty"]),
            "state": State.REQUESTED.value,
            "placed": False,
            "cancelling": False,
            "attempts": 0,
            "seen": 0,
            "created_at": at,
            "updated_at": at,
            "due": at,
            "ver": 1,
            "step": 1,
        }


def _with_drugs(body: Mapping[str, Any], parts: Sequence[Mapping[str, int]]) -> list[dict[str, Any]]:
    """Parts together with what the prescription says of the drug."""
    return [
        {**part, **{name: drug[name] for name in ON_THE_ORDER if (drug := body["drugs"][part["line"] - 1]).get(name)}}
        for part in parts
    ]


def _offer(offer: dict[str, Any]) -> dict[str, Any]:
    drugs = [{name: value for name, value in drug.items() if value != ""} for drug in offer["drugs"]]
    return {**offer, "drugs": drugs}


def _shown(row: Item, content: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in SHOWN if name in row}
    return {**shown, "cancelling": bool(row["cancelling"]) and not ended(row), **content}
