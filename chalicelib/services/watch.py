"""The watch over suspicious activity (ID-11): counts facts, stops a session when a rule is broken, tells its owner.

Most requests cost nothing: their facts are counted in this environment, and every so many of them one shared counter
grows (domain/suspicion.py, ``every``). Sign-ins and refusals are rare and count one by one. Whatever fails here fails
alone: it never takes a request with it.

A blocked session keeps its tokens, which open nothing until the block is lifted (services/sign_ins.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from threading import Lock

from chalicelib.domain import suspicion
from chalicelib.domain.acts import network_of
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.limits import Rule as Window
from chalicelib.domain.limits import window_of
from chalicelib.domain.moments import stamp
from chalicelib.domain.sessions import ACTIVE, BLOCKED, task_for
from chalicelib.domain.suspicion import BRUTE_FORCE, REFUSALS, Known, Rule
from chalicelib.errors import ConflictError, ConsentRequiredError, TooManyRequestsError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.networks import Networks
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Expect, Item, Put, Tables, Update, Write
from chalicelib.ports.ticket_rows import ticket
from chalicelib.ports.watch import Attempt, Entrance
from chalicelib.services.gate import Gate

TASK = "watch"
KEPT = 400 * 86_400  # seconds that a line of the journal of sign-ins is kept: a year and some weeks to notice
NOBODYS = 86_400  # seconds, for attempts at logins that are nobody's
MOST_CALLERS = 10_000  # counted at the same time in one environment
MOST_WALKERS = 500  # whose patients it remembers


class WatchService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        networks: Networks,
        clock: Clock,
        rules: Mapping[str, Rule] = suspicion.RULES,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._networks = networks
        self._clock = clock
        self.rules = rules
        self._lock = Lock()
        self._counts: dict[tuple[str, str, int], int] = {}
        self._walked: dict[tuple[str, str, int], dict[str, None]] = {}

    # --- sign-ins

    def refused(self, caller: Actor, account: str, person_id: PersonId | None, reason: str) -> Attempt:
        """See ``ports/watch.py``."""
        now = self._clock()
        if reason != "locked-out":
            return Attempt([self._line(caller, account, "refused", reason=reason)])
        # Once a day: who goes on against a locked login would else bury the lines that the owner looks for.
        line = self._line(caller, account, "locked", reason=reason)
        mark = f"guessed-{now:%Y%m%d}"
        if person_id is None:  # a write like the owner's, so that nobody learns whose login it is by the time it takes
            row: Item = {"id": mark, "expires": int(now.timestamp()) + NOBODYS}
            return Attempt([], [line, Put(keys.sign_in(account, mark), row)])
        about = {"rule": BRUTE_FORCE}
        told = happened(person_id, mark, "password_guessed", now)
        opened = ticket(self._gate.new_id(), self.rules[BRUTE_FORCE].ticket, person_id, now, about=about)
        return Attempt([], [line, told, *opened])

    def entering(
        self, caller: Actor, person_id: PersonId, session_id: str, factor: str, role: Role, devices: Item | None
    ) -> Entrance:
        """See ``ports/watch.py``. What is blocked is not remembered as known: else a second try would pass."""
        now, known = self._clock(), Known.of(devices)
        place = self._networks.place(caller.ip)
        broken = self.rules.get(known.unfamiliar(caller.device, place))
        strong = factor not in {"sms", ""}  # whoever gives a factor that no telephone holds is the owner
        blocked = broken is not None and broken.blocks and not strong
        session: Item = {"device": caller.device, "place": place.name}
        outcome = "blocked" if blocked else "entered"
        writes = [
            self._line(caller, person_id, outcome, factor=factor, role=role.value, session=session_id, place=place.name)
        ]
        if blocked and broken is not None:
            session |= {"state": BLOCKED, "blocked_by": broken.name, "blocked_at": stamp(now)}
            writes += self._alarm(person_id, session_id, broken, "")
            return Entrance(session, writes, broken.name)
        writes.append(Update(keys.devices(person_id), known.with_(caller.device, place).row(), expect=None))
        if broken is not None:
            writes.append(happened(person_id, self._gate.new_id(), "sign_in_from_new_place", now))
        return Entrance(session, writes)

    def _line(self, caller: Actor, account: str, outcome: str, **more: str) -> Write:
        """One line of the journal of sign-ins; of the address only its network."""
        now, line_id = self._clock(), self._gate.new_id()
        nobodys = account.startswith("nobody-")
        row: Item = {
            "id": line_id,
            "at": stamp(now),
            "outcome": outcome,
            "network": network_of(caller.ip),
            "device": caller.device,
            "client": caller.client,
            "expires": int(now.timestamp()) + (NOBODYS if nobodys else KEPT),
            **more,
        }
        return Put(keys.sign_in(account, line_id), row)

    # --- requests

    def seen(self, actor: Actor, patient_id: str = "") -> None:
        """A request of a signed-in human was answered; ``patient_id``: whom it was about, when not themselves."""
        if not actor.session_id or actor.is_partner or actor.application:
            return
        for name, who in ((suspicion.FAST_READS, actor.session_id), (suspicion.FAST_READS_HOUR, actor.person_id)):
            rule = self.rules[name]
            if self._grown(rule, who) and self._shared(rule, who):
                self.block(actor, rule)
        if patient_id and actor.is_staff:
            self._walking(actor, patient_id)

    def denied(self, actor: Actor, operation: str, code: str, patient_id: str = "") -> None:
        """A request of a signed-in human was refused with an error ``code``; who walks meets refusals too."""
        if not actor.session_id or actor.is_partner or actor.application:
            return
        if code == TooManyRequestsError.code and operation in suspicion.WALKED_BY:
            self.block(actor, self.rules[suspicion.WALKING])
        if code not in REFUSALS:
            return
        # A page asks for ten lists, and all of a closed card are refused alike: that is one refusal.
        mark = suspicion.bucket(patient_id) if patient_id and code == ConsentRequiredError.code else ""
        for name, who in ((suspicion.MANY_REFUSALS, actor.session_id), (suspicion.MANY_REFUSALS_HOUR, actor.person_id)):
            rule = self.rules[name]
            if (not mark or self._first(rule, who, mark)) and self._shared(rule, who):
                self.block(actor, rule)
        if patient_id and actor.is_staff:
            self._walking(actor, patient_id)

    def arrived(self, actor: Actor) -> bool:
        """False when the token came from another device than signed in, as far as devices name themselves."""
        if not suspicion.elsewhere(actor.bound_to, actor.device):
            return True
        self.block(actor, self.rules[suspicion.TOKEN_REPLAY])
        return False

    def _walking(self, actor: Actor, patient_id: str) -> None:
        for name, who in ((suspicion.WALKING, actor.member_id), (suspicion.WALKING_TOGETHER, actor.organisation_id)):
            rule = self.rules[name]
            limit = rule.limit_of(actor.role)
            if limit is None:
                continue
            fresh = self._gathered(rule, who, suspicion.bucket(patient_id))
            if not fresh:
                continue
            key = keys.walked(name, who, str(self._window(rule)))
            expires = int(self._clock().timestamp()) + 2 * rule.window
            self._tables.commit([Update(key, {**dict.fromkeys(fresh, 1), "expires": expires}, expect=None)])
            if suspicion.different(self._tables.get(key) or {}) <= limit:
                continue
            if rule.blocks:
                self.block(actor, rule)
            else:
                self._report(actor, rule)

    # --- counting

    def _window(self, rule: Rule) -> int:
        return window_of(Window(rule.name, rule.limit, rule.window), self._clock())

    def _grown(self, rule: Rule, who: str) -> bool:
        """True for every ``rule.every``-th fact of one caller in this environment and window."""
        key = (rule.name, who, self._window(rule))
        with self._lock:
            if len(self._counts) > MOST_CALLERS:
                self._counts.clear()
            count = self._counts[key] = self._counts.get(key, 0) + 1
        return count % rule.every == 0

    def _gathered(self, rule: Rule, who: str, mark: str) -> list[str]:
        """The last marks that were new in this environment and window, when there are ``rule.every`` of them."""
        key = (rule.name, who, self._window(rule))
        with self._lock:
            if key not in self._walked and len(self._walked) > MOST_WALKERS:
                self._walked.clear()
            marks = self._walked.setdefault(key, {})
            if mark in marks:
                return []
            marks[mark] = None
            return list(marks)[-rule.every :] if len(marks) % rule.every == 0 else []

    def _first(self, rule: Rule, who: str, mark: str) -> bool:
        """Whether the mark is new in this environment and window."""
        return bool(self._gathered(replace(rule, every=1), who, mark))

    def _shared(self, rule: Rule, who: str) -> bool:
        """Let the shared counter grow; True when the rule is broken."""
        window = self._window(rule)
        expires = (window + 2) * rule.window
        count = self._tables.increment(keys.limit(f"watch-{rule.name}", who, str(window)), "count", expires)
        return suspicion.hit(rule, count)

    # --- what a broken rule does

    def block(self, actor: Actor, rule: Rule) -> None:
        """Stop a session, tell its owner, open a ticket: one transaction, and nothing when it is stopped already."""
        person_id, now = actor.person_id, self._clock()
        change: Item = {"state": BLOCKED, "blocked_by": rule.name, "blocked_at": stamp(now)}
        event = Event(
            task_for(TASK, actor),
            "session:block",
            person_id,
            resource_type="session",
            resource_id=actor.session_id,
            reason=rule.name,
        )
        stopped = Update(keys.session(person_id, actor.session_id), change, {"ver": 1}, expect={"state": ACTIVE})
        writes = [stopped, *self._alarm(person_id, actor.session_id, rule, actor.organisation_id)]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            return

    def _alarm(self, person_id: PersonId, session_id: str, rule: Rule, organisation: str) -> list[Write]:
        now, about = self._clock(), {"session": session_id, "rule": rule.name}
        return [
            happened(person_id, self._gate.new_id(), "session_blocked", now),
            *ticket(self._gate.new_id(), rule.ticket, person_id, now, organisation=organisation, about=about),
        ]

    def _report(self, actor: Actor, rule: Rule) -> None:
        """A ticket for the officers, once a window; it is about nobody's account alone, so nobody else is told."""
        now, window = self._clock(), self._window(rule)
        mark = keys.walked(f"{rule.name}-told", actor.organisation_id, str(window))
        about = {"rule": rule.name, "organisation": actor.organisation_id}
        writes: list[Write] = [
            Put(mark, {"expires": (window + 2) * rule.window}, Expect.ABSENT),
            *ticket(
                self._gate.new_id(),
                rule.ticket,
                actor.person_id,
                now,
                organisation=actor.organisation_id,
                about=about,
                own=False,
            ),
        ]
        event = Event(
            task_for(TASK, actor), "session:watch", actor.person_id, resource_type="organisation", reason=rule.name
        )
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            return
