"""Vaccination certificates (REC-6): issued on the holder's request, with a SMART Health Card over a part of it.

issue      what staff recorded is certified, but nothing before the birth: all of it in print, in the code what was
chosen, or the newest vaccination of each kind, as many as one code holds; one transaction, once per idempotency key
file       the same card for a telephone's wallet
revoke     the card's id goes into the list of revocations of its key
published  keys and revocations, for whoever verifies: public, nothing about anybody in it
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain import health_cards
from chalicelib.domain.access import Action
from chalicelib.domain.health_cards import Holder, Line
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    NothingToCertifyError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, PatientKeys, Sealed, Signer, Vault, keys
from chalicelib.ports.tables import Item, Put, Store, Tables, Update, Write, every_row
from chalicelib.records.vaccination import CERTIFICATE
from chalicelib.services.drafts import Draft, Drafts, put_new, written
from chalicelib.services.gate import Gate
from chalicelib.services.vaccinations.history import Histories, History, Vaccinated

PURPOSE = "health-card"
ACTIVE, REVOKED = "active", "revoked"


@dataclass(frozen=True, slots=True)
class Office:
    """What it stands on; wired in bootstrap."""

    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    drafts: Drafts
    histories: Histories
    signer: Signer
    clock: Clock
    public_url: str


class CertificateService:
    def __init__(self, office: Office) -> None:
        self._o = office

    @property
    def issuer(self) -> str:
        return self._o.public_url + health_cards.ISSUER_PATH

    # --- the holder

    def issue(self, actor: Actor, patient_id: PersonId, form: Mapping[str, Any], key: str) -> tuple[Item, bool]:
        """``form``: language, and ids of vaccinations for the code or None. Returns the record, and whether it was
        there already. Raises NothingToCertifyError, InvalidFieldsError for what is not there or too much for one code.
        """
        history, now = self._o.histories.opened(actor, patient_id), self._o.clock()
        _refuse_unborn(history, form["vaccinations"] or ())
        lines = [_line(one) for one in history.vaccinations if _by_staff(one) and one.on >= history.person.born]
        if not lines:
            raise NothingToCertifyError
        holder, rid = _holder(history), secrets.token_urlsafe(12)
        coded = self._for_code(holder, lines, form["vaccinations"], rid, now)
        jws = self._o.signer.issue(health_cards.claims(self.issuer, holder, coded, rid, now), purpose=PURPOSE)
        body = _body(form["language"], lines, {line.id for line in coded}, health_cards.numeric(jws), now)
        draft = self._draft(actor, patient_id, body, {"kid": health_cards.kid_of(jws), "rid": rid})
        named = {"id": draft.row["id"], "version": 1}
        request = once(actor.person_id, f"{CERTIFICATE.name}:create", key, [patient_id, dict(form)], named)
        stored = self._o.gate.commit([draft.staged], [put_new(draft), self._o.patient_keys.alive(patient_id)], request)
        if stored is not None:
            return self._again(actor, patient_id, stored["id"]), True
        return {**written(draft, body), "status": draft.row["status"]}, False

    def file(self, actor: Actor, patient_id: PersonId, record_id: str) -> dict[str, Any]:
        """Content of a ``.smart-health-card`` file. WrongStateError for a certificate that was revoked."""
        permit = self._o.gate.admit(actor, Action.DOWNLOAD, patient_id, CERTIFICATE, record_id)
        row = self._row(patient_id, record_id)
        if row["status"]["state"] != ACTIVE:
            raise WrongStateError("the certificate was revoked")
        body = json.loads(self._o.vault.open(permit, Sealed.of(record_id, row)))
        return {"verifiableCredential": [health_cards.jws_of(body["qr"])]}

    def revoke(self, actor: Actor, patient_id: PersonId, record_id: str, version: int) -> Item:
        """For good. Raises StaleVersionError, WrongStateError when it is revoked already."""
        staged = self._o.gate.admit_change(actor, Action.REVOKE, patient_id, CERTIFICATE, record_id, version=version)
        row = self._row(patient_id, record_id)
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        status = {"state": REVOKED, "at": stamp(self._o.clock())}
        kid, rid = row["health_card"]["kid"], row["health_card"]["rid"]
        writes: list[Write] = [
            Update(
                keys.record(patient_id, CERTIFICATE.name, record_id),
                {"status": status},
                expect={"ver": version, "status": row["status"]},
            ),
            Put(keys.revoked_health_card(kid, rid), {"rid": rid, "at": status["at"]}),
            Update(keys.health_card_counter(kid), add={"ctr": 1}, expect=None),
        ]
        if row["status"]["state"] != ACTIVE:
            raise WrongStateError("the certificate is revoked already")
        try:
            self._o.gate.commit([staged], writes)
        except ConflictError as error:
            if error.index == 0:
                raise WrongStateError("the certificate is revoked already") from None
            raise
        return {"id": record_id, "version": version, "status": status}

    # --- whoever verifies

    def published(self) -> dict[str, Any]:
        """JWKS; a key with revocations says by ``crlVersion`` which list of them is the newest."""
        found = self._o.signer.published(PURPOSE)["keys"]
        counters = self._o.tables.get_many([keys.health_card_counter(jwk["kid"]) for jwk in found])
        rows = {key.pk: row for key, row in counters.items()}
        return {"keys": [_with_version(jwk, rows.get(keys.health_card_revocations(jwk["kid"]))) for jwk in found]}

    def revocations(self, kid: str) -> dict[str, Any]:
        """Cards signed with a key that hold no more. NotFoundError for a key without any."""
        counter = self._o.tables.get(keys.health_card_counter(kid))
        if counter is None:
            raise NotFoundError
        rows = every_row(self._o.tables, Store.CARD, keys.health_card_revocations(kid), keys.REVOKED_CARDS)
        return {"kid": kid, "method": "rid", "ctr": int(counter["ctr"]), "rids": [row["rid"] for row in rows]}

    # --- pieces

    def _for_code(
        self, holder: Holder, lines: Sequence[Line], chosen: Sequence[str] | None, rid: str, now: datetime
    ) -> list[Line]:
        if chosen is None:
            return health_cards.fitting(self.issuer, holder, health_cards.newest(lines), rid, now)
        known = {line.id: line for line in lines}
        missing = [n for n, one in enumerate(chosen) if one not in known]
        if missing:
            no = "no vaccination that can be certified has this id"
            raise InvalidFieldsError(fields=tuple(FieldProblem(f"/vaccinations/{n}", "unknown", no) for n in missing))
        wanted = [known[one] for one in dict.fromkeys(chosen)]
        fits = health_cards.fitting(self.issuer, holder, wanted, rid, now)
        if len(fits) < len(wanted):
            told = f"one code holds {len(fits)} of these; make several certificates"
            raise InvalidFieldsError(fields=(FieldProblem("/vaccinations", "too-many", told),))
        return wanted

    def _draft(self, actor: Actor, patient_id: PersonId, body: dict[str, Any], card: Item) -> Draft:
        draft = self._o.drafts.draft(
            actor, Action.CREATE, patient_id, CERTIFICATE, self._o.gate.new_id(), body, version=1
        )
        return replace(draft, row={**draft.row, "status": {"state": ACTIVE}, "health_card": card})

    def _again(self, actor: Actor, patient_id: PersonId, record_id: str) -> Item:
        permit = self._o.gate.admit(actor, Action.READ, patient_id, CERTIFICATE, record_id)
        row = self._row(patient_id, record_id)
        body = json.loads(self._o.vault.open(permit, Sealed.of(record_id, row)))
        shown = {name: row[name] for name in ("id", "kind", "created_at", "updated_at", "source", "status")}
        author = {name: row[name] for name in ("role", "organisation", "person")}
        return {**shown, "version": int(row["ver"]), "author": author, "summary_only": False, "body": body}

    def _row(self, patient_id: PersonId, record_id: str) -> Item:
        row = self._o.tables.get(keys.record(patient_id, CERTIFICATE.name, record_id))
        if row is None:
            raise NotFoundError
        return row


def _by_staff(one: Vaccinated) -> bool:
    """Of a clinic or of a connected source; what a patient told is not certified."""
    return one.row["source"] in {"staff", "connected"}


def _refuse_unborn(history: History, chosen: Sequence[str]) -> None:
    """A vaccination before the birth of its person is somebody else's, or its date is wrong: none is certified."""
    unborn = {one.row["id"] for one in history.vaccinations if one.on < history.person.born}
    told = "before the birth of the person: to be corrected by whoever recorded it"
    wrong = [FieldProblem(f"/vaccinations/{n}", "before-birth", told) for n, one in enumerate(chosen) if one in unborn]
    if wrong:
        raise InvalidFieldsError(fields=tuple(wrong))


def _line(one: Vaccinated) -> Line:
    body = one.body
    stages = sorted({target["stage"] for target in body["targets"]})
    return Line(one.row["id"], one.on, body["vaccine"], ", ".join(stages), body["lot"], body["organisation"])


def _holder(history: History) -> Holder:
    profile = history.profile
    given = tuple(name for name in (profile.get("first_name"), profile.get("middle_name")) if name)
    return Holder(profile.get("last_name", ""), given, history.person.born.isoformat())


def _body(language: str, lines: Sequence[Line], coded: set[str], qr: str, now: datetime) -> dict[str, Any]:
    certified = [
        {
            "on": line.on.isoformat(),
            "vaccine": line.vaccine,
            "stages": line.stages,
            "lot": line.lot,
            "organisation": line.organisation,
            "in_code": line.id in coded,
        }
        for line in sorted(lines, key=lambda line: (line.on, line.id), reverse=True)
    ]
    return {"occurred_at": stamp(now), "language": language, "vaccinations": certified, "qr": qr}


def _with_version(jwk: Mapping[str, Any], counter: Item | None) -> dict[str, Any]:
    return {**jwk, "crlVersion": int(counter["ctr"])} if counter else dict(jwk)
