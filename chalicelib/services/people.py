"""One's own account: profile and authenticator app (ID-3). Wishes of notices: services/deliveries/wishes.py."""

from __future__ import annotations

import json
import secrets
from base64 import b32encode
from typing import Any

from chalicelib.domain.assurance import FROM_THE_CLINIC, level_of, unproven
from chalicelib.domain.deliveries import wishes_of
from chalicelib.domain.factors import detailed, enrolled, totp_step, totp_uri
from chalicelib.domain.identity import Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.sessions import memberships_of
from chalicelib.errors import ConflictError, CredentialsError, NotFoundError, WrongStateError
from chalicelib.ports import Clock, Event, Sealed, Vault, keys
from chalicelib.ports.account_rows import own_credentials
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Store, Tables, Update
from chalicelib.services.gate import Gate

SECRET_BYTES = 20  # 160 bits, as RFC 4226 section 4 recommends


class PeopleService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._clock = clock

    def me(self, actor: Actor) -> Item:
        """Profile, assurance level, factors, memberships; the role that is acted in, and for whom or where."""
        person_id = actor.person_id
        rows = self._tables.get_many([keys.profile(person_id), keys.credentials(person_id)])
        profile = rows.get(keys.profile(person_id))
        if profile is None:
            raise NotFoundError
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "profile:read")
        sealed = Sealed.of("profile", profile)
        content: dict[str, Any] = json.loads(self._vault.open(permit, sealed))
        hidden = FROM_THE_CLINIC if unproven(profile) else ()
        members = self._tables.query(Store.IDENTITY, keys.person(person_id), "MEMBER#", limit=100).items
        return {
            "person_id": person_id,
            "role": actor.role.value,
            "acting": acting_of(actor),
            "level": level_of(profile),
            "language": profile["language"],
            **wishes_of(profile).shown(),
            "factors": enrolled(rows.get(keys.credentials(person_id), {})),
            "factor_details": detailed(rows.get(keys.credentials(person_id), {})),
            "memberships": [m.shown() for m in memberships_of(members)],
            "profile": {name: value for name, value in content.items() if name not in hidden},
        }

    # --- authenticator app

    def begin_totp(self, actor: Actor) -> Item:
        """A new secret, shown once; it becomes a factor when ``confirm_totp`` has seen a right code."""
        key = keys.credentials(actor.person_id)
        row = own_credentials(self._tables, actor)
        version = int(row.get("totp_count", 0)) + 1
        secret = b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
        staged = self._gate.stage_private(actor, actor.person_id, "totp", "totp", "totp:begin")
        pending = self._vault.seal(staged.seal_with, version, secret.encode())
        change = {"totp_pending": pending, "totp_count": version}
        expect: Item = {"totp_count": version - 1} if version > 1 else {"ver": row["ver"]}
        try:
            self._gate.commit([staged], [Update(key, change, {"ver": 1}, expect=expect)])
        except ConflictError:
            raise WrongStateError("another secret was made at the same moment") from None
        return {"secret": secret, "uri": totp_uri(secret, actor.person_id[:8])}

    def confirm_totp(self, actor: Actor, code: str) -> Item:
        """A right code makes the pending secret a factor, in place of an earlier one."""
        row = own_credentials(self._tables, actor)
        if "totp_pending" not in row:
            raise WrongStateError("begin first")
        version = int(row["totp_count"])
        permit = self._gate.permit_private(actor, actor.person_id, "totp", "totp", "totp:check")
        secret = self._vault.open(permit, Sealed("totp", version, bytes(row["totp_pending"]))).decode()
        step = totp_step(secret, code, self._clock(), last_step=-1)
        if step is None:
            raise CredentialsError
        change: Item = {
            "totp": row["totp_pending"],
            "totp_ver": version,
            "totp_step": step,
            "totp_at": stamp(self._clock()),
        }
        update = Update(
            keys.credentials(actor.person_id),
            change,
            {"ver": 1},
            remove=("totp_pending",),
            expect={"totp_count": version, "ver": row["ver"]},
        )
        event = Event(actor, "totp:confirm", actor.person_id, resource_type="totp")
        try:
            told = happened(actor.person_id, self._gate.new_id(), "factor_added", self._clock())
            self._gate.commit([self._gate.stage(event)], [update, told])
        except ConflictError:
            raise WrongStateError("the secret changed at the same moment") from None
        return {"factors": enrolled(row | change)}


def acting_of(actor: Actor) -> Item:
    """Where a session stands: whose card its own pages are about, and as whose member of staff it acts."""
    if actor.is_staff:
        member = {"member_id": actor.member_id, "organisation_id": actor.organisation_id}
        return {**member, "department": actor.department}
    return {"card_id": actor.card_id}
