"""Partner systems (PRT-1): registered with public keys, signed in by a signed assertion, never by a shared secret.

Token request, in this order: 1 the assertion names a client that is active  2 signature by a registered key, audience,
times  3 scopes asked for are scopes given  4 a proof of the key that the token is to be bound to, where it is wanted
or came (RFC 9449, services/proofs.py)  5 assertion and proof are used once (rows that must be new)  6 a token of five
minutes. Revoking a client holds from its next call on, because the gate reads the client's row. Refusals say one of the
words of RFC 6749, section 5.2; the reason stands in the audit entry alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.limits import PARTNER_TOKEN
from chalicelib.domain.moments import stamp
from chalicelib.domain.partners import MAX_AHEAD, beyond, bound_by_default, claims_defect, covered, signing_keys
from chalicelib.domain.secrets import hash_secret
from chalicelib.domain.sessions import AUDIENCE
from chalicelib.domain.staff import refusal_to_manage
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    CredentialsError,
    FieldProblem,
    InvalidFieldsError,
    MalformedError,
    MedkartaError,
    NotFoundError,
    ProofError,
    StaleVersionError,
)
from chalicelib.ports import Clock, Event, Signer, keys
from chalicelib.ports.assertions import AssertionChecker, Proofs, Spending
from chalicelib.ports.tables import Check, Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate

TOKEN_SECONDS = 300
TOKEN_PATH = "/api/v1/oauth/token"  # noqa: S105 - an address
WRONG_KEYS = FieldProblem("/jwks", "keys", "public RSA (2048 bits or more) or P-256 keys, each with kid")


class PartnerService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        signer: Signer,
        assertions: AssertionChecker,
        proofs: Proofs,
        limits: Spending,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._signer = signer
        self._assertions = assertions
        self._proofs = proofs
        self._limits = limits
        self._clock = clock
        self._audiences = (f"{public_url}{TOKEN_PATH}", public_url)

    # --- the administrator

    def register(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """Store a partner and its public keys; scopes are bounded by its role."""
        self._own_only(actor, form["organisation_id"], "partner:register")
        problems = []
        if not self._assertions.usable(form["jwks"]):
            problems.append(WRONG_KEYS)
        if beyond(form["role"], form["scopes"]):
            problems.append(FieldProblem("/scopes", "scopes", f"not for a {form['role']}"))
        if self._tables.get(keys.organisation(form["organisation_id"])) is None:
            problems.append(FieldProblem("/organisation_id", "unknown", "there is no such organisation"))
        if problems:
            raise InvalidFieldsError(fields=tuple(problems))
        client_id = self._gate.new_id()
        row: Item = {
            "id": client_id,
            "name": form["name"],
            "role": form["role"],
            "organisation": form["organisation_id"],
            "jwks": form["jwks"],
            "scopes": sorted(form["scopes"]),
            "dpop": bound_by_default(form["scopes"]) if form["dpop_required"] is None else form["dpop_required"],
            "state": "active",
            "ver": 1,
            "created_at": stamp(self._clock()),
        }
        event = Event(actor, "partner:register", SYS, resource_type="partner", resource_id=client_id)
        self._gate.commit([self._gate.stage(event)], [Put(keys.client(client_id), row)])
        return _shown(row)

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Partners of the organisations that the actor manages. A page may be short."""
        self._gate.record(Event(actor, "partner:list", SYS))
        found = self._tables.query(Store.IDENTITY, "PARTNERS", "CLIENT#", limit=limit, after=after)
        seen = [row for row in found.items if not refusal_to_manage(actor, row["organisation"])]
        return [_shown(row) for row in seen], found.after

    def revoke(self, actor: Actor, client_id: str) -> None:
        """Repeatable."""
        row = self._tables.get(keys.client(client_id))
        if row is None:
            raise NotFoundError
        self._own_only(actor, row["organisation"], "partner:revoke")
        if row["state"] == "revoked":
            return
        event = Event(actor, "partner:revoke", SYS, resource_type="partner", resource_id=client_id)
        change = Update(keys.client(client_id), {"state": "revoked"}, add={"ver": 1}, expect={"ver": row["ver"]})
        try:
            self._gate.commit([self._gate.stage(event)], [change])
        except ConflictError:
            raise StaleVersionError from None

    def _own_only(self, actor: Actor, organisation_id: str, operation: str) -> None:
        refused = refusal_to_manage(actor, organisation_id)
        if refused:
            self._gate.refuse(actor, operation, refused)
            raise AccessDeniedError

    # --- the partner

    def token(self, caller: Actor, assertion: str, scope: str, client_id: str = "", proof: str = "") -> Item:
        """Access token (RFC 6749 section 4.4). ``client_id``: the parameter of that name, when it was sent.

        ``proof``: of the key that the token is to be bound to. Raises CredentialsError (invalid_client) for every
        defect of client and assertion, MalformedError (invalid_scope, invalid_dpop_proof), TooManyRequestsError. The
        words are in ``extra``.
        """
        row, claims, caller = self._client(caller, assertion, client_id)
        wanted = set(scope.split()) or set(row["scopes"])
        if not covered(wanted, row["scopes"]):
            self._refuse(caller, row["id"], "scope", MalformedError, "invalid_scope")
        scopes = " ".join(sorted(wanted))
        bound, used = self._bound(caller, row, proof)
        self._use_up(caller, row, claims, scopes, used)
        issued = int(self._clock().timestamp())
        access = {
            "sub": row["id"],
            "role": row["role"],
            "org": row["organisation"],
            "scope": scopes,
            "cid": row["id"],
            "aud": AUDIENCE,
            "iat": issued,
            "exp": issued + TOKEN_SECONDS,
            "jti": self._gate.new_id(),
        }
        token = self._signer.issue(access | bound, purpose="access")
        kind = "DPoP" if bound else "Bearer"
        return {"access_token": token, "token_type": kind, "expires_in": TOKEN_SECONDS, "scope": scopes}

    def _bound(self, caller: Actor, row: Item, proof: str) -> tuple[Item, list[Write]]:
        """The claim that binds a token to the key of a proof, and the write that uses the proof up."""
        if not proof:
            if row.get("dpop"):
                self._refuse(caller, row["id"], "dpop-missing", MalformedError, "invalid_dpop_proof")
            return {}, []
        try:
            thumbprint, used = self._proofs.read(proof, "POST", TOKEN_PATH)
        except ProofError as error:
            self._refuse(caller, row["id"], f"dpop-{error.reason}", MalformedError, "invalid_dpop_proof")
        return {"cnf": {"jkt": thumbprint}}, [used]

    def _client(self, caller: Actor, assertion: str, client_id: str) -> tuple[Item, Mapping[str, Any], Actor]:
        """Steps 1 and 2: the client whose key signed, what it says, and the client as who acts from here on: what it is
        refused now stands in the log under its own name.
        """
        try:
            named = self._assertions.client_of(assertion)
        except CredentialsError:
            self._refuse(caller, "", "unreadable")
        row = self._tables.get(keys.client(named))
        if row is None or client_id not in {"", named}:
            self._refuse(caller, "", "client")
        if row["state"] != "active":
            self._refuse(caller, named, "revoked")
        try:
            claims = self._assertions.checked(assertion, signing_keys(row, self._clock()), self._audiences)
        except CredentialsError:
            self._refuse(caller, named, "signature")
        caller = Actor(
            PersonId(row["id"]),
            Role(row["role"]),
            organisation_id=row["organisation"],
            ip=caller.ip,
            request_id=caller.request_id,
        )
        self._limits.spend(PARTNER_TOKEN, named)
        defect = claims_defect(claims, named, self._clock().timestamp())
        if defect:
            self._refuse(caller, named, defect)
        return row, claims, caller

    def _use_up(self, caller: Actor, row: Item, claims: Mapping[str, Any], scopes: str, proof: Sequence[Write]) -> None:
        """Step 5: one assertion, one token (RFC 7523 section 3, point 7), also when two uses meet; one proof too."""
        kept = int(claims["exp"]) + int(MAX_AHEAD.total_seconds())
        used = Put(keys.assertion(row["id"], hash_secret(claims["jti"])), {"expires": kept})
        event = Event(
            caller,
            "partner:token",
            SYS,
            resource_type="partner",
            resource_id=row["id"],
            details={"scope": scopes},
        )
        try:
            active = Check(keys.client(row["id"]), {"state": "active"})
            self._gate.commit([self._gate.stage(event)], [used, active, *proof])
        except ConflictError as error:
            if error.index > 1:
                self._refuse(caller, row["id"], "dpop-used", MalformedError, "invalid_dpop_proof")
            self._refuse(caller, row["id"], "revoked" if error.index == 1 else "replay")

    def _refuse(
        self,
        caller: Actor,
        client_id: str,
        reason: str,
        kind: type[MedkartaError] = CredentialsError,
        word: str = "invalid_client",
    ) -> NoReturn:
        event = Event(
            caller, "partner:token", SYS, "denied", resource_type="partner", resource_id=client_id, reason=reason
        )
        self._gate.record(event)
        raise kind(extra={"error": word})


def _shown(row: Item) -> Item:
    names = ("name", "role", "state", "scopes", "created_at")
    known = [{"kid": key["kid"], "use": key.get("use", "sig")} for key in row["jwks"]["keys"]]
    shown: Item = {"client_id": row["id"], "organisation_id": row["organisation"], **{n: row[n] for n in names}}
    return shown | {"dpop_required": bool(row.get("dpop")), "keys": known, "version": int(row["ver"])}
