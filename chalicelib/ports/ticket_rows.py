"""Rows of a new ticket: services that notice something open one in the transaction of what they do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import SYSTEM
from chalicelib.domain.tickets import Kind, State
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Put, Write


def ticket(
    ticket_id: str,
    kind: Kind,
    person_id: PersonId,
    now: datetime,
    *,
    organisation: str = "",
    about: Mapping[str, str] | None = None,
    sealed: bytes | None = None,
    own: bool = True,
) -> list[Write]:
    """``about``: ids and words of lists (session, rule). ``sealed``: the person's own words, kind ``ticket``.

    ``own``: the person sees it among their tickets.
    """
    at = stamp(now)
    row: Item = {
        "id": ticket_id,
        "kind": kind.value,
        "person": person_id,
        "organisation": organisation or SYSTEM,
        "state": State.OPEN.value,
        "about": dict(about or {}),
        "opened_at": at,
        "taken_by": "",
        "patient": person_id,
        "react": ["tell_officers"],
        "ver": 1,
        **({} if sealed is None else {"sealed": sealed}),
    }
    lists = dict.fromkeys((SYSTEM, organisation or SYSTEM))
    return [
        Put(keys.ticket(ticket_id), row),
        *(Put(keys.ticket_line(name, at, ticket_id), {"ticket": ticket_id}) for name in lists),
        *([Put(keys.own_ticket(person_id, ticket_id), {"ticket": ticket_id, "at": at})] if own else []),
    ]
