"""Signing certificates of organisations and doctors: asked for, put in use, replaced, withdrawn (DOC-3, RX-6).

request    a new key and the request for its certificate (PKCS#10), which the owner brings to their authority
put        the certificate that came of it, with its chain; checked against the trust store, then it signs
withdraw   signs no more; its key is destroyed in the same transaction
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.issuing import Signatory
from chalicelib.domain.moments import stamp
from chalicelib.domain.signatures import decoded
from chalicelib.domain.signing import doctor_subject, field_of, organisation_subject
from chalicelib.domain.staff import refusal_to_manage
from chalicelib.errors import AccessDeniedError, AlreadyExistsError, NotFoundError, SigningRequestError
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.certificates import TrustStore
from chalicelib.ports.signing import ACTIVE, CERTIFICATES, WITHDRAWN, Credential, DocumentSigner, credential_of
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose certificate: an organisation's seal, or a doctor's own signature. Both have a key of the vault."""

    id: PersonId
    signatory: Signatory

    @property
    def kind(self) -> str:
        return CERTIFICATES[self.signatory]


class SigningCertificateService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        signer: DocumentSigner,
        trust: TrustStore,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._signer = signer
        self._trust = trust
        self._clock = clock

    def owner(self, actor: Actor, organisation_id: str, action: str) -> Owner:
        """An organisation that the actor administers. Raises AccessDeniedError, NotFoundError."""
        reason = refusal_to_manage(actor, organisation_id)
        if reason:
            self._gate.refuse(actor, f"seal-certificate:{action}", reason)
            raise AccessDeniedError
        if self._tables.get(keys.organisation(organisation_id)) is None:
            raise NotFoundError
        return Owner(PersonId(organisation_id), Signatory.ORGANISATION)

    @staticmethod
    def own(actor: Actor) -> Owner:
        return Owner(actor.person_id, Signatory.AUTHOR)

    # --- the life of a certificate

    def request(self, actor: Actor, owner: Owner, algorithm: str) -> Item:
        """A new key; the one of an earlier request that nothing came of is destroyed. Raises KeyUnavailableError."""
        if owner.signatory is Signatory.ORGANISATION:
            with suppress(AlreadyExistsError):
                self._keys.enrol(owner.id)
        subject, now = self._subject(actor, owner), self._clock()
        made = self._signer.requested(owner.id, algorithm, subject)
        old = self._tables.get(keys.signing_request(owner.id))
        row: Item = {"kid": made.kid, "algorithm": algorithm, "at": stamp(now), "by": actor.person_id}
        expect: Expected = {"kid": old["kid"]} if old else Expect.ABSENT
        writes = [made.write, Put(keys.signing_request(owner.id), row, expect), self._keys.alive(owner.id)]
        if old:
            writes.append(self._signer.destroyed(owner.id, old["kid"], now))
        event = _event(actor, owner, "request", made.kid, algorithm=algorithm)
        self._gate.commit([self._gate.stage(event)], writes)
        return {**_asked(row), "request": b64encode(made.request).decode()}

    def put(self, actor: Actor, owner: Owner, form: Mapping[str, Any]) -> Item:
        """Put the certificate in use in the place of the present one. ``form``: certificate, chain, ocsp in base64.

        Raises SigningRequestError for a key that was not asked for last, and as ``DocumentSigner.accepted``.
        """
        asked = self._tables.get(keys.signing_request(owner.id))
        if asked is None:
            raise SigningRequestError
        now, kid = self._clock(), str(asked["kid"])
        chain = tuple(decoded(one, field_of(n)) for n, one in enumerate([form["certificate"], *form["chain"]]))
        ocsp = tuple(decoded(one, f"/ocsp/{n}") for n, one in enumerate(form["ocsp"]))
        found = self._signer.accepted(owner.id, kid, chain, ocsp, self._trust.fresh(), now)
        staged = self._gate.stage_private(
            actor, owner.id, owner.kind, kid, f"{owner.kind}:put", details={"certificate": found.fingerprint}
        )
        old = self._tables.get(keys.signing_certificate(owner.id))
        version = int(old["ver"]) + 1 if old else 1
        row: Item = {
            **found.open_part(),
            "algorithm": asked["algorithm"],
            "state": ACTIVE,
            "ver": version,
            "at": stamp(now),
            "by": actor.person_id,
            "sealed": self._vault.seal(staged.seal_with, version, found.sealed_text()),
        }
        expect: Expected = {"ver": old["ver"], "state": old["state"]} if old else Expect.ABSENT
        writes: list[Write] = [
            Put(keys.signing_certificate(owner.id), row, expect),
            Delete(keys.signing_request(owner.id), {"kid": kid}),
            self._keys.alive(owner.id),
        ]
        if old and old["state"] == ACTIVE:
            writes.append(self._signer.destroyed(owner.id, old["kid"], now))
        self._gate.commit([staged], writes)
        return _shown(row, found)

    def withdraw(self, actor: Actor, owner: Owner) -> None:
        """Repeatable. What was signed stays signed; whether that still counts is for its authority to say."""
        key = keys.signing_certificate(owner.id)
        row = self._tables.get(key)
        if row is None or row["state"] != ACTIVE:
            return
        now = self._clock()
        change: Item = {"state": WITHDRAWN, "at": stamp(now), "by": actor.person_id}
        writes: list[Write] = [
            Update(key, change, expect={"ver": row["ver"], "state": ACTIVE}),
            self._signer.destroyed(owner.id, row["kid"], now),
        ]
        event = _event(actor, owner, "withdraw", row["kid"], certificate=row["fingerprint"])
        self._gate.commit([self._gate.stage(event)], writes)

    def shown(self, actor: Actor, owner: Owner) -> Item:
        """The certificate in use, or withdrawn last, and the open request."""
        rows = self._tables.get_many([keys.signing_certificate(owner.id), keys.signing_request(owner.id)])
        row, asked = rows.get(keys.signing_certificate(owner.id)), rows.get(keys.signing_request(owner.id))
        found: Item = {"state": "none"}
        if row is None:
            self._gate.record(_event(actor, owner, "read", ""))
        else:
            permit = self._gate.permit_private(actor, owner.id, owner.kind, row["kid"], f"{owner.kind}:read")
            text = self._vault.open(permit, Sealed.of(row["kid"], row))
            found = _shown(row, credential_of(owner.id, row, text))
        return found | ({"requested": _asked(asked)} if asked else {})

    def _subject(self, actor: Actor, owner: Owner) -> dict[str, str]:
        if owner.signatory is Signatory.ORGANISATION:
            named = self._tables.get(keys.organisation(owner.id)) or {}
            return organisation_subject(str(named.get("name", "")), str(named.get("oid", "")))
        row = self._tables.get(keys.profile(owner.id))
        if row is None:
            raise NotFoundError
        permit = self._gate.permit_private(actor, owner.id, "profile", "profile", "signing-certificate:name")
        return doctor_subject(json.loads(self._vault.open(permit, Sealed.of("profile", row))))


def _event(actor: Actor, owner: Owner, verb: str, kid: str, **details: str) -> Event:
    return Event(actor, f"{owner.kind}:{verb}", owner.id, resource_type=owner.kind, resource_id=kid, details=details)


def _asked(row: Item) -> Item:
    return {"key_id": row["kid"], "algorithm": row["algorithm"], "requested_at": row["at"]}


def _shown(row: Item, credential: Credential) -> Item:
    return {
        "state": row["state"],
        "key_id": credential.kid,
        "algorithm": row["algorithm"],
        "name": credential.name,
        "serial": credential.serial,
        "fingerprint": credential.fingerprint,
        "valid_from": stamp(credential.valid_from),
        "valid_until": stamp(credential.valid_until),
        "changed_at": row["at"],
    }
