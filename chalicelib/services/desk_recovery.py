"""The person's half of a recovery at the desk (ID-8, SPC-3); the operators' half is ``services/desk.py``.

The owner of the account, if that is somebody else, stops it in ``services/own_recovery.py``.

    redeem     temporary code and a new password (and telephone) -> an SMS to that telephone
    complete   the code of the SMS -> one transaction: new password, telephone moved, factors reset, every session dead

Sessions die by number: ``epoch`` on the profile grows in the transaction, and what was opened under an earlier one
does not live any more (domain/sessions.py). Nothing is left to be ended one by one, so nothing can be left over.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from chalicelib.domain import desk_recovery as rules
from chalicelib.domain import factors, identifiers, limits, passwords_policy, registrations
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.desk_recovery import State
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.secrets import hash_code, hash_secret, same_code, same_secret
from chalicelib.domain.sessions import CODE_SECONDS, task_for
from chalicelib.domain.texts import CODE
from chalicelib.errors import (
    AlreadyExistsError,
    ConflictError,
    CredentialsError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
)
from chalicelib.ports import BlindIndex, Clock, Event, Messenger, Passwords, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.desk_rows import advanced, no_longer_open, state_of, told
from chalicelib.ports.first_accounts import FirstAccounts
from chalicelib.ports.passkey_rows import all_passkeys, removal
from chalicelib.ports.profiles import Profile, Profiles
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService

TASK = "recovery"
FORMER_FOR = timedelta(days=7)
"""So long after a change the former telephone and address hear of what happens to the account."""


class DeskRecoveryService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        profiles: Profiles,
        index: BlindIndex,
        passwords: Passwords,
        messenger: Messenger,
        limits: LimitService,
        first: FirstAccounts,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._profiles = profiles
        self._index = index
        self._passwords = passwords
        self._messenger = messenger
        self._limits = limits
        self._first = first
        self._clock = clock

    # --- the temporary code

    def redeem(self, caller: Actor, recovery_id: str, code: str, password: str, phone: str) -> Item:
        """Give the temporary code, a new password and the telephone from now on ("": the one there is).

        Raises CredentialsError for a wrong code and an unknown recovery alike, LockedOutError after five, and, for who
        has given the right code, InvalidFieldsError, AlreadyExistsError for a telephone of another account.
        """
        plain = rules.typed(recovery_id)[:32] or "none"
        mark = hash_secret(plain)[:22]  # what was typed has no place in a key
        self._limits.spend(rules.TRIES, mark)
        row = self._tables.get(keys.recovery(plain)) or {}
        right = same_code(str(row.get("code", "")), rules.typed(code), plain)
        if not right or state_of(row, self._clock()) is not State.CODE_ISSUED:
            self._wrong(caller, row, "recovery:redeem")
        person_id = PersonId(row["person"])
        forget = self._limits.cleared(rules.TRIES, mark)
        try:
            content, language = self._new(caller, row, password, phone)
        except (InvalidFieldsError, AlreadyExistsError):
            self._tables.commit([forget])  # the code was right: mistakes in the form are no guesses
            raise
        self._limits.spend(rules.SMS_SENT, content["tag"])
        staged = self._gate.stage_private(
            task_for(TASK, caller),
            person_id,
            "recovery",
            row["id"],
            "recovery:redeem",
            details={"reason": row["reason"]},
        )
        handle, sms = secrets.token_urlsafe(32), self._sms(row["id"], 1)
        change: Item = {
            "handle": hash_secret(handle),
            "sealed": self._vault.seal(staged.seal_with, 1, json.dumps(content).encode()),
            **sms.row,
        }
        writes = [
            advanced(row, State.REDEEMED, change, self._clock()),
            forget,
            self._keys.alive(person_id),
        ]
        writes += told(row, "recovery_redeemed", self._gate.new_id(), self._clock())
        try:
            self._gate.commit([staged], writes)
        except ConflictError:  # used, or stopped, at the same moment
            raise CredentialsError from None
        self._messenger.sms(content["phone"], CODE.to(language).format(code=sms.text))
        return {"recovery_id": row["id"], "handle": handle, "code_expires_in": CODE_SECONDS}

    def _new(self, caller: Actor, row: Item, password: str, phone: str) -> tuple[dict[str, str], str]:
        """What is to become of the account, checked: prepared password as hash, telephone and its keyed tag."""
        if row["reason"] == rules.Reason.FIRST_ACCOUNT:
            if phone:
                raise identifiers.problem("/phone", "given", "the telephone was given at the desk")
            return self._first.prepared(caller, row, password)
        profile = self._profile(caller, PersonId(row["person"]), "recovery:check")
        account = profile.content
        if not phone and row["reason"] != rules.Reason.LOST_PASSWORD:
            problem = FieldProblem("/phone", "missing", "the telephone to which codes are sent from now on")
            raise InvalidFieldsError(fields=(problem,))
        found = identifiers.Findings()
        number = found.check(identifiers.normal_phone, phone) if phone else account["phone"]
        own = [account.get(name) for name in ("last_name", "first_name", "middle_name", "email")] + [number]
        prepared = found.check(passwords_policy.check, password, [value for value in own if value])
        found.close()
        tag = self._index.tag("phone", str(number))
        holder = self._tables.get(keys.blind_index("phone", tag))
        if holder is not None and holder["person"] != row["person"]:
            raise AlreadyExistsError("this telephone belongs to another account")
        content = {"password": self._passwords.hash(str(prepared)), "phone": str(number), "tag": tag}
        return content, str(profile.row.get("language", "ru"))

    # --- the SMS

    def send_again(self, caller: Actor, recovery_id: str, handle: str) -> Item:
        """Another SMS; the earlier code stops working. Raises CredentialsError, TooManyRequestsError."""
        row = self._redeemed(caller, recovery_id, handle, "recovery:send-code")
        self._limits.spend(limits.RESEND, row["id"])
        content = self._content(caller, row, "recovery:send-code")
        self._limits.spend(rules.SMS_SENT, content["tag"])
        number = int(row["sms_number"])
        sms = self._sms(row["id"], number + 1)
        update = Update(
            keys.recovery(row["id"]), sms.row, {"ver": 1}, expect={"sms_number": number, "state": row["state"]}
        )
        try:
            self._tables.commit([update])
        except ConflictError:
            raise CredentialsError from None
        language = str((self._tables.get(keys.profile(row["person"])) or {}).get("language", "ru"))
        self._messenger.sms(content["phone"], CODE.to(language).format(code=sms.text))
        return {"recovery_id": row["id"], "code_expires_in": CODE_SECONDS}

    def complete(self, caller: Actor, recovery_id: str, handle: str, code: str) -> Item:
        """The code of the SMS: from here on the account is as the person wants it. Raises CredentialsError.

        LockedOutError after five wrong codes; ConflictError when the account was changed at the same moment: repeat.
        """
        row = self._redeemed(caller, recovery_id, handle, "recovery:complete")
        salt = f"{row['id']}:sms:{int(row['sms_number'])}"
        self._limits.spend(rules.SMS_TRIES, hash_secret(salt)[:22])
        in_time = self._clock().timestamp() < int(row["sms_until"])
        if not same_code(str(row["sms_code"]), code, salt) or not in_time:
            self._wrong(caller, row, "recovery:complete")
        person_id = PersonId(row["person"])
        content = self._content(caller, row, "recovery:complete")
        first = row["reason"] == rules.Reason.FIRST_ACCOUNT
        staged, writes = (self._first.changes if first else self._changes)(caller, row, content)
        try:
            self._gate.commit(staged, writes)
        except ConflictError as error:
            if error.index == 0:
                raise CredentialsError from None
            if _claims_a_number(writes[error.index]):
                raise AlreadyExistsError("this telephone belongs to another account") from None
            raise
        return {"recovery_id": row["id"], "state": State.COMPLETED.value, "person_id": person_id}

    def _changes(self, caller: Actor, row: Item, content: Mapping[str, str]) -> tuple[list[Staged], list[Write]]:
        """Everything that a recovery changes; the first write is the recovery's own step."""
        person_id, now, actor = PersonId(row["person"]), self._clock(), task_for(TASK, caller)
        profile = self._profile(caller, person_id, "recovery:complete")
        credentials = self._tables.get(keys.credentials(person_id))
        if credentials is None:
            raise NotFoundError
        shown = evidence(Channel.DESK, now)
        more = {**shown, "epoch": int(profile.row.get("epoch", 0)) + 1}
        changed = {**profile.content, "phone": content["phone"]}
        entries, moved = self._profiles.next_version(actor, profile, changed, "recovery:complete", more)
        biometric = tuple(evidence(Channel.BIOMETRIC, now))  # passkeys go, and what they showed goes with them
        fresh: Item = {"password": content["password"], "password_at": stamp(now)}
        former, kept = self._former(actor, profile)
        logins = {tag for field, tag in profile.row["tags"].items() if field in registrations.UNIQUE}
        writes: list[Write] = [
            advanced(row, State.COMPLETED, {}, now),
            *(
                replace(w, remove=biometric) if w.key == keys.profile(person_id) and isinstance(w, Update) else w
                for w in moved
            ),
            Update(
                keys.credentials(person_id),
                fresh,
                {"ver": 1},
                remove=factors.CREDENTIALS,
                expect={"ver": credentials["ver"]},
            ),
            no_longer_open(row),
            self._keys.alive(person_id),
            happened(person_id, self._gate.new_id(), "recovery_completed", now),
            *(self._limits.cleared(limits.PASSWORD, tag) for tag in logins),
            *(self._limits.cleared(rule, person_id) for rule in limits.WRONG_A_DAY.values()),
            *(write for passkey in all_passkeys(self._tables, person_id) for write in removal(person_id, passkey)),
            kept,
        ]
        return [*entries, former], writes

    def _former(self, actor: Actor, profile: Profile) -> tuple[Staged, Write]:
        """Telephone and address as they were, for notices only and for a week."""
        staged = self._gate.stage_private(actor, profile.person_id, "former", "former", "recovery:keep-former")
        contacts = {name: profile.content[name] for name in ("phone", "email") if name in profile.content}
        until, version = int((self._clock() + FORMER_FOR).timestamp()), profile.version + 1
        kept: Item = {
            "ver": version,
            "sealed": self._vault.seal(staged.seal_with, version, json.dumps(contacts, ensure_ascii=False).encode()),
            "until": until,
            "expires": until,
        }
        return staged, Put(keys.former_contacts(profile.person_id), kept, None)

    # --- pieces

    def _redeemed(self, caller: Actor, recovery_id: str, handle: str, action: str) -> Item:
        """The recovery whose code was given by who asks; a handle has 256 bits, so tries need not be counted."""
        row = self._tables.get(keys.recovery(rules.typed(recovery_id)[:32] or "none")) or {}
        mine = same_secret(str(row.get("handle", "")), handle)
        if not mine or state_of(row, self._clock()) is not State.REDEEMED:
            self._wrong(caller, row, action)
        return row

    def _wrong(self, caller: Actor, row: Mapping[str, Any], action: str) -> NoReturn:
        person_id = PersonId(row.get("person", SYS))
        event = Event(task_for(TASK, caller), action, person_id, "denied", "recovery", row.get("id", ""), reason="code")
        self._gate.record(event)
        raise CredentialsError

    def _profile(self, caller: Actor, person_id: PersonId, action: str) -> Profile:
        try:
            profile = self._profiles.open(task_for(TASK, caller), person_id, action)
        except NotFoundError:
            raise CredentialsError from None
        if profile.row["state"] != "active":
            raise CredentialsError
        return profile

    def _content(self, caller: Actor, row: Item, action: str) -> dict[str, str]:
        permit = self._gate.permit_private(
            task_for(TASK, caller), PersonId(row["person"]), "recovery", row["id"], action
        )
        opened: dict[str, str] = json.loads(self._vault.open(permit, Sealed(row["id"], 1, bytes(row["sealed"]))))
        return opened

    def _sms(self, recovery_id: str, number: int) -> _Sms:
        text = factors.code_text(secrets.randbelow(factors.CODES))
        row: Item = {
            "sms_number": number,
            "sms_until": int(self._clock().timestamp()) + CODE_SECONDS,
            "sms_code": hash_code(text, f"{recovery_id}:sms:{number}"),
        }
        return _Sms(text, row)


def _claims_a_number(write: Write) -> bool:
    return isinstance(write, Put) and write.key.pk.startswith("BI#")


class _Sms:
    """A code: what is sent, and what is stored."""

    def __init__(self, text: str, row: Item) -> None:
        self.text = text
        self.row = row
