"""Sign-in and confirmation of identity by an electronic signature (ID-5, ID-7).

    begin    a text to sign: it names the service, the purpose, a number used once, and the time
    finish   the text is used up; then signature, certificate, path and revocation are checked (ports/certificates.py)

A sign-in finds the account by the SNILS of the certificate and stands where a password would: the second factor follows
(ID-3). A confirmation compares the certificate with the profile, and raises the level.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NoReturn

from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.factors import enrolled
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.sessions import CHALLENGE_SECONDS as FACTOR_SECONDS
from chalicelib.domain.sessions import task_for
from chalicelib.domain.signatures import CHALLENGE_SECONDS, Certified, challenge_text, differences, proof_of
from chalicelib.errors import (
    ConflictError,
    CredentialsError,
    IdentityMismatchError,
    MedkartaError,
    NoAccountError,
    WrongStateError,
)
from chalicelib.ports import BlindIndex, Clock, Event, Sealed, Vault, keys
from chalicelib.ports.certificates import Certificates, TrustStore
from chalicelib.ports.rows import challenge, happened
from chalicelib.ports.tables import Check, Delete, Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate

TASK = "sign-in"
SIGN_IN = "sign-in"
CONFIRMATION = "confirmation"


class SignatureService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        index: BlindIndex,
        certificates: Certificates,
        trust: TrustStore,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._index = index
        self._certificates = certificates
        self._trust = trust
        self._clock = clock
        self._url = public_url

    # --- sign-in

    def begin(self) -> Item:
        """A text to sign. Whose signature it will be is not asked."""
        shown, put = self._asked(SIGN_IN)
        self._tables.commit([put])
        return shown

    def finish(self, caller: Actor, challenge_id: str, form: Mapping[str, Any]) -> Item:
        """A challenge for the second factor, as after a password.

        Raises CredentialsError for an unknown or used text and for a signature that does not fit,
        CertificateRefusedError, RevocationUnknownError, AlgorithmUnsupportedError, InvalidFieldsError, TooLargeError,
        NoAccountError.
        """
        actor = task_for(TASK, caller)
        try:
            certified = self._proved(challenge_id, SIGN_IN, "", form)
            person_id, profile, known = self._account(certified)
        except MedkartaError as error:
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                self._gate.record(_event(actor, "session:signature", SYS, "denied", error.code))
            raise
        second, now = secrets.token_hex(16), self._clock()
        event = _event(actor, "session:signature", person_id, certificate=certified.fingerprint)
        writes: list[Write] = [
            challenge(second, person_id, "signature", now, profile),
            Check(keys.profile(person_id), {"state": "active"}),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:  # closed at this moment
            raise CredentialsError from None
        return {"challenge_id": second, "factors": known, "expires_in": FACTOR_SECONDS}

    def _account(self, certified: Certified) -> tuple[PersonId, Item, list[str]]:
        """Whose SNILS it is, profile row, second factors. Who proves a SNILS may know that it has no account."""
        found = self._tables.get(keys.blind_index("snils", self._index.tag("snils", certified.snils)))
        if found is None:
            raise NoAccountError
        person_id = PersonId(found["person"])
        rows = self._tables.get_many([keys.profile(person_id), keys.credentials(person_id)])
        profile = rows.get(keys.profile(person_id), {})
        if profile.get("state") in {"unclaimed", "ward"}:
            raise NoAccountError
        if profile.get("state") != "active":
            raise CredentialsError
        return person_id, profile, enrolled(rows.get(keys.credentials(person_id), {}))

    # --- confirmation of identity

    def begin_confirmation(self, actor: Actor) -> Item:
        """A text to sign, for who is signed in; the same session must end it."""
        shown, put = self._asked(CONFIRMATION, _whose(actor))
        event = _event(actor, "identity-signature:begin", actor.person_id)
        self._gate.commit([self._gate.stage(event)], [put])
        return shown

    def finish_confirmation(self, actor: Actor, challenge_id: str, form: Mapping[str, Any]) -> Item:
        """Raise the level when the certificate names the same person. Raises as ``finish``; IdentityMismatchError."""
        person_id = actor.person_id
        certified = self._proved(challenge_id, CONFIRMATION, _whose(actor), form)
        row, profile = self._profile(actor)
        differing = " ".join(differences(certified, profile))
        if differing:
            self._differs(actor, certified, differing)
        now = self._clock()
        event = _event(actor, "identity-signature:finish", person_id, certificate=certified.fingerprint)
        # The profile that was compared, and no other: its version is that of what is sealed in it.
        expect = {"state": "active", "ver": int(row["ver"])}
        writes: list[Write] = [
            Update(keys.profile(person_id), evidence(Channel.SIGNATURE, now), expect=expect),
            happened(person_id, self._gate.new_id(), "signature_confirmed", now),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise WrongStateError("the profile changed at the same moment") from None
        return {"confirmed": True, "channel": Channel.SIGNATURE.value}

    def _profile(self, actor: Actor) -> tuple[Item, dict[str, str]]:
        row = self._tables.get(keys.profile(actor.person_id))
        if row is None:
            raise CredentialsError
        permit = self._gate.permit_private(actor, actor.person_id, "profile", "profile", "identity-signature:compare")
        text = self._vault.open(permit, Sealed.of("profile", row))
        opened: dict[str, str] = json.loads(text)
        return row, opened

    def _differs(self, actor: Actor, certified: Certified, differing: str) -> NoReturn:
        """Somebody holds both this session and another person's key, or a name has changed: the owner is told."""
        event = _event(
            actor,
            "identity-signature:finish",
            actor.person_id,
            "denied",
            IdentityMismatchError.code,
            certificate=certified.fingerprint,
            differing=differing,
        )
        told = happened(actor.person_id, self._gate.new_id(), "signature_differs", self._clock())
        self._gate.commit([self._gate.stage(event)], [told])
        raise IdentityMismatchError(extra={"differing": differing})

    # --- the text

    def _asked(self, purpose: str, whose: str = "") -> tuple[Item, Write]:
        challenge_id, nonce, now = secrets.token_hex(16), secrets.token_hex(16), self._clock()
        until = now + timedelta(seconds=CHALLENGE_SECONDS)
        text = challenge_text(self._url, purpose, nonce, now)
        row: Item = {
            "purpose": purpose,
            "whose": whose,
            "text": text,
            "nonce": nonce,
            "ends_at": int(until.timestamp()),
            "expires": int(until.timestamp()),
        }
        shown = {
            "challenge_id": challenge_id,
            "text": text,
            "ocsp_nonce": nonce,
            "expires_in": CHALLENGE_SECONDS,
            "expires_at": stamp(until),
        }
        return shown, Put(keys.signature_challenge(challenge_id), row)

    def _proved(self, challenge_id: str, purpose: str, whose: str, form: Mapping[str, Any]) -> Certified:
        """Use the text up, then check what is said to be its signature: one text, one answer, right or wrong."""
        key = keys.signature_challenge(challenge_id)
        row = self._tables.get(key)
        mine = row is not None and row["purpose"] == purpose and row["whose"] == whose
        if row is None or not mine or int(row["ends_at"]) <= self._clock().timestamp():
            raise CredentialsError
        proof = proof_of(form, bytes.fromhex(row["nonce"]))
        try:
            self._tables.commit([Delete(key, {"nonce": row["nonce"]})])
        except ConflictError:
            raise CredentialsError from None
        return self._certificates.verify(proof, row["text"].encode(), self._trust.current(), self._clock())


def _event(
    actor: Actor, action: str, subject: PersonId, outcome: str = "success", reason: str = "", **details: str
) -> Event:
    return Event(actor, action, subject, outcome, resource_type="signature", reason=reason, details=details)


def _whose(actor: Actor) -> str:
    return f"{actor.person_id}.{actor.session_id}"
