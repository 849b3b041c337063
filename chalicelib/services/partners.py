"""Partner systems (PRT-1): registered with public keys, signed in by a signed assertion, never by a shared secret.

Token request, in this order: 1 the assertion names a client that is active  2 signature by a registered key, audience,
times  3 scopes asked for are scopes given  4 the assertion is used once (a row that must be new)  5 a token of five
minutes. Revoking a client holds from its next call on, because the gate reads the client's row. Refusals say one of the
words of RFC 6749, section 5.2; the reason stands in the audit entry alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NoReturn, Protocol

from chalicelib.domain.access import CARD_SCOPE
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.limits import PARTNER_TOKEN, Rule
from chalicelib.domain.moments import stamp
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
    StaleVersionError,
)
from chalicelib.ports import Clock, Event, Signer, keys
from chalicelib.ports.tables import Check, Item, Put, Store, Tables, Update
from chalicelib.services.gate import Gate

TOKEN_SECONDS = 300
MAX_AHEAD = timedelta(minutes=5)
MAX_JTI = 128
LAST_MOMENT = 10**11  # seconds since 1970: no time of ours; nothing larger, infinite or not a number is compared
SKEW = 60  # seconds by which a partner's clock may be ahead of ours
SCOPES: Mapping[str, frozenset[str]] = {
    Role.PHARMACY.value: frozenset({"prescription.verify", "prescription.dispense"}),
    Role.LABORATORY.value: frozenset(),
    Role.INSURER.value: frozenset({CARD_SCOPE}),
}


class AssertionChecker(Protocol):
    def client_of(self, assertion: str) -> str:
        """Client id that an unverified assertion claims. Raises CredentialsError."""
        ...

    def checked(self, assertion: str, jwks: Mapping[str, Any], audiences: Sequence[str]) -> Mapping[str, Any]:
        """Claims of an assertion signed by one of the keys. Raises CredentialsError."""
        ...

    def usable(self, jwks: Mapping[str, Any]) -> bool:
        """Only public keys of the kinds that are accepted."""
        ...


class Spending(Protocol):
    def spend(self, rule: Rule, who: str) -> None: ...


class PartnerService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        signer: Signer,
        assertions: AssertionChecker,
        limits: Spending,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._signer = signer
        self._assertions = assertions
        self._limits = limits
        self._clock = clock
        self._audiences = (f"{public_url}/api/v1/oauth/token", public_url)

    # --- the administrator

    def register(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """Store a partner and its public keys; scopes are bounded by its role."""
        self._own_only(actor, form["organisation_id"], "partner:register")
        problems = []
        if not self._assertions.usable(form["jwks"]):
            problems.append(
                FieldProblem("/jwks", "keys", "public RSA (2048 bits or more) or P-256 keys, each with kid")
            )
        if set(form["scopes"]) - SCOPES[form["role"]]:
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

    def token(self, caller: Actor, assertion: str, scope: str, client_id: str = "") -> Item:
        """Access token (RFC 6749 section 4.4). ``client_id``: the parameter of that name, when it was sent.

        Raises CredentialsError (invalid_client) for every defect of client and assertion, MalformedError
        (invalid_scope), TooManyRequestsError. The words are in ``extra``.
        """
        row, claims = self._client(caller, assertion, client_id)
        wanted = set(scope.split()) or set(row["scopes"])
        if not wanted <= set(row["scopes"]):
            self._refuse(caller, row["id"], "scope", MalformedError, "invalid_scope")
        scopes = " ".join(sorted(wanted))
        self._use_up(caller, row, claims, scopes)
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
        token = self._signer.issue(access, purpose="access")
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scopes}

    def _client(self, caller: Actor, assertion: str, client_id: str) -> tuple[Item, Mapping[str, Any]]:
        """Steps 1 and 2: the client whose key signed, and what it says."""
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
            claims = self._assertions.checked(assertion, row["jwks"], self._audiences)
        except CredentialsError:
            self._refuse(caller, named, "signature")
        self._limits.spend(PARTNER_TOKEN, named)
        defect = _defect(claims, named, self._clock().timestamp())
        if defect:
            self._refuse(caller, named, defect)
        return row, claims

    def _use_up(self, caller: Actor, row: Item, claims: Mapping[str, Any], scopes: str) -> None:
        """Step 4: one assertion, one token (RFC 7523 section 3, point 7), also when two uses meet."""
        kept = int(claims["exp"]) + int(MAX_AHEAD.total_seconds())
        used = Put(keys.assertion(row["id"], hash_secret(claims["jti"])), {"expires": kept})
        actor = Actor(PersonId(row["id"]), Role(row["role"]), organisation_id=row["organisation"], ip=caller.ip)
        event = Event(
            replace(actor, request_id=caller.request_id),
            "partner:token",
            SYS,
            resource_type="partner",
            resource_id=row["id"],
            details={"scope": scopes},
        )
        try:
            self._gate.commit([self._gate.stage(event)], [used, Check(keys.client(row["id"]), {"state": "active"})])
        except ConflictError as error:
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


def _defect(claims: Mapping[str, Any], client_id: str, now: float) -> str:
    """What is wrong with the claims of a signed assertion, as a word for the audit entry; empty when nothing is.

    RFC 7523 section 3, with the short life that keeps the list of used ones small.
    """
    token_id = claims.get("jti")
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        return "issuer"
    if not isinstance(token_id, str) or not 1 <= len(token_id) <= MAX_JTI:
        return "jti"
    times = claims.get("exp"), claims.get("iat", now), claims.get("nbf", now)
    numbers = [
        float(moment)
        for moment in times
        if isinstance(moment, int | float) and not isinstance(moment, bool) and abs(moment) < LAST_MOMENT
    ]
    if len(numbers) != len(times):
        return "times"
    ends, made, begins = numbers
    if not now < ends <= now + MAX_AHEAD.total_seconds():
        return "expired" if ends <= now else "too-long"
    return "not-yet" if max(made, begins) > now + SKEW else ""


def _shown(row: Item) -> Item:
    names = ("name", "role", "state", "scopes", "created_at")
    return {"client_id": row["id"], "organisation_id": row["organisation"], **{name: row[name] for name in names}}
