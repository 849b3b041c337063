"""What a patient does of their own accord (ACC-4): share the card without being asked, and close it to somebody.

Sharing: one transaction with the consent, its line in the journal and the entry, as for an answer to a request.
Closing: first the closed door, which the gate sees with the next request, then every consent behind it is revoked; so a
crash in between leaves nothing open, and opening the door again revives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.domain.access import ConsentState, Level
from chalicelib.domain.consent_texts import ACCESS_CONSENT, current
from chalicelib.domain.consents import period_end, sections_given
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.representation import Representation
from chalicelib.errors import AccessDeniedError, AlreadyExistsError, ConflictError, NotFoundError, WrongStateError
from chalicelib.ports import Clock, Event, evidence, keys
from chalicelib.ports.access_rows import Grantee, consent_ended, consent_line, consent_of, consent_row
from chalicelib.ports.reminder_rows import consent_reminder
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Put, Store, Tables, Write, every_row
from chalicelib.records.registry import SECTIONS
from chalicelib.services.gate import Gate

BATCH = 18  # consents in one transaction: four writes each, and their entries
PASSES = 50  # of revoking while consents are being given
SHARED_WITH = frozenset({Role.DOCTOR.value, Role.NURSE.value})
SYSTEMS = frozenset({Role.INSURER.value, Role.CLINICAL_SYSTEM.value, Role.LABORATORY.value})
"""Partners to whose systems a card is shared. A pharmacy reads by the code of a prescription alone."""
MEMBER, ORGANISATION = "member", "organisation"


class SharingService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def organisations(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """The directory: ids and names, to share with or to close the card to."""
        self._gate.record(Event(actor, "directory:organisations", actor.person_id))
        found = self._tables.query(Store.IDENTITY, "ORGS", "ORG#", limit=limit, after=after)
        return [{"organisation_id": row["id"], "name": row["name"]} for row in found.items], found.after

    # --- sharing

    def grant(self, actor: Actor, form: Mapping[str, Any], language: str) -> Item:
        """Consent without a request. ``form``: whom (organisation and staff number, membership or system), what.

        Raises NotFoundError for nobody fitting, AlreadyExistsError while a consent or request stands (answer that
        one), WrongStateError for somebody to whom the card is closed.
        """
        patient_id, now = actor.card_id, self._clock()
        to, name = self.grantee(form)
        key = keys.consent(patient_id, to.grantee_id)
        rows = self._tables.get_many([key, *evidence.standing(actor)])
        old = rows.get(key)
        standing = consent_of(old)
        if standing is not None and standing.stands(now):
            raise AlreadyExistsError("there is a request or a consent already")
        row = _granted(form, to, name, patient_id, evidence.representation(rows, actor), old, now, language)
        event = Event(
            actor,
            "consent:grant",
            patient_id,
            resource_type="consent",
            resource_id=to.grantee_id,
            resource_version=int(row["ver"]),
            purpose=row["purpose"],
        )
        self._give(event, row, old)
        names = ("member", "state", "level", "sections", "purpose", "valid_until", "organisation", "role")
        return {**{n: row[n] for n in names}, "version": int(row["ver"])}

    def _give(self, event: Event, row: Item, old: Item | None) -> None:
        """The consent, its mirror and its line, unless another word was faster or the card is closed to them."""
        patient_id, grantee_id, at = PersonId(row["patient"]), row["member"], row["answered_at"]
        expect: Expected = {"ver": int(old["ver"])} if old else Expect.ABSENT
        mirror: Item = {"patient": patient_id, "state": row["state"], "at": at}
        line_id, now = self._gate.new_id(), datetime.fromisoformat(at)
        writes: list[Write] = [
            Put(keys.consent(patient_id, grantee_id), row, expect),
            Put(keys.grantee(grantee_id, patient_id), mirror, None),
            consent_line(event.actor, patient_id, grantee_id, row, now, line_id),
            *consent_reminder(row, now),
            Check(keys.barred(patient_id, grantee_id), Expect.ABSENT),
            Check(keys.barred(patient_id, row["organisation"]), Expect.ABSENT),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError as error:
            if error.index >= len(writes) - 2:
                raise WrongStateError("the card is closed to them: open it first") from None
            raise AlreadyExistsError("there is a request or a consent already") from None

    def grantee(self, form: Mapping[str, Any]) -> tuple[Grantee, str]:
        """Who is meant, and the name of a partner's system. Raises NotFoundError for nobody fitting."""
        organisation = str(form["organisation_id"])
        if form.get("client_id"):
            client = self._tables.get(keys.client(form["client_id"])) or {}
            fits = client.get("state") == "active" and client.get("role") in SYSTEMS
            if not fits or client.get("organisation") != organisation:
                raise NotFoundError
            return Grantee(client["id"], client["id"], organisation, "", str(client["role"])), str(client["name"])
        member = self._member(organisation, form)
        if member is None or member["state"] != "active" or member["role"] not in SHARED_WITH:
            raise NotFoundError
        made = Grantee(member["member"], member["person"], organisation, member["department"], member["role"])
        return made, ""

    def _member(self, organisation: str, form: Mapping[str, Any]) -> Item | None:
        if form.get("member_id"):
            return self._tables.get(keys.staff(organisation, form["member_id"]))
        number = form["staff_number"]
        staff = every_row(self._tables, Store.IDENTITY, f"ORG#{organisation}", "STAFF#")
        fitting = [row for row in staff if row.get("staff_number") == number and row["state"] == "active"]
        return fitting[0] if len(fitting) == 1 else None

    # --- closing

    def barred(self, actor: Actor) -> list[Item]:
        """To whom the card is closed."""
        patient_id = actor.card_id
        self._gate.record(Event(actor, "block:list", patient_id, resource_type="block"))
        rows = every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.BARRED)
        return [{name: row[name] for name in ("id", "kind", "organisation", "at")} for row in rows]

    def bar(self, actor: Actor, kind: str, who: str) -> Item:
        """Close the card to an organisation, or to somebody who asked, had consent or broke the glass. Repeatable.

        NotFoundError for an organisation that is not there, or a member whom this card never met; AccessDeniedError for
        a representative to whom a doctor closed something: the doctor must not be shut out by who harmed the ward.
        """
        patient_id, now = actor.card_id, self._clock()
        if actor.ward_id and evidence.restricted(self._tables.get_many(evidence.standing(actor)), actor):
            self._gate.refuse(actor, "block:put", "representation-scope")
            raise AccessDeniedError
        organisation = self._organisation_of(patient_id, kind, who)
        row: Item = {"id": who, "kind": kind, "organisation": organisation, "at": stamp(now)}
        event = Event(actor, "block:put", patient_id, resource_type="block", resource_id=who, details={"kind": kind})
        try:
            self._gate.commit([self._gate.stage(event)], [Put(keys.barred(patient_id, who), row)])
        except ConflictError:
            row = self._tables.get(keys.barred(patient_id, who)) or row
        self._withdraw(actor, patient_id, _behind(kind, who))
        return {name: row[name] for name in ("id", "kind", "organisation", "at")}

    def unbar(self, actor: Actor, who: str) -> None:
        """Open the door again: they may ask anew. What stood behind it stays revoked. Repeatable."""
        patient_id = actor.card_id
        key = keys.barred(patient_id, who)
        row = self._tables.get(key)
        if row is None:
            return
        self._withdraw(actor, patient_id, _behind(row["kind"], who))  # what a crash left when the door was closed
        event = Event(actor, "block:remove", patient_id, resource_type="block", resource_id=who)
        try:
            self._gate.commit([self._gate.stage(event)], [Delete(key, Expect.PRESENT)])
        except ConflictError:
            return

    def _organisation_of(self, patient_id: PersonId, kind: str, who: str) -> str:
        if kind == ORGANISATION:
            if self._tables.get(keys.organisation(who)) is None:
                raise NotFoundError
            return who
        met = list(self._tables.get_many([keys.consent(patient_id, who), keys.glass(patient_id, who)]).values())
        if not met:
            raise NotFoundError
        return str(met[0]["organisation"])

    def _withdraw(self, actor: Actor, patient_id: PersonId, behind: Callable[[Item], bool]) -> None:
        """Revoke what stands, refuse what is asked. A consent that changes meanwhile is taken in the next pass."""
        for _ in range(PASSES):
            rows = every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.CONSENTS)
            standing = (row for row in rows if row["state"] in _ENDS and behind(row))
            found = False
            while batch := list(islice(standing, BATCH)):
                found = True
                self._withdraw_these(actor, patient_id, batch)
            if not found:
                return
        raise ConflictError("consents are being changed right now")

    def _withdraw_these(self, actor: Actor, patient_id: PersonId, batch: Sequence[Item]) -> None:
        staged, writes = [], []
        for row in batch:
            event, changes = self._withdrawal(actor, patient_id, row)
            staged.append(self._gate.stage(event))
            writes += changes
        with suppress(ConflictError):  # one of them changed: all are left for the next pass
            self._gate.commit(staged, writes)

    def _withdrawal(self, actor: Actor, patient_id: PersonId, row: Item) -> tuple[Event, list[Write]]:
        state = _ENDS[row["state"]]
        event = Event(
            actor,
            f"consent:{state.value}",
            patient_id,
            resource_type="consent",
            resource_id=row["member"],
            resource_version=int(row["ver"]) + 1,
            purpose=row["purpose"],
        )
        return event, consent_ended(actor, patient_id, row, state, self._clock(), self._gate.new_id())


