"""A signed consent on paper, recorded by a registrar for a patient without an account (ACC-1, ACC-2, ACT-5).

Only while nobody can answer in the cabinet (ports/unattended.py), for a doctor or nurse of the registrar's own
organisation, with the scan of the paper under the patient's key. It says of itself that it is on paper and who recorded
it; the patient is told by SMS, and sees and revokes it like any other from the day they have an account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access import ConsentState, Level
from chalicelib.domain.consent_texts import ACCESS_CONSENT, check
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.paper_consents import GRANTEES, RECORDED, paper_end
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, PatientKeys, keys
from chalicelib.ports.access_rows import Grantee, consent_line, consent_of, consent_row
from chalicelib.ports.reminder_rows import consent_reminder
from chalicelib.ports.tables import Check, Expect, Expected, Item, Put, Tables, Update, Write
from chalicelib.ports.unattended import still_unattended, unattended
from chalicelib.ports.upload_rows import check_clean, rows_of
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService

ON_PAPER = "on-paper"
"""What the journal says of it, in the place of ``granted``."""
DOORS = 2
"""Conditions at the end: the card is closed neither to the member nor to the organisation."""
TOLD = ["consent_described", "consent_on_paper", "consent_answered"]


class PaperConsentService:
    def __init__(
        self, gate: Gate, tables: Tables, patient_keys: PatientKeys, limits: LimitService, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._keys = patient_keys
        self._limits = limits
        self._clock = clock

    def record(self, actor: Actor, patient_id: PersonId, form: Mapping[str, Any]) -> Item:
        """``form``: member_id, level, sections, purpose, valid_until, scans, consent_text_version and _sha256.

        Raises NotFoundError for a patient or member of elsewhere, WrongStateError when the patient can answer
        themselves or a scan is being checked, AlreadyExistsError while a consent is live, InvalidFieldsError.
        """
        self._limits.spend(RECORDED, actor.person_id)
        now = self._clock()
        text = check(ACCESS_CONSENT, form["consent_text_version"], form["consent_text_sha256"])
        profile = unattended(self._tables, patient_id, actor.organisation_id, now)
        to = self._grantee(actor, form["member_id"])
        until = paper_end(form.get("valid_until"), to.role, now)
        scans = self._scans(actor, patient_id, form["scans"])
        key = keys.consent(patient_id, to.grantee_id)
        old = self._tables.get(key)
        standing = consent_of(old)
        if standing is not None and standing.live(now):
            raise AlreadyExistsError("there is a consent already")
        version = int(old["ver"]) + 1 if old else 1
        row = consent_row(
            to,
            patient_id,
            ConsentState.GRANTED,
            now,
            until,
            level=Level(form["level"]),
            purpose=form["purpose"],
            sections=form["sections"],
            version=version,
        )
        row |= {
            "answered_at": stamp(now),
            "text_version": text.version,
            "text_sha256": form["consent_text_sha256"],
            "paper": {"by": actor.person_id, "member": actor.member_id, "at": stamp(now), "scans": list(scans)},
            "react": TOLD,
        }
        expect: Expected = {"ver": int(old["ver"])} if old else Expect.ABSENT
        self._store(actor, patient_id, row, expect, profile, scans)
        names = ("member", "state", "level", "sections", "purpose", "valid_until", "organisation", "role")
        return {**{name: row[name] for name in names}, "on_paper": True, "version": version}

    def _grantee(self, actor: Actor, member_id: str) -> Grantee:
        """A doctor or nurse of the same organisation, and somebody else than the registrar."""
        member = self._tables.get(keys.staff(actor.organisation_id, member_id))
        if member is None or member["state"] != "active":
            raise NotFoundError
        if member["person"] == actor.person_id:
            self._gate.refuse(actor, "consent:paper", "self")
            raise AccessDeniedError
        if member["role"] not in GRANTEES:
            raise NotFoundError
        return Grantee(member_id, member["person"], actor.organisation_id, member["department"], member["role"])

    def _scans(self, actor: Actor, patient_id: PersonId, named: Sequence[str]) -> dict[str, Item]:
        """Rows of the scans: of this clinic, clean, and of no other consent: a paper names one person."""
        rows = rows_of(self._tables, patient_id, {"scans": named})
        problems = [
            FieldProblem(f"/scans/{place}", "unknown", "no such scan of this clinic, or it belongs to another consent")
            for place, upload in enumerate(named)
            if rows.get(upload, {}).get("organisation") != actor.organisation_id
            or "consent" in rows[upload]
            or rows[upload]["state"] == "refused"
        ]
        if problems:
            raise InvalidFieldsError(fields=tuple(problems))
        check_clean(self._tables, patient_id, {"scans": named})
        return rows

    def _store(
        self,
        actor: Actor,
        patient_id: PersonId,
        row: Item,
        expect: Expected,
        profile: Item,
        scans: Mapping[str, Item],
    ) -> None:
        now, member = self._clock(), row["member"]
        line = consent_line(actor, patient_id, member, row, now, self._gate.new_id(), what=ON_PAPER)
        assert isinstance(line, Put)  # noqa: S101 - a line is only ever put
        mirror: Item = {"patient": patient_id, "state": row["state"], "at": stamp(now)}
        writes: list[Write] = [
            *still_unattended(patient_id, profile),
            Put(keys.consent(patient_id, member), row, expect),
            Put(keys.grantee(member, patient_id), mirror, None),
            replace(line, item={**line.item, "scans": list(scans)}),
            *consent_reminder(row, now),
            *(
                Update(
                    keys.upload(patient_id, upload),
                    {"consent": member, "react": []},
                    {"ver": 1},
                    expect={"ver": int(scan["ver"]), "state": "clean"},
                )
                for upload, scan in scans.items()
            ),
            self._keys.alive(patient_id),
            Check(keys.barred(patient_id, member), Expect.ABSENT),
            Check(keys.barred(patient_id, row["organisation"]), Expect.ABSENT),
        ]
        event = Event(
            actor,
            "consent:paper",
            patient_id,
            resource_type="consent",
            resource_id=member,
            resource_version=int(row["ver"]),
            purpose=row["purpose"],
            details={"on": "paper", "scans": " ".join(scans)},
        )
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError as error:
            if error.index >= len(writes) - DOORS:
                raise WrongStateError("the card is closed to them") from None
            raise StaleVersionError from None
