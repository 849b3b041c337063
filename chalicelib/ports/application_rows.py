"""Rows of applications: whether a token of one is still good, and what its patient lets it read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.applications import Leave
from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.sessions import of_this_epoch
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Key


def leave_of(row: Item | None) -> Leave | None:
    if row is None:
        return None
    active, until = row["state"] == "active", datetime.fromisoformat(row["until"])
    return Leave(row["client"], active, frozenset(row["sections"]), until)


def wanted(actor: Actor) -> list[Key]:
    """Rows that say whether an application may still come in."""
    return [
        keys.app(actor.application),
        keys.app_leave(actor.person_id, actor.application),
        keys.profile(actor.person_id),
    ]


def live(rows: Mapping[Key, Item], actor: Actor, now: datetime) -> bool:
    """The registration stands, and so does that leave of the patient which the token was made for: not one before it.

    A new password and a recovery end it, as they end a session (domain/sessions.py, rule 4).
    """
    row = rows.get(keys.app_leave(actor.person_id, actor.application))
    leave, profile = leave_of(row), rows.get(keys.profile(actor.person_id), {})
    if row is None or leave is None or actor.role is not Role.APPLICATION:
        return False
    registered = rows.get(keys.app(actor.application), {}).get("state") == "active"
    present = row["id"] == actor.session_id and leave.live(actor.application, now)
    return registered and present and profile.get("state") == "active" and of_this_epoch(row, profile)
