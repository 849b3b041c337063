"""Sign-in and sessions as pure rules (ID-3, ID-9, ID-12): what a session row says, what its tokens say.

Rules of a session:
  1. it ends 30 days after sign-in, or after 24 hours without a refresh, whichever is first
  2. an access token lives ten minutes and says role and membership; the gate compares both with the row, so a change
     of role or the end of a membership counts from the next request on
  3. a refresh token is good once; a second use ends the session, because one of the two users is not the owner
  4. a new password and a recovery raise the ``epoch`` of the profile: what was begun under an earlier one is dead
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.acts import network_of
from chalicelib.domain.identity import STAFF_ROLES, Actor, Role, system_actor
from chalicelib.domain.secrets import hash_secret, same_secret

ABSOLUTE = timedelta(days=30)
IDLE = timedelta(hours=24)
ACCESS_SECONDS = 600
CHALLENGE_SECONDS = 600  # from the password to the second factor
CODE_SECONDS = 600

AUDIENCE = "medkarta-api"
PORTAL = "portal"
ACTIVE = "active"
ENDED = "ended"
BLOCKED = "blocked"

_FAMILY = 22  # characters of 128 bits in base64url


class Presented(StrEnum):
    """What a presented refresh token turned out to be."""

    CURRENT = "current"
    USED = "used"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """``<person>.<session>.<secret>``; the secret is 22 characters of a family and then a part that changes.

    The family stays as long as the session. It tells a token that was rotated away (somebody holds a copy: end the
    session) from mere noise with a known session id (ignore it, or anybody who reads a log could sign people out).
    """

    person_id: str
    session_id: str
    secret: str

    @property
    def text(self) -> str:
        return f"{self.person_id}.{self.session_id}.{self.secret}"

    @property
    def family(self) -> str:
        return self.secret[:_FAMILY]

    def rotated(self, tail: str) -> RefreshToken:
        """The next token of the family; ``tail`` is fresh randomness."""
        return replace(self, secret=self.family + tail)

    def judged(self, row: Mapping[str, Any]) -> Presented:
        """Compare with a session row; constant time in both parts."""
        related = same_secret(str(row.get("family", "")), self.family)
        current = same_secret(str(row.get("refresh", "")), self.secret)
        if related and current:
            return Presented.CURRENT
        return Presented.USED if related else Presented.FOREIGN


def parse_refresh(text: str) -> RefreshToken | None:
    """None for anything that is not shaped like one."""
    parts = text.split(".")
    if len(text) > 300 or len(parts) != 3 or not all(p.isascii() and p for p in parts):  # noqa: PLR2004
        return None
    person_id, session_id, secret = parts
    if not (_plain(person_id) and _plain(session_id) and len(secret) > _FAMILY):
        return None
    return RefreshToken(person_id, session_id, secret)


@dataclass(frozen=True, slots=True)
class Membership:
    """A role that a person holds in an organisation and department (ID-12)."""

    member_id: str
    role: Role
    organisation_id: str
    department: str
    position: str = ""
    staff_number: str = ""

    def shown(self) -> dict[str, str]:
        return {
            "member_id": self.member_id,
            "role": self.role.value,
            "organisation_id": self.organisation_id,
            "department": self.department,
            "position": self.position,
        }


def memberships_of(rows: Iterable[Mapping[str, Any]]) -> list[Membership]:
    """Live memberships among MEMBER rows of one person."""
    return [
        Membership(
            member_id=row["member"],
            role=Role(row["role"]),
            organisation_id=row["organisation"],
            department=row["department"],
            position=row.get("position", ""),
            staff_number=row.get("staff_number", ""),
        )
        for row in rows
        if row["state"] == ACTIVE and row["role"] in {role.value for role in STAFF_ROLES}
    ]


def chosen(memberships: Iterable[Membership], role: Role, member_id: str = "") -> Membership | None:
    """The membership to act under: the named one, or the only one with the role; None when that is not clear."""
    fitting = [m for m in memberships if m.role is role and member_id in {"", m.member_id}]
    return fitting[0] if len(fitting) == 1 else None


def new_row(
    token: RefreshToken, role: Role, membership: Membership | None, caller: Actor, now: datetime, factor: str = ""
) -> dict[str, Any]:
    """SESSION row of a person who has just given password and second factor."""
    row: dict[str, Any] = {
        "id": token.session_id,
        "person": token.person_id,
        "state": ACTIVE,
        "client": PORTAL,
        "network": network_of(caller.ip),  # the address itself stands in the sealed entry alone
        "factor": factor,
        "created_at": int(now.timestamp()),
        "confirmed_at": int(now.timestamp()),
        "ends_at": int((now + ABSOLUTE).timestamp()),
        "family": hash_secret(token.family),
        "ver": 1,
    }
    return row | refreshed(row, token, now) | acting(role, membership)


def refreshed(row: Mapping[str, Any], token: RefreshToken, now: datetime) -> dict[str, Any]:
    """What a use of the session changes; rule 1."""
    return {
        "refresh": hash_secret(token.secret),
        "seen_at": int(now.timestamp()),
        "expires": min(int(row["ends_at"]), int((now + IDLE).timestamp())),
    }


def acting(role: Role, membership: Membership | None, ward_id: str = "") -> dict[str, Any]:
    """What a session row says about the role that is acted in, and for whom."""
    return {
        "role": role.value,
        "ward": ward_id,
        "member": membership.member_id if membership else "",
        "organisation": membership.organisation_id if membership else "",
        "department": membership.department if membership else "",
    }


def live(row: Mapping[str, Any] | None, now: datetime) -> bool:
    return row is not None and row["state"] == ACTIVE and int(row["expires"]) > now.timestamp()


def of_this_epoch(row: Mapping[str, Any], profile: Mapping[str, Any] | None) -> bool:
    """Rule 4: whether a session, or a challenge on the way to one, was begun under the profile's present epoch."""
    return int(row.get("epoch", 0)) == int((profile or {}).get("epoch", 0))


def access_claims(row: Mapping[str, Any], now: datetime, token_id: str) -> dict[str, Any]:
    """Claims of an access token for a session row (RFC 9068 in spirit). ``cat``: moment of the last second factor."""
    issued = int(now.timestamp())
    return {
        "sub": row["person"],
        "sid": row["id"],
        "role": row["role"],
        "mid": row["member"],
        "org": row["organisation"],
        "dep": row["department"],
        "wrd": row.get("ward", ""),
        "dev": row.get("device", ""),
        "cat": int(row["confirmed_at"]),
        "cid": row["client"],
        "aud": AUDIENCE,
        "iat": issued,
        "exp": min(issued + ACCESS_SECONDS, int(row["expires"])),
        "jti": token_id,
    }


def shown(row: Mapping[str, Any], current: str) -> dict[str, Any]:
    """A session as its owner sees it."""
    return {
        "session_id": row["id"],
        "role": row["role"],
        "client": row["client"],
        "network": row.get("network", ""),
        "created_at": int(row["created_at"]),
        "seen_at": int(row["seen_at"]),
        "expires_at": int(row["expires"]),
        "factor": row.get("factor", ""),
        "current": row["id"] == current,
    }


def task_for(task: str, caller: Actor) -> Actor:
    """The system doing a named task at somebody's request: the entry keeps where the request came from."""
    return replace(system_actor(task), ip=caller.ip, request_id=caller.request_id)


def _plain(text: str) -> bool:
    return len(text) <= 64 and all(c.isalnum() or c in "-_" for c in text)  # noqa: PLR2004
