"""Keys: calendar feeds, and changes from outside scheduling systems."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.keys.schedules import schedule_rows
from chalicelib.ports.tables import Key, Store

__all__ = [
    "FEEDS",
    "OUTSIDE_CONFLICTS",
    "feed",
    "feed_place",
    "feeds_count",
    "outside_conflict",
    "outside_log",
    "outside_logged",
    "outside_name",
    "outside_schedule",
    "outside_time",
    "outside_times",
]

FEEDS = "FEED#"
OUTSIDE_CONFLICTS = "CONFLICT#"


def feed(person_id: str, feed_id: str) -> Key:
    """A calendar feed, under whoever made it: for whom they act in it, how much it tells, when it was fetched."""
    return Key(Store.CARD, patient(person_id), FEEDS + feed_id)


def feeds_count(person_id: str) -> Key:
    """Ids of the feeds of one person: making and revoking change it, so that there are never more than allowed."""
    return Key(Store.CARD, patient(person_id), "FEEDS")


def feed_place(feed_id: str) -> Key:
    """Whose feed it is, and the hash of its secret: all that is known of whoever comes with an address."""
    return Key(Store.CARD, FEEDS + feed_id, "FEED")


def outside_times(organisation_id: str) -> str:
    return f"OUTSIDE#{organisation_id}"


def outside_time(organisation_id: str, uid_hash: str) -> Key:
    """The newest version of a time that an outside system has told, also of one that it has cancelled."""
    return Key(Store.CARD, outside_times(organisation_id), f"UID#{uid_hash}")


def outside_conflict(organisation_id: str, uid_hash: str) -> Key:
    """The same version of a time came with other content; a person decides."""
    return Key(Store.CARD, outside_times(organisation_id), OUTSIDE_CONFLICTS + uid_hash)


def outside_schedule(organisation_id: str, outside_id: str) -> Key:
    """Which schedule an outside system means by its own id."""
    return Key(Store.CARD, outside_times(organisation_id), f"SCHEDULE#{outside_id}")


def outside_name(schedule_id: str) -> Key:
    """What an outside system calls a schedule: the mirror of ``outside_schedule``."""
    return Key(Store.CARD, schedule_rows(schedule_id), "OUTSIDE")


def outside_log(organisation_id: str) -> str:
    """Partition of the changes of an organisation's appointments, in the order they were noted in, TTL 30 days."""
    return f"OUTLOG#{organisation_id}"


def outside_logged(organisation_id: str, noted: str, appointment_id: str, version: int) -> Key:
    return Key(Store.CARD, outside_log(organisation_id), f"{noted}#{appointment_id}#{version}")
