"""A schedule as its readers see it. Why a doctor is away is theirs and the clinic's: others see no rules at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain import public_holidays, specialties, zones
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Interval, Reason, Schedule
from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Tables

FOR_ALL = (
    "doctor",
    "position",
    "room",
    "zone",
    "slot_minutes",
    "horizon_days",
    "notice_minutes",
    "cancel_hours",
    "referral",
    "state",
)
FOR_STAFF = ("works_on_holidays", "created_at", "updated_at")


def for_all(row: Item, clinics: Mapping[str, str], language: str) -> dict[str, Any]:
    """``clinics``: names of organisations by their ids."""
    specialty = SPECIALTIES[row["specialty"]]
    return {
        "schedule_id": row["id"],
        "organisation": {"id": row["organisation"], "name": clinics.get(row["organisation"], "")},
        "member_id": row["member"],
        "specialty": {"code": row["specialty"], "name": specialty.to(language)},
        **{name: _plain(row[name]) for name in FOR_ALL},
    }


def for_staff(row: Item, clinics: Mapping[str, str], language: str) -> dict[str, Any]:
    return {
        **for_all(row, clinics, language),
        **{name: row[name] for name in FOR_STAFF},
        "rules": [{**rule, **_whole(rule, ("every_weeks",)), "weekdays": _days(rule)} for rule in row["rules"]],
        "exceptions": row["exceptions"],
        "version": int(row["ver"]),
    }


def slot(schedule: Schedule, interval: Interval) -> dict[str, str]:
    """Both ends in UTC; the zone of the schedule says what the clock on its wall shows."""
    return {"start": stamp(interval.start), "end": stamp(interval.end), "zone": schedule.zone}


def choices(language: str) -> dict[str, Any]:
    """What a schedule may say, with the sources of each list."""
    return {
        "specialties": [
            {"code": code, "name": one.to(language), "referral": one.referral} for code, one in SPECIALTIES.items()
        ],
        "zones": [{"name": name, "from_moscow": hours} for name, hours in zones.RUSSIA.items()],
        "reasons": [reason.value for reason in Reason],
        "public_holidays": [f"{month:02d}-{day:02d}" for month, day in sorted(public_holidays.HOLIDAYS)],
        "sources": [specialties.SOURCE, zones.SOURCE, public_holidays.SOURCE],
    }


def clinics_of(tables: Tables, organisations: Iterable[str]) -> dict[str, str]:
    """Names of at most 100 organisations, in one read."""
    wanted = {keys.organisation(one): one for one in organisations}
    found = tables.get_many([*wanted]) if wanted else {}
    return {wanted[key]: str(row["name"]) for key, row in found.items()}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | str) else int(value)


def _whole(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, int]:
    return {name: int(row[name]) for name in names}


def _days(rule: Mapping[str, Any]) -> list[int]:
    return sorted(int(day) for day in rule["weekdays"])
