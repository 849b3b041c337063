"""Keys of a partner's system, changed: by an administrator, or by the partner with a key that it has (PRT-1).

What is replaced signs for an hour more (domain/partners.py), so that nothing on its way is refused; not where an
administrator says that a key was lost. A token alone changes no keys: whoever found one would own the client.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.limits import PARTNER_TOKEN
from chalicelib.domain.partners import claims_defect, former_keys
from chalicelib.domain.secrets import hash_secret
from chalicelib.domain.staff import refusal_to_manage
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    CredentialsError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.assertions import AssertionChecker, Spending
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate

PATH = "/api/v1/partner-keys"
MOST_KEYS = 10
KEPT = 600  # seconds after its end for which a used request is remembered
WRONG_KEYS = FieldProblem("/jwks", "keys", "public RSA (2048 bits or more) or P-256 keys, each with kid")


class PartnerKeyService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        assertions: AssertionChecker,
        limits: Spending,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._assertions = assertions
        self._limits = limits
        self._clock = clock
        self._audience = f"{public_url}{PATH}"

    def replace(self, actor: Actor, client_id: str, version: int, jwks: Mapping[str, Any], *, at_once: bool) -> Item:
        """New keys by an administrator. ``at_once``: the present ones sign nothing more.

        Raises NotFoundError, AccessDeniedError, StaleVersionError, InvalidFieldsError.
        """
        row = self._tables.get(keys.client(client_id))
        if row is None:
            raise NotFoundError
        refused = refusal_to_manage(actor, row["organisation"])
        if refused:
            self._gate.refuse(actor, "partner:keys", refused)
            raise AccessDeniedError
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        return self._stored(actor, row, jwks, at_once=at_once)

    def rotate(self, caller: Actor, signed: str) -> Item:
        """New keys by the partner: a JWT under a present key, for this address, once. Raises CredentialsError for every
        defect of it, InvalidFieldsError for keys that are not accepted, StaleVersionError.
        """
        row, claims = self._client(caller, signed)
        actor = Actor(PersonId(row["id"]), Role(row["role"]), organisation_id=row["organisation"], ip=caller.ip)
        jwks = claims.get("jwks")
        found = jwks.get("keys") if isinstance(jwks, dict) else None
        if not isinstance(found, list) or not all(isinstance(key, dict) for key in found):
            raise InvalidFieldsError(fields=(WRONG_KEYS,))
        used = Put(keys.assertion(row["id"], hash_secret(claims["jti"])), {"expires": int(claims["exp"]) + KEPT})
        return self._stored(actor, row, {"keys": found}, at_once=False, and_use=[used])

    def _client(self, caller: Actor, signed: str) -> tuple[Item, Mapping[str, Any]]:
        try:
            named = self._assertions.client_of(signed)
        except CredentialsError:
            self._refuse(caller, "", "unreadable")
        row = self._tables.get(keys.client(named))
        if row is None:
            self._refuse(caller, "", "client")
        if row["state"] != "active":
            self._refuse(caller, named, "revoked")
        present = {"keys": [key for key in row["jwks"]["keys"] if key.get("use") != "enc"]}
        try:
            claims = self._assertions.checked(signed, present, [self._audience])
        except CredentialsError:
            self._refuse(caller, named, "signature")
        self._limits.spend(PARTNER_TOKEN, named)
        defect = claims_defect(claims, named, self._clock().timestamp())
        if defect:
            self._refuse(caller, named, defect)
        return row, claims

    def _stored(
        self, actor: Actor, row: Item, jwks: Mapping[str, Any], *, at_once: bool, and_use: Sequence[Write] = ()
    ) -> Item:
        if not 1 <= len(jwks["keys"]) <= MOST_KEYS or not self._assertions.usable(jwks):
            raise InvalidFieldsError(fields=(WRONG_KEYS,))
        former: Item = {"keys": [], "until": ""} if at_once else former_keys(row, jwks, self._clock())
        change: Item = {"jwks": dict(jwks), "former": former}
        kids = sorted(key["kid"] for key in jwks["keys"])
        event = Event(
            actor,
            "partner:keys",
            SYS,
            resource_type="partner",
            resource_id=row["id"],
            details={"keys": " ".join(kids), "at_once": int(at_once)},
        )
        expect: Item = {"ver": row["ver"], "state": "active"}
        update = Update(keys.client(row["id"]), change, add={"ver": 1}, expect=expect)
        try:
            self._gate.commit([self._gate.stage(event)], [update, *and_use])
        except ConflictError as error:
            if error.index > 0:
                self._refuse(actor, row["id"], "replay")
            raise StaleVersionError from None
        going_on = [key["kid"] for key in former["keys"]]
        said: Item = {"client_id": row["id"], "keys": kids, "former": going_on, "former_until": former["until"]}
        return said | {"version": int(row["ver"]) + 1}

    def _refuse(self, caller: Actor, client_id: str, reason: str) -> NoReturn:
        event = Event(
            caller, "partner:keys", SYS, "denied", resource_type="partner", resource_id=client_id, reason=reason
        )
        self._gate.record(event)
        raise CredentialsError
