"""Who may change whom electronic signatures are trusted by (ID-5), as pure rules.

1. an administrator of the system proposes an anchor and takes it away; a security officer approves it
2. nobody approves what they proposed themselves, whatever roles they hold
3. revocation lists need no second person: they only take trust away, and are signed by whom two have approved
"""

from __future__ import annotations

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.staff import runs_the_system


def refusal_to_change(actor: Actor) -> str:
    """Why, as a word for the audit entry; empty when they may."""
    if actor.role is not Role.ADMINISTRATOR:
        return "role"
    return "" if runs_the_system(actor) else "scope"


def refusal_to_see(actor: Actor) -> str:
    return "" if actor.role is Role.SECURITY_OFFICER else refusal_to_change(actor)


def refusal_to_approve(actor: Actor, proposed_by: str) -> str:
    if actor.role is not Role.SECURITY_OFFICER:
        return "role"
    return "same-person" if actor.person_id == proposed_by else ""
