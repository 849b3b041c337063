"""Counting what programs use: by client and by organisation, over all processes (rules: domain/quotas.py).

Each process adds what it served to the shared counter only every SAMPLE units, so most calls cost no round trip. What a
process does not know of is at most SAMPLE units of each other one.
"""

from __future__ import annotations

from threading import Lock

from chalicelib.domain import limits, quotas
from chalicelib.domain.identity import Actor
from chalicelib.domain.limits import Rule
from chalicelib.domain.quotas import Standing
from chalicelib.errors import TooManyRequestsError
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Tables


class QuotaService:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._lock = Lock()
        self._window = 0
        self._known: dict[tuple[str, str], int] = {}
        self._own: dict[tuple[str, str], int] = {}

    def charge(self, actor: Actor, units: int) -> list[Standing]:
        """Count one call of a partner or an application; none for people. Raises TooManyRequestsError.

        A call that is refused is not counted, so that who waits is let in again.
        """
        return [
            self._charged(rule, who, units)
            for rule, who in (
                (quotas.CLIENT, actor.application or (actor.person_id if actor.is_partner else "")),
                (quotas.ORGANISATION, actor.organisation_id if actor.is_partner else ""),
            )
            if who
        ]

    def _charged(self, rule: Rule, who: str, units: int) -> Standing:
        now = self._clock()
        seconds = max(1, limits.window_end(rule, now) - int(now.timestamp()))
        with self._lock:
            window = limits.window_of(rule, now)
            if window != self._window:
                self._window, self._known, self._own = window, {}, {}
            place = rule.scope, who
            used = self._known.get(place, 0) + self._own.get(place, 0)
            if used + units > rule.limit:
                raise TooManyRequestsError(retry_after=seconds)
            own = self._own[place] = self._own.get(place, 0) + units
            told = own >= quotas.SAMPLE
            if told:
                self._own[place] = 0
                self._known[place] = self._known.get(place, 0) + own
        if told:
            key = keys.limit(rule.scope, who, str(window))
            count = self._tables.increment(key, "count", limits.window_end(rule, now) + rule.window, by=own)
            with self._lock:
                if window == self._window:
                    self._known[place] = max(count, self._known.get(place, 0))
            used = count - units
        return Standing(rule, max(0, rule.limit - used - units), seconds)
