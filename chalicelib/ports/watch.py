"""The watch over suspicious activity (ID-11), as sign-in and the HTTP edge see it; services/watch.py stands behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports.tables import Item, Write


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a refused sign-in leaves: ``writes`` always, ``once`` besides, unless one of them stands already."""

    writes: list[Write]
    once: list[Write] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a sign-in leaves. ``session``: attributes of its session row. ``blocked``: the rule that stopped it."""

    session: Item
    writes: list[Write]
    blocked: str = ""


class Watch(Protocol):
    def refused(self, caller: Actor, account: str, person_id: PersonId | None, reason: str) -> Attempt:
        """A line in the journal of sign-ins, also for a login that is nobody's: both take the same time."""
        ...

    def entering(
        self, caller: Actor, person_id: PersonId, session_id: str, factor: str, role: Role, devices: Item | None
    ) -> Entrance:
        """``devices``: the row of known devices and places."""
        ...
