"""Whose a template is, and who may do what with it (UX-3).

1. A template belongs to an organisation and is seen there alone. Others look like none at all.
2. ``own``: of the membership that made it. ``department``: every doctor and nurse of the department reads and fills it.
   ``organisation``: those of the whole organisation.
3. It goes one step at a time: its author gives it to the department and takes it back; an administrator publishes to
   the organisation what a department has, and takes that back. What an administrator makes is the organisation's.
4. Its author changes it until it is the organisation's; then administrators do, for others rely on it.
5. An administrator sees no template that somebody keeps for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.domain.identity import Actor, Role


class Scope(StrEnum):
    """Stored: never rename, never reuse."""

    OWN = "own"
    DEPARTMENT = "department"
    ORGANISATION = "organisation"


class State(StrEnum):
    """Stored: never rename, never reuse."""

    ACTIVE = "active"
    ARCHIVED = "archived"


WRITERS = frozenset({Role.DOCTOR, Role.NURSE})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a template stands. ``department``, ``member``: of its author."""

    organisation: str
    department: str
    member: str
    scope: Scope

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Place:
        return cls(str(row["organisation"]), str(row["department"]), str(row["member"]), Scope(row["scope"]))


def first_scope(actor: Actor) -> Scope:
    """Where what an actor makes begins."""
    return Scope.ORGANISATION if actor.role is Role.ADMINISTRATOR else Scope.OWN


def sees(actor: Actor, place: Place) -> bool:
    if actor.organisation_id != place.organisation:
        return False
    if actor.role is Role.ADMINISTRATOR:
        return place.scope is not Scope.OWN
    if actor.role not in WRITERS:
        return False
    theirs = {Scope.OWN: actor.member_id == place.member, Scope.DEPARTMENT: actor.department == place.department}
    return theirs.get(place.scope, True)


def changes(actor: Actor, place: Place) -> bool:
    """New versions, restoring, archiving."""
    if not sees(actor, place):
        return False
    return actor.role is Role.ADMINISTRATOR or (place.scope is not Scope.ORGANISATION and _author(actor, place))


def shares(actor: Actor, place: Place, to: Scope) -> bool:
    """Whether they may move it there."""
    if not sees(actor, place):
        return False
    if {place.scope, to} == {Scope.OWN, Scope.DEPARTMENT}:
        return actor.role in WRITERS and _author(actor, place)
    return {place.scope, to} == {Scope.DEPARTMENT, Scope.ORGANISATION} and (
        actor.role is Role.ADMINISTRATOR and bool(place.department)
    )


def may(actor: Actor, place: Place) -> dict[str, Any]:
    """What a page offers."""
    return {"change": changes(actor, place), "share": [to.value for to in Scope if shares(actor, place, to)]}


def _author(actor: Actor, place: Place) -> bool:
    return bool(actor.member_id) and actor.member_id == place.member
