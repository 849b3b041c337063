"""Parts of a transfer. Each is collected through the gate when it is fetched, signed by us and sealed to the receiver.

So nothing of it lies anywhere, and what the patient has revoked, hidden or corrected meanwhile is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain import exact_json
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.domain.transfers import PART, PART_BYTES, STEP, State, digest_of
from chalicelib.errors import ConflictError, NotFoundError, WrongStateError
from chalicelib.ports import Event, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Page, Store, Update
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.spec import RecordType
from chalicelib.services.transfers.asking import Asking
from chalicelib.services.transfers.tools import Tools

SYSTEM = "urn:medkarta:transfer"
TOLD = "transfer_given"
OPENS = "transfer"


class Giving:
    def __init__(self, tools: Tools, asking: Asking) -> None:
        self._t = tools
        self._asking = asking

    def part(self, actor: Actor, transfer_id: str, number: int, after: Mapping[str, Any] | None) -> Item:
        """``{"part", "sealed", "after"}``: the compact JWE, and where the next part begins, None at the end.

        Raises NotFoundError, WrongStateError unless the consent stands, and what the gate raises.
        """
        row = self._asking.row(actor, transfer_id)
        client = self._t.tables.get(keys.client(actor.person_id))
        if row["client"] != actor.person_id or client is None:
            raise NotFoundError
        state = self._asking.state(row)
        if state not in {State.GRANTED, State.ACCEPTED}:
            raise WrongStateError(f"the transfer is {state.value}", extra={"state": state.value})
        recipient = self._t.box.recipient_key(client["jwks"])
        if recipient is None:
            raise WrongStateError("the system has no public key for encryption any more")
        patient_id = PersonId(row["patient"])
        kinds = [
            kind for kind in RECORD_TYPES if kind.body and (not row["sections"] or kind.section in row["sections"])
        ]
        permits = self._t.gate.admit_listed(actor, patient_id, kinds[0], kinds, OPENS)
        self._given(actor, row)
        entries, following = self._collected(actor, row, kinds, permits, after)
        return {"part": number, "sealed": self._sealed(row, recipient, number, entries), "after": following}

    def _given(self, actor: Actor, row: Item) -> None:
        """The first part is an event of which the patient is told."""
        patient_id, now = PersonId(row["patient"]), self._t.clock()
        event = Event(actor, "transfer:give", patient_id, resource_type="transfer", resource_id=row["id"])
        if "given_at" in row:
            self._t.gate.record(event)
            return
        change = Update(
            keys.transfer(patient_id, row["id"]),
            {"given_at": stamp(now)},
            add={"ver": 1},
            expect={"ver": int(row["ver"])},
        )
        try:
            told = happened(patient_id, self._t.gate.new_id(), TOLD, now)
            self._t.gate.commit([self._t.gate.stage(event)], [change, told])
        except ConflictError:  # the same part was asked for twice at once
            self._t.gate.record(event)

    def _collected(
        self,
        actor: Actor,
        row: Item,
        kinds: list[RecordType],
        permits: Mapping[str, Permit],
        after: Mapping[str, Any] | None,
    ) -> tuple[list[Item], Item | None]:
        """Entries of the next records, and the place behind them."""
        found: list[Item] = []
        first = int(after["kind"]) if after else 0
        place = dict(after["place"]) if after and after.get("place") else None
        seen = size = 0
        for index in range(first, len(kinds)):
            permit = permits.get(kinds[index].name)
            while permit is not None:
                if seen >= PART or size >= PART_BYTES:
                    return found, {"kind": index, "place": place}
                page = self._page(row["patient"], kinds[index], place)
                for one in page.items:
                    if row["from"] in {"", one["organisation"]}:
                        entries = self._entries(actor, kinds[index], permit, one)
                        size += sum(len(entry["text"]) for entry in entries)
                        found += entries
                seen, place = seen + len(page.items), page.after
                if place is None:
                    break
        return found, None

    def _page(self, patient_id: str, kind: RecordType, after: Item | None) -> Page:
        return self._t.tables.query(
            Store.CARD, keys.patient(patient_id), f"{kind.name}#", index=keys.BY_DATE, limit=STEP, after=after
        )

    def _entries(self, actor: Actor, kind: RecordType, permit: Permit, row: Item) -> list[Item]:
        entries = []
        for resource in self._t.opened().opened(actor, kind, permit, row):
            name = f"{resource['resourceType']}/{resource['id']}"
            origin = {"id": name, "version": int(row["ver"]), "organisation": row["organisation"], "role": row["role"]}
            text = exact_json.dumps(resource)
            entries.append({"resource": resource, "text": text, "origin": {**origin, "source": row["source"]}})
        return entries

    def _sealed(self, row: Item, recipient: Mapping[str, Any], number: int, entries: list[Item]) -> str:
        now = self._t.clock()
        patient: Item = {"resourceType": "Patient", "id": card_resource_id(PersonId(row["patient"]))}
        resources = [patient, *(entry["resource"] for entry in entries)]
        manifest = [{**entry["origin"], "sha256": digest_of(entry["text"])} for entry in entries]
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "identifier": {"system": SYSTEM, "value": f"{row['id']}.{number}"},
            "timestamp": stamp(now),
            "entry": [
                {"fullUrl": f"{self._t.issuer}/fhir/{one['resourceType']}/{one['id']}", "resource": one}
                for one in [*resources, *([self._provenance(row, entries)] if entries else [])]
            ],
        }
        content = exact_json.dumps({"bundle": bundle, "manifest": manifest})
        claims = {"aud": row["organisation"], "iat": int(now.timestamp()), "transfer": row["id"], "part": number}
        signature = self._t.signer.issue({**claims, "digest": digest_of(content)}, purpose="transfer")
        return self._t.box.seal(recipient, exact_json.dumps({"signature": signature, "content": content}).encode())

    def _provenance(self, row: Item, entries: list[Item]) -> Item:
        authors = sorted({entry["origin"]["organisation"] for entry in entries} - {""})
        agents: list[Item] = [
            {"who": {"identifier": {"system": "urn:medkarta:organisation", "value": one}}} for one in authors
        ]
        return {
            "resourceType": "Provenance",
            "id": row["id"],
            "target": [{"reference": entry["origin"]["id"]} for entry in entries],
            "recorded": stamp(self._t.clock()),
            "agent": agents or [{"who": {"display": self._t.issuer}}],
        }