_ENDS = {
    ConsentState.REQUESTED.value: ConsentState.REFUSED,
    ConsentState.GRANTED.value: ConsentState.REVOKED,
}


def _granted(
    form: Mapping[str, Any],
    to: Grantee,
    name: str,
    patient_id: PersonId,
    acts: Representation | None,
    old: Item | None,
    now: datetime,
    language: str,
) -> Item:
    """The row of a consent that was given unasked. ``name``: of a partner's system, which has no person to name."""
    text = current(ACCESS_CONSENT)
    row = consent_row(
        to,
        patient_id,
        ConsentState.GRANTED,
        now,
        period_end(form.get("valid_until"), to.role, now, acts),
        level=Level(form["level"]),
        purpose=form["purpose"],
        sections=sections_given(form["sections"], SECTIONS, now, acts),
        version=int(old["ver"]) + 1 if old else 1,
    )
    said: Item = {"answered_at": stamp(now), "text_version": text.version, "text_sha256": text.hashes[language]}
    return {
        **row,
        **said,
        **({"partner": name} if to.role in SYSTEMS else {"react": ["consent_described", "consent_answered"]}),
    }


def _behind(kind: str, who: str) -> Callable[[Item], bool]:
    """Whether a consent is one that the closed door is for."""
    name = "member" if kind == MEMBER else "organisation"
    return lambda row: bool(row[name] == who)
