"""The rows of one version of an outside time, as one transaction (services/calendars/changes.py, point 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.outside_times import Status, digest_of
from chalicelib.domain.schedules import ONE_DAY, Interval, Schedule, slots
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Key, Put, Update, Write

KEPT = timedelta(days=31)
"""How long after its end a taken time is there."""


@dataclass(frozen=True, slots=True)
class Version:
    """What is to stand. ``settled``: digests of other contents of this version, about which a person has decided."""

    sequence: int
    stamp: str
    content: Mapping[str, str]
    expires: int
    settled: tuple[str, ...] = ()


def writes_of(
    organisation_id: str, name: str, new: Version, row: Item | None, schedule: Schedule | None, now: datetime
) -> list[Write]:
    """The version itself comes first. ``name``: hash of the UID. ``schedule``: of ``new``, None of a cancelled time."""
    expect: Expected = {"ver": int(row["ver"])} if row else Expect.ABSENT
    stored: Item = {
        **new.content,
        "sequence": new.sequence,
        "stamp": new.stamp,
        "digest": digest_of(new.content),
        "settled": list(new.settled),
        "ver": int(row["ver"]) + 1 if row else 1,
        "expires": new.expires,
    }
    before, after = _busy(name, row or {}), _busy(name, new.content)
    touched = {content["schedule"] for content in (row or {}, new.content) if "schedule" in content}
    return [
        Put(keys.outside_time(organisation_id, name), stored, expect),
        *([Delete(before)] if before and before != after else []),
        *([_taken(after, new.content)] if after else []),
        *(_fences(schedule, new.content) if schedule and after else []),
        *(write for one in sorted(touched) for write in schedule_rows.to_tell(one, now)),
        Delete(keys.outside_conflict(organisation_id, name)),
    ]


def _busy(name: str, content: Mapping[str, str]) -> Key | None:
    if content.get("status") != Status.BUSY.value:
        return None
    return keys.busy(content["schedule"], content["start"], name)


def _taken(key: Key, content: Mapping[str, str]) -> Write:
    over = datetime.fromisoformat(content["until"]) + KEPT
    return Put(key, {"until": content["until"], "expires": int(over.timestamp())}, None)


def _fences(schedule: Schedule, content: Mapping[str, str]) -> Iterator[Write]:
    """Moves the fences of all slots that the time lies over; of a time without slots it looks at one, so that a
    schedule which has some meanwhile is read anew.
    """
    interval = Interval(datetime.fromisoformat(content["start"]), datetime.fromisoformat(content["until"]))
    first, last = schedule.local_day(interval.start) - ONE_DAY, schedule.local_day(interval.end)
    met = (slot.start for slot in slots(schedule, first, last) if slot.meets(interval))
    still = {"ver": schedule.version}
    places = dict.fromkeys(schedule_rows.fence_key(schedule.id, start) for start in met)
    if not places:
        yield Check(keys.schedule_fence(schedule.id, 0), still)
    for place in places:
        yield Update(place, add={"busy": 1}, expect=still)
