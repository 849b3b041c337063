"""Rows whose shape more than one service must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import Level
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.sessions import CHALLENGE_SECONDS
from chalicelib.ports import keys
from chalicelib.ports.reminder_rows import representation_reminder
from chalicelib.ports.tables import Expect, Expected, Item, Key, Put, Write


def refused_attempt(actor: Actor, patient_id: PersonId, now: datetime, row_id: str) -> Write:
    """Row that has its owner told of a refused attempt on their card, once a day and actor."""
    row: Item = {
        "id": row_id,
        "patient": patient_id,
        "role": actor.role.value,
        "organisation": actor.organisation_id,
        "at": stamp(now),
        "ver": 1,
        "react": ["tell_refusal"],
        "expires": int((now + timedelta(days=2)).timestamp()),
    }
    return Put(keys.refusal(patient_id, now.strftime("%Y%m%d"), f"{actor.person_id}#{actor.role.value}"), row)


EVENT_LIFETIME = timedelta(days=30)


def happened(
    patient_id: PersonId, event_id: str, reaction: str, now: datetime, about: Mapping[str, Any] | None = None
) -> Write:
    """A row that exists to be reacted to; ``about`` names a record (kind, record) or what else its reaction reads."""
    row: Item = {
        **(about or {}),
        "id": event_id,
        "patient": patient_id,
        "ver": 1,
        "at": stamp(now),
        "react": [reaction],
        "expires": int((now + EVENT_LIFETIME).timestamp()),
    }
    return Put(keys.event(patient_id, event_id), row)


def known_as(patient_id: str, row: Key) -> Write:
    """Beside a client's row that leads to a card: with the card's erasure it is deleted (services/clearing.py)."""
    return Put(keys.known_as(patient_id, row), {"of": row.pk, "row": row.sk}, None)


def challenge(
    challenge_id: str, person_id: PersonId, method: str, now: datetime, profile: Mapping[str, Any] | None = None
) -> Write:
    """The first proof of a sign-in was given; the second factor is awaited (ID-3).

    ``method``: what the first proof was: ``password``, ``oidc:<provider>`` or ``signature``. ``profile``: the row as it
    was when the proof was checked; a recovery meanwhile makes the challenge useless (domain/sessions.py, rule 4).
    """
    until = int(now.timestamp()) + CHALLENGE_SECONDS
    row: Item = {"person": person_id, "method": method, "ver": 1, "ends_at": until, "expires": until}
    row["epoch"] = int((profile or {}).get("epoch", 0))
    return Put(keys.challenge(challenge_id), row)


def new_person(
    person_id: PersonId,
    *,
    state: str,
    sealed: bytes,
    tags: Mapping[str, str],
    now: datetime,
    language: str = "ru",
    channels: Sequence[str] = (),
    family: str = "",
    more: Mapping[str, Any] | None = None,
) -> list[Write]:
    """Rows of a person: the blind index rows first (in the order of their field names), then the profile.

    ``state``: ``active`` with an account, ``unclaimed`` without one yet, ``ward`` for a child. ``tags``: keyed tag of
    each identifier, unique over all people. ``more``: further attributes of the profile row (evidence).
    """
    profile: Item = {
        "id": "profile",
        "state": state,
        "level": 1,
        "language": language,
        "channels": list(channels),
        "ver": 1,
        "sealed": sealed,
        "created_at": stamp(now),
        "tags": dict(tags),  # for the eraser to find the index rows
        "family": family,
        **(more or {}),
    }
    return [
        *(Put(keys.blind_index(field, tag), {"person": person_id}) for field, tag in sorted(tags.items())),
        Put(keys.profile(person_id), profile),
    ]


def representation(
    patient_id: PersonId,
    person_id: PersonId,
    *,
    kind: str,
    until: datetime | None,
    basis: str,
    now: datetime,
    level: Level = Level.FULL,
    sections: Sequence[str] = (),
    expect: Expected = Expect.ABSENT,
    version: int = 1,
) -> list[Write]:
    """Rows of a representation (ACC-8): ``person_id`` acts for ``patient_id``.

    ``kind``: parent, guardian, court or granted (``domain/representation.py``). ``until``: when it ends by itself, None
    for never. ``basis``: id of the case or consent that it rests on. ``sections`` empty means every section.
    """
    row: Item = {
        "id": person_id,
        "patient": patient_id,
        "person": person_id,
        "kind": kind,
        "state": "active",
        "level": level.value,
        "sections": sorted(sections),
        "basis": basis,
        "since": stamp(now),
        "ver": version,
    }
    if until is not None:
        row["until"] = stamp(until)
    mirror: Item = {"patient": patient_id, "kind": kind, "since": stamp(now)}
    return [
        Put(keys.representation(patient_id, person_id), row, expect),
        Put(keys.ward(person_id, patient_id), mirror, None),
        *representation_reminder(row, now),
    ]
