"""Consent: asked for, given, refused, revoked; the journal of all that (ACC-1 .. ACC-4).

The present word to one member of staff is one row, read by the gate with every request, so that a revocation holds from
the next request on. Every change writes the row, the journal and the audit entry in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import CardState, ConsentState, Level, Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    AlreadyExistsError,
    ConflictError,
    ConsentRequiredError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, Sealed, Vault, keys
from chalicelib.ports.access_rows import consent_of, consent_request
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate

MAX_PERIOD = timedelta(days=365)
DEFAULT_PERIOD = timedelta(days=90)  # grants end by themselves (reference: peers, 7.8)
TEXT_VERSION = "2026-11"
SHOWN = (
    "member",
    "state",
    "level",
    "sections",
    "purpose",
    "valid_from",
    "valid_until",
    "requested_at",
    "answered_at",
    "organisation",
    "department",
    "role",
    "text_version",
)


class ConsentService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._clock = clock

    # --- staff

    def request(
        self, actor: Actor, patient_id: PersonId, *, level: Level, sections: Sequence[str], purpose: str
    ) -> Item:
        """Ask the patient (ACC-1). A request that is open, or a consent that is live, is not asked for twice."""
        rows = self._tables.get_many([keys.consent(patient_id, actor.member_id), keys.card(patient_id)])
        old = rows.get(keys.consent(patient_id, actor.member_id))
        now = self._clock()
        standing = consent_of(old)
        if old is not None and standing is not None:
            open_request = standing.state is ConsentState.REQUESTED and now < standing.valid_until
            if open_request or standing.live(now):
                raise AlreadyExistsError("there is a request or a consent already")
        version = int(old["ver"]) + 1 if old else 1
        event = Event(actor, "consent:request", patient_id, purpose=purpose, resource_type="consent")
        card = rows.get(keys.card(patient_id))
        if card is None or card["state"] == CardState.ERASED:
            # An unknown or erased patient looks like one who has not answered; nothing is stored in their name.
            self._gate.refuse(actor, "consent:request", "no-card")
            raise ConsentRequiredError
        expect: Expected = {"ver": int(old["ver"])} if old else Expect.ABSENT
        line_id = self._gate.new_id()
        writes = consent_request(
            actor,
            patient_id,
            now,
            line_id,
            level=level,
            purpose=purpose,
            sections=sections,
            version=version,
            expect=expect,
        )
        self._commit(event, writes)
        return {"patient_id": patient_id, "state": ConsentState.REQUESTED.value, "version": version}

    def my_patients(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Patients who were asked by, or answered, this member of staff."""
        self._gate.record(Event(actor, "consent:my-patients", actor.person_id))
        found = self._tables.query(Store.CARD, f"GRANTEE#{actor.member_id}", "P#", limit=limit, after=after)
        return [{"patient_id": i["patient"], "state": i["state"], "at": i["at"]} for i in found.items], found.after

    # --- the patient

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """All requests and consents of the patient's own card, with who is behind each."""
        permit = self._gate.permit_private(actor, actor.person_id, "consent", None, "consent:list")
        found = self._tables.query(Store.CARD, keys.patient(actor.person_id), "CONSENT#", limit=limit, after=after)
        return [self._shown(permit, row) for row in found.items], found.after

    def journal(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Everything that was ever asked, given, refused and revoked, newest first (ACC-2)."""
        self._gate.record(Event(actor, "consent:journal", actor.person_id))
        found = self._tables.query(
            Store.CARD, keys.patient(actor.person_id), "CJ#", limit=limit, after=after, newest_first=True
        )
        lines = [{n: v for n, v in row.items() if n not in {"pk", "sk"}} for row in found.items]
        return lines, found.after

    def answer(self, actor: Actor, member_id: str, version: int, answer: Mapping[str, Any]) -> Item:
        """Grant or refuse, or change what was granted. ``answer``: state, level, sections, valid_until."""
        patient_id = actor.person_id
        row = self._tables.get(keys.consent(patient_id, member_id))
        if row is None:
            raise NotFoundError
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        state = ConsentState(answer["state"])
        _allowed(ConsentState(row["state"]), state)
        now = self._clock()
        changes: Item = {
            "state": state.value,
            "answered_at": stamp(now),
            "text_version": TEXT_VERSION,
            "react": ["consent_answered"],
        }
        if state is ConsentState.GRANTED:
            changes |= {
                "level": answer.get("level") or row["level"],
                "sections": sorted(answer["sections"] if answer.get("sections") is not None else row["sections"]),
                "valid_from": stamp(now),
                "valid_until": stamp(_until(answer.get("valid_until"), now)),
            }
        writes: list[Write] = [
            Update(keys.consent(patient_id, member_id), changes, add={"ver": 1}, expect={"ver": version}),
            Put(
                keys.grantee(member_id, patient_id),
                {"patient": patient_id, "state": state.value, "at": stamp(now)},
                None,
            ),
            self._journal(patient_id, member_id, state.value, version + 1, changes),
        ]
        event = Event(
            actor,
            f"consent:{state.value}",
            patient_id,
            resource_type="consent",
            resource_id=member_id,
            resource_version=version + 1,
            purpose=row["purpose"],
        )
        self._commit(event, writes)
        shown = {name: value for name, value in {**row, **changes}.items() if name in SHOWN}
        return {**shown, "version": version + 1}

    # --- rows

    def _commit(self, event: Event, writes: Sequence[Write]) -> None:
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise StaleVersionError from None

    def _journal(
        self, patient_id: PersonId, member_id: str, what: str, version: int, changes: Mapping[str, Any] | None = None
    ) -> Write:
        line_id = self._gate.new_id()
        line: Item = {"id": line_id, "member": member_id, "what": what, "version": version, "at": stamp(self._clock())}
        for name in ("level", "sections", "valid_until", "text_version"):
            if changes and name in changes:
                line[name] = changes[name]
        return Put(keys.consent_journal(patient_id, line_id), line)

    def _shown(self, permit: Permit, row: Item) -> Item:
        shown: Item = {name: row[name] for name in SHOWN if name in row}
        shown["version"] = int(row["ver"])
        if "sealed" in row:  # written by a reaction a moment after the request
            who = Sealed(row["member"], int(row["sealed_ver"]), bytes(row["sealed"]))
            shown["who"] = json.loads(self._vault.open(permit, who))
        return shown


NEXT = {
    ConsentState.REQUESTED: frozenset({ConsentState.GRANTED, ConsentState.REFUSED}),
    ConsentState.GRANTED: frozenset({ConsentState.GRANTED, ConsentState.REVOKED}),
    ConsentState.REFUSED: frozenset({ConsentState.GRANTED}),
    ConsentState.REVOKED: frozenset({ConsentState.GRANTED}),
}


def _allowed(present: ConsentState, wanted: ConsentState) -> None:
    if wanted not in NEXT[present]:
        raise WrongStateError(f"a consent that is {present.value} cannot become {wanted.value}")


def _until(text: str | None, now: datetime) -> datetime:
    if text is None:
        return now + DEFAULT_PERIOD
    moment = datetime.fromisoformat(text)
    if not now < moment <= now + MAX_PERIOD:
        raise InvalidFieldsError(fields=(FieldProblem("/valid_until", "range", "within one year from now"),))
    return moment
