"""Who acts for whom (ACC-8): the lists of both sides, a young person's own grant, and early ends.

A representation of a parent, guardian or court is made by staff who saw the papers (cases). Here the patient gives one
again after the age of consent, or ends what they gave; and a doctor ends or narrows one for the patient's safety.
Nobody who represents can reach these routes: there is no sub-delegation.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from chalicelib.domain.access import Action, Level
from chalicelib.domain.ages import CONSENT_AGE, age_at
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.names import full_name
from chalicelib.domain.representation import KINDS, MAX_GRANT, RESTRICTED, Kind
from chalicelib.domain.sessions import task_for
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    DecryptionError,
    ErasedError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.reminder_rows import representation_reminder
from chalicelib.ports.rows import happened, representation
from chalicelib.ports.tables import Item, Put, Store, Tables, Update, Write, every_row
from chalicelib.records.restriction import RESTRICTION
from chalicelib.services.gate import Gate, Staged

TASK = "representation"
MOST = 50
"""Wards or representatives of one person that are listed; a family is smaller."""


class RepresentativeService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._clock = clock

    # --- lists

    def wards(self, actor: Actor) -> list[Item]:
        """For whom this person may act now. What has ended is not in the list, nor counted."""
        self._gate.record(Event(actor, "representation:wards", actor.person_id))
        mirrors = self._tables.query(Store.IDENTITY, keys.person(actor.person_id), keys.WARDS, limit=MOST).items
        rows = self._tables.get_many([keys.representation(m["patient"], actor.person_id) for m in mirrors])
        live = [row for row in rows.values() if self._live(row)]
        return [
            {"patient_id": row["patient"], "name": self._name(actor, PersonId(row["patient"])), **_shown(row)}
            for row in sorted(live, key=lambda row: str(row["since"]))
        ]

    def mine(self, actor: Actor) -> list[Item]:
        """Everybody who acts or acted for this patient."""
        self._gate.record(Event(actor, "representation:list", actor.person_id, resource_type="representation"))
        return self._listed(actor, actor.person_id)

    def of_patient(self, actor: Actor, patient_id: PersonId) -> list[Item]:
        """The same for a doctor whom the gate lets to the card."""
        self._gate.admit(actor, Action.LIST, patient_id, RESTRICTION)
        return self._listed(actor, patient_id)

    def _listed(self, actor: Actor, patient_id: PersonId) -> list[Item]:
        found = every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.REPRESENTATIONS)
        return [
            {
                "person_id": row["person"],
                "name": self._name(actor, PersonId(row["person"])),
                "live": self._live(row),
                "version": int(row["ver"]),
                **_shown(row),
            }
            for row in found
        ]

    def _live(self, row: Item) -> bool:
        standing = representation_of(row)
        return standing is not None and standing.live(self._clock())

    def _name(self, actor: Actor, person_id: PersonId) -> str:
        """The system opens the profile; that is an entry in that person's chain."""
        try:
            content = self._profile(task_for(TASK, actor), person_id, "representation:name")
        except (DecryptionError, ErasedError):
            return ""
        return full_name(content) if content else ""

    def _profile(self, actor: Actor, person_id: PersonId, action: str) -> dict[str, Any]:
        row = self._tables.get(keys.profile(person_id))
        if row is None:
            return {}
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", action)
        opened: dict[str, Any] = json.loads(self._vault.open(permit, Sealed.of("profile", row)))
        return opened

    # --- the patient

    def grant(self, actor: Actor, person_id: PersonId, form: Mapping[str, Any]) -> Item:
        """Let somebody who represented this patient before act again, within what the patient says (ACC-8).

        A section that a doctor closed to them opens again when the patient names it, not with "all" (``_closed``).
        ``form``: level, sections, rights, valid_until. NotFoundError for anybody else; WrongStateError under the age
        of consent, or while a representation of another kind stands.
        """
        patient_id, now = actor.person_id, self._clock()
        row = self._row(patient_id, person_id)
        if row["kind"] != Kind.GRANTED and self._live(row):
            raise WrongStateError("this person acts for you already")
        until = _until(form.get("valid_until"), now)
        self._may_decide(actor, now)
        version = int(row["ver"])
        put, *others = representation(
            patient_id,
            person_id,
            kind=Kind.GRANTED.value,
            until=until,
            basis="granted",
            now=now,
            level=Level(form["level"]),
            sections=form["sections"],
            expect={"ver": version},
            version=version + 1,
        )
        assert isinstance(put, Put)  # noqa: S101 - the first of them is the row
        rights = sorted(set(form["rights"]) & KINDS[Kind.GRANTED].rights)
        granted = {**put.item, "rights": rights, **_closed(row, form["sections"])}
        event = self._event(actor, "representation:grant", patient_id, person_id, version + 1)
        told = happened(person_id, self._gate.new_id(), "representation_granted", now)
        self._commit([self._gate.stage(event)], [replace(put, item=granted), *others, told])
        return {"person_id": person_id, "live": True, "version": version + 1, **_shown(granted)}

    def end(self, actor: Actor, person_id: PersonId, version: int) -> Item:
        """Take back what the patient gave themselves. WrongStateError for a representation that the law gives."""
        patient_id = actor.person_id
        row = self._row(patient_id, person_id)
        if row["kind"] != Kind.GRANTED:
            raise WrongStateError("this representation does not rest on your word")
        event = self._event(actor, "representation:end", patient_id, person_id, version + 1)
        return self._ended(self._gate.stage(event), row, version, (person_id,))

    def _may_decide(self, actor: Actor, now: datetime) -> None:
        """Of the age of consent, and not one for whom a court appointed somebody. Raises WrongStateError."""
        born = self._profile(actor, actor.person_id, "representation:grant").get("birth_date", "")
        if not born or age_at(date.fromisoformat(born), now) < CONSENT_AGE:
            raise WrongStateError(f"from the age of {CONSENT_AGE} on")
        rows = every_row(self._tables, Store.CARD, keys.patient(actor.person_id), keys.REPRESENTATIONS)
        if any(row["kind"] == Kind.COURT and self._live(row) for row in rows):
            raise WrongStateError("a court appointed who acts for you")

    # --- the doctor

    def restrict(
        self, actor: Actor, patient_id: PersonId, person_id: PersonId, version: int, form: Mapping[str, Any]
    ) -> Item:
        """End a representation, or close sections to it, for the patient's safety. ``form``: reason, words, hidden.

        The words are sealed for the patient alone; the representative is told that something changed, and not why.
        """
        if self._tables.get(keys.representation(patient_id, actor.person_id)) is not None:
            self._gate.refuse(actor, "restriction:create", "self")
            raise AccessDeniedError("one parent does not shut out the other: another doctor decides")
        staged = self._gate.admit_change(actor, Action.CREATE, patient_id, RESTRICTION, person_id, version=version + 1)
        staged = staged.saying(details={"why": form["reason"]})
        row = self._row(patient_id, person_id)
        content = {"reason": form["reason"], "words": form["words"]}
        sealed = self._vault.seal(staged.seal_with, version + 1, json.dumps(content, ensure_ascii=False).encode())
        more: Item = {"restriction": sealed, "restriction_ver": version + 1, "restricted_by": actor.person_id}
        told = (person_id, patient_id)
        if not form["hidden"]:
            return self._ended(staged, row, version, told, more)
        change = {"hidden": sorted({*row.get("hidden", ()), *form["hidden"]}), **more}
        return self._changed(staged, row, version, change, "representation_narrowed", told)

    # --- rows

    def _row(self, patient_id: PersonId, person_id: PersonId) -> Item:
        row = self._tables.get(keys.representation(patient_id, person_id))
        if row is None:
            raise NotFoundError
        return row

    def _ended(
        self, staged: Staged, row: Item, version: int, told: Collection[PersonId], more: Mapping[str, Any] | None = None
    ) -> Item:
        change: Item = {"state": "ended", "ended_at": stamp(self._clock()), **(more or {})}
        return self._changed(staged, row, version, change, "representation_ended", told)

    def _changed(
        self, staged: Staged, row: Item, version: int, change: Item, event: str, told: Collection[PersonId]
    ) -> Item:
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        if row["state"] != "active":
            raise WrongStateError("this representation has ended")
        patient_id, person_id, now = PersonId(row["patient"]), PersonId(row["person"]), self._clock()
        update = Update(keys.representation(patient_id, person_id), change, {"ver": 1}, expect={"ver": version})
        events = [happened(who, self._gate.new_id(), event, now) for who in told]
        changed = {**row, **change, "ver": version + 1}
        reminder = representation_reminder(changed, now) if changed["state"] != "active" else []
        self._commit([staged], [update, *events, *reminder, self._keys.alive(patient_id)])
        return {"person_id": person_id, "live": self._live(changed), "version": version + 1, **_shown(changed)}

    def _commit(self, staged: list[Staged], writes: list[Write]) -> None:
        try:
            self._gate.commit(staged, writes)
        except ConflictError as error:
            if error.index == 0:
                raise StaleVersionError from None
            raise

    @staticmethod
    def _event(actor: Actor, action: str, patient_id: PersonId, person_id: PersonId, version: int) -> Event:
        return Event(
            actor,
            action,
            patient_id,
            resource_type="representation",
            resource_id=person_id,
            resource_version=version,
        )


def _closed(row: Item, named: Collection[str]) -> Item:
    """What stays of a doctor's restriction after the patient's own grant: the sections that the grant does not name.

    Who is of age knows their own danger best, but "all" is what a parent who stands beside them would have them say.
    """
    hidden = sorted({*row.get("hidden", ())} - {*named})
    return {**{name: row[name] for name in RESTRICTED if name in row}, "hidden": hidden} if hidden else {}


def _until(text: str | None, now: datetime) -> datetime:
    if text is None:
        return now + MAX_GRANT
    moment = datetime.fromisoformat(text)
    if not now < moment <= now + MAX_GRANT:
        raise InvalidFieldsError(fields=(FieldProblem("/valid_until", "range", "within one year from now"),))
    return moment


def _shown(row: Mapping[str, Any]) -> Item:
    kind = Kind(row["kind"])
    shown: Item = {name: row[name] for name in ("kind", "state", "level", "sections", "since")}
    shown["rights"] = sorted(row.get("rights", KINDS[kind].rights))
    shown["hidden"] = list(row.get("hidden", ()))
    return shown | {name: row[name] for name in ("until", "ended_at") if name in row}
