"""Who may manage and appoint whom (ID-12), as pure rules.

1. an administrator acts within the own organisation; an administrator of the system acts everywhere
2. nobody appoints or removes themselves: an administrator has no clinical content (ACC-5) and must not get it by
   making a doctor of themselves; and the last administrator cannot lock everybody out
3. roles that reach beyond one organisation (the audit log, the identity desk) are filled by administrators of the
   system alone
"""

from __future__ import annotations

from chalicelib.domain.identity import STAFF_ROLES, Actor, Role

SYSTEM = "system"
"""Organisation and department of those who administer the installation itself."""

BEYOND_ONE_ORGANISATION = frozenset({Role.SECURITY_OFFICER, Role.IDENTITY_OPERATOR})


def runs_the_system(actor: Actor) -> bool:
    return actor.role is Role.ADMINISTRATOR and actor.organisation_id == SYSTEM


def reviews_the_system(actor: Actor) -> bool:
    """A security officer of the system sees findings and reports of every organisation; another, the own ones."""
    return actor.role is Role.SECURITY_OFFICER and actor.organisation_id == SYSTEM


def refusal_to_manage(actor: Actor, organisation_id: str) -> str:
    """Why an actor may not manage an organisation, as a word for the audit entry; empty when they may (rule 1)."""
    if actor.role is not Role.ADMINISTRATOR:
        return "role"
    return "" if runs_the_system(actor) or actor.organisation_id == organisation_id else "scope"


def refusal_to_list(actor: Actor, organisation_id: str) -> str:
    """Why an actor may not see who works in an organisation: its registrars enter schedules and consents on paper."""
    if actor.role is Role.REGISTRAR:
        return "" if actor.organisation_id == organisation_id else "scope"
    return refusal_to_manage(actor, organisation_id)


def refusal_to_change(actor: Actor, person_id: str, role: Role) -> str:
    """Why an actor may not give a role to a person, or take it away; empty when they may (rules 2 and 3)."""
    if role not in STAFF_ROLES:
        return "role"
    if person_id == actor.person_id:
        return "self"
    if role in BEYOND_ONE_ORGANISATION and not runs_the_system(actor):
        return "system-only"
    return ""
