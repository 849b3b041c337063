"""Changes of schedules that the figures speak for. Nothing here changes a schedule: a person decides, and edits it.

Of each doctor, over the weeks before today, one proposal at most, the first that fits:

1 ``move``: one part of the day is full and another nearly empty: slots of the empty one go to the full one
2 ``more``: slots are nearly all used, and the wait is long: so many more a week that ``AIM`` is reached
3 ``fewer``: half of the slots or less are used: so many fewer a week that ``AIM`` is reached at most

Thresholds are our own choice, with what they lean on: that waits grow fast above a use of 85 to 90 per cent is what
the model says (queues.py); 14 days are the longest wait for a specialist in the programme of state guarantees (counted
there in working days; here all are). Below ``LEAST_*`` nothing is proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from math import ceil, floor

from chalicelib.domain.load.panels import USED, Row, Sums, share
from chalicelib.domain.load.queues import mean_wait

WEEKS = 8
"""Looked at, up to yesterday."""
LEAST_WEEKS = 4
"""In which the doctor worked."""
LEAST_SLOTS = 80
LEAST_OF_PART = 20
"""Slots of a part of the day."""
FULL, AIM, HALF, EMPTY = 90, 85, 50, 40
"""Per cent of slots used."""
LONG_WAIT = 14 * 24
"""Hours."""
FEWEST = 1
"""Slots a week that a proposal changes, at least."""
QUIET_DAYS = 60
"""For so long a decision stands: the same is not proposed again."""

PARTS: Mapping[str, range] = {"morning": range(12), "afternoon": range(12, 17), "evening": range(17, 24)}


@dataclass(frozen=True, slots=True)
class Pool:
    """Doctors of one specialty in one department: whoever needs one takes the first free slot among them."""

    doctors: int
    offered: float
    used: float
    """Slots a week of all of them."""


@dataclass(frozen=True, slots=True)
class Doctor:
    member: str
    weeks: int
    total: Sums
    parts: Mapping[str, Sums]
    pool: Pool

    @property
    def enough(self) -> bool:
        return self.weeks >= LEAST_WEEKS and self.total["offered"] >= LEAST_SLOTS


@dataclass(frozen=True, slots=True)
class Proposal:
    """``slots``: a week, more or fewer. ``reason``, ``effect``: whole numbers, None where there is none."""

    kind: str
    member: str
    slots: int
    reason: Mapping[str, int | None]
    effect: Mapping[str, int | None]
    to_part: str = ""
    from_part: str = ""
    id: str = ""


def doctors_of(rows: Iterable[Row], pools: Mapping[str, str]) -> list[Doctor]:
    """From rows of days whose offer is known. ``pools``: by member, the department and specialty they share."""
    days: dict[str, set[date]] = {}
    parts: dict[str, dict[str, Sums]] = {}
    for row in rows:
        if not any(sums["offered"] for sums in row.hours.values()):
            continue
        days.setdefault(row.member, set()).add(date.fromisoformat(row.period))
        mine = parts.setdefault(row.member, {part: Counter() for part in PARTS})
        for hour, sums in row.hours.items():
            mine[_part(hour)].update(sums)
    totals = {member: _whole(mine.values()) for member, mine in parts.items()}
    weeks = {member: _weeks(mine) for member, mine in days.items()}
    lines: dict[str, list[str]] = {}
    for member in parts:
        lines.setdefault(pools.get(member, member), []).append(member)
    pool_of = {line: _pool([(totals[one], weeks[one]) for one in members]) for line, members in lines.items()}
    return [
        Doctor(member, weeks[member], totals[member], mine, pool_of[pools.get(member, member)])
        for member, mine in sorted(parts.items())
    ]


def _weeks(days: set[date]) -> int:
    """Weeks of the calendar in which somebody worked; of five weeks that touch six of them, five."""
    touched = len({one.isocalendar()[:2] for one in days})
    return min(touched, ceil(((max(days) - min(days)).days + 1) / 7))


def _pool(members: Sequence[tuple[Sums, int]]) -> Pool:
    offered, used = (sum(total[name] / weeks for total, weeks in members) for name in ("offered", USED))
    return Pool(len(members), offered, used)


def proposals(doctors: Sequence[Doctor]) -> list[Proposal]:
    found = (_of(doctor) for doctor in doctors if doctor.enough)
    return [one for one in found if one is not None]


def _of(doctor: Doctor) -> Proposal | None:
    return _move(doctor) or _more(doctor) or _fewer(doctor)


def _move(doctor: Doctor) -> Proposal | None:
    told = {part: sums for part, sums in doctor.parts.items() if sums["offered"] >= LEAST_OF_PART}
    full = [part for part, sums in told.items() if _use(sums) >= FULL]
    empty = [part for part, sums in told.items() if _use(sums) <= EMPTY]
    if not full or not empty:
        return None
    to_part = max(full, key=lambda part: _use(told[part]))
    from_part = min(empty, key=lambda part: _use(told[part]))
    wanted = _to_add(doctor, told[to_part])
    spare = _to_spare(doctor, told[from_part])
    slots = min(wanted, spare)
    if slots < FEWEST:
        return None
    more = slots * doctor.weeks
    effect = {
        "to_percent": _percent(told[to_part][USED], told[to_part]["offered"] + more),
        "from_percent": _percent(told[from_part][USED], told[from_part]["offered"] - more),
    }
    reason = {"to_percent": _use(told[to_part]), "from_percent": _use(told[from_part]), **_reason(doctor)}
    return _named(Proposal("move", doctor.member, slots, reason, effect, to_part, from_part))


def _more(doctor: Doctor) -> Proposal | None:
    wait = share(doctor.total["wait_hours"], doctor.total["waited"])
    if _use(doctor.total) < FULL or wait is None or wait < LONG_WAIT:
        return None
    slots = _to_add(doctor, doctor.total)
    return _named(Proposal("more", doctor.member, slots, _reason(doctor), _effect(doctor, slots)))


def _fewer(doctor: Doctor) -> Proposal | None:
    if _use(doctor.total) > HALF:
        return None
    slots = _to_spare(doctor, doctor.total)
    return _named(Proposal("fewer", doctor.member, -slots, _reason(doctor), _effect(doctor, -slots)))


# --- figures


def _reason(doctor: Doctor) -> dict[str, int | None]:
    total = doctor.total
    return {
        "weeks": doctor.weeks,
        "slots_offered": total["offered"],
        "slots_used": total[USED],
        "use_percent": _use(total),
        "wait_hours": share(total["wait_hours"], total["waited"]),
        "no_show_percent": share(100 * total["noshows"], total["visits"] + total["noshows"]),
    }


def _effect(doctor: Doctor, slots: int) -> dict[str, int | None]:
    """With the model's wait in the line of all doctors of the specialty in the department, before and after."""
    pool = doctor.pool
    return {
        "use_percent": _percent(doctor.total[USED], doctor.total["offered"] + slots * doctor.weeks),
        "doctors": pool.doctors,
        "model_wait_hours_before": mean_wait(pool.doctors, pool.offered, pool.used),
        "model_wait_hours": mean_wait(pool.doctors, pool.offered + slots, pool.used),
    }


