"""Execution of an approved erasure (SPC-8), by a function of its own: the only one that may delete a key row.

    1 begin       entry; the card and the account are closed from the next request on. Nothing stops it any more. What
                  the person holds with others is given back by reactions to this row (services/clearing.py)
    2 keys        tombstone, then every key row: content, files and papers cannot be opened (crypto/erasure.py)
    3 count       what will be destroyed is written into the row, because a later run could not count it any more
    4 subjects    keys of the audit chains, and whose chains they were: bodies and salts cannot be opened, the leaves
                  look random, proofs and signatures hold
    5 identity    blind index (else the SNILS could never register again), open application, then the account whole
    6 index       of the search, with its key
    7 receipt     signed, kept on the row; its hash and the hashes of the tags as an entry

It may be stopped anywhere and run again; it ends in the same state with exactly one receipt. An erasure that was
executed is carried out once more when it is sent again (steps 2, 4, 5 and 6): so is the list replayed after a restore.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from math import ceil
from typing import Any, NoReturn

from chalicelib.domain.access import CardState
from chalicelib.domain.erasures import State, good_until, order_of, receipt_of, says
from chalicelib.domain.identity import SYS, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.sessions import memberships_of
from chalicelib.errors import AccessDeniedError, NotFoundError, NotSignedInError, WrongStateError
from chalicelib.ports import Clock, ErasureQueue, Event, PatientKeys, Signer, keys
from chalicelib.ports.tables import Delete, Item, Key, Store, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

LONGEST_DELAY = 900  # seconds that the queue can hold a message back
MOST_WRITES = 100  # of one transaction
PAGE = 40  # two rows each, in one transaction
APPLICATIONS = "applications"
CLEARED = "clear_card"
"""Reaction to the beginning, and once more to the end: visits, waiting lists, calendars (services/clearing.py)."""


class EraserService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        patient_keys: PatientKeys,
        signer: Signer,
        queue: ErasureQueue,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._keys = patient_keys
        self._signer = signer
        self._queue = queue
        self._clock = clock

    def execute(self, erasure_id: str) -> State:
        """Carry out what was approved; the state it is in afterwards. Repeatable, also after a crash.

        Before its time it is sent to the queue once more. What was refused or withdrawn is left alone. Raises
        AccessDeniedError when nobody signed the order or its time has passed, WrongStateError when the person has been
        given a role here.
        """
        row = self._row(erasure_id)
        state = State(row["state"])
        if state not in {State.APPROVED, State.EXECUTING, State.EXECUTED}:
            return state
        self._check_signature(row, state)
        if state is not State.EXECUTED:
            self._check_time(row)
        if state is State.APPROVED:
            left = (datetime.fromisoformat(row["due_at"]) - self._clock()).total_seconds()
            if left > 0:
                self._queue.send(erasure_id, delay=min(ceil(left), LONGEST_DELAY))
                return state
            row = self._begun(row)
        final = max(self._keys.destroy(PersonId(one), row["begin_entry"]) for one in _people(row))
        if "tags" not in row:
            row = self._counted(row)
        for one in _people(row):
            self._destroy_subjects(one)
            self._destroy_identity(one, _people(row))
            self._destroy_index(one)
        if state is not State.EXECUTED:
            self._receipt(row, final)
        return State.EXECUTED

    def _check_signature(self, row: Item, state: State) -> None:
        """Who can write the table could forge a row, and neither the officer's order nor a receipt of ours."""
        try:
            if state is State.EXECUTED:
                claims = self._signer.verify(row["receipt"], purpose="receipt")
                fits = says(claims, {"erasure": row["id"], "patient": row["patient"]})
            else:
                fits = says(self._signer.verify(row["order"], purpose="erasure-order"), order_of(row))
        except (NotSignedInError, KeyError, ValueError):
            fits = False
        if not fits:
            self._deny(row, "no-order")

    def _check_time(self, row: Item) -> None:
        """A withdrawn order that was kept and put back is good for days, not for as long as its signature.

        Half an erasure is worse than none: where the tombstone stands, what is left is done whenever it is.
        """
        if self._clock() < good_until(row["due_at"]):
            return
        stone = self._tables.get(keys.key_state(row["patient"])) or {}
        if stone.get("state") != "destroyed":
            self._deny(row, "order-expired")

    def _deny(self, row: Item, reason: str) -> NoReturn:
        self._gate.record(self._event("erasure:begin", row, outcome="denied", reason=reason))
        raise AccessDeniedError

    # --- 1

    def _begun(self, row: Item) -> Item:
        """Access ends with this transaction: card and account are read with every request and every sign-in."""
        patient_id, now = row["patient"], stamp(self._clock())
        members = self._tables.query(Store.IDENTITY, keys.person(patient_id), "MEMBER#", limit=100).items
        if memberships_of(members):
            raise WrongStateError("this person has been given a role here; take it away and redrive the queue")
        staged = self._gate.stage(self._event("erasure:begin", row))
        change: Item = {
            "state": State.EXECUTING.value,
            "begun_at": now,
            "begin_entry": staged.entry_id,
            "absorbed": self._absorbed(patient_id),
            "react": [CLEARED],
        }
        closed: Item = {"state": CardState.ERASED.value, "erased_at": now}
        writes: list[Write] = [self._next(row, change)]
        for one in (patient_id, *change["absorbed"]):
            # The card also where there is none: none is opened.
            writes.append(Update(keys.card(one), closed, {"ver": 1}, expect=None))
            if self._tables.get(keys.profile(one)) is not None:
                writes.append(Update(keys.profile(one), {"state": CardState.ERASED.value}))
        return self._committed(staged, row, change, writes)

    def _absorbed(self, patient_id: str) -> list[str]:
        """Cards that went into this one (SPC-5), and into those: their rows are still there, under their own keys."""
        found: list[str] = []
        waiting = [patient_id]
        while waiting:
            card = self._tables.get(keys.card(waiting.pop())) or {}
            fresh = [one for one in card.get("absorbed", []) if one not in found]
            found, waiting = found + fresh, waiting + fresh
        return found

    # --- 3

    def _counted(self, row: Item) -> Item:
        """After the tombstone no chain is added (audit/subjects.py), so what is listed here is all there ever was."""
        stones = [self._tables.get(keys.key_state(one)) or {} for one in _people(row)]
        subjects = [tag for one in _people(row) for tag in self._all(Store.KEYS, one, keys.AUDIT_SUBJECTS)]
        hashes = sorted(_hash(str(subject["tag"])) for subject in subjects)
        versions = sum(int(stone.get("versions", 0)) for stone in stones)
        change: Item = {"tags": hashes, "key_versions": versions, "react": []}
        self._tables.commit([self._next(row, change)])
        return _after(row, change)

    # --- 4

    def _destroy_subjects(self, patient_id: str) -> None:
        for page in self._pages(Store.KEYS, patient_id, keys.AUDIT_SUBJECTS):
            tags = [keys.audit_tag(str(row["tag"])) for row in page]
            owned = {key: row for key, row in self._tables.get_many(tags).items() if row["person"] == patient_id}
            self._tables.commit([*_deletions(Store.KEYS, page), *(Delete(key) for key in owned)])

    # --- 5

    def _destroy_identity(self, patient_id: str, people: list[str]) -> None:
        """The account's rows name their index rows (``tags``), so they go last."""
        wanted = [keys.profile(patient_id), keys.policy(patient_id), keys.open_application(patient_id)]
        rows = self._tables.get_many(wanted)
        profile, policy, application = (rows.get(key, {}) for key in wanted)
        tags = {**profile.get("tags", {}), **({"oms": policy["tag"]} if "tag" in policy else {})}
        for field, tag in sorted(tags.items()):
            self._release(keys.blind_index(field, tag), people)
        for kind, tag in sorted(profile.get("blocks", {}).items()):
            self._release(keys.block_member(kind, tag, patient_id), people)
        if application:
            self._tables.commit([Delete(keys.queue(APPLICATIONS, application["application"]))])
        for passkey in self._all(Store.IDENTITY, keys.person(patient_id), keys.PASSKEYS):
            self._release(keys.passkey_owner(passkey["id"]), people)
        for page in self._pages(Store.IDENTITY, keys.person(patient_id)):
            for field, tag in (pair for row in page for pair in row.get("tags", {}).items()):
                self._release(keys.blind_index(field, tag), people)
            self._tables.commit(_deletions(Store.IDENTITY, page))

    def _release(self, key: Key, people: list[str]) -> None:
        """``people``: numbers of a card that went into another one lead to that one."""
        row = self._tables.get(key)
        if row is not None and row["person"] in people:
            self._tables.commit([Delete(key, {"person": row["person"]})])

    # --- 6

    def _destroy_index(self, patient_id: str) -> None:
        """Without its key nobody can tell what a token stands for; that two records share one shall not stay either."""
        for page in self._pages(Store.CARD, keys.search_index(patient_id), size=MOST_WRITES):
            self._tables.commit(_deletions(Store.CARD, page))

    # --- 7

    def _receipt(self, row: Item, final: datetime) -> None:
        now = stamp(self._clock())
        receipt = self._signer.issue(receipt_of(row, now, stamp(final)), purpose="receipt")
        event = self._event(
            "erasure:receipt",
            row,
            receipt=_hash(receipt),
            tags=" ".join(row["tags"]),
            key_versions=int(row["key_versions"]),
            final_after=stamp(final),
        )
        change: Item = {
            "state": State.EXECUTED.value,
            "executed_at": now,
            "final_after": stamp(final),
            "receipt": receipt,
            "react": [CLEARED],
        }
        self._committed(self._gate.stage(event), row, change, [self._next(row, change)])

    # --- pieces

    def _row(self, erasure_id: str) -> Item:
        row = self._tables.get(keys.erasure(erasure_id))
        if row is None:
            raise NotFoundError
        return row

    @staticmethod
    def _event(action: str, row: Item, *, outcome: str = "success", reason: str = "", **more: str | int) -> Event:
        """In the system's chain; the two people who decided are named in it."""
        details: dict[str, Any] = {name: row[name] for name in ("patient", "basis", "reference", "proposed_by")}
        return Event(
            system_actor("eraser"),
            action,
            SYS,
            outcome,
            resource_type="erasure",
            resource_id=row["id"],
            reason=reason,
            details={**details, "approved_by": row.get("decided_by", ""), **more},
        )

    def _committed(self, staged: Staged, row: Item, change: Item, writes: list[Write]) -> Item:
        """Raises ConflictError when it was stopped, or another run was faster: the queue brings it again."""
        self._gate.commit([staged], writes)
        return _after(row, change)

    @staticmethod
    def _next(row: Item, change: Item) -> Write:
        expect = {"ver": int(row["ver"]), "state": row["state"]}
        return Update(keys.erasure(row["id"]), change, {"ver": 1}, expect=expect)

    def _all(self, store: Store, pk: str, prefix: str) -> list[Item]:
        rows: list[Item] = []
        after: Item | None = None
        while True:
            page = self._tables.query(store, pk, prefix, after=after)
            rows, after = rows + page.items, page.after
            if after is None:
                return rows

    def _pages(self, store: Store, pk: str, prefix: str = "", size: int = PAGE) -> Iterator[list[Item]]:
        """Pages of what is still there, until a read finds nothing: whoever takes a page deletes it."""
        while rows := self._tables.query(store, pk, prefix, limit=size).items:
            yield rows


def _people(row: Item) -> list[str]:
    """Whose keys are destroyed: the person's, and those of cards that went into theirs."""
    return [row["patient"], *row.get("absorbed", [])]


def _after(row: Item, change: Item) -> Item:
    return {**row, **change, "ver": int(row["ver"]) + 1}


def _deletions(store: Store, rows: list[Item]) -> list[Write]:
    return [Delete(Key(store, row["pk"], row["sk"])) for row in rows]


def _hash(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()
