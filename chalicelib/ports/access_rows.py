"""Rows that an access decision rests on: consent, broken glass, representation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.access import Consent, ConsentState, Level
from chalicelib.domain.consents import ANSWER_WITHIN
from chalicelib.domain.emergency import Emergency
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.representation import KINDS, Kind, Representation, Right
from chalicelib.ports import keys
from chalicelib.ports.reminder_rows import consent_reminder
from chalicelib.ports.tables import Check, Expect, Expected, Item, Put, Update, Write


@dataclass(frozen=True, slots=True)
class Grantee:
    """To whom a consent is given. ``grantee_id``: a membership, or a partner's system."""

    grantee_id: str
    person_id: str
    organisation_id: str
    department: str
    role: str


def grantee_of(actor: Actor) -> Grantee:
    return Grantee(actor.grantee_id, actor.person_id, actor.organisation_id, actor.department, actor.role.value)


def consent_row(
    to: Grantee,
    patient_id: PersonId,
    state: ConsentState,
    now: datetime,
    until: datetime,
    *,
    level: Level,
    purpose: str,
    sections: Sequence[str],
    version: int,
) -> Item:
    """The present word of a patient to one grantee."""
    return {
        "id": to.grantee_id,
        "patient": patient_id,
        "state": state.value,
        "level": level.value,
        "sections": sorted(sections),
        "purpose": purpose,
        "valid_from": stamp(now),
        "valid_until": stamp(until),
        "requested_at": stamp(now),
        "person": to.person_id,
        "member": to.grantee_id,
        "organisation": to.organisation_id,
        "department": to.department,
        "role": to.role,
        "ver": version,
        "react": [],
    }


def consent_request(
    actor: Actor,
    patient_id: PersonId,
    now: datetime,
    line_id: str,
    *,
    level: Level = Level.FULL,
    purpose: str = "treatment",
    sections: Sequence[str] = (),
    version: int = 1,
    expect: Expected = Expect.ABSENT,
    to: Grantee | None = None,
) -> list[Write]:
    """Rows of a new request for consent (ACC-1) with its line in the journal; ``services/consents.py`` answers it.

    ``to``: for whom it is asked, where that is not the one who acts (a transfer). The last two rows hold that the
    patient has not closed the card to them.
    """
    to = to or grantee_of(actor)
    row = consent_row(
        to,
        patient_id,
        ConsentState.REQUESTED,
        now,
        now + ANSWER_WITHIN,
        level=level,
        purpose=purpose,
        sections=sections,
        version=version,
    )
    row["react"] = ["consent_requested"]
    mirror: Item = {"patient": patient_id, "state": row["state"], "at": stamp(now)}
    return [
        Put(keys.consent(patient_id, to.grantee_id), row, expect),
        Put(keys.grantee(to.grantee_id, patient_id), mirror, None),
        consent_line(actor, patient_id, to.grantee_id, row, now, line_id),
        Check(keys.barred(patient_id, to.grantee_id), Expect.ABSENT),
        Check(keys.barred(patient_id, to.organisation_id), Expect.ABSENT),
    ]


def consent_line(
    actor: Actor, patient_id: PersonId, grantee_id: str, row: Item, now: datetime, line_id: str, what: str = ""
) -> Write:
    """One line of the consent journal (ACC-2): what was said, by whom, and to which text. ``what``: else the state."""
    line: Item = {
        "id": line_id,
        "member": grantee_id,
        "what": what or row["state"],
        "version": int(row["ver"]),
        "at": stamp(now),
        "by": actor.person_id,
        "by_role": actor.role.value,
        "purpose": row["purpose"],
    }
    if row["state"] == ConsentState.GRANTED.value:
        line |= {name: row[name] for name in ("level", "sections", "valid_until") if name in row}
    line |= {name: row[name] for name in ("text_version", "text_sha256") if name in row}
    return Put(keys.consent_journal(patient_id, line_id), line)


def consent_ended(
    actor: Actor, patient_id: PersonId, row: Item, state: ConsentState, now: datetime, line_id: str, what: str = ""
) -> list[Write]:
    """A consent or request comes to an end as it was read: the row, its mirror, its line in the journal, its timer."""
    version = int(row["ver"])
    changes: Item = {"state": state.value, "answered_at": stamp(now), "react": []}
    mirror: Item = {"patient": patient_id, "state": state.value, "at": stamp(now)}
    changed: Item = {**row, **changes, "ver": version + 1}
    return [
        Update(keys.consent(patient_id, row["member"]), changes, add={"ver": 1}, expect={"ver": version}),
        Put(keys.grantee(row["member"], patient_id), mirror, None),
        consent_line(actor, patient_id, row["member"], changed, now, line_id, what),
        *consent_reminder(changed, now),
    ]


def consent_of(row: Item | None) -> Consent | None:
    if row is None:
        return None
    return Consent(
        grantee=row["member"],
        state=ConsentState(row["state"]),
        level=Level(row["level"]),
        sections=frozenset(row["sections"]),
        valid_from=datetime.fromisoformat(row["valid_from"]),
        valid_until=datetime.fromisoformat(row["valid_until"]),
        purpose=row.get("purpose", ""),
    )


def emergency_of(row: Item | None) -> Emergency | None:
    return None if row is None else Emergency(row["member"], datetime.fromisoformat(row["until"]))


def representation_of(row: Item | None) -> Representation | None:
    """``rights`` absent from the row: all that its kind may have."""
    if row is None:
        return None
    kind = Kind(row["kind"])
    rights = (Right(name) for name in row["rights"]) if "rights" in row else KINDS[kind].rights
    return Representation(
        person_id=row["person"],
        kind=kind,
        active=row["state"] == "active",
        full=row["level"] == Level.FULL.value,
        sections=frozenset(row["sections"]),
        rights=frozenset(rights),
        until=datetime.fromisoformat(row["until"]) if "until" in row else None,
        hidden=frozenset(row.get("hidden", ())),
        later={name: datetime.fromisoformat(end) for name, end in row.get("later", {}).items()},
    )
