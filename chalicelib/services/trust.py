"""The trust store of electronic signatures (ID-5): anchors by two people, revocation lists without a way back.

    anchor   an administrator of the system proposes it, a security officer approves it: whoever could put one there
             alone could make certificates in anybody's name. An administrator takes it away alone, at once
    list     checked before it is stored: signed by an anchor or under one, whole, fresh, newer than the present one. A
             list is only ever replaced, so that nobody can bring back one from before a revocation

What changes counts here at once, and in other environments within CACHE_SECONDS (ports/certificates.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.signatures import MAX_LIST, decoded
from chalicelib.domain.trust import refusal_to_approve, refusal_to_change, refusal_to_see
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConflictError,
    NotFoundError,
    RevocationListError,
    StaleVersionError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.certificates import ACTIVE, PROPOSED, REMOVED, Certificates, ListFacts, TrustStore
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Tables, Update, every_row
from chalicelib.services.gate import Gate


class TrustService:
    def __init__(self, gate: Gate, tables: Tables, certificates: Certificates, trust: TrustStore, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._certificates = certificates
        self._trust = trust
        self._clock = clock

    # --- anchors

    def listed(self, actor: Actor) -> list[Item]:
        """Anchors and lists."""
        self._check(actor, "trust:list", refusal_to_see(actor))
        self._gate.record(Event(actor, "trust:list", SYS, resource_type="trust"))
        rows = every_row(self._tables, Store.IDENTITY, keys.TRUST)
        return [_list_shown(row) if row["sk"].startswith(keys.TRUST_LIST) else _shown(row) for row in rows]

    def propose(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """Propose an anchor. Raises InvalidFieldsError, AlgorithmUnsupportedError, AlreadyExistsError."""
        self._check(actor, "trust:propose", refusal_to_change(actor))
        content, now = decoded(form["certificate"], "/certificate"), self._clock()
        facts = self._certificates.anchor(content, now)
        key = keys.trust_anchor(facts.id)
        present = self._tables.get(key)
        if present is not None and present["state"] != REMOVED:
            raise AlreadyExistsError("this certificate is in the trust store")
        # A removed row stays for its version: an approval that is under way must not hit another proposal.
        version = int(present["ver"]) if present else 0
        row: Item = {
            "id": facts.id,
            "state": PROPOSED,
            "name": facts.name,
            "certificate": content,
            "policies": sorted(form.get("policies") or ()),
            "usages": sorted(form.get("usages") or ()),
            "valid_from": stamp(facts.valid_from),
            "valid_until": stamp(facts.valid_until),
            "proposed_by": actor.person_id,
            "proposed_at": stamp(now),
            "ver": version + 1,
        }
        expect: Expected = {"ver": version, "state": REMOVED} if present else Expect.ABSENT
        try:
            self._commit(actor, "trust:propose", facts.id, Put(key, row, expect))
        except ConflictError:
            raise AlreadyExistsError("this certificate is in the trust store") from None
        return _shown(row)

    def approve(self, actor: Actor, anchor_id: str, version: int) -> Item:
        """By another human than who proposed it. Raises AccessDeniedError, StaleVersionError, WrongStateError."""
        row = self._row(anchor_id)
        self._check(actor, "trust:approve", refusal_to_approve(actor, row["proposed_by"]))
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        if row["state"] != PROPOSED:
            raise WrongStateError(f"it is {row['state']}")
        change: Item = {"state": ACTIVE, "approved_by": actor.person_id, "approved_at": stamp(self._clock())}
        expect = {"ver": version, "state": PROPOSED}
        update = Update(keys.trust_anchor(anchor_id), change, {"ver": 1}, expect=expect)
        self._commit(actor, "trust:approve", anchor_id, update)
        return _shown({**row, **change, "ver": version + 1})

    def remove(self, actor: Actor, anchor_id: str) -> None:
        """Trust an anchor no longer, or drop a proposal. Repeatable. NotFoundError when there never was one."""
        self._check(actor, "trust:remove", refusal_to_change(actor))
        row = self._row(anchor_id)
        if row["state"] == REMOVED:
            return
        change: Item = {"state": REMOVED, "removed_by": actor.person_id, "removed_at": stamp(self._clock())}
        update = Update(keys.trust_anchor(anchor_id), change, {"ver": 1}, expect={"ver": row["ver"]})
        self._commit(actor, "trust:remove", anchor_id, update)

    # --- revocation lists

    def replace_list(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """Store a newer list of its issuer.

        Raises InvalidFieldsError, TooLargeError, RevocationListError for one that is not newer, and as a path does
        (CertificateRefusedError) for an issuer without a way to an anchor.
        """
        self._check(actor, "trust:replace-list", refusal_to_change(actor))
        content = decoded(form["content"], "/content")
        if len(content) > MAX_LIST:
            raise TooLargeError(f"at most {MAX_LIST} bytes; let people send answers of the responder instead")
        chain = tuple(decoded(text, f"/chain/{n}") for n, text in enumerate(form.get("chain") or ()))
        facts = self._certificates.revocation_list(content, chain, self._trust.fresh(), self._clock())
        key = keys.trust_list(facts.issuer)
        expect = _newer(self._tables.get(key), facts)
        row = _list_row(facts, content, self._clock())
        try:
            self._commit(actor, "trust:replace-list", facts.issuer, Put(key, row, expect))
        except ConflictError:
            raise RevocationListError("another list came at the same moment") from None
        return _list_shown(row)

    # --- pieces

    def _check(self, actor: Actor, operation: str, refused: str) -> None:
        if refused:
            self._gate.refuse(actor, operation, refused)
            raise AccessDeniedError

    def _row(self, anchor_id: str) -> Item:
        row = self._tables.get(keys.trust_anchor(anchor_id))
        if row is None:
            raise NotFoundError
        return row

    def _commit(self, actor: Actor, action: str, thing: str, write: Put | Update) -> None:
        event = Event(actor, action, SYS, resource_type="trust", resource_id=thing)
        self._gate.commit([self._gate.stage(event)], [write])
        self._trust.forget()


def _newer(present: Item | None, facts: ListFacts) -> Expected:
    """Condition that the list that was looked at is replaced. Raises RevocationListError for one that is no newer.

    Numbers are compared (RFC 5280, 5.2.3): they grow with every list, while times can be equal.
    """
    if present is None:
        return Expect.ABSENT
    if facts.number <= int(present["number"]) or stamp(facts.this_update) < present["this_update"]:
        raise RevocationListError(extra={"number": str(present["number"])})
    return {"number": present["number"]}


def _list_row(facts: ListFacts, content: bytes, now: datetime) -> Item:
    return {
        "id": facts.issuer,
        "name": facts.name,
        "number": str(facts.number),  # up to 20 octets: more than a number of the table holds
        "this_update": stamp(facts.this_update),
        "next_update": stamp(facts.next_update),
        "revoked": facts.revoked,
        "content": content,
        "at": stamp(now),
    }


def _list_shown(row: Item) -> Item:
    shown = ("id", "name", "number", "this_update", "next_update", "revoked", "at")
    return {"kind": "list", **{name: row[name] for name in shown}, "revoked": int(row["revoked"])}


def _shown(row: Item) -> Item:
    shown = ("id", "state", "name", "policies", "usages", "valid_from", "valid_until", "proposed_by", "proposed_at")
    found = {"kind": "anchor", **{name: row[name] for name in shown}, "version": int(row["ver"])}
    return found | {
        name: row[name] for name in ("approved_by", "approved_at", "removed_by", "removed_at") if name in row
    }
