"""Keys: schedules of doctors and their free slots."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store

__all__ = [
    "BUSY",
    "FENCES",
    "SLOT",
    "SPECIALTIES",
    "busy",
    "schedule",
    "schedule_fence",
    "schedule_in_organisation",
    "schedule_in_specialty",
    "schedule_rows",
    "schedules_of",
    "schedules_of_person",
    "slot",
    "specialty",
    "specialty_in_use",
]

FENCES = 8
"""Copies of a schedule's version; a booking looks at one of them, so that bookings do not meet on one row."""
SLOT = "SLOT#"
BUSY = "BUSY#"
SPECIALTIES = "SPECIALTIES"


def schedule_rows(schedule_id: str) -> str:
    """Partition of a schedule: itself, its fences, what is taken of it."""
    return f"SCHEDULE#{schedule_id}"


def schedule(schedule_id: str) -> Key:
    return Key(Store.CARD, schedule_rows(schedule_id), "SCHEDULE")


def schedule_fence(schedule_id: str, number: int) -> Key:
    """``number``: 0 to ``FENCES`` - 1."""
    return Key(Store.CARD, schedule_rows(schedule_id), f"FENCE#{number}")


def slot(schedule_id: str, start: str) -> Key:
    """A slot that is booked or held. ``start``: its stamp."""
    return Key(Store.CARD, schedule_rows(schedule_id), f"{SLOT}{start}")


def busy(schedule_id: str, start: str, uid_hash: str) -> Key:
    """Time that an outside system has taken."""
    return Key(Store.CARD, schedule_rows(schedule_id), f"{BUSY}{start}#{uid_hash}")


def schedules_of(organisation_id: str) -> str:
    return f"SCHEDULES#{organisation_id}"


def schedule_in_organisation(organisation_id: str, schedule_id: str) -> Key:
    return Key(Store.CARD, schedules_of(organisation_id), schedule_id)


def schedules_of_person(organisation_id: str, person_id: str) -> Key:
    """Counts changes of the schedules of one person there, so that of two at one moment one is done anew."""
    return Key(Store.CARD, f"WORKS#{organisation_id}", person_id)


def specialty(code: str) -> str:
    """Partition of the active schedules of a specialty over all organisations."""
    return f"SPECIALTY#{code}"


def schedule_in_specialty(code: str, organisation_id: str, schedule_id: str) -> Key:
    return Key(Store.CARD, specialty(code), f"{organisation_id}#{schedule_id}")


def specialty_in_use(code: str) -> Key:
    """There is, or was, a schedule of this specialty."""
    return Key(Store.CARD, SPECIALTIES, code)
