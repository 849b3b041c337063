"""Emergency access (ACC-7): a doctor breaks the glass over one card for an hour, and answers for it.

Opening, one transaction: 1 the doctor's entry  2 the reason, sealed under the patient's key  3 the glass that the gate
reads  4 the line in the officers' work list  5 the count of the day. Reactions of the stored row tell the patient and
whoever represents them, on every channel. Deciding: an officer of the organisation, once, within three days.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn, Protocol

from chalicelib.domain import limits
from chalicelib.domain.access import CardState
from chalicelib.domain.emergency import (
    ACTION,
    LIFETIME,
    NEXT,
    OFTEN,
    PER_DOCTOR,
    PURPOSE,
    REVIEW,
    Reason,
    State,
    refusal_to_review,
)
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.names import full_name
from chalicelib.domain.sessions import task_for
from chalicelib.domain.staff import SYSTEM
from chalicelib.errors import (
    AccessDeniedError,
    CardMergedError,
    ConflictError,
    ConsentRequiredError,
    NotFoundError,
    StaleVersionError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Vault, evidence, keys
from chalicelib.ports.access_rows import emergency_of
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Expect, Item, Key, Put, Store, Tables, Update, Write, every_row
from chalicelib.services.gate import Gate

KIND = "emergency"
TRIES = 3
SHOWN = ("id", "patient", "person", "organisation", "department", "reason", "state", "at", "until", "review_by")


class Officers(Protocol):
    """Who is told of what needs a security officer."""

    def told(self, event: str, organisation: str, now: datetime) -> list[Write]: ...


class EmergencyService:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, officers: Officers, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._officers = officers
        self._clock = clock

    # --- the doctor

    def open(self, actor: Actor, patient_id: PersonId, reason: Reason, words: str) -> Item:
        """Break the glass. Repeatable: while it is broken, the same hour is answered.

        ConsentRequiredError for an unknown or erased patient; TooManyRequestsError over the limit of a day.
        """
        for _ in range(TRIES):
            try:
                return self._open(actor, patient_id, reason, words)
            except ConflictError:  # a second click, or another card of the same doctor, at the same moment
                continue
        raise ConflictError

    def _open(self, actor: Actor, patient_id: PersonId, reason: Reason, words: str) -> Item:
        now = self._clock()
        glass, uses = keys.glass(patient_id, actor.member_id), self._uses(actor, now)
        rows = self._tables.get_many([keys.card(patient_id), glass, uses])
        card = rows.get(keys.card(patient_id), {})
        if card.get("state") == CardState.MERGED:
            raise CardMergedError(card["merged_into"])
        if card.get("state") not in {CardState.ACTIVE, CardState.SUSPENDED, CardState.MERGING}:
            self._gate.refuse(actor, "emergency:open", "no-card")
            raise ConsentRequiredError
        broken = rows.get(glass)
        standing = emergency_of(broken)
        if broken is not None and standing is not None and standing.live(actor, now):
            return _opened(broken)
        used = int(rows.get(uses, {}).get("count", 0))
        if used >= PER_DOCTOR.limit:
            self._gate.refuse(actor, "emergency:open", "too-many")
            raise TooManyRequestsError(retry_after=limits.decide(PER_DOCTOR, used + 1, now).retry_after)
        row, staged, writes = self._opening(actor, patient_id, reason, words, used)
        counted = Update(
            uses,
            {"expires": limits.window_end(PER_DOCTOR, now) + PER_DOCTOR.window},
            {"count": 1},
            expect={"count": used} if used else Expect.ABSENT,
        )
        newest: Item = {name: row[name] for name in ("id", "patient", "member", "organisation", "until")}
        put_glass = Put(glass, newest, {"id": broken["id"]} if broken else Expect.ABSENT)
        self._gate.commit(staged, [put_glass, counted, *writes])
        return _opened(newest)

    def _opening(
        self, actor: Actor, patient_id: PersonId, reason: Reason, words: str, used: int
    ) -> tuple[Item, list[Any], list[Write]]:
        now, emergency_id = self._clock(), self._gate.new_id()
        event = Event(
            actor,
            ACTION,
            patient_id,
            resource_type=KIND,
            resource_id=emergency_id,
            reason=reason.value,
            purpose=PURPOSE,
        )
        broke = self._gate.stage(event)
        sealing = self._gate.stage_private(task_for(KIND, actor), patient_id, KIND, emergency_id, "emergency:describe")
        content = {"words": words, "name": self._own_name(actor)}
        row: Item = {
            "id": emergency_id,
            "patient": patient_id,
            "person": actor.person_id,
            "member": actor.member_id,
            "organisation": actor.organisation_id,
            "department": actor.department,
            "reason": reason.value,
            "state": State.OPEN.value,
            "uses": used + 1,
            "at": stamp(now),
            "until": stamp(now + LIFETIME),
            "review_by": stamp(now + REVIEW),
            "sealed": self._vault.seal(sealing.seal_with, 1, _text(content)),
            "ver": 1,
            "react": ["emergency_opened"],
        }
        line: Item = {"patient": patient_id, "emergency": emergency_id, "uses": used + 1, "at": stamp(now)}
        heard = "emergency_repeated" if used + 1 >= OFTEN else "emergency_to_review"
        return (
            row,
            [broke, sealing],
            [
                Put(keys.emergency(patient_id, emergency_id), row),
                *(Put(keys.queue(name, emergency_id), line) for name in _lists(actor.organisation_id)),
                *self._officers.told(heard, actor.organisation_id, now),
                self._keys.alive(patient_id),
            ],
        )

    def _uses(self, actor: Actor, now: datetime) -> Key:
        return keys.limit(PER_DOCTOR.scope, actor.person_id, str(limits.window_of(PER_DOCTOR, now)))

    def _own_name(self, actor: Actor) -> str:
        row = self._tables.get(keys.profile(actor.person_id))
        if row is None:
            return ""
        permit = self._gate.permit_private(actor, actor.person_id, "profile", "profile", "emergency:name")
        sealed = Sealed.of("profile", row)
        return full_name(json.loads(self._vault.open(permit, sealed)))

    # --- the patient, or who represents them

    def mine(self, actor: Actor) -> list[Item]:
        """Every emergency access to the card, newest first: who, why, and what the review said.

        The words of doctor and officer may be about any section: who represents for some sections gets none.
        """
        patient_id = actor.card_id
        standing = evidence.representation(self._tables.get_many(evidence.standing(actor)), actor)
        left_out = () if standing is None or standing.whole else ("words", "decision")
        permit = self._gate.permit_private(actor, patient_id, KIND, None, "emergency:list")
        rows = every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.EMERGENCIES, newest_first=True)
        shown = (self._shown(permit, row) for row in rows)
        return [{name: value for name, value in row.items() if name not in left_out} for row in shown]

    # --- the security officer

    def queue(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """What awaits review, oldest first; ``overdue`` when the time for it has passed."""
        self._gate.record(Event(actor, "emergency:queue", actor.person_id, resource_type=KIND))
        found = self._tables.query(
            Store.CARD, keys.queue(keys.emergency_queue(actor.organisation_id), "").pk, limit=limit, after=after
        )
        rows = self._tables.get_many([keys.emergency(i["patient"], i["emergency"]) for i in found.items])
        shown = [self._plain(row) for row in rows.values()]
        return sorted(shown, key=lambda row: row["id"]), found.after

    def read(self, actor: Actor, patient_id: PersonId, emergency_id: str) -> Item:
        row = self._visible(actor, patient_id, emergency_id, "emergency:read")
        permit = self._gate.permit_private(actor, patient_id, KIND, emergency_id, "emergency:read", purpose="")
        return self._shown(permit, row)

    def decide(
        self, actor: Actor, patient_id: PersonId, emergency_id: str, version: int, outcome: State, words: str
    ) -> Item:
        """Justified or not, once; what was not, ends with this.

        The patient and the doctor are told; ``words`` are for the patient and officers.
        """
        row = self._visible(actor, patient_id, emergency_id, "emergency:decide")
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        if outcome not in NEXT[State(row["state"])]:
            raise WrongStateError(f"it was found {row['state']} already")
        now = self._clock()
        staged = self._gate.stage_private(
            actor, patient_id, KIND, emergency_id, "emergency:decide", details={"outcome": outcome.value}
        )
        change: Item = {
            "state": outcome.value,
            "decided_by": actor.person_id,
            "decided_at": stamp(now),
            "decision": self._vault.seal(staged.seal_with, version + 1, _text({"words": words})),
            "decision_ver": version + 1,
            "react": ["emergency_unjustified"] if outcome is State.UNJUSTIFIED else [],
        }
        writes: list[Write] = [
            Update(keys.emergency(patient_id, emergency_id), change, {"ver": 1}, expect={"ver": version}),
            *(Delete(keys.queue(name, emergency_id)) for name in _lists(row["organisation"])),
            happened(PersonId(row["person"]), self._gate.new_id(), "emergency_judged", now),
            self._keys.alive(patient_id),
            *(self._mended(row, now) if outcome is State.UNJUSTIFIED else ()),
        ]
        try:
            self._gate.commit([staged], writes)
        except ConflictError as error:
            if error.index == 0:
                raise StaleVersionError from None
            raise
        return self._plain({**row, **change, "ver": version + 1})

    def _mended(self, row: Item, now: datetime) -> list[Write]:
        """What was found unjustified within its hour ends at once; a glass that was broken anew has another id."""
        glass = keys.glass(row["patient"], row["member"])
        standing = self._tables.get(glass)
        if standing is None or standing["id"] != row["id"] or standing["until"] <= stamp(now):
            return []
        return [Update(glass, {"until": stamp(now)}, expect={"id": row["id"]})]

    def _visible(self, actor: Actor, patient_id: PersonId, emergency_id: str, operation: str) -> Item:
        """NotFoundError for one of another organisation; AccessDeniedError for who is part of it."""
        row = self._tables.get(keys.emergency(patient_id, emergency_id))
        if row is None:
            raise NotFoundError
        refused = refusal_to_review(actor, row["person"], patient_id, row["organisation"])
        if not refused and self._tables.get(keys.representation(patient_id, actor.person_id)) is not None:
            refused = "self"  # who acts or acted for the patient has a part in it
        if refused:
            self._refuse(actor, operation, refused)
        return row

    def _refuse(self, actor: Actor, operation: str, reason: str) -> NoReturn:
        self._gate.refuse(actor, operation, reason)
        raise NotFoundError if reason == "scope" else AccessDeniedError

    # --- what is shown

    def _plain(self, row: Item) -> Item:
        shown: Item = {name: row[name] for name in SHOWN}
        overdue = row["state"] == State.OPEN.value and row["review_by"] <= stamp(self._clock())
        more = {name: row[name] for name in ("decided_at",) if name in row}
        return {**shown, **more, "uses": int(row["uses"]), "overdue": overdue, "version": int(row["ver"])}

    def _shown(self, permit: Any, row: Item) -> Item:
        opened = json.loads(self._vault.open(permit, Sealed(row["id"], 1, bytes(row["sealed"]))))
        shown = {**self._plain(row), "words": opened["words"], "name": opened["name"]}
        if "decision" in row:
            sealed = Sealed(row["id"], int(row["decision_ver"]), bytes(row["decision"]))
            shown["decision"] = json.loads(self._vault.open(permit, sealed))["words"]
        return shown


def _lists(organisation_id: str) -> Sequence[str]:
    """Work lists of one use: the organisation's, and the system's for whoever has no officer of their own."""
    return list(dict.fromkeys(keys.emergency_queue(name) for name in (organisation_id, SYSTEM)))


def _opened(row: Item) -> Item:
    return {"emergency_id": row["id"], "patient_id": row["patient"], "until": row["until"]}


def _text(content: dict[str, str]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
