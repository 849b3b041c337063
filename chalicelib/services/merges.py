"""Two cards of one person become one (SPC-5): proposed, compared, decided by a second pair of eyes, undone.

Approving closes the card that goes: no change from the next request on, its sessions die, its SNILS, policy and
passport lead to the card that goes on. services/carrying then carries the records. Nothing is taken away from the card
that goes: its rows stay where they are, sealed under their own key, so that undoing needs no copy back.

Consents and representations are not carried: whoever may read one card was not allowed to read the other. They are
listed, for the person to give them anew. Nobody could revoke those of the closed card meanwhile, so undoing ends them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.domain import merges
from chalicelib.domain.access import CardState, ConsentState
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.merges import MergeState, Step
from chalicelib.domain.moments import stamp
from chalicelib.domain.sessions import memberships_of
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    CardStateError,
    ConflictError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, keys, merge_obstacles
from chalicelib.ports.access_rows import consent_ended
from chalicelib.ports.merging import Comparisons
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Item, Put, Store, Tables, Update, Write, every_row
from chalicelib.services.gate import Gate, Staged

SHOWN = ("state", "source", "proposed_at", "decided_at", "merged_at", "undo_until", "reason", "basis")
BATCH = 18  # consents in one transaction: four writes each, and their entries
UNDONE_MERGE = "undone-merge"
"""What the journal of consents says of those that an undoing ended."""
COUNTS = ("carried", "duplicates", "returned", "kept")


class MergeService:
    def __init__(self, gate: Gate, tables: Tables, comparisons: Comparisons, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._comparisons = comparisons
        self._clock = clock

    # --- proposed

    def propose(self, actor: Actor, patient_id: PersonId, source_id: PersonId, basis: str) -> Item:
        """``source_id`` is to go into ``patient_id``. Both people are told: they may be two.

        Raises NotFoundError, CardStateError, WrongStateError, AlreadyExistsError when a merge of either card is open.
        """
        merge_id, staged, writes = self.proposal(actor, patient_id, source_id, basis)
        try:
            self._gate.commit(staged, writes)
        except ConflictError:
            raise AlreadyExistsError("a merge of one of these cards is open") from None
        return {"merge_id": merge_id, "patient_id": patient_id, "state": MergeState.PROPOSED.value, "version": 1}

    def proposal(
        self, actor: Actor, patient_id: PersonId, source_id: PersonId, basis: str
    ) -> tuple[str, list[Staged], list[Write]]:
        """What a proposal stores, for whoever commits it with something else (a case)."""
        self._not_ones_own(actor, patient_id, source_id)
        self._fit(patient_id, source_id)
        merge_id, now = self._gate.new_id(), self._clock()
        row: Item = {
            "id": merge_id,
            "patient": patient_id,
            "source": source_id,
            "state": MergeState.PROPOSED.value,
            "ver": 1,
            "basis": basis,
            "proposed_by": actor.person_id,
            "proposed_at": stamp(now),
            "organisation": actor.organisation_id,
            **dict.fromkeys(COUNTS, 0),
        }
        lock: Item = {"merge": merge_id}
        writes: list[Write] = [
            Put(keys.merge(patient_id, merge_id), row),
            Put(keys.open_merge(patient_id), lock),
            Put(keys.open_merge(source_id), lock),
            Put(keys.queue(keys.MERGES, merge_id), {"patient": patient_id, "at": stamp(now)}),
            *self._told(row, "merge_proposed"),
        ]
        return merge_id, self._staged(actor, row, "merge:propose"), writes

    def _not_ones_own(self, actor: Actor, *cards: PersonId) -> None:
        if merge_obstacles.has_part(self._tables, actor.person_id, cards):
            self._gate.refuse(actor, "merge:propose", "own-card")
            raise AccessDeniedError

    def _fit(self, patient_id: PersonId, source_id: PersonId) -> tuple[Item, Item]:
        """Profile and card of the one that goes, when the two can be merged."""
        if patient_id == source_id:
            raise WrongStateError("a card does not go into itself")
        wanted = [f(one) for one in (patient_id, source_id) for f in (keys.profile, keys.card, keys.credentials)]
        rows = self._tables.get_many(wanted)
        known, stays, account, profile, card, other_account = (rows.get(key) for key in wanted)
        if known is None or stays is None or profile is None or card is None:
            raise NotFoundError
        if stays["state"] != CardState.ACTIVE or card["state"] not in merges.CARDS:
            raise CardStateError
        if profile["state"] not in merges.PERSONS:
            raise CardStateError
        if other_account is not None and account is None:
            raise WrongStateError("the card with the account must be the one that goes on")
        merge_obstacles.check_no_erasure(self._tables, (patient_id, source_id), self._clock())
        merge_obstacles.check_restrictions(self._tables, patient_id, source_id)
        merge_obstacles.check_no_order(self._tables, source_id)
        merge_obstacles.check_no_booking(self._tables, source_id, self._clock())
        members = self._tables.query(Store.IDENTITY, keys.person(source_id), "MEMBER#", limit=100).items
        if memberships_of(members):
            raise WrongStateError("this person works here: their card must be the one that goes on")
        return profile, card

    # --- shown

    def waiting(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Merges that wait for a decision, oldest first."""
        self._gate.record(Event(actor, "merge:list", SYS))
        found = self._tables.query(Store.CARD, f"QUEUE#{keys.MERGES}", limit=limit, after=after)
        return [{"merge_id": i["sk"], "patient_id": i["patient"], "at": i["at"]} for i in found.items], found.after

    def show(self, actor: Actor, patient_id: PersonId, merge_id: str) -> Item:
        """State and counts; while it waits for a decision, the comparison of both cards."""
        row = self._row(patient_id, merge_id)
        self._gate.record(Event(actor, "merge:read", patient_id, resource_type="merge", resource_id=merge_id))
        shown = _shown(row)
        return {**shown, **self._comparisons.of(actor, row)} if row["state"] == MergeState.PROPOSED else shown

    def mine(self, actor: Actor) -> list[Item]:
        """The person's own merges, newest first."""
        self._gate.record(Event(actor, "merge:mine", actor.card_id))
        rows = every_row(self._tables, Store.CARD, keys.patient(actor.card_id), keys.MERGE, newest_first=True)
        return [_shown(row) for row in rows]

    # --- decided

    def decide(
        self, actor: Actor, patient_id: PersonId, merge_id: str, version: int, *, approve: bool, reason: str
    ) -> Item:
        """Another member of staff than who proposed approves; whoever it is may refuse.

        Raises WrongStateError (also for profiles of two people), StaleVersionError, AccessDeniedError.
        """
        row = self._fresh_row(patient_id, merge_id, version)
        source_id = PersonId(row["source"])
        self._not_ones_own(actor, patient_id, source_id)
        state = merges.after(MergeState(row["state"]), Step.APPROVE if approve else Step.REFUSE)
        if approve and merges.FOUR_EYES and actor.person_id == row["proposed_by"]:
            self._gate.refuse(actor, "merge:decide", "same-eyes")
            raise AccessDeniedError
        now = stamp(self._clock())
        change: Item = {"state": state.value, "decided_by": actor.person_id, "decided_at": now, "reason": reason}
        writes: list[Write] = [Delete(keys.queue(keys.MERGES, merge_id))]
        if approve:
            merges.check_match(self._comparisons.match(actor, row))
            change |= {"started_at": now, "cursor": ""}
            more, closing = self._closing(row)
            change, writes = {**change, **more}, [*writes, *closing, *self._told(row, "merge_approved")]
        else:
            locks = [Delete(keys.open_merge(one), {"merge": merge_id}) for one in (patient_id, source_id)]
            writes += [*locks, *self._told(row, "merge_refused")]
        staged = self._staged(actor, row, "merge:approve" if approve else "merge:refuse", reason)
        self._commit(staged, [self._next(row, change), *writes])
        return _shown({**row, **change, "ver": version + 1})

    def _closing(self, row: Item) -> tuple[Item, list[Write]]:
        """The card that goes is closed, and its numbers lead to the other one; what was before is kept in the row."""
        patient_id, source_id, merge_id = PersonId(row["patient"]), PersonId(row["source"]), row["id"]
        profile, card = self._fit(patient_id, source_id)
        policy = self._tables.get(keys.policy(source_id)) or {}
        tags = {field: tag for field, tag in profile.get("tags", {}).items() if field not in merges.STAY}
        tags |= {"oms": policy["tag"]} if "tag" in policy else {}
        other = self._tables.get(keys.card(patient_id)) or {}
        absorbed = sorted({*other.get("absorbed", []), source_id})  # by this the eraser finds the card that went
        stands: Item = {"state": CardState.ACTIVE.value, "ver": int(other["ver"])}
        into: Item = {"state": CardState.MERGING.value, "merged_into": patient_id, "merge": merge_id}
        gone: Item = {"state": "merged", "merged_into": patient_id}
        writes: list[Write] = [
            Update(keys.card(source_id), into, {"ver": 1}, expect={"state": card["state"]}),
            Update(keys.card(patient_id), {"absorbed": absorbed}, {"ver": 1}, expect=stands),
            # The epoch ends every session (domain/sessions.py): nobody goes on signed in to a card that is closed.
            Update(keys.profile(source_id), gone, {"epoch": 1}, expect={"state": profile["state"]}),
            Put(keys.queue(keys.CARRYING, merge_id), {"patient": patient_id}),
            merge_obstacles.check_no_booking(self._tables, source_id, self._clock()),
            *(
                Update(keys.blind_index(field, tag), {"person": patient_id}, expect={"person": source_id})
                for field, tag in sorted(tags.items())
            ),
        ]
        return {"before": {"card": card["state"], "profile": profile["state"]}, "tags": tags}, writes

    # --- undone

    def undo(self, actor: Actor, patient_id: PersonId, merge_id: str, version: int, *, reason: str) -> Item:
        """The card that went is open again with this transaction; services/carrying.py takes the copies back."""
        row = self._fresh_row(patient_id, merge_id, version)
        source_id, now = PersonId(row["source"]), self._clock()
        self._not_ones_own(actor, patient_id, source_id)
        state = MergeState(row["state"])
        merges.check_undoable(state, datetime.fromisoformat(row.get("undo_until", stamp(now))), now)
        card = self._tables.get(keys.card(patient_id)) or {}
        if card.get("state") not in merges.CARDS:
            raise WrongStateError("this card has gone into another one itself: undo that first")
        change: Item = {
            "state": merges.after(state, Step.UNDO).value,
            "undone_by": actor.person_id,
            "undone_at": stamp(now),
            "reason": reason,
            "cursor": "",
        }
        self._end_consents(actor, row)
        writes = [self._next(row, change), *self._opening(row), *self._told(row, "merge_undone")]
        self._commit(self._staged(actor, row, "merge:undo", reason), writes)
        return _shown({**row, **change, "ver": version + 1})

    def _end_consents(self, actor: Actor, row: Item) -> None:
        """While the card is closed and nobody reads it by them. Repeatable; a crash leaves the merge as it was."""
        source_id = PersonId(row["source"])
        rows = every_row(self._tables, Store.CARD, keys.patient(source_id), keys.CONSENTS)
        granted = (one for one in rows if one["state"] == ConsentState.GRANTED)
        while batch := list(islice(granted, BATCH)):
            staged, writes = [], []
            for one in batch:
                event = Event(
                    actor,
                    "consent:revoked",
                    source_id,
                    resource_type="consent",
                    resource_id=one["member"],
                    resource_version=int(one["ver"]) + 1,
                    purpose=one["purpose"],
                    details={"merge": row["id"]},
                )
                staged.append(self._gate.stage(event))
                ended = (source_id, one, ConsentState.REVOKED, self._clock(), self._gate.new_id(), UNDONE_MERGE)
                writes += consent_ended(actor, *ended)
            self._commit(staged, writes)

    def _opening(self, row: Item) -> list[Write]:
        patient_id, source_id, merge_id = PersonId(row["patient"]), PersonId(row["source"]), row["id"]
        own = (self._tables.get(keys.profile(patient_id)) or {}).get(
            "tags", {}
        )  # written into the profile since: it stays
        indexed = [keys.blind_index(field, tag) for field, tag in row["tags"].items() if own.get(field) != tag]
        ours = [key for key, found in self._tables.get_many(indexed).items() if found["person"] == patient_id]
        left = ("merged_into", "merge")
        card = self._tables.get(keys.card(patient_id)) or {}
        absorbed = [one for one in card.get("absorbed", []) if one != source_id]
        before = row["before"]
        merged: Item = {"state": CardState.MERGED.value, "merge": merge_id}
        return [
            Update(keys.card(source_id), {"state": before["card"]}, {"ver": 1}, left, merged),
            Update(keys.profile(source_id), {"state": before["profile"]}, {}, ("merged_into",), {"state": "merged"}),
            Update(keys.card(patient_id), {"absorbed": absorbed}, {"ver": 1}, expect={"ver": int(card["ver"])}),
            Put(keys.open_merge(patient_id), {"merge": merge_id}),
            Put(keys.queue(keys.CARRYING, merge_id), {"patient": patient_id}),
            happened(source_id, self._gate.new_id(), "plan_card", self._clock()),
            *(Update(key, {"person": source_id}, expect={"person": patient_id}) for key in ours),
        ]

    # --- rows

    def _row(self, patient_id: PersonId, merge_id: str) -> Item:
        row = self._tables.get(keys.merge(patient_id, merge_id))
        if row is None:
            raise NotFoundError
        return row

    def _fresh_row(self, patient_id: PersonId, merge_id: str, version: int) -> Item:
        row = self._row(patient_id, merge_id)
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        return row

    @staticmethod
    def _next(row: Item, change: Item) -> Write:
        expect = {"ver": int(row["ver"]), "state": row["state"]}
        return Update(keys.merge(row["patient"], row["id"]), change, {"ver": 1}, expect=expect)

    def _staged(self, actor: Actor, row: Item, action: str, reason: str = "") -> list[Staged]:
        """An entry in the chain of each card: whoever reads one finds the other."""
        pairs = ((row["patient"], row["source"]), (row["source"], row["patient"]))
        return [
            self._gate.stage(
                Event(
                    actor,
                    action,
                    PersonId(one),
                    resource_type="merge",
                    resource_id=row["id"],
                    details={"with": other, "why": reason} if reason else {"with": other},
                )
            )
            for one, other in pairs
        ]

    def _told(self, row: Item, event: str) -> list[Write]:
        people = (PersonId(row["patient"]), PersonId(row["source"]))
        return [happened(one, self._gate.new_id(), event, self._clock()) for one in people]

    def _commit(self, staged: list[Staged], writes: list[Write]) -> None:
        try:
            self._gate.commit(staged, writes)
        except ConflictError as error:
            raise StaleVersionError from error


def _shown(row: Mapping[str, Any]) -> Item:
    shown: Item = {name: row[name] for name in SHOWN if name in row}
    counts = {name: int(row.get(name, 0)) for name in COUNTS}
    return {"merge_id": row["id"], "patient_id": row["patient"], **shown, "counts": counts, "version": int(row["ver"])}
