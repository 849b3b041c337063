"""The second factor, for everybody who asks for one: sign-in, step-up, enrolment (ID-3)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain import factors, limits
from chalicelib.domain.factors import Factor
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.secrets import hash_code
from chalicelib.domain.sessions import CODE_SECONDS
from chalicelib.domain.texts import CODE
from chalicelib.errors import ConflictError, CredentialsError, NotFoundError, WrongStateError
from chalicelib.ports import Clock, Messenger, Sealed, Vault, keys
from chalicelib.ports.tables import Item, Key, Tables, Update, Write
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService


class FactorService:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, messenger: Messenger, limits: LimitService, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._messenger = messenger
        self._limits = limits
        self._clock = clock

    def send(self, actor: Actor, person_id: PersonId, holder: Key, row: Mapping[str, Any], context: str) -> datetime:
        """Send a code by SMS; its hash goes into the row at ``holder`` and replaces an earlier one.

        Stored first, sent second: a crash between the two costs one SMS, never a code that nobody can check.
        Returns the moment from which the code no longer works.
        """
        self._limits.spend(limits.SMS_PERSON, person_id)
        profile_row = self._tables.get(keys.profile(person_id))
        if profile_row is None:
            raise NotFoundError
        until = self._clock() + timedelta(seconds=CODE_SECONDS)
        code, number = factors.code_text(secrets.randbelow(factors.CODES)), int(row.get("code_number", 0)) + 1
        change: Item = {
            "code": hash_code(code, f"{context}:{number}"),
            "code_number": number,
            "code_until": int(until.timestamp()),
        }
        expect: Item = {"code_number": number - 1} if number > 1 else {"ver": row["ver"]}
        try:
            self._tables.commit([Update(holder, change, {"ver": 1}, expect=expect)])
        except ConflictError:
            raise WrongStateError("another code was sent at the same moment") from None
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "session:send-code")
        sealed = Sealed("profile", int(profile_row["ver"]), bytes(profile_row["sealed"]))
        profile = json.loads(self._vault.open(permit, sealed))
        self._messenger.sms(profile["phone"], CODE.to(str(profile_row.get("language", "ru"))).format(code=code))
        return until

    def check(
        self,
        actor: Actor,
        person_id: PersonId,
        factor: str,
        code: str,
        *,
        row: Mapping[str, Any],
        context: str,
    ) -> list[Write]:
        """Check an answer. Returns the writes that use it up, for the transaction of what it allows.

        ``row`` holds the code that was sent (its own use-up is the caller's: delete or change that row under a
        condition). Raises CredentialsError; LockedOutError after too many answers to one code or of one person.
        """
        self._limits.spend(limits.FACTOR, person_id)
        writes: list[Write] = [self._limits.cleared(limits.FACTOR, person_id)]
        if factor == Factor.TOTP.value:
            return [*writes, self._check_totp(actor, person_id, code)]
        sent = f"{context}:{int(row.get('code_number', 0))}"
        self._limits.spend(limits.CODE, sent)
        if not factors.sent_code_fits(row, code, sent, self._clock()):
            raise CredentialsError
        return writes

    def _check_totp(self, actor: Actor, person_id: PersonId, code: str) -> Write:
        key = keys.credentials(person_id)
        row = self._tables.get(key)
        if row is None or "totp" not in row:
            raise CredentialsError
        secret = self.open_totp(actor, person_id, row["totp"], int(row["totp_ver"]))
        last = int(row["totp_step"])
        step = factors.totp_step(secret, code, self._clock(), last)
        if step is None:
            raise CredentialsError
        # Two uses of one code at the same moment: the condition lets only one of them through.
        return Update(key, {"totp_step": step}, expect={"totp_step": last, "totp_ver": row["totp_ver"]})

    def open_totp(self, actor: Actor, person_id: PersonId, sealed: bytes, version: int) -> str:
        permit = self._gate.permit_private(actor, person_id, "totp", "totp", "session:check-totp")
        return self._vault.open(permit, Sealed("totp", version, bytes(sealed))).decode()
