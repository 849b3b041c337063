"""Tokens of applications: for a code or a refresh token; given back, asked about (RFC 6749, 7009, 7636, 7662, 9449).

A code and a refresh token are good once. Who brings one a second time is not the owner, or the owner is not alone: the
leave ends, and with it every token of it. A token that was bound to a key at the first exchange stays bound to it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import NoReturn

from chalicelib.domain import applications as rules
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.limits import REFRESH
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.domain.secrets import hash_secret
from chalicelib.domain.sessions import AUDIENCE, Presented, RefreshToken, parse_refresh
from chalicelib.errors import (
    ConflictError,
    ErasedError,
    MalformedError,
    MedkartaError,
    NotSignedInError,
    OutcomeUnknownError,
    ProofError,
)
from chalicelib.ports import Clock, Event, Signer, application_rows, keys
from chalicelib.ports.assertions import Proofs, Spending
from chalicelib.ports.tables import Check, Delete, Item, Put, Tables, Update, Write
from chalicelib.services.applications.clients import Clients
from chalicelib.services.gate import Gate

TOKEN_PATH = "/api/v1/oauth/token"  # noqa: S105 - an address


class AppTokens:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        signer: Signer,
        clients: Clients,
        proofs: Proofs,
        limits: Spending,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._signer = signer
        self._clients = clients
        self._proofs = proofs
        self._limits = limits
        self._clock = clock
        self._url = public_url

    # --- a code

    def exchange(self, caller: Actor, form: Mapping[str, str], proof: str) -> Item:
        """Tokens for a code. ``form``: code, redirect_uri, code_verifier, and who asks (services/…/clients.py).

        Raises CredentialsError (invalid_client), MalformedError (invalid_grant, invalid_dpop_proof), both with the
        RFC's word in ``extra``.
        """
        client, signed = self._clients.who(caller, form)
        key = keys.app_code(hash_secret(form["code"]))
        row = self._tables.get(key)
        if row is None or row["client"] != client["id"]:
            self._refuse(caller, client["id"], "code")
        actor = _actor(caller, row["patient"], row["leave"], client["id"])
        if row["used"]:
            self._end(actor, "used-twice")
            self._refuse(actor, client["id"], "used-twice")
        thumbprint, proofs = self._bound(actor, client, proof)
        wrong = self._defect(row, form)
        use = Update(key, {"used": True, "use": secrets.token_hex(16)}, expect={"used": False})
        if wrong:
            with suppress(ConflictError):  # whoever tries verifiers has one try
                self._tables.commit([use])
            self._refuse(actor, client["id"], wrong)
        scopes = list(row["scopes"])
        first = RefreshToken(row["patient"], row["leave"], secrets.token_urlsafe(48))
        token = first if rules.OFFLINE in scopes else None
        leave = self._tables.get(keys.app_leave(row["patient"], client["id"])) or {}
        kept = [self._kept(token, client, leave, thumbprint)] if token else []
        self._store(actor, client, use, [*self._still(actor), *signed, *proofs, *kept])
        return self._answer(actor, client, scopes, thumbprint, leave, token, row["nonce"])

    def _defect(self, row: Item, form: Mapping[str, str]) -> str:
        if int(row["ends_at"]) <= self._clock().timestamp():
            return "expired"
        if form["redirect_uri"] != row["redirect"]:
            return "redirect"
        return "" if rules.answers(row["challenge"], form["code_verifier"]) else "pkce"

    @staticmethod
    def _kept(token: RefreshToken, client: Item, leave: Item, thumbprint: str) -> Write:
        row: Item = {
            "client": client["id"],
            "scopes": list(leave.get("scopes", ())),
            "family": hash_secret(token.family),
            "refresh": hash_secret(token.secret),
            "jkt": thumbprint,
            "expires": int(datetime.fromisoformat(leave["until"]).timestamp()) if leave else 0,
        }
        return Put(keys.app_refresh(token.person_id, token.session_id), row)

    # --- a refresh token

    def refresh(self, caller: Actor, form: Mapping[str, str], proof: str) -> Item:
        """New tokens for the present refresh token, perhaps with fewer scopes. Raises as ``exchange``."""
        client, signed = self._clients.who(caller, form)
        token, row, actor = self._presented(caller, client, form["refresh_token"])
        self._limits.spend(REFRESH, token.session_id)
        wanted = form["scope"].split()
        if not set(wanted) <= set(row["scopes"]):
            self._refuse(actor, client["id"], "scope", "invalid_scope")
        thumbprint, proofs = self._bound(actor, client, proof)
        if row["jkt"] and thumbprint != row["jkt"]:
            self._refuse(actor, client["id"], "dpop-another-key", "invalid_dpop_proof")
        fresh = token.rotated(secrets.token_urlsafe(32))
        change = Update(
            keys.app_refresh(token.person_id, token.session_id),
            {"refresh": hash_secret(fresh.secret)},
            expect={"refresh": row["refresh"]},
        )
        leave = self._tables.get(keys.app_leave(token.person_id, client["id"])) or {}
        self._store(actor, client, change, [*self._still(actor), *signed, *proofs])
        return self._answer(actor, client, wanted or list(row["scopes"]), thumbprint, leave, fresh, "")

    def _presented(self, caller: Actor, client: Item, text: str) -> tuple[RefreshToken, Item, Actor]:
        token = parse_refresh(text)
        row = self._tables.get(keys.app_refresh(token.person_id, token.session_id)) if token else None
        if token is None or row is None or row["client"] != client["id"]:
            self._refuse(caller, client["id"], "client")
        actor = _actor(caller, token.person_id, token.session_id, client["id"])
        presented = token.judged(row)
        if presented is Presented.USED:
            self._end(actor, "used-twice")
        if presented is not Presented.CURRENT:
            self._refuse(actor, client["id"], "used-twice" if presented is Presented.USED else "client")
        return token, row, actor

    # --- given back, asked about

    def revoke(self, caller: Actor, form: Mapping[str, str]) -> None:
        """An application gives a token back (RFC 7009): the leave ends with all its tokens. Silent for unknown ones."""
        client, signed = self._clients.who(caller, form)
        if signed:
            self._clients.use_up(caller, client, signed)
        actor = self._of(caller, client, form["token"])
        if actor is not None:
            self._end(actor, "given-back")

    def inspect(self, caller: Actor, form: Mapping[str, str]) -> Item:
        """What a token of the caller's own is worth at this moment (RFC 7662). For confidential applications."""
        client, signed = self._clients.who(caller, form, confidential=True)
        self._clients.use_up(caller, client, signed)
        actor = self._of(caller, client, form["token"])
        event = Event(caller, "app:inspect", SYS, resource_type="app", resource_id=client["id"])
        self._gate.record(event)
        rows = self._tables.get_many(application_rows.wanted(actor)) if actor else {}
        if actor is None or not application_rows.live(rows, actor, self._clock()):
            return {"active": False}
        leave = rows[keys.app_leave(actor.person_id, client["id"])]
        scopes = sorted(actor.scopes or leave["scopes"])
        said: Item = {"active": True, "client_id": client["id"], "scope": " ".join(scopes), "iss": self._url}
        return said | {"sub": card_resource_id(actor.person_id), "patient": card_resource_id(actor.person_id)}

    def _of(self, caller: Actor, client: Item, text: str) -> Actor | None:
        """For whom a token of this client speaks; None for one that is not its own, or none."""
        token = parse_refresh(text)
        row = self._tables.get(keys.app_refresh(token.person_id, token.session_id)) if token else None
        if token and row and row["client"] == client["id"] and token.judged(row) is Presented.CURRENT:
            return _actor(caller, token.person_id, token.session_id, client["id"])
        try:
            claims = self._signer.verify(text, purpose="access", audience=AUDIENCE)
        except NotSignedInError:
            return None
        if claims.get("app") != client["id"]:
            return None
        return _actor(caller, claims["sub"], claims["sid"], client["id"], claims["scope"])

    # --- pieces

    def _bound(self, actor: Actor, client: Item, proof: str) -> tuple[str, list[Write]]:
        """The key that the tokens are bound to, "" for none, and the write that uses its proof up."""
        if not proof:
            return "", []
        try:
            thumbprint, used = self._proofs.read(proof, "POST", TOKEN_PATH)
        except ProofError as error:
            self._refuse(actor, client["id"], f"dpop-{error.reason}", "invalid_dpop_proof")
        return thumbprint, [used]

    def _still(self, actor: Actor) -> list[Write]:
        """The leave that the tokens are of is the present one. Its end, and the account's, are read below."""
        rows = self._tables.get_many(application_rows.wanted(actor))
        if not application_rows.live(rows, actor, self._clock()):
            self._refuse(actor, actor.application, "application-ended")
        expect: Item = {"id": actor.session_id, "state": "active"}
        return [Check(keys.app_leave(actor.person_id, actor.application), expect)]

    def _store(self, actor: Actor, client: Item, use: Update, writes: list[Write]) -> None:
        """``use``: of the code or the refresh token. When a reply is lost, what it wrote says whether it took place:
        who had to ask again would be taken for a second user.
        """
        event = Event(actor, "app:token", actor.person_id, resource_type="app", resource_id=client["id"])
        try:
            self._gate.commit([self._gate.stage(event)], [use, *writes])
        except OutcomeUnknownError:
            row = self._tables.get(use.key) or {}
            if any(row.get(name) != value for name, value in use.set.items()):
                raise
        except ConflictError as error:
            if error.index == 0:  # two uses met: one of them is not the owner's
                self._end(actor, "used-twice")
            self._refuse(actor, client["id"], "used-twice" if error.index != 1 else "application-ended")
        except ErasedError:
            self._refuse(actor, client["id"], "application-ended")

    def _end(self, actor: Actor, reason: str) -> None:
        """The leave of these tokens ends; another that took its place meanwhile stands."""
        key = keys.app_leave(actor.person_id, actor.application)
        event = Event(
            actor, "app:end", actor.person_id, resource_type="app", resource_id=actor.application, reason=reason
        )
        change = Update(key, {"state": "ended"}, {"ver": 1}, expect={"id": actor.session_id, "state": "active"})
        gone = Delete(keys.app_refresh(actor.person_id, actor.session_id))
        try:
            self._gate.commit([self._gate.stage(event)], [change, gone])
        except (ConflictError, ErasedError):
            return

    def _answer(
        self,
        actor: Actor,
        client: Item,
        scopes: list[str],
        thumbprint: str,
        leave: Item,
        token: RefreshToken | None,
        nonce: str,
    ) -> Item:
        issued = int(self._clock().timestamp())
        patient = card_resource_id(actor.person_id)
        ends = int(datetime.fromisoformat(leave["until"]).timestamp())
        life = min(rules.TOKEN_SECONDS if token else int(rules.WITHOUT_REFRESH.total_seconds()), ends - issued)
        times: Item = {"iat": issued, "exp": issued + life}
        access: Item = {
            **times,
            "sub": actor.person_id,
            "role": Role.APPLICATION.value,
            "sid": actor.session_id,
            "app": client["id"],
            "scope": " ".join(scopes),
            "aud": AUDIENCE,
            "jti": secrets.token_hex(16),
            **({"cnf": {"jkt": thumbprint}} if thumbprint else {}),
        }
        said: Item = {
            "access_token": self._signer.issue(access, purpose="access"),
            "token_type": "DPoP" if thumbprint else "Bearer",
            "expires_in": life,
            "scope": " ".join(scopes),
            "patient": patient,
            "need_patient_banner": False,
        }
        if "openid" in scopes:
            who: Item = {"sub": patient, "aud": client["id"], **({"nonce": nonce} if nonce else {})}
            if "fhirUser" in scopes:
                who["fhirUser"] = f"{self._url}/fhir/Patient/{patient}"
            said["id_token"] = self._signer.issue(who | times, purpose="id-token")
        return said | ({"refresh_token": token.text} if token else {})

    def _refuse(self, caller: Actor, client_id: str, reason: str, word: str = "invalid_grant") -> NoReturn:
        whose = SYS if caller.role is Role.ANONYMOUS else caller.person_id
        event = Event(caller, "app:token", whose, "denied", "app", resource_id=client_id, reason=reason)
        self._gate.record(event)
        error: MedkartaError = MalformedError(extra={"error": word})
        raise error


def _actor(caller: Actor, patient_id: str, leave_id: str, client_id: str, scope: str = "") -> Actor:
    """The application, for the patient who let it in."""
    return Actor(
        PersonId(patient_id),
        Role.APPLICATION,
        session_id=leave_id,
        ip=caller.ip,
        request_id=caller.request_id,
        scopes=frozenset(scope.split()),
        application=client_id,
    )
