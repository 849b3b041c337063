"""Registration of a person (ID-1, ID-2): apply, confirm phone and e-mail, account.

    apply     the form is checked, sealed under the keys of the pseudo-person "registrations", and waits for 24 hours
    codes     two one-time codes, by SMS and by e-mail
    confirm   one transaction claims SNILS, phone and e-mail and stores profile and credentials, sealed under the
              person's own keys

Nobody learns from ``apply`` whether somebody has an account: the answer is the same, and the owner of the account is
told. Every step can be repeated after a crash; the person's id is chosen at the start, so a repeat makes the same one.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain import factors, limits
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.registrations import normal_form, own_word, unique_values
from chalicelib.domain.secrets import hash_code, same_code
from chalicelib.domain.sessions import CODE_SECONDS, task_for
from chalicelib.domain.texts import CODE, CODE_SUBJECT
from chalicelib.errors import AlreadyExistsError, ConflictError, CredentialsError, NotFoundError, WrongStateError
from chalicelib.ports import BlindIndex, Clock, Event, Messenger, Passwords, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.claims import Claim, Claims
from chalicelib.ports.matching_rows import block_rows, block_tags, family_tag
from chalicelib.ports.rows import happened, new_person
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService

REGISTRATIONS = PersonId("registrations")
"""Whose keys seal what has no owner yet."""

TASK = "registration"
LIFETIME = timedelta(hours=24)
CHANNELS = ("phone", "email")


class RegistrationService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        index: BlindIndex,
        passwords: Passwords,
        messenger: Messenger,
        limits: LimitService,
        claims: Claims,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._index = index
        self._passwords = passwords
        self._messenger = messenger
        self._limits = limits
        self._claims = claims
        self._clock = clock

    # --- apply

    def apply(self, caller: Actor, form: Mapping[str, Any]) -> Item:
        """Keep the form and send the codes. Raises InvalidFieldsError; never says that somebody exists."""
        now = self._clock()
        content: dict[str, str] = normal_form(form, now.date())
        tags = {field: self._index.tag(field, value) for field, value in unique_values(content).items()}
        for channel in CHANNELS:
            self._limits.spend(limits.SMS_TARGET, tags[channel])
        content["password"] = self._passwords.hash(content["password"])
        owners = self._owners(tags)
        registration_id = secrets.token_hex(16)
        codes = _codes(registration_id, 1, now)
        staged = self._stage(caller, registration_id, "registration:create")
        row: Item = {
            "id": registration_id,
            "state": "pending",
            "person": secrets.token_hex(16),
            "tags": tags,
            "language": content["language"],
            "sealed": self._vault.seal(staged.seal_with, 1, plaintext(content)),
            "ver": 1,
            "ends_at": int((now + LIFETIME).timestamp()),
            "expires": int((now + LIFETIME).timestamp()),
            **codes.row,
        }
        writes: list[Write] = [Put(keys.registration(registration_id), row), self._keys.alive(REGISTRATIONS)]
        # Their reaction tells the owners that somebody tried, once a day at most, and nothing else.
        writes += [happened(PersonId(o), self._gate.new_id(), "registration_attempted", now) for o in owners]
        self._gate.commit([staged], writes)
        self._send(content, codes)
        return {"registration_id": registration_id, "expires_at": stamp(now + LIFETIME)}

    def _stage(self, caller: Actor, registration_id: str, action: str) -> Any:
        self._enrol(REGISTRATIONS)
        return self._gate.stage_private(task_for(TASK, caller), REGISTRATIONS, "registration", registration_id, action)

    def _owners(self, tags: Mapping[str, str]) -> list[str]:
        """People who have an account under one of these identifiers already."""
        rows = self._tables.get_many([keys.blind_index(field, tag) for field, tag in tags.items()])
        return sorted({str(row["person"]) for row in rows.values()})

    def _send(self, content: Mapping[str, str], codes: _Codes) -> None:
        language = content["language"]
        self._messenger.sms(content["phone"], CODE.to(language).format(code=codes.phone))
        self._messenger.email(content["email"], CODE_SUBJECT.to(language), CODE.to(language).format(code=codes.email))

    # --- codes again

    def send_codes(self, caller: Actor, registration_id: str) -> Item:
        """Two new codes; the earlier ones stop working. NotFoundError when the registration is over."""
        row = self._pending(registration_id)
        if row["state"] != "pending":
            raise NotFoundError
        self._limits.spend(limits.RESEND, registration_id)
        for channel in CHANNELS:
            self._limits.spend(limits.SMS_TARGET, row["tags"][channel])
        content = self._open(caller, row, "registration:send-codes")
        number = int(row["code_number"])
        codes = _codes(registration_id, number + 1, self._clock())
        try:
            self._tables.commit(
                [
                    Update(
                        keys.registration(registration_id),
                        codes.row,
                        expect={"code_number": number, "state": "pending"},
                    )
                ]
            )
        except ConflictError:
            raise WrongStateError("codes were sent at the same moment") from None
        self._send(content, codes)
        return {"registration_id": registration_id, "codes_expire_in": CODE_SECONDS}

    # --- confirm

    def confirm(self, caller: Actor, registration_id: str, phone_code: str, email_code: str) -> PersonId:
        """Make the account; repeatable while the codes live.

        Raises CredentialsError for a wrong code, LockedOutError after five answers, AlreadyExistsError when an
        identifier belongs to an account (never which one), NotFoundError when the registration is over.
        """
        row = self._pending(registration_id)
        self._check_codes(caller, row, phone_code, email_code)
        if row["state"] == "done":
            return PersonId(row["person"])
        content = self._open(caller, row, "registration:open")
        try:
            claim = self._claims.of(task_for(TASK, caller), row["tags"], _profile(content), content["language"])
            made = claim or self._new(caller, row, content)
            self._gate.commit(made.staged, [*made.writes, *self._account(row, made.person_id, content)])
        except ConflictError as error:
            return self._settled(error, registration_id)
        return made.person_id

    def _check_codes(self, caller: Actor, row: Item, phone_code: str, email_code: str) -> None:
        """Both are compared always, so that the answer does not say which one was wrong."""
        number = int(row["code_number"])
        self._limits.spend(limits.CODE, f"{row['id']}:{number}")
        fits = [
            same_code(str(row[f"{channel}_code"]), given, f"{row['id']}:{channel}:{number}")
            for channel, given in zip(CHANNELS, (phone_code, email_code), strict=True)
        ]
        if not all(fits) or self._clock().timestamp() >= int(row["code_until"]):
            event = Event(
                task_for(TASK, caller), "registration:confirm", SYS, "denied", "registration", row["id"], reason="code"
            )
            self._gate.record(event)
            raise CredentialsError

    def _new(self, caller: Actor, row: Item, content: Mapping[str, str]) -> Claim:
        """A person whom nobody knew."""
        person_id, now, known = PersonId(row["person"]), self._clock(), _profile(content)
        self._enrol(person_id)
        staged = self._gate.stage_private(
            task_for(TASK, caller), person_id, "profile", "profile", "registration:confirm", resource_version=1
        )
        blocks = block_tags(self._index, known)
        profile = new_person(
            person_id,
            state="active",
            sealed=self._vault.seal(staged.seal_with, 1, plaintext(known)),
            tags=row["tags"],
            now=now,
            language=content["language"],
            channels=("sms", "email"),
            family=family_tag(self._index, known),
            more=evidence(Channel.SMS, now) | {"blocks": blocks} | own_word(known, now),
        )
        return Claim(person_id, [staged], [*profile, *block_rows(person_id, blocks)])

    def _account(self, row: Item, person_id: PersonId, content: Mapping[str, str]) -> list[Write]:
        """The credentials, and the end of the registration."""
        now = stamp(self._clock())
        credentials: Item = {"password": content["password"], "password_at": now, "ver": 1}
        done: Item = {"state": "done", "person": person_id}
        return [
            Put(keys.credentials(person_id), credentials),
            Update(keys.registration(row["id"]), done, remove=("sealed",), expect={"state": "pending"}),
            self._keys.alive(person_id),
        ]

    def _settled(self, error: ConflictError, registration_id: str) -> PersonId:
        """A condition failed: either this very registration was confirmed meanwhile, or an identifier is taken."""
        row = self._tables.get(keys.registration(registration_id))
        if row is not None and row["state"] == "done":
            return PersonId(row["person"])
        if isinstance(error, AlreadyExistsError) or (row is not None and 0 <= error.index < len(row["tags"])):
            raise AlreadyExistsError from None
        raise error

    # --- rows

    def _pending(self, registration_id: str) -> Item:
        row = self._tables.get(keys.registration(registration_id))
        if row is None or int(row["ends_at"]) <= self._clock().timestamp():
            raise NotFoundError
        return row

    def _open(self, caller: Actor, row: Item, action: str) -> dict[str, str]:
        permit = self._gate.permit_private(task_for(TASK, caller), REGISTRATIONS, "registration", row["id"], action)
        opened: dict[str, str] = json.loads(self._vault.open(permit, Sealed(row["id"], 1, bytes(row["sealed"]))))
        return opened

    def _enrol(self, person_id: PersonId) -> None:
        """Keys of a person, once; a repeat after a crash finds them there."""
        try:
            self._keys.enrol(person_id)
        except AlreadyExistsError:
            return


class _Codes:
    """A pair of codes: what is sent, and what is stored."""

    def __init__(self, phone: str, email: str, row: Item) -> None:
        self.phone = phone
        self.email = email
        self.row = row


def _codes(registration_id: str, number: int, now: datetime) -> _Codes:
    phone, email = (factors.code_text(secrets.randbelow(factors.CODES)) for _ in CHANNELS)
    row: Item = {
        "code_number": number,
        "code_until": int(now.timestamp()) + CODE_SECONDS,
        "phone_code": hash_code(phone, f"{registration_id}:phone:{number}"),
        "email_code": hash_code(email, f"{registration_id}:email:{number}"),
    }
    return _Codes(phone, email, row)


def _profile(content: Mapping[str, str]) -> dict[str, str]:
    """What is told of the person, without what belongs to the account."""
    return {name: value for name, value in content.items() if name not in {"password", "language"}}
