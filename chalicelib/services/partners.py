"""Partner systems (PRT-1): registered with public keys, signed in by a signed assertion, never by a shared secret.

Token request, in this order: 1 the assertion names a client that is active  2 signature by a registered key, audience,
times  3 the assertion is used once (a row that must be new)  4 scopes asked for are scopes given  5 a token of five
minutes. Revoking a client holds from its next call on, because the gate reads the client's row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.limits import PARTNER_TOKEN, Rule
from chalicelib.domain.moments import stamp
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import (
    ConflictError,
    CredentialsError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Clock, Event, Signer, keys
from chalicelib.ports.tables import Item, Put, Store, Tables, Update
from chalicelib.services.gate import SYS, Gate

TOKEN_SECONDS = 300
MAX_AHEAD = timedelta(minutes=5)
SCOPES: Mapping[str, frozenset[str]] = {
    Role.PHARMACY.value: frozenset({"prescription.verify", "prescription.dispense"}),
    Role.LABORATORY.value: frozenset(),
    Role.INSURER.value: frozenset(),
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
        self._gate.record(Event(actor, "partner:list", SYS))
        found = self._tables.query(Store.IDENTITY, "PARTNERS", "CLIENT#", limit=limit, after=after)
        return [_shown(row) for row in found.items], found.after

    def revoke(self, actor: Actor, client_id: str) -> None:
        """Repeatable."""
        row = self._tables.get(keys.client(client_id))
        if row is None:
            raise NotFoundError
        if row["state"] == "revoked":
            return
        event = Event(actor, "partner:revoke", SYS, resource_type="partner", resource_id=client_id)
        change = Update(keys.client(client_id), {"state": "revoked"}, add={"ver": 1}, expect={"ver": row["ver"]})
        try:
            self._gate.commit([self._gate.stage(event)], [change])
        except ConflictError:
            raise StaleVersionError from None

    # --- the partner

    def token(self, caller: Actor, assertion: str, scope: str) -> Item:
        """Access token (RFC 6749 section 4.4). Every defect is one and the same CredentialsError."""
        try:
            return self._token(caller, assertion, scope)
        except CredentialsError:
            self._gate.record(Event(caller, "partner:token", SYS, outcome="denied"))
            raise

    def _token(self, caller: Actor, assertion: str, scope: str) -> Item:
        client_id = self._assertions.client_of(assertion)
        row = self._tables.get(keys.client(client_id))
        if row is None or row["state"] != "active":
            raise CredentialsError
        claims = self._assertions.checked(assertion, row["jwks"], self._audiences)
        self._check(claims, client_id)
        self._limits.spend(PARTNER_TOKEN, client_id)
        wanted = set(scope.split()) or set(row["scopes"])
        if not wanted <= set(row["scopes"]):
            raise CredentialsError
        now = self._clock()
        used = Put(keys.assertion(client_id, hash_secret(str(claims["jti"]))), {"expires": int(claims["exp"]) + 60})
        actor = Actor(PersonId(client_id), Role(row["role"]), organisation_id=row["organisation"], ip=caller.ip)
        event = Event(actor, "partner:token", SYS, resource_type="partner", resource_id=client_id)
        try:
            self._gate.commit([self._gate.stage(event)], [used])
        except ConflictError:
            raise CredentialsError from None
        issued = int(now.timestamp())
        access = {
            "sub": client_id,
            "role": row["role"],
            "org": row["organisation"],
            "scope": " ".join(sorted(wanted)),
            "cid": client_id,
            "aud": "medkarta-api",
            "iat": issued,
            "exp": issued + TOKEN_SECONDS,
            "jti": self._gate.new_id(),
        }
        return {
            "access_token": self._signer.issue(access, purpose="access"),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": access["scope"],
        }

    def _check(self, claims: Mapping[str, Any], client_id: str) -> None:
        """RFC 7523 section 3, with the short life that keeps the list of used ones small."""
        now = self._clock().timestamp()
        times = claims.get("exp"), claims.get("iat", now)
        if claims.get("iss") != client_id or claims.get("sub") != client_id or not claims.get("jti"):
            raise CredentialsError
        if not all(isinstance(moment, int | float) and not isinstance(moment, bool) for moment in times):
            raise CredentialsError
        exp, iat = float(times[0] or 0), float(times[1] or 0)
        if not now < exp <= now + MAX_AHEAD.total_seconds() or iat > now + 60:
            raise CredentialsError


def _shown(row: Item) -> Item:
    names = ("name", "role", "state", "scopes", "created_at")
    return {"client_id": row["id"], "organisation_id": row["organisation"], **{name: row[name] for name in names}}
