"""Counters of rate limits and lock-outs (SEC-3); the rules are in ``domain/limits.py``.

A call is counted before it is judged, by an atomic increment: a hundred guesses at once get no more tries than a
hundred in a row.
"""

from __future__ import annotations

from threading import Lock

from chalicelib.domain import limits
from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.limits import Rule
from chalicelib.errors import LockedOutError, TooManyRequestsError
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Delete, Key, Tables, Update


class LimitService:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._lock = Lock()
        self._window = 0
        self._local: dict[str, int] = {}

    def spend(self, rule: Rule, who: str) -> None:
        """Count one call. Raises TooManyRequestsError, or LockedOutError for a rule that locks, with ``retry_after``.

        ``who`` is an opaque id or a keyed tag, never personal data: it stands in a key.
        """
        now = self._clock()
        key = self._key(rule, who)
        count = self._tables.increment(key, "count", limits.window_end(rule, now) + rule.window)
        verdict = limits.decide(rule, count, now)
        if not verdict.allowed:
            error = LockedOutError if rule.locks else TooManyRequestsError
            raise error(retry_after=verdict.retry_after)

    def cleared(self, rule: Rule, who: str) -> Delete:
        """The write that forgets the present window's count, for the transaction of a success."""
        return Delete(self._key(rule, who))

    def returned(self, rule: Rule, who: str) -> Update:
        """The write that takes one call off the present window, for a rule that counts what was wrong."""
        return Update(self._key(rule, who), {}, {"count": -1})

    def throttle(self, actor: Actor, operation: str) -> None:
        """The limit that every route has: exact per address for the routes that are open to anybody, and one large
        limit per caller for the rest, counted in samples so that it costs no round trip on most requests.
        """
        rule = limits.PER_ADDRESS.get(operation)
        if rule is not None:
            self.spend(rule, limits.address_tag(actor.ip))
            return
        rule = limits.PER_CALLER.get(operation)
        if rule is not None:
            self.spend(rule, str(actor.person_id))
            return
        anonymous = actor.role is Role.ANONYMOUS
        who = limits.address_tag(actor.ip) if anonymous else str(actor.person_id)
        if self._sampled(who):
            self._spend_sample(who)

    def _sampled(self, who: str) -> bool:
        """True for every SAMPLE-th call of one caller in this environment and window."""
        window = limits.window_of(limits.EVERYTHING, self._clock())
        with self._lock:
            if window != self._window:
                self._window, self._local = window, {}
            count = self._local[who] = self._local.get(who, 0) + 1
        return count % limits.SAMPLE == 0

    def _spend_sample(self, who: str) -> None:
        rule = limits.EVERYTHING
        self.spend(Rule(rule.scope, rule.limit // limits.SAMPLE, rule.window), who)

    def _key(self, rule: Rule, who: str) -> Key:
        return keys.limit(rule.scope, who, str(limits.window_of(rule, self._clock())))
