"""A partner's system asks for an export, sees how far it is, downloads its files, and deletes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.domain import bulk
from chalicelib.domain.bulk import BulkState
from chalicelib.domain.identity import SYS, Actor, PatientId, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import patient_of
from chalicelib.domain.smart import SYSTEM, permits
from chalicelib.errors import (
    AccessDeniedError,
    BulkBusyError,
    BulkFailedError,
    BulkFileClosedError,
    BulkKeyMissingError,
    BulkTooLargeError,
    ConflictError,
    NotFoundError,
)
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, every_row
from chalicelib.services.bulk.making import MAKE
from chalicelib.services.bulk.rows import Tools, files_of, moved, place_of


class BulkService:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def order(self, actor: Actor, group: str, types: Sequence[str], since: str, request: str) -> str:
        """Begin one and return its id. ``group``: id of a Group, or ``consented`` for all who consented to the client;
        ``since``: a moment as this system writes them, or ""; ``request``: the address that was asked for.

        Raises NotFoundError for a group that is not there, BulkKeyMissingError, BulkBusyError, BulkTooLargeError.
        """
        client = self._t.tables.get(keys.client(actor.person_id)) or {}
        jwk = bulk.encryption_key(client.get("jwks", {}))
        if jwk is None or not self._t.cipher.algorithm(jwk):
            raise BulkKeyMissingError
        cards = self._cards(actor, group)
        if len(cards) > bulk.PATIENTS:
            raise BulkTooLargeError(f"at most {bulk.PATIENTS}")
        export_id, now = self._t.gate.new_id(), self._t.clock()
        row: Item = {
            "id": export_id,
            "patient": actor.person_id,  # in whose partition it lies
            "client": actor.person_id,
            "role": actor.role.value,
            "organisation": actor.organisation_id,
            "scopes": sorted(actor.scopes),
            "state": BulkState.MAKING.value,
            "cards": cards,
            "left_out": [],
            "done": 0,
            "step": 0,
            "types": sorted(types),
            "since": since,
            "request": request,
            "jwk": jwk,
            "kid": str(jwk.get("kid", "")),
            "alg": self._t.cipher.algorithm(jwk),
            "at": stamp(now),
            "moved_at": stamp(now),
            "until": stamp(now + bulk.KEPT),
            "ver": 1,
            "react": [MAKE],
        }
        event = Event(actor, "bulk:create", SYS, resource_type="bulk", resource_id=export_id)
        writes = [
            Put(keys.newest_bulk_export(actor.person_id), {"export": export_id}, self._free(actor)),
            Put(keys.bulk_export(actor.person_id, export_id), row),
            Put(keys.queue(keys.FILES, f"{stamp(now + bulk.STALLED)}#{export_id}"), _to_look_at(row)),
        ]
        try:
            self._t.gate.commit([self._t.gate.stage(event)], writes)
        except ConflictError as error:
            if error.index == 0:
                raise BulkBusyError(retry_after=bulk.WAIT) from None
            raise
        return export_id

    def state(self, actor: Actor, export_id: str) -> tuple[str, dict[str, Any]]:
        """(how far it is, nothing) until it is ready, then ("", the manifest).

        Raises NotFoundError, BulkFailedError.
        """
        row = self._own(actor, export_id)
        self._t.gate.record(Event(actor, "bulk:read", SYS, resource_type="bulk", resource_id=export_id))
        match BulkState(row["state"]):
            case BulkState.MAKING:
                return bulk.progress(row), {}
            case BulkState.FAILED:
                raise BulkFailedError
            case _:
                here = f"{self._t.base}/$export/{export_id}"
                return "", bulk.manifest(row, [*files_of(self._t.tables, row)], here)

    def file(self, actor: Actor, export_id: str, name: str) -> bytes:
        """A file as the client alone can open it. Raises NotFoundError, BulkFileClosedError after a consent's end,
        AccessDeniedError for a token that does not speak of what is in it.
        """
        row = self._own(actor, export_id)
        file = self._t.tables.get(keys.bulk_file(actor.person_id, export_id, name))
        if file is None or row["state"] != BulkState.READY.value:
            raise NotFoundError
        if file["of"] == "output" and not permits(actor.scopes, SYSTEM, str(file["type"]), "r"):
            self._t.gate.refuse(actor, "bulk:download", "scope")
            raise AccessDeniedError
        event = Event(
            actor, "bulk:download", SYS, resource_type="bulk", resource_id=export_id, details={"file": file["name"]}
        )
        self._t.gate.record(event)
        if not all(self._t.cards.consented(actor, PersonId(card)) for card in file["cards"]):
            raise BulkFileClosedError
        return self._t.documents.get(place_of(row, file["name"]))

    def cancel(self, actor: Actor, export_id: str) -> None:
        """Stop it, or give up its files: nobody gets them any more, and the next run of the tidying deletes them."""
        row = self._own(actor, export_id)
        event = Event(actor, "bulk:cancel", SYS, resource_type="bulk", resource_id=export_id)
        change: Item = {"state": BulkState.CANCELLED.value, "react": []}
        line = Put(keys.queue(keys.FILES, f"{stamp(self._t.clock())}#{export_id}"), _to_look_at(row), None)
        self._t.gate.commit([self._t.gate.stage(event)], [moved(row, change), line])

    # --- pieces

    def _own(self, actor: Actor, export_id: str) -> Item:
        row = self._t.tables.get(keys.bulk_export(actor.person_id, export_id))
        if row is None or not bulk.live(row, self._t.clock()):
            raise NotFoundError
        return row

    def _free(self, actor: Actor) -> Expected:
        """Condition on the row of the newest export: that no other is being made."""
        newest = self._t.tables.get(keys.newest_bulk_export(actor.person_id))
        if newest is None:
            return Expect.ABSENT
        row = self._t.tables.get(keys.bulk_export(actor.person_id, newest["export"]))
        if row is not None and bulk.at_work(row, self._t.clock()):
            raise BulkBusyError(retry_after=bulk.WAIT)
        return {"export": newest["export"]}

    def _cards(self, actor: Actor, group: str) -> list[PatientId]:
        """Whose consent to the client is live now. Each is looked at again when its card is read."""
        if group == bulk.CONSENTED:
            pk = keys.grantee(actor.grantee_id, "").pk
            named = (
                PersonId(str(row["sk"]).removeprefix(keys.patient("")))
                for row in every_row(self._t.tables, Store.CARD, pk, keys.patient(""))
            )
        else:
            members = self._t.reader.read(actor, "Group", group).get("member", ())
            said = (str(one.get("entity", {}).get("reference", "")).removeprefix("Patient/") for one in members)
            named = (card for one in said if (card := patient_of(one)) is not None)
        found: list[PatientId] = []
        for one in dict.fromkeys(named):
            if self._t.cards.consented(actor, one):
                found.append(one)
            if len(found) > bulk.PATIENTS:
                break
        return found


def _to_look_at(row: Item) -> Item:
    return {"what": "bulk", "client": row["client"], "id": row["id"]}
