"""Decides of each notice what goes outside, writes it down, and hands it to the senders: the function ``on_notice``.

The rows come first, in one transaction with the count of the day; then the ids are published. Whoever dies between the
two is repeated by the queue and publishes what its rows say is queued: senders take a message once, however often it
comes. What is held waits for a timer, which has the notice announced anew, and it is decided then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.deliveries import (
    CHANNELS,
    EVERY,
    FORMER,
    KEPT,
    LEASE,
    State,
    Verdict,
    Wishes,
    channels_for,
    day_of,
    other_channel,
    unlimited,
    verdict,
    wishes_of,
)
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.texts import NOTICES, Notice
from chalicelib.ports import Clock, Notifier, keys
from chalicelib.ports.crossings import tried
from chalicelib.ports.outgoing import Dispatcher, Outgoing
from chalicelib.ports.tables import Expect, Item, Key, Put, Tables, Update, Write
from chalicelib.ports.timers import Found, Rung, Timer, Topic, set_timer

TOPIC = "outside"
"""Of the timer that goes off when quiet hours end; its subject is the notice."""


class DecidingService:
    def __init__(self, tables: Tables, dispatcher: Dispatcher, notifier: Notifier, clock: Clock) -> None:
        self._tables = tables
        self._dispatcher = dispatcher
        self._notifier = notifier
        self._clock = clock

    def decide(self, person_id: PersonId, event: str, notice_id: str) -> None:
        """Repeatable. Raises KeyError for an event that is none, ConflictError where others are counted again and
        again at the same moment.
        """
        tried(lambda: self._decide(person_id, event, notice_id))

    def _decide(self, person_id: PersonId, event: str, notice_id: str) -> None:
        notice = NOTICES[event]
        places = {channel: keys.delivery(person_id, notice_id, channel) for channel in EVERY}
        profile_key, count_key = keys.profile(person_id), keys.deliveries_today(person_id)
        former_key, notice_key = keys.former_contacts(person_id), keys.notice(person_id, notice_id)
        found = self._tables.get_many([profile_key, former_key, count_key, notice_key, *places.values()])
        profile = found.get(profile_key)
        if profile is None:
            return
        now, wishes, when = self._clock(), wishes_of(profile), found.get(notice_key, {}).get("when")
        about = datetime.fromisoformat(when) if when else None
        wanted = [*channels_for(notice, wishes), *self._former(notice, found.get(former_key), now)]
        wanted += [row["channel"] for row in map(found.get, places.values()) if row and "instead" in row]
        count = _Count(found.get(count_key), day_of(wishes, now))
        rows: dict[str, Item] = {}
        writes: list[Write] = []
        for channel, key in places.items():
            row = found.get(key)
            decided = _decided((notice, channel, about), wanted, row, wishes, count, now)
            if decided is None:
                rows |= {channel: row} if row else {}
                continue
            rows[channel] = _row(person_id, notice_id, event, channel, decided, now)
            writes.append(_written(key, row, rows[channel]))
        if writes:
            held = [row["until"] for row in rows.values() if row["state"] == State.HELD]
            self._tables.commit([*writes, *count.writes(count_key), *_timer(person_id, notice_id, held, now)])
        for channel, row in rows.items():
            if row["state"] == State.QUEUED:
                self._dispatcher.publish(Outgoing(person_id, notice_id, channel))

    @staticmethod
    def _former(notice: Notice, former: Item | None, now: datetime) -> list[str]:
        """For a week after a recovery the former telephone and address hear too (services/desk_recovery.py)."""
        if not notice.everywhere or former is None or int(former["until"]) <= now.timestamp():
            return []
        return [FORMER + channel for channel in CHANNELS]

    # --- later

    @property
    def topic(self) -> Topic:
        """Of the timer ``outside``."""
        return Topic(self._rung, _deliveries)

    @staticmethod
    def _rung(timer: Timer, found: Found) -> Rung:
        """Quiet hours ended: what is held is announced anew. Nothing is decided here, where nothing is sent."""
        rows = [(key, found.get(key)) for key in _deliveries(timer.owner, timer.subject)]
        held = [(key, row) for key, row in rows if row is not None and row["state"] == State.HELD]
        writes = []
        for number, (key, row) in enumerate(held):
            change: Item = {"until": row["at"]}  # over, by whichever clock
            if number == 0:  # one announcement has every channel decided
                change["react"] = ["announce_delivery"]
            writes.append(Update(key, change, {"ver": 1}, expect={"ver": row["ver"]}))
        return Rung(writes=writes)

    def announce(self, row: Item) -> tuple[list[Any], list[Write]]:
        """Reaction ``announce_delivery``: have the notice decided again."""
        self._notifier.publish(PersonId(row["patient"]), row["event"], row["notice"])
        return [], []

    def instead(self, row: Item) -> tuple[list[Any], list[Write]]:
        """Reaction ``delivery_failed``: an urgent notice goes by the other channel, if it did not go there already. It
        is announced anew, and decided there as any: a letter may come back in the night.
        """
        person_id, notice = PersonId(row["patient"]), NOTICES[row["event"]]
        profile = self._tables.get(keys.profile(person_id))
        if profile is None:
            return [], []
        other = other_channel(notice, row["channel"], wishes_of(profile))
        if not other:
            return [], []
        key = keys.delivery(person_id, row["notice"], other)
        if self._tables.get(key) is not None:
            return [], []
        now = self._clock()
        over = Verdict(State.HELD, now - LEASE)  # by whichever clock
        made = _row(person_id, row["notice"], row["event"], other, over, now)
        return [], [Put(key, {**made, "instead": row["channel"], "react": ["announce_delivery"]})]


class _Count:
    """How many of a day went out by each channel, and what this notice adds."""

    def __init__(self, row: Item | None, day: str) -> None:
        self._row = row
        self._day = day
        today = row is not None and row["day"] == day
        self.sent: dict[str, int] = {c: int(row[c]) if today and row else 0 for c in CHANNELS}
        self._added = False

    def add(self, channel: str) -> None:
        self.sent[channel] += 1
        self._added = True

    def writes(self, key: Key) -> list[Write]:
        if not self._added:
            return []
        ver = int(self._row["ver"]) if self._row else 0
        return [Put(key, {"day": self._day, **self.sent, "ver": ver + 1}, {"ver": ver} if self._row else Expect.ABSENT)]


def _decided(
    asked: tuple[Notice, str, datetime | None],
    wanted: list[str],
    row: Mapping[str, Any] | None,
    wishes: Wishes,
    count: _Count,
    now: datetime,
) -> Verdict | None:
    """What is to be written of one channel; None where it stands already, or nothing goes there. ``asked``: the notice,
    the channel, and the moment that the notice is about.
    """
    notice, channel, about = asked
    if row is None and channel not in wanted:
        return None
    if row is not None and (row["state"] != State.HELD or row["until"] > stamp(now)):
        return None
    if channel not in wanted:
        return Verdict(State.DROPPED)  # wished otherwise meanwhile
    made = verdict(notice, channel, wishes, count.sent.get(channel, 0), now, about)
    if made.state is State.QUEUED and not unlimited(notice):
        count.add(channel)
    return made


def _row(person_id: PersonId, notice_id: str, event: str, channel: str, decided: Verdict, now: datetime) -> Item:
    row: Item = {
        "id": f"{notice_id}-{channel}",
        "patient": person_id,
        "notice": notice_id,
        "event": event,
        "channel": channel,
        "state": decided.state.value,
        "at": stamp(now),
        "tries": 0,
        "doubts": 0,
        "ver": 1,
        "expires": int((now + KEPT).timestamp()),
    }
    return row | ({"until": stamp(decided.until)} if decided.until else {})


def _written(key: Key, row: Item | None, made: Item) -> Write:
    if row is None:
        return Put(key, made)
    kept = {"instead": row["instead"]} if "instead" in row else {}
    return Put(key, {**made, **kept, "ver": int(row["ver"]) + 1}, {"ver": row["ver"]})


def _deliveries(person_id: PersonId, notice_id: str) -> list[Key]:
    return [keys.delivery(person_id, notice_id, channel) for channel in CHANNELS]


def _timer(person_id: PersonId, notice_id: str, held: list[str], now: datetime) -> list[Write]:
    if not held:
        return []
    return set_timer(Timer(person_id, TOPIC, notice_id, datetime.fromisoformat(min(held))), now)
