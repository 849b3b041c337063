"""A version of a record about to be stored. Shared by the generic records and by the processes that write one."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.attachments import named
from chalicelib.domain.identity import OWNERS, Actor, PersonId, Role
from chalicelib.domain.links import LINKS, with_open_links
from chalicelib.domain.moments import stamp
from chalicelib.domain.occurred import impossible
from chalicelib.domain.prescriptions import status_on
from chalicelib.errors import InvalidFieldsError
from chalicelib.ports import Clock, Vault, keys
from chalicelib.ports.code_sets import EntryCheck
from chalicelib.ports.load_rows import ORDER_COUNTED as COUNTED
from chalicelib.ports.resources import RESOURCE
from chalicelib.ports.tables import Item, Put, Write
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate, Staged

REPORTED = "patient-reported"


@dataclass(frozen=True, slots=True)
class Draft:
    """One version about to be stored: the sealed row, and the change with the hashes of the edit in its entry."""

    staged: Staged
    row: Item
    beside: Sequence[Write] = ()
    """What must be stored in the same transaction: the files that it names hang on it (domain/attachments.py)."""


class Drafts:
    def __init__(self, gate: Gate, vault: Vault, clock: Clock, check: Callable[[], EntryCheck]) -> None:
        """``check`` is asked for with the first entry: whoever only reads needs no code sets."""
        self._gate = gate
        self._vault = vault
        self._clock = clock
        self._check = check

    def draft(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        spec: RecordType,
        record_id: str,
        body: dict[str, Any],
        *,
        version: int,
        old: Item | None = None,
    ) -> Draft:
        """Ask the gate, check what is entered, seal, and make the row; nothing is stored yet."""
        staged = self._gate.admit_change(actor, action, patient_id, spec, record_id, version=version)
        return self.sealed(actor, spec, staged, body, version, old)

    def several(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, bodies: Mapping[str, Mapping[str, Any]]
    ) -> list[Draft]:
        """First versions of several records, by their ids; the gate is asked once."""
        if not bodies:
            return []
        admitted = self._gate.admit_changes(actor, Action.CREATE, patient_id, spec, list(bodies))
        return [
            self.sealed(actor, spec, staged, dict(body), 1)
            for staged, body in zip(admitted, bodies.values(), strict=True)
        ]

    def sealed(
        self,
        actor: Actor,
        spec: RecordType,
        staged: Staged,
        body: dict[str, Any],
        version: int,
        old: Item | None = None,
        hidden: Sequence[Any] = (),
    ) -> Draft:
        """As ``draft`` when the gate has been asked. ``hidden``: links that ``actor`` may not see, which stay."""
        beside = self._checked(actor, spec, staged.seal_with, body)
        if hidden:
            body = {**body, LINKS: [*(body.get(LINKS) or []), *hidden]}
        row = self._row(actor, spec, staged, body, version, old)
        logged = {**staged.event.details, "sealed": _digest(row["sealed"])}
        change = staged.saying(new=row["hash"], prev=old["hash"] if old else "", details=logged)
        return Draft(change, row, beside)

    def _checked(self, actor: Actor, spec: RecordType, permit: Permit, body: Mapping[str, Any]) -> Sequence[Write]:
        """What hangs the files that the body names on the record. Raises InvalidFieldsError."""
        if actor.role is Role.SYSTEM or actor.is_partner:  # what a connected source says is the source's to correct
            return ()
        patient_id, check = PersonId(permit.patient_id), self._check()
        wrong, beside = check.files(actor, patient_id, spec, permit.record_id or "", body)
        check.refuse(patient_id, spec, body, wrong)
        return beside

    def _row(
        self, actor: Actor, spec: RecordType, staged: Staged, body: dict[str, Any], version: int, old: Item | None
    ) -> Item:
        permit, now = staged.seal_with, self._clock()
        record_id, salt = permit.record_id or "", secrets.token_bytes(32)
        occurred = _occurred(spec, body, now)
        row: Item = {
            "id": record_id,
            "patient": permit.patient_id,
            "kind": spec.name,
            "ver": version,
            "sealed": self._vault.seal(permit, version, _text(body)),
            "kd": keys.record_date(spec.name, stamp(occurred), record_id),
            "person": actor.person_id,
            "role": actor.role.value,
            "organisation": actor.organisation_id,
            "source": _source(actor, old),
            "hash": self._gate.content_hash(salt, body),
            "salt": salt,
            "entry": staged.entry_id,
            "created_at": old["created_at"] if old else stamp(now),
            "updated_at": stamp(now),
            "react": list(spec.reactions),
            **_news(spec, body),
            **_ordered(spec, body, actor, old, now),
        }
        return {**row, "files": named(spec.files, body)} if spec.files else row


def _text(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _source(actor: Actor, old: Item | None) -> str:
    """Where a record comes from is said when it is made and stays (REC-9); who wrote a version says its ``role``."""
    if old is not None:
        return str(old["source"])
    return REPORTED if actor.role in OWNERS else "staff"


def _news(spec: RecordType, body: Mapping[str, Any]) -> Item:
    """The notice by which the patient is told of it, where it is another than ``new_record``."""
    for name, events in spec.news.items():
        if body.get(name) in events:
            return {"news": events[body[name]]}
    return {}


def _ordered(spec: RecordType, body: Mapping[str, Any], actor: Actor, old: Item | None, now: datetime) -> Item:
    """Of an order, who ordered it and when it was done, in clear: how long results take is counted without opening
    anything (services/load/counting.py). What was ordered stays sealed.
    """
    if COUNTED not in spec.reactions:
        return {}
    first: Item = {"order": {"organisation": actor.organisation_id, "member": actor.member_id}}
    whole = old if old is not None else first if actor.member_id else {}
    kept: Item = {name: whole[name] for name in ("order", "done_at") if name in whole}
    done = any(body.get(name) in states for name, states in spec.evidence.items())
    return {"done_at": stamp(now), **kept} if done else kept


def _digest(ciphertext: bytes) -> str:
    """What is stored can be held against the log without any key (docs/audit.md)."""
    return b64encode(hashlib.sha256(ciphertext).digest()).decode()


def _occurred(spec: RecordType, body: Mapping[str, Any], now: datetime) -> datetime:
    moment = datetime.fromisoformat(body[spec.occurred])
    if wrong := impossible(spec.occurred, moment, now):
        raise InvalidFieldsError(fields=(wrong,))
    return moment


def put_new(draft: Draft) -> Write:
    row = draft.row
    return Put(keys.record(row["patient"], row["kind"], row["id"]), row)


def put_next(draft: Draft, old: Item) -> list[Write]:
    """The earlier version as it was (its ciphertext opens only as that version), and the new one in its place."""
    row = draft.row
    earlier = {name: value for name, value in old.items() if name not in {"pk", "sk", "kd", "react"}}
    return [
        Put(keys.record_version(row["patient"], row["kind"], row["id"], int(old["ver"])), earlier),
        Put(keys.record(row["patient"], row["kind"], row["id"]), row, {"ver": int(old["ver"])}),
    ]


def written(draft: Draft, body: Mapping[str, Any]) -> dict[str, Any]:
    return shown_row(draft.row, body)


def shown_row(row: Item, body: Mapping[str, Any]) -> dict[str, Any]:
    """A record in full, as whoever wrote it gets it."""
    shown: dict[str, Any] = {name: row[name] for name in ("id", "kind", "created_at", "updated_at", "source")}
    shown |= {"version": int(row["ver"]), "author": {n: row[n] for n in ("role", "organisation", "person")}}
    shown |= {name: row[name] for name in ("confirmed",) if name in row}
    return {**shown, "summary_only": False, "body": dict(body)}


def opened_row(
    actor: Actor, spec: RecordType, permit: Permit, row: Item, content: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """A record as far as ``actor`` may see it. ``content``: what is sealed in the row."""
    body = with_open_links(content, permit.linked)
    provenance = body.pop("provenance", None)  # of records from connected sources (ACT-3)
    body.pop(RESOURCE, None)
    if permit.summary_only:
        body = {name: body[name] for name in spec.summary if name in body}
    if actor.role not in OWNERS:
        body = {name: value for name, value in body.items() if name not in spec.owner_only}
    shown = shown_row(row, body)
    if "status" in row:
        shown["status"] = status_on(row["status"], now)
    if provenance is not None:
        shown["provenance"] = provenance
    if "merged_from" in row:  # it was on another card of the same person (SPC-5)
        shown["merged_from"] = row["merged_from"]["patient"]
    return {**shown, "summary_only": permit.summary_only, "body": body}
