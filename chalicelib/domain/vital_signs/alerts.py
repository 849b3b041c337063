"""When somebody is told that a sign is out of its limits, and when that is taken back.

State: of each sign the alerts that were told, newest last, each with the readings that it stands for. Rules:
    fresh      a reading that is older than ``FRESH`` when it is entered is flagged and told of to nobody
    burst      within ``BURST`` of an alert of the same or a worse level a reading joins it; a worse one is told at once
    amended    a reading that was amended leaves its alert; when nothing of that level is left, the alert is taken back
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.moments import stamp
from chalicelib.domain.vital_signs.bands import OUT, Level

FRESH = timedelta(hours=24)
BURST = timedelta(hours=1)
KEPT = 20
"""Alerts of a sign that can still be taken back."""
JOINED = 200
"""Readings that an alert remembers; a device that goes on for hours adds no more."""

TELL = {Level.ATTENTION: "vital_sign_attention", Level.URGENT: "vital_sign_urgent"}
WITHDRAW = "vital_sign_withdrawn"


@dataclass(frozen=True, slots=True)
class Alert:
    """``readings``: record id to level, of those that the alert stands for."""

    level: Level
    told_at: datetime
    readings: Mapping[str, Level]

    def worst(self) -> Level:
        return max(self.readings.values(), key=lambda level: level.rank, default=Level.NONE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading with its level. ``told``: whether its rule is one that anybody hears of."""

    record: str
    at: datetime
    level: Level
    told: bool = True


def after(alerts: Sequence[Alert], judged: Judged, now: datetime) -> tuple[list[Alert], list[str]]:
    """The alerts of one sign after a reading was stored or amended, and the events to tell of."""
    left, events = _without(alerts, judged.record, judged.level)
    if judged.level not in OUT or not judged.told or now - judged.at > FRESH:
        return left, events
    if any(judged.record in alert.readings for alert in left):  # amended, and as far out as before
        return left, []
    for number in range(len(left) - 1, -1, -1):
        alert = left[number]
        if now - alert.told_at <= BURST and alert.level.rank >= judged.level.rank:
            return [*left[:number], _joined(alert, judged), *left[number + 1 :]], events
    told = Alert(judged.level, now, {judged.record: judged.level})
    return [*left, told][-KEPT:], [*events, TELL[judged.level]]


def _joined(alert: Alert, judged: Judged) -> Alert:
    if len(alert.readings) >= JOINED:
        return alert
    return replace(alert, readings={**alert.readings, judged.record: judged.level})


def _without(alerts: Sequence[Alert], record: str, level: Level) -> tuple[list[Alert], list[str]]:
    """A reading leaves the alerts that its present level does not bear out.

    One that nothing bears out any more is taken back; where readings of a lower level had joined it, theirs is told.
    """
    left: list[Alert] = []
    events: list[str] = []
    for alert in alerts:
        if alert.readings.get(record, level) is level:
            left.append(alert)
            continue
        readings = {name: of for name, of in alert.readings.items() if name != record}
        rest = replace(alert, readings=readings)
        worst = rest.worst()
        if readings:
            left.append(replace(rest, level=worst))
        if worst.rank < alert.level.rank and level.rank < alert.level.rank:
            events = [WITHDRAW, *([TELL[worst]] if readings else [])]
    return left, events


def gone(alerts: Sequence[Alert], record: str) -> list[Alert]:
    """The alerts after a record left the card (a merge was undone); nobody is told."""
    return _without(alerts, record, Level.NONE)[0]


def stored(alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    return [
        {
            "level": alert.level.value,
            "told_at": stamp(alert.told_at),
            "readings": {name: level.value for name, level in alert.readings.items()},
        }
        for alert in alerts
    ]


def restored(rows: Sequence[Mapping[str, Any]]) -> list[Alert]:
    return [
        Alert(
            Level(row["level"]),
            datetime.fromisoformat(row["told_at"]),
            {name: Level(level) for name, level in row["readings"].items()},
        )
        for row in rows
    ]
