"""Which application asks for a token: by an assertion of its own keys, or, of one that has none, by its name alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.limits import PARTNER_TOKEN
from chalicelib.domain.partners import claims_defect
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import ConflictError, CredentialsError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.assertions import AssertionChecker, Spending
from chalicelib.ports.tables import Item, Put, Tables, Write
from chalicelib.services.gate import Gate

KEPT = 600  # seconds after its end for which a used assertion is remembered
LONGEST = 64


class Clients:
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
        self._audiences = (f"{public_url}/api/v1/oauth/token", public_url)

    def who(self, caller: Actor, form: Mapping[str, str], *, confidential: bool = False) -> tuple[Item, list[Write]]:
        """The application's row, and the writes that use its assertion up, none for a public one.

        Raises CredentialsError (invalid_client): an application with keys signs, one without them cannot.
        """
        assertion, named = form["client_assertion"], form["client_id"]
        if assertion:
            try:
                claimed = self._assertions.client_of(assertion)
            except CredentialsError:
                self._refuse(caller, "", "unreadable")
            if named not in {"", claimed}:
                self._refuse(caller, "", "client")
            named = claimed
        row = self._tables.get(keys.app(named)) if 0 < len(named) <= LONGEST and named.isascii() else None
        if row is None or row["state"] != "active":
            self._refuse(caller, named if row else "", "revoked" if row else "client")
        if row["kind"] == "public":
            if assertion or confidential:
                self._refuse(caller, row["id"], "client")
            return row, []
        return row, [self._signed(caller, row, assertion)]

    def use_up(self, caller: Actor, row: Item, signed: Sequence[Write]) -> None:
        """Where nothing else is stored with it. CredentialsError for an assertion that was used."""
        try:
            self._tables.commit(signed)
        except ConflictError:
            self._refuse(caller, row["id"], "replay")

    def _signed(self, caller: Actor, row: Item, assertion: str) -> Write:
        try:
            claims = self._assertions.checked(assertion, row["jwks"], self._audiences)
        except CredentialsError:
            self._refuse(caller, row["id"], "signature")
        self._limits.spend(PARTNER_TOKEN, row["id"])
        wrong = claims_defect(claims, row["id"], self._clock().timestamp())
        if wrong:
            self._refuse(caller, row["id"], wrong)
        return Put(keys.assertion(row["id"], hash_secret(claims["jti"])), {"expires": int(claims["exp"]) + KEPT})

    def _refuse(self, caller: Actor, client_id: str, reason: str) -> NoReturn:
        event = Event(caller, "app:token", SYS, "denied", "app", resource_id=client_id, reason=reason)
        self._gate.record(event)
        raise CredentialsError(extra={"error": "invalid_client"})
