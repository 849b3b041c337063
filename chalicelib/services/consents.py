"""Consent: asked for, given, refused, narrowed, revoked; the journal of all that (ACC-1 .. ACC-4).

The present word to one member of staff is one row, read by the gate with every request, so that a revocation holds from
the next request on. Every change writes the row, the journal and the audit entry in one transaction. Whatever the
patient may say, a representative with the right may say for the ward; the entries name both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.access import CardState, ConsentState, Level, Permit
from chalicelib.domain.consent_texts import ACCESS_CONSENT, current
from chalicelib.domain.consents import NEXT, period_end, sections_given, shown_state
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.representation import Representation
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    CardMergedError,
    ConflictError,
    ConsentRequiredError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, Sealed, Vault, evidence, keys
from chalicelib.ports.access_rows import consent_line, consent_of, consent_request
from chalicelib.ports.reminder_rows import consent_reminder
from chalicelib.ports.tables import Check, Expect, Expected, Item, Put, Store, Tables, Update, Write
from chalicelib.records.registry import SECTIONS
from chalicelib.services.gate import Gate

SHOWN = (
    "member",
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
    "text_sha256",
    "partner",
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
        """Ask the patient (ACC-1). A request that is open, or a consent that is live, is not asked for twice.

        A closed door looks like a patient who has not answered (ConsentRequiredError), as an unknown one does.
        """
        own = keys.consent(patient_id, actor.member_id)
        barred = (keys.barred(patient_id, actor.member_id), keys.barred(patient_id, actor.organisation_id))
        rows = self._tables.get_many([own, keys.card(patient_id), *barred])
        card, now = rows.get(keys.card(patient_id)), self._clock()
        if card is None or card["state"] == CardState.ERASED:
            # Nothing is stored in the name of whom we do not know, or do not know any more.
            self._gate.refuse(actor, "consent:request", "no-card")
            raise ConsentRequiredError
        if card["state"] == CardState.MERGED:
            raise CardMergedError(card["merged_into"])
        if any(key in rows for key in barred):
            self._refuse_barred(actor, patient_id)
        old = rows.get(own)
        standing = consent_of(old)
        if standing is not None and standing.stands(now):
            raise AlreadyExistsError("there is a request or a consent already")
        version = int(old["ver"]) + 1 if old else 1
        expect: Expected = {"ver": int(old["ver"])} if old else Expect.ABSENT
        writes = consent_request(
            actor,
            patient_id,
            now,
            self._gate.new_id(),
            level=level,
            purpose=purpose,
            sections=sections,
            version=version,
            expect=expect,
        )
        event = Event(actor, "consent:request", patient_id, purpose=purpose, resource_type="consent")
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError as error:
            if error.index >= len(writes) - len(barred):  # the door was closed at this moment
                self._refuse_barred(actor, patient_id)
            raise StaleVersionError from None
        return {"patient_id": patient_id, "state": ConsentState.REQUESTED.value, "version": version}

    def _refuse_barred(self, actor: Actor, patient_id: PersonId) -> None:
        self._gate.record(Event(actor, "consent:request", patient_id, "denied", "consent", reason="blocked"))
        raise ConsentRequiredError

    def my_patients(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Patients who were asked by, or answered, this member of staff."""
        self._gate.record(Event(actor, "consent:my-patients", actor.person_id))
        found = self._tables.query(Store.CARD, f"GRANTEE#{actor.member_id}", "P#", limit=limit, after=after)
        return [{"patient_id": i["patient"], "state": i["state"], "at": i["at"]} for i in found.items], found.after

    # --- the patient, or who represents them

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """All requests and consents of the card, with who is behind each; one whose time is over shows as expired."""
        patient_id = actor.card_id
        permit = self._gate.permit_private(actor, patient_id, "consent", None, "consent:list")
        found = self._tables.query(Store.CARD, keys.patient(patient_id), keys.CONSENTS, limit=limit, after=after)
        return [self._shown(permit, row) for row in found.items], found.after

    def journal(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Everything that was ever asked, given, refused and revoked, newest first (ACC-2)."""
        self._gate.record(Event(actor, "consent:journal", actor.card_id))
        found = self._tables.query(
            Store.CARD, keys.patient(actor.card_id), "CJ#", limit=limit, after=after, newest_first=True
        )
        lines = [{n: v for n, v in row.items() if n not in {"pk", "sk"}} for row in found.items]
        return lines, found.after

    def answer(
        self, actor: Actor, member_id: str, version: int, answer: Mapping[str, Any], language: str = "ru"
    ) -> Item:
        """Grant or refuse, or change what was granted. ``answer``: state, level, sections, purpose, valid_until.

        What is absent stays as it was asked; without a day the period is that of the grantee's role. AccessDeniedError
        for a representative to whom a doctor closed something, about a consent that stands: it may be that doctor's.
        """
        patient_id = actor.card_id
        rows = self._tables.get_many([keys.consent(patient_id, member_id), *evidence.standing(actor)])
        row = rows.get(keys.consent(patient_id, member_id))
        if row is None:
            raise NotFoundError
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        state = ConsentState(answer["state"])
        if state not in NEXT[ConsentState(row["state"])]:
            raise WrongStateError(f"a consent that is {row['state']} cannot become {state.value}")
        now, standing = self._clock(), consent_of(row)
        if standing is not None and standing.live(now) and evidence.restricted(rows, actor):
            self._gate.refuse(actor, f"consent:{state.value}", "representation-scope")
            raise AccessDeniedError
        changes = self._said(state, row, answer, language, evidence.representation(rows, actor))
        changed: Item = {**row, **changes, "ver": version + 1}
        mirror: Item = {"patient": patient_id, "state": state.value, "at": stamp(now)}
        writes: list[Write] = [
            Update(keys.consent(patient_id, member_id), changes, add={"ver": 1}, expect={"ver": version}),
            Put(keys.grantee(member_id, patient_id), mirror, None),
            consent_line(actor, patient_id, member_id, changed, now, self._gate.new_id()),
            *consent_reminder(changed, now),
        ]
        event = Event(
            actor,
            f"consent:{state.value}",
            patient_id,
            resource_type="consent",
            resource_id=member_id,
            resource_version=version + 1,
            purpose=changed["purpose"],
        )
        self._commit(event, writes, _open_to(changed))
        return self._plain(changed)

    def _said(
        self,
        state: ConsentState,
        row: Item,
        answer: Mapping[str, Any],
        language: str,
        standing: Representation | None,
    ) -> Item:
        """What an answer changes in the row."""
        now, text = self._clock(), current(ACCESS_CONSENT)
        changes: Item = {
            "state": state.value,
            "answered_at": stamp(now),
            "text_version": text.version,
            "text_sha256": text.hashes[language],
            "react": ["consent_answered"] if row["person"] != row["member"] else [],
        }
        if state is not ConsentState.GRANTED:
            return changes
        given = {name: answer.get(name) for name in ("level", "sections", "purpose")}
        changes |= {name: row[name] if value is None else value for name, value in given.items()}
        until = period_end(answer.get("valid_until"), str(row["role"]), now, standing)
        return changes | {
            "sections": sections_given(changes["sections"], SECTIONS, now, standing),
            "valid_from": stamp(now),
            "valid_until": stamp(until),
        }

    def _commit(self, event: Event, writes: Sequence[Write], doors: Sequence[Write]) -> None:
        try:
            self._gate.commit([self._gate.stage(event)], [*writes, *doors])
        except ConflictError as error:
            if error.index >= len(writes):
                raise WrongStateError("the card is closed to them: open it first") from None
            raise StaleVersionError from None

    # --- rows

    def _plain(self, row: Item) -> Item:
        shown: Item = {name: row[name] for name in SHOWN if name in row}
        until = datetime.fromisoformat(row["valid_until"])
        state = shown_state(ConsentState(row["state"]), until, self._clock())
        paper = row.get("paper", {})
        if paper.get("at") == row.get("answered_at", ""):  # the patient has said nothing else since
            shown |= {"on_paper": True, "recorded_by": paper["by"], "scans": list(paper["scans"])}
        return {**shown, "state": state, "version": int(row["ver"])}

    def _shown(self, permit: Permit, row: Item) -> Item:
        shown = self._plain(row)
        if "sealed" in row:  # written by a reaction a moment after the request
            who = Sealed(row["member"], int(row["sealed_ver"]), bytes(row["sealed"]))
            shown["who"] = json.loads(self._vault.open(permit, who))
        return shown


def _open_to(row: Item) -> list[Write]:
    """Nobody is granted anything behind a door that the patient closed to them."""
    if row["state"] != ConsentState.GRANTED.value:
        return []
    return [Check(keys.barred(row["patient"], who), Expect.ABSENT) for who in (row["member"], row["organisation"])]
