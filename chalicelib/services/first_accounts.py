"""A first account at the identity desk: a child of 14 with a passport, a clinic's patient without a telephone (ACT-5).

    open_      the operator compares the passport with the person; telephone and address are sealed into the recovery
    prepared   the code and a password were given: what is to become of the person (services/desk_recovery.py)
    changes    the SMS was answered: one transaction makes the account, with evidence of the desk

Approval, the printed code and its end are those of every recovery (services/desk.py). Whoever represents the person
is told at the beginning and at the end, and goes on representing them until their age ends it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from chalicelib.domain import desk_recovery as rules
from chalicelib.domain import passwords_policy
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.desk_recovery import Reason, State
from chalicelib.domain.first_accounts import FOUND_BY, WITHOUT_ACCOUNT, differs, normal_first_account
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.registrations import own_word, unique_values
from chalicelib.domain.sessions import task_for
from chalicelib.errors import AccessDeniedError, AlreadyExistsError, ConflictError, CredentialsError, NotFoundError
from chalicelib.ports import BlindIndex, Clock, Event, Passwords, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.desk_rows import FORM, advanced, new_recovery, no_longer_open, none_open, opening
from chalicelib.ports.profiles import Profile, Profiles
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Item, Put, Tables, Write
from chalicelib.services.gate import Gate, Staged

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService

DESK, TASK = "desk", "recovery"
TAKEN = ("phone", "email", "passport")
"""What must be nobody else's; a SNILS is the person's own or comes with the passport."""


class FirstAccountService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        profiles: Profiles,
        index: BlindIndex,
        passwords: Passwords,
        limits: LimitService,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._profiles = profiles
        self._index = index
        self._passwords = passwords
        self._limits = limits
        self._clock = clock

    # --- the desk

    def open_(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """Compare the passport with the person, and begin. Raises NotFoundError alike for a stranger, for a passport
        that does not fit and for who has an account; AlreadyExistsError for a telephone, address or passport of
        somebody else and while another recovery is open; InvalidFieldsError, TooManyRequestsError.
        """
        self._limits.spend(rules.LOOK_UPS, actor.person_id)
        self._limits.spend(rules.LOOK_UPS_TOGETHER, actor.organisation_id)
        now = self._clock()
        given = normal_first_account(form, now)
        profile = self._compared(actor, given)
        person_id = profile.person_id
        self._check_free(person_id, given)
        organisation = self._tables.get(keys.organisation(actor.organisation_id))
        four_eyes = rules.wants_four_eyes(organisation, ())
        recovery_id = rules.code_text(secrets.randbelow(rules.CODES)).replace("-", "")
        row = new_recovery(actor, recovery_id, person_id, Reason.FIRST_ACCOUNT, "passport", now, four_eyes=four_eyes)
        sealed = self._gate.stage_private(
            task_for(TASK, actor), person_id, "recovery", _form_id(row), "first-account:keep"
        )
        row[FORM] = self._vault.seal(sealed.seal_with, 1, plaintext({**given, "language": form["language"]}))
        details = {"reason": row["reason"], "document": row["document"]}
        event = Event(
            actor,
            "first-account:open",
            person_id,
            resource_type="recovery",
            resource_id=recovery_id,
            details=details,
        )
        writes: list[Write] = [
            *opening(row, none_open(self._tables, person_id, now)),
            Check(keys.profile(person_id), {"state": profile.row["state"], "ver": profile.version}),
            self._keys.alive(person_id),
            happened(person_id, self._gate.new_id(), "first_account_opened", now),
        ]
        try:
            self._gate.commit([self._gate.stage(event), sealed], writes)
        except ConflictError as error:
            if error.index == 1:
                raise AlreadyExistsError("another recovery was opened at the same moment") from None
            raise
        names = ("opened_by", "opened_at", "four_eyes", "reason", "document")
        shown = {"recovery_id": recovery_id, "person_id": person_id, "state": row["state"], "good_until": row["until"]}
        return {**shown, **{name: row[name] for name in names}}

    def _compared(self, actor: Actor, given: Mapping[str, str]) -> Profile:
        """Whose passport it is, opened by the desk's task: an operator has no right to profiles of their own."""
        tags = {field: self._index.tag(field, given[name]) for field, name in FOUND_BY.items() if given.get(name)}
        found = self._tables.get_many([keys.blind_index(field, tag) for field, tag in tags.items()])
        owners = {PersonId(row["person"]) for row in found.values()}
        if len(owners) != 1:
            self._differs(actor, SYS)
        person_id = owners.pop()
        represents = self._tables.get(keys.representation(person_id, actor.person_id))
        if person_id == actor.person_id or represents is not None:  # nobody opens the door to a ward of theirs
            self._gate.refuse(actor, "first-account:open", "self")
            raise AccessDeniedError
        row = self._tables.get(keys.profile(person_id))
        if row is None or row["state"] not in WITHOUT_ACCOUNT:
            self._differs(actor, person_id)
        profile = self._profiles.open(task_for(DESK, actor), person_id, "desk:compare")
        if differs(profile.content, given):
            self._differs(actor, person_id)
        return profile

    def _differs(self, actor: Actor, person_id: PersonId) -> NoReturn:
        self._gate.record(Event(actor, "first-account:open", person_id, "denied", "profile", reason="papers-differ"))
        raise NotFoundError

    def _check_free(self, person_id: PersonId, given: Mapping[str, str]) -> None:
        values = unique_values(given)
        wanted = [keys.blind_index(field, self._index.tag(field, values[field])) for field in TAKEN]
        if any(row["person"] != person_id for row in self._tables.get_many(wanted).values()):
            raise AlreadyExistsError("the telephone, the address or the passport belongs to another account")

    # --- the person (ports/first_accounts.py)

    def prepared(self, caller: Actor, row: Item, password: str) -> tuple[dict[str, str], str]:
        person_id = PersonId(row["person"])
        permit = self._gate.permit_private(
            task_for(TASK, caller), person_id, "recovery", _form_id(row), "first-account:check"
        )
        given: dict[str, str] = json.loads(self._vault.open(permit, Sealed(_form_id(row), 1, bytes(row[FORM]))))
        own = [given[name] for name in ("last_name", "first_name", "email", "phone")]
        checked = passwords_policy.check(password, own)
        language = given["language"]
        made = {"password": self._passwords.hash(checked), "tag": self._index.tag("phone", given["phone"])}
        return {**given, **made}, language

    def changes(self, caller: Actor, row: Item, content: Mapping[str, str]) -> tuple[list[Staged], list[Write]]:
        person_id, now, actor = PersonId(row["person"]), self._clock(), task_for(TASK, caller)
        profile = self._profiles.open(actor, person_id, "first-account:complete")
        if profile.row["state"] not in WITHOUT_ACCOUNT:
            raise CredentialsError
        kept = ("password", "tag", "language")
        told = {name: value for name, value in content.items() if name not in kept}
        # What a clinic wrote down is in no index yet: only a number that has a tag is this person's already.
        indexed = unique_values(profile.content).keys() & profile.row.get("tags", {}).keys()
        known = _without(profile.content, unique_values(profile.content).keys() - indexed)
        more: Item = {
            "state": "active",
            "language": content["language"],
            "channels": ["sms", "email"],
            **evidence(Channel.DESK, now),
            **own_word(profile.content, now),
        }
        entries, writes = self._profiles.next_version(
            actor, replace(profile, content=known), {**profile.content, **told}, "first-account:complete", more
        )
        credentials: Item = {"password": content["password"], "password_at": stamp(now), "ver": 1}
        return entries, [
            advanced(row, State.COMPLETED, {}, now),
            *writes,
            Put(keys.credentials(person_id), credentials),
            no_longer_open(row),
            self._keys.alive(person_id),
            happened(person_id, self._gate.new_id(), "first_account_made", now),
        ]


def _form_id(row: Item) -> str:
    return f"{row['id']}-{FORM}"


def _without(content: Mapping[str, str], fields: Any) -> dict[str, str]:
    """``fields`` of the blind index; a passport is two of the profile."""
    gone = {name for field in fields for name in _PARTS.get(field, (field,))}
    return {name: value for name, value in content.items() if name not in gone}


_PARTS = {
    "passport": ("passport_series", "passport_number"),
    "foreign-passport": ("citizenship", "foreign_passport"),
    "migration-card": ("migration_card",),
}