def _to_add(doctor: Doctor, sums: Sums) -> int:
    """Slots a week with which at most ``AIM`` of them are used."""
    return max(ceil((sums[USED] * 100 / AIM - sums["offered"]) / doctor.weeks), 0)


def _to_spare(doctor: Doctor, sums: Sums) -> int:
    """Slots a week without which still at most ``AIM`` of them are used; one a week is left."""
    left = max(sums[USED] * 100 / AIM, doctor.weeks)
    return max(floor((sums["offered"] - left) / doctor.weeks), 0)


def _use(sums: Sums) -> int:
    return _percent(sums[USED], sums["offered"])


def _percent(used: int, offered: int) -> int:
    return share(100 * used, offered) or 0


def _part(hour: int) -> str:
    return next(part for part, hours in PARTS.items() if hour in hours)


def _whole(parts: Iterable[Sums]) -> Sums:
    total: Sums = Counter()
    for one in parts:
        total.update(one)
    return total


def _named(found: Proposal) -> Proposal | None:
    """The same of the same doctor has one id, whatever the day: a decision finds it again."""
    if abs(found.slots) < FEWEST:
        return None
    text = f"{found.kind}|{found.member}|{found.to_part}|{found.from_part}"
    return replace(found, id=sha256(text.encode()).hexdigest()[:24])
