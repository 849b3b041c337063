"""The patient's side of a link: make it, see what was read by it, take it back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain import shares
from chalicelib.domain.access import CardState, Level
from chalicelib.domain.consents import sections_given
from chalicelib.domain.idempotency import once
from chalicelib.domain.identifiers import problem
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.representation import Representation
from chalicelib.domain.secrets import hash_code, hash_secret
from chalicelib.domain.shares import ShareState, state_of
from chalicelib.errors import CardStateError, ConflictError, NotFoundError, StaleVersionError
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Vault, evidence, keys, plaintext
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Key, Put, Store, Tables, Update, Write
from chalicelib.records.registry import RECORD_TYPES, record_type
from chalicelib.services.gate import Gate, Staged

SECTIONS = frozenset(spec.section for spec in RECORD_TYPES)
OPEN_CARDS = frozenset({CardState.ACTIVE, CardState.SUSPENDED})
"""A suspended card is read as before (SPC-7), so it may be shown to somebody too."""
SHOWN = ("recipient", "sections", "records", "download", "language", "until", "openings", "opened", "created_at")
LINES = ("at", "what", "opening", "network", "client", "kind", "record_id")


class Making:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, public_url: str, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._public_url = public_url
        self._clock = clock

    def create(self, actor: Actor, form: Mapping[str, Any], idempotency_key: str) -> tuple[Item, bool]:
        """A new link, and whether this is a repeat. ``form``: as ``handlers.models.shares:Share``, in JSON.

        Address and passcode are in the first answer alone, for nothing else keeps them: who lost it revokes the link
        and makes another. Raises InvalidFieldsError (also for a record that is not there), CardStateError.
        """
        patient_id, share_id, now = actor.card_id, self._gate.new_id(), self._clock()
        secret = secrets.token_urlsafe(24)
        own = form.get("passcode")
        passcode = shares.chosen(own) if own else "".join(secrets.choice(shares.ALPHABET) for _ in range(shares.MADE))
        row = self._row(actor, form, now) | {
            "id": share_id,
            "passcode": hash_code(passcode, share_id),
        }
        staged, row["sealed"] = self._label(actor, share_id, row, str(form["label"]))
        place: Item = {
            "patient": patient_id,
            "by": actor.person_id,
            "for_ward": row["for_ward"],
            "secret": hash_secret(secret),
        }
        writes: list[Write] = [
            Put(keys.share(patient_id, share_id), row),
            Put(keys.share_place(share_id), place),
            happened(patient_id, self._gate.new_id(), "share_made", now),
            self._keys.alive(patient_id),
        ]
        wish = once(str(actor.person_id), "share-create", idempotency_key, [patient_id, form], {"id": share_id})
        earlier = self._gate.commit([staged], writes, wish)
        if earlier is not None:
            return self._mine(patient_id, str(earlier["id"]), form), True
        made = self._shown(row, str(form["label"])) | {"link": f"{self._public_url}/s/{share_id}#{secret}"}
        return made | ({} if own else {"passcode": passcode}), False

    def _mine(self, patient_id: PersonId, share_id: str, form: Mapping[str, Any]) -> Item:
        row = self._tables.get(keys.share(patient_id, share_id))
        if row is None:
            raise NotFoundError
        return self._shown(row, str(form["label"]))

    def _row(self, actor: Actor, form: Mapping[str, Any], now: datetime) -> Item:
        """What is shared, checked: a representative shares no more than is open to themselves, and no longer."""
        patient_id, records = actor.card_id, form["records"]
        named = [_place(patient_id, one) for one in records]
        rows = self._tables.get_many([keys.card(patient_id), *evidence.standing(actor), *dict.fromkeys(named)])
        if evidence.card_state(rows, patient_id) not in OPEN_CARDS:
            raise CardStateError
        acts = evidence.representation(rows, actor)
        sections = self._sections(form["sections"], now, acts)
        self._check_records(records, named, rows, now, acts)
        if not sections and not records:
            raise problem("/sections", "required", "name a section or a record")
        limited = form["level"] == Level.LIMITED.value or (acts is not None and not acts.full)
        return {
            "patient": patient_id,
            "by": actor.person_id,
            "for_ward": acts is not None,
            "ver": 1,
            "state": ShareState.ACTIVE.value,
            "recipient": form["recipient"],
            "sections": sections,
            "records": [dict(one) for one in records],
            "limited": limited,
            "download": bool(form["download"]) and not limited,
            "language": form["language"],
            "until": stamp(shares.end_of(form.get("valid_until"), now, acts.until if acts else None)),
            "openings": int(form["openings"]),
            "opened": 0,
            "created_at": stamp(now),
        }

    @staticmethod
    def _sections(sections: Sequence[str], now: datetime, acts: Representation | None) -> list[str]:
        for at, name in enumerate(sections):
            if name not in SECTIONS:
                raise problem(f"/sections/{at}", "unknown", "no section of records")
        return sections_given(sorted(set(sections)), SECTIONS, now, acts) if sections else []

    @staticmethod
    def _check_records(
        records: Sequence[Mapping[str, str]],
        named: Sequence[Key],
        rows: Mapping[Key, Item],
        now: datetime,
        acts: Representation | None,
    ) -> None:
        """One answer for what is not there and what is closed to whoever asks."""
        for at, (one, key) in enumerate(zip(records, named, strict=True)):
            if key not in rows or (acts is not None and not acts.opens(record_type(one["kind"]).section, now)):
                raise problem(f"/records/{at}", "unknown", "no record of this card")

    def _label(self, actor: Actor, share_id: str, row: Item, label: str) -> tuple[Staged, bytes]:
        """The change with its entry, and the sealed label. The entry says how much was shared, and no names."""
        details: dict[str, str | int] = {
            "sections": " ".join(row["sections"]),
            "records": len(row["records"]),
            "recipient": row["recipient"],
            "until": row["until"],
        }
        staged = self._gate.stage_private(
            actor, actor.card_id, "share", share_id, "share:create", resource_version=1, details=details
        )
        return staged, self._vault.seal(staged.seal_with, 1, plaintext({"label": label}))

    # --- looking

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Links to this card, newest first, whoever made them for it; a page is shorter where some are not shown."""
        patient_id, shows = actor.card_id, self._showing(actor)
        permit = self._gate.permit_private(actor, patient_id, "share", None, "share:list")
        found = self._tables.query(
            Store.CARD, keys.patient(patient_id), keys.SHARES, limit=limit, after=after, newest_first=True
        )
        shown = []
        for row in filter(shows, found.items):
            label = json.loads(self._vault.open(permit, Sealed(row["id"], 1, bytes(row["sealed"]))))["label"]
            shown.append(self._shown(row, label))
        return shown, found.after

    def openings(self, actor: Actor, share_id: str, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """The journal of a link, newest first: each opening, what it read, each wrong passcode. NotFoundError."""
        patient_id = actor.card_id
        event = Event(actor, "share:openings", patient_id, resource_type="share", resource_id=share_id)
        self._gate.record(event)
        self._one(actor, share_id)
        found = self._tables.query(
            Store.CARD,
            keys.patient(patient_id),
            f"{keys.OPENINGS}{share_id}#",
            limit=limit,
            after=after,
            newest_first=True,
        )
        return [{name: row[name] for name in LINES if row.get(name)} for row in found.items], found.after

    def _one(self, actor: Actor, share_id: str) -> Item:
        row = self._tables.get(keys.share(actor.card_id, share_id))
        if row is None or not self._showing(actor)(row):
            raise NotFoundError
        return row

    def _showing(self, actor: Actor) -> Callable[[Item], bool]:
        """Which links somebody sees and takes back: all of the card.

        A representative to whom a doctor closed sections has no access to the journal, for it tells who read what; so
        of the links they see their own alone, and shut nobody else out.
        """
        if actor.ward_id and evidence.restricted(self._tables.get_many(evidence.standing(actor)), actor):
            return lambda row: row["by"] == actor.person_id
        return lambda _row: True

    def _shown(self, row: Item, label: str) -> Item:
        shown: Item = {name: row[name] for name in SHOWN}
        shown |= {"share_id": row["id"], "label": label, "state": state_of(row, self._clock()).value}
        shown["level"] = (Level.LIMITED if row["limited"] else Level.FULL).value
        return shown | {"by": "representative" if row["for_ward"] else "patient"}

    # --- taking back

    def revoke(self, actor: Actor, share_id: str) -> None:
        """At once, and for openings that are under way. Repeatable. NotFoundError, StaleVersionError."""
        for _ in range(len(ShareState)):  # it is locked at the same moment, or taken back by another: never the reverse
            row = self._one(actor, share_id)
            if row["state"] == ShareState.REVOKED.value or self._revoked(actor, row):
                return
        raise StaleVersionError

    def _revoked(self, actor: Actor, row: Item) -> bool:
        patient_id, share_id = actor.card_id, str(row["id"])
        event = Event(
            actor, "share:revoke", patient_id, resource_type="share", resource_id=share_id, resource_version=1
        )
        ended = Update(
            keys.share(patient_id, share_id),
            {"state": ShareState.REVOKED.value, "revoked_at": stamp(self._clock())},
            expect={"state": row["state"]},
        )
        try:
            self._gate.commit([self._gate.stage(event)], [ended])
        except ConflictError:
            return False
        return True


def _place(patient_id: PersonId, one: Mapping[str, str]) -> Key:
    """Where a single record lies; a kind that there is not leads to nothing."""
    return keys.record(patient_id, one["kind"], one["record_id"])
