"""Making, listing and revoking calendar feeds: of a patient, of who represents one, of staff for their schedules."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.access import CardState
from chalicelib.domain.calendars import MOST_FEEDS, STAFF, Detail, address_of
from chalicelib.domain.idempotency import Once, once
from chalicelib.domain.identifiers import problem
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Schedule
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import CardStateError, ConflictError, NotFoundError, StaleVersionError, TooManyFeedsError
from chalicelib.ports import Clock, Event, PatientKeys, evidence, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Put, Store, Tables, Write, every_row
from chalicelib.services.calendars.fetching import rests_on, stands
from chalicelib.services.gate import Gate

OPEN_CARDS = frozenset({CardState.ACTIVE, CardState.SUSPENDED})
SHOWN = ("id", "detail", "language", "schedules", "created_at", "fetched_at")


class FeedService:
    def __init__(self, gate: Gate, tables: Tables, patient_keys: PatientKeys, clock: Clock, public_url: str) -> None:
        self._gate = gate
        self._tables = tables
        self._keys = patient_keys
        self._clock = clock
        self._public_url = public_url

    def create(self, actor: Actor, form: Mapping[str, Any], key: str) -> tuple[Item, bool]:
        """The feed with its address, which is told this once; and whether it was there already (without it then).

        Raises InvalidFieldsError, AccessDeniedError, CardStateError, TooManyFeedsError, StepUpRequiredError (for
        places).
        """
        self._gate.unrestricted(actor, "calendar-create")
        if form["detail"] == Detail.PLACES.value:
            self._gate.fresh(actor)
        rows = self._tables.get_many([*evidence.presence(actor), keys.card(actor.card_id)])
        self._check_schedules(actor, form["schedules"])
        if actor.role not in STAFF and evidence.card_state(rows, actor.card_id) not in OPEN_CARDS:
            raise CardStateError
        feed_id, secret, now = self._gate.new_id(), secrets.token_urlsafe(24), self._clock()
        profile = rows.get(keys.profile(actor.person_id), {})
        row = self._row(actor, form, profile) | {"id": feed_id, "created_at": stamp(now)}
        place: Item = {"person": actor.person_id, "secret": hash_secret(secret)}
        wish = once(str(actor.person_id), "calendar-create", key, [_acting(actor), dict(form)], {"id": feed_id})
        writes: list[Write] = [
            *self._counted(actor.person_id, feed_id, wish),
            Put(keys.feed(actor.person_id, feed_id), row),
            Put(keys.feed_place(feed_id), place),
            happened(PersonId(actor.card_id), self._gate.new_id(), "calendar_made", now),
            self._keys.alive(actor.person_id),
        ]
        details: dict[str, str | int] = {"detail": form["detail"]}
        event = Event(
            actor, "calendar:create", actor.card_id, resource_type="calendar", resource_id=feed_id, details=details
        )
        try:
            earlier = self._gate.commit([self._gate.stage(event)], writes, wish)
        except ConflictError as error:
            if error.index == 0:
                raise StaleVersionError from None
            raise
        if earlier is not None:
            return _shown(self._one(actor, str(earlier["id"]))), True
        return _shown(row) | {"url": f"{self._public_url}/api/v1/calendars/{address_of(feed_id, secret)}"}, False

    def mine(self, actor: Actor) -> list[Item]:
        """Feeds that were made in the present role (for this ward, under this membership), newest first."""
        self._gate.record(Event(actor, "calendar:list", actor.card_id, resource_type="calendar"))
        rows = every_row(
            self._tables, Store.CARD, keys.patient(actor.person_id), keys.FEEDS, newest_first=True, page=MOST_FEEDS
        )
        return [_shown(row) for row in rows if row["acting"] == _acting(actor)]

    def revoke(self, actor: Actor, feed_id: str) -> None:
        """At once. Raises NotFoundError, StaleVersionError."""
        self._one(actor, feed_id)
        event = Event(actor, "calendar:revoke", actor.card_id, resource_type="calendar", resource_id=feed_id)
        writes: list[Write] = [
            self._uncounted(actor.person_id, feed_id),
            Delete(keys.feed(actor.person_id, feed_id)),
            Delete(keys.feed_place(feed_id)),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise StaleVersionError from None

    # --- pieces

    def _one(self, actor: Actor, feed_id: str) -> Item:
        row = self._tables.get(keys.feed(actor.person_id, feed_id))
        if row is None or row["acting"] != _acting(actor):
            raise NotFoundError
        return row

    def _check_schedules(self, actor: Actor, schedules: Sequence[str]) -> None:
        """Staff name schedules of their organisation, a doctor the own ones; nobody else names any."""
        if actor.role not in STAFF:
            if schedules:
                raise problem("/schedules", "unknown", "your own feed has your own visits")
            return
        if not schedules:
            raise problem("/schedules", "required", "name the schedules that the feed is to have")
        found = self._tables.get_many([keys.schedule(one) for one in dict.fromkeys(schedules)])
        for at, one in enumerate(schedules):
            row = found.get(keys.schedule(one))
            if row is None or not _theirs(actor, Schedule.from_row(row)):
                raise problem(f"/schedules/{at}", "unknown", "no schedule of yours")

    @staticmethod
    def _row(actor: Actor, form: Mapping[str, Any], profile: Mapping[str, Any]) -> Item:
        """``epoch``: a feed does not outlive a recovery of the account (domain/sessions.py, rule 4)."""
        return {
            "person": actor.person_id,
            "acting": _acting(actor),
            "role": actor.role.value,
            "member": actor.member_id,
            "organisation": actor.organisation_id,
            "ward": actor.ward_id,
            "detail": form["detail"],
            "language": form["language"],
            "schedules": list(dict.fromkeys(form["schedules"])),
            "epoch": int(profile.get("epoch", 0)),
            "networks": [],
        }

    def _counted(self, person_id: str, feed_id: str, wish: Once) -> list[Write]:
        """Not one too many; the repeat of a request that made the last one is answered as such by the commit.

        Where there is no room, feeds go that have ended with what they rested on: nobody acts any more as whoever could
        revoke them.
        """
        row = self._tables.get(keys.feeds_count(person_id))
        ids = list(row["ids"]) if row else []
        known = keys.idempotency(wish.caller, wish.operation, wish.key_hash)
        ended: list[str] = []
        if len(ids) >= MOST_FEEDS and self._tables.get(known) is None:
            ended = self._ended(person_id, ids)
            if not ended:
                raise TooManyFeedsError(extra={"most": MOST_FEEDS})
        left = [one for one in ids if one not in ended]
        gone = [Delete(key) for one in ended for key in (keys.feed(person_id, one), keys.feed_place(one))]
        return [_count(person_id, [*left, feed_id], row), *gone]

    def _ended(self, person_id: str, ids: Sequence[str]) -> list[str]:
        feeds = self._tables.get_many([keys.feed(person_id, one) for one in ids])
        rows = self._tables.get_many(list(dict.fromkeys(key for row in feeds.values() for key in rests_on(row))))
        live = {row["id"] for row in feeds.values() if stands(row, rows, self._clock())}
        return [one for one in ids if one not in live]

    def _uncounted(self, person_id: str, feed_id: str) -> Write:
        row = self._tables.get(keys.feeds_count(person_id))
        return _count(person_id, [one for one in (row or {}).get("ids", []) if one != feed_id], row)


def _count(person_id: str, ids: list[str], row: Item | None) -> Write:
    expect: Expected = {"ver": int(row["ver"])} if row else Expect.ABSENT
    return Put(keys.feeds_count(person_id), {"ids": ids, "ver": int(row["ver"]) + 1 if row else 1}, expect)


def _acting(actor: Actor) -> str:
    """For whom, and as what, somebody acts: a feed belongs to this alone."""
    return f"{actor.role.value}/{actor.member_id}/{actor.ward_id}"


def _theirs(actor: Actor, schedule: Schedule) -> bool:
    if schedule.organisation_id != actor.organisation_id:
        return False
    return actor.role is not Role.DOCTOR or schedule.member_id == actor.member_id


def _shown(row: Item) -> Item:
    return {name: row[name] for name in SHOWN if row.get(name)}
