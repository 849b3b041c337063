"""The second factor, for everybody who asks for one: sign-in and step-up (ID-3, ID-4, ID-8)."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain import factors, limits, recovery_codes
from chalicelib.domain.factors import Factor
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.secrets import hash_code, hash_secret
from chalicelib.domain.sessions import CODE_SECONDS
from chalicelib.domain.texts import CODE
from chalicelib.errors import ConflictError, CredentialsError, LockedOutError, NotFoundError, WrongStateError
from chalicelib.ports import Clock, Event, Messenger, Sealed, Vault, keys
from chalicelib.ports.passkey_rows import ACTIVE, all_passkeys, suspension
from chalicelib.ports.passkeys import Passkeys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Key, Tables, Update, Write
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService

ROUNDS = 5  # of suspending a passkey while the account is being changed
ANSWER = "answer"
"""Purpose of a challenge that a passkey signs to prove who is there; the other is to register it."""


class FactorService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        messenger: Messenger,
        passkeys: Passkeys,
        limits: LimitService,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._messenger = messenger
        self._passkeys = passkeys
        self._limits = limits
        self._clock = clock

    # --- the question

    def send(self, actor: Actor, person_id: PersonId, holder: Key, row: Mapping[str, Any], context: str) -> datetime:
        """Send a code by SMS; its hash goes into the row at ``holder`` and replaces an earlier one.

        Stored first, sent second: a crash between the two costs one SMS, never a code that nobody can check.
        Returns the moment from which the code no longer works. WrongStateError when SMS is switched off.
        """
        self._limits.spend(limits.SMS_PERSON, person_id)
        rows = self._tables.get_many([keys.profile(person_id), keys.credentials(person_id)])
        profile_row = rows.get(keys.profile(person_id))
        if profile_row is None:
            raise NotFoundError
        if Factor.SMS not in factors.enrolled(rows.get(keys.credentials(person_id), {})):
            raise WrongStateError("SMS is switched off as a factor")
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
        sealed = Sealed.of("profile", profile_row)
        profile = json.loads(self._vault.open(permit, sealed))
        self._messenger.sms(profile["phone"], CODE.to(str(profile_row.get("language", "ru"))).format(code=code))
        return until

    def ask(self, actor: Actor, person_id: PersonId, holder: Key, context: str) -> Item:
        """What a passkey is to sign; the hash of the challenge goes into the row at ``holder``, over an earlier one.

        WrongStateError when there is no passkey that may answer.
        """
        self._limits.spend(limits.ASKED, person_id)
        known = [row for row in all_passkeys(self._tables, person_id) if row["state"] == ACTIVE]
        if not known:
            raise WrongStateError("there is no passkey")
        challenge = secrets.token_bytes(32)
        text = urlsafe_b64encode(challenge).rstrip(b"=").decode()
        change: Item = {
            "asked": factors.asked_hash(text, ANSWER, person_id, context),
            "asked_until": int(self._clock().timestamp()) + factors.ASKED_SECONDS,
        }
        event = Event(actor, "session:ask-passkey", person_id, resource_type="passkey")
        try:
            self._gate.commit([self._gate.stage(event)], [Update(holder, change, {"ver": 1})])
        except ConflictError:  # the sign-in was finished, or the session ended, at the same moment
            raise CredentialsError from None
        return self._passkeys.request_options(challenge, [str(row["credential"]) for row in known])

    # --- the answer

    def check(
        self,
        actor: Actor,
        person_id: PersonId,
        factor: str,
        code: str,
        *,
        row: Mapping[str, Any],
        context: str,
        assertion: Mapping[str, Any] | None = None,
    ) -> list[Write]:
        """Check an answer. Returns the writes that use it up, for the transaction of what it allows.

        ``row`` holds the question: a code that was sent, a challenge for a passkey. Its own use-up is the caller's:
        delete that row, or remove ``factors.ANSWERED`` from it, under a condition. Raises CredentialsError;
        LockedOutError after too many answers to one code or of one person, or too many wrong ones in a day.
        """
        self._limits.spend(limits.FACTOR, person_id)
        writes: list[Write] = [self._limits.cleared(limits.FACTOR, person_id)]
        credentials = self._tables.get(keys.credentials(person_id)) or {}
        if factor not in factors.enrolled(credentials):
            raise CredentialsError
        if factor == Factor.PASSKEY:
            return [*writes, self._check_passkey(actor, person_id, assertion or {}, row, context)]
        if factor == Factor.TOTP:
            writes += self._counted(person_id, factor)
            return [*writes, self._check_totp(actor, person_id, code, credentials)]
        if factor == Factor.RECOVERY:
            return [*writes, *self._check_recovery(person_id, code, credentials)]
        sent = f"{context}:{int(row.get('code_number', 0))}"
        self._limits.spend(limits.CODE, sent)
        writes += self._counted(person_id, factor)
        if not factors.sent_code_fits(row, code, sent, self._clock()):
            raise CredentialsError
        return writes

    def _counted(self, person_id: PersonId, factor: str) -> list[Write]:
        """Count an answer as wrong until it is right; the writes that take it off again. Raises LockedOutError.

        Who gets so far has the password or a session: the owner is told, once a day.
        """
        rule = limits.WRONG_A_DAY[factor]
        try:
            self._limits.spend(rule, person_id)
        except LockedOutError:
            now = self._clock()
            with suppress(ConflictError):  # told today
                self._tables.commit([happened(person_id, f"{rule.scope}-{now:%Y%m%d}", "factor_guessed", now)])
            raise
        return [self._limits.returned(rule, person_id)]

    def _check_totp(self, actor: Actor, person_id: PersonId, code: str, row: Item) -> Write:
        permit = self._gate.permit_private(actor, person_id, "totp", "totp", "session:check-totp")
        secret = self._vault.open(permit, Sealed("totp", int(row["totp_ver"]), bytes(row["totp"]))).decode()
        last = int(row["totp_step"])
        step = factors.totp_step(secret, code, self._clock(), last)
        if step is None:
            raise CredentialsError
        # Two uses of one code at the same moment: the condition lets only one of them through.
        expect = {"totp_step": last, "totp_ver": row["totp_ver"]}
        return Update(keys.credentials(person_id), {"totp_step": step}, expect=expect)

    def _check_recovery(self, person_id: PersonId, code: str, row: Item) -> list[Write]:
        """Of two uses at the same moment one wins, also of two different codes: the loser gives the code again."""
        left = recovery_codes.remaining(row["recovery"], code, person_id)
        if left is None:
            raise CredentialsError
        notice = "recovery_codes_few" if len(left) <= recovery_codes.FEW else "recovery_code_used"
        return [
            Update(keys.credentials(person_id), {"recovery": left}, expect={"recovery": row["recovery"]}),
            happened(person_id, self._gate.new_id(), notice, self._clock()),
        ]

    def _check_passkey(
        self,
        actor: Actor,
        person_id: PersonId,
        answer: Mapping[str, Any],
        row: Mapping[str, Any],
        context: str,
    ) -> Write:
        key = keys.passkey(person_id, hash_secret(str(answer.get("id", ""))))
        passkey, challenge = self._tables.get(key), self._passkeys.challenge_of(answer)
        asked = factors.asked_fits(row, challenge, ANSWER, person_id, context, self._clock())
        if passkey is None or passkey["state"] != ACTIVE or not asked:
            raise CredentialsError
        count = self._passkeys.signed(answer, challenge, person_id, bytes(passkey["public_key"]))
        last = int(passkey["sign_count"])
        if factors.went_back(last, count):
            self._suspend(actor, person_id, passkey["id"])
            raise CredentialsError
        change: Item = {"sign_count": count, "used_at": stamp(self._clock())}
        return Update(key, change, {"ver": 1}, expect={"sign_count": last, "state": ACTIVE})

    def _suspend(self, actor: Actor, person_id: PersonId, passkey_id: str) -> None:
        """Two hold one key: neither may use it, and the owner is told. With nothing else left, SMS is back."""
        key, account = keys.passkey(person_id, passkey_id), keys.credentials(person_id)
        event = Event(
            actor, "passkey:suspend", person_id, resource_type="passkey", resource_id=passkey_id, reason="counter"
        )
        for _ in range(ROUNDS):
            rows = self._tables.get_many([key, account])
            passkey = rows.get(key, {})
            if passkey.get("state") != ACTIVE:
                return  # somebody else was faster
            told = happened(person_id, self._gate.new_id(), "passkey_suspended", self._clock())
            writes = [*suspension(person_id, passkey, rows[account], self._clock()), told]
            with suppress(ConflictError):  # the account changed at the same moment: look again
                self._gate.commit([self._gate.stage(event)], writes)
                return
