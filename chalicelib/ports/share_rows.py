"""Rows of links to a card (DOC-4): the link itself, an opening of it, and the lines of its journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.acts import network_of
from chalicelib.domain.identity import Actor, PersonId, Role, SharePass
from chalicelib.domain.moments import stamp
from chalicelib.domain.shares import KEPT, RECIPIENTS, Share, ShareState
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Key, Put, Write


def share_of(row: Item | None) -> Share | None:
    if row is None:
        return None
    return Share(
        share_id=row["id"],
        author_id=row["by"],
        for_ward=bool(row["for_ward"]),
        state=ShareState(row["state"]),
        until=datetime.fromisoformat(row["until"]),
        sections=frozenset(row["sections"]),
        records=frozenset((one["kind"], one["record_id"]) for one in row["records"]),
        limited=bool(row["limited"]),
        download=bool(row["download"]),
        purpose=RECIPIENTS[row["recipient"]],
    )


def wanted(actor: Actor, share: SharePass) -> list[Key]:
    """Rows that say whether a recipient may still come in: the opening, the link, and the right behind it."""
    found = [
        keys.opening(share.patient_id, actor.person_id, share.opening_id),
        keys.share(share.patient_id, actor.person_id),
    ]
    return [*found, keys.representation(share.patient_id, share.author_id)] if share.for_ward else found


def open_now(rows: Mapping[Key, Item], actor: Actor, share: SharePass, now: datetime) -> bool:
    """The opening that the token names is there, and its half hour is not over."""
    row = rows.get(keys.opening(share.patient_id, actor.person_id, share.opening_id), {})
    return bool(row) and now < datetime.fromisoformat(row["until"])


def opening(actor: Actor, share: SharePass, now: datetime, until: datetime, forget: int) -> Write:
    """A link was opened. Of the address its network alone, as in the journal of sign-ins."""
    row = _line(actor, share, "opened", now, forget) | {"until": stamp(until)}
    return Put(keys.opening(share.patient_id, actor.person_id, share.opening_id), row)


def line(
    actor: Actor, share: SharePass, what: str, now: datetime, entry_id: str, kind: str = "", record_id: str = ""
) -> Write:
    """What somebody did who came by a link: ``what`` is an action, or ``wrong-passcode``."""
    forget = int((now + KEPT).timestamp())
    row = _line(actor, share, what, now, forget) | {"kind": kind, "record_id": record_id}
    key = keys.share_line(share.patient_id, actor.person_id, share.opening_id or entry_id, entry_id)
    return Put(key, row)


def recipient(caller: Actor, share_id: str, share: SharePass) -> Actor:
    """Whoever holds the right secret of a link, as an actor. Replaces who they may be besides."""
    return Actor(
        PersonId(share_id),
        Role.RECIPIENT,
        ip=caller.ip,
        request_id=caller.request_id,
        device=caller.device,
        client=caller.client,
        share=share,
    )


def _line(actor: Actor, share: SharePass, what: str, now: datetime, forget: int) -> Item:
    return {
        "opening": share.opening_id,
        "what": what,
        "at": stamp(now),
        "network": network_of(actor.ip),
        "client": actor.client,
        "expires": forget,
    }
