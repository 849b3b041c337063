"""Findings of the review as rows: stored with who must be told, listed for security officers, resolved (AUD-4).

    FINDING#<id>            the finding: ids and counts
    QUEUE#findings-<org>    its line in the list of an organisation, and in that of the system, newest last

An officer sees what concerns the own organisation, one of the system's organisation everything; nobody resolves what
is about themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.domain.findings import RULES, Finding, Outcome, Tells, joined
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import SYSTEM, reviews_the_system
from chalicelib.errors import AccessDeniedError, ConflictError, NotFoundError, StaleVersionError, WrongStateError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Store, Tables, Update, Write, every_row
from chalicelib.services.gate import Gate

OFFICERS = 8
"""Told of one organisation's findings at most: the transaction has to hold them all."""
MOST = 25
"""Findings that one transaction can take, with lines and everybody who is told."""
OPEN, RESOLVED = "open", "resolved"
OPENED = "finding_opened"


class FindingService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    # --- storing

    def writes(self, findings: Iterable[Finding], told: Collection[str] = ()) -> list[Write]:
        """Rows for a transaction: new findings with lines and notices; more evidence for those that are there.

        ``told``: officers who have heard of new findings in this run and need not hear of more.

        What is there already with all its evidence makes no write, so that storing again changes nothing. Conditions
        hold what was read here: ConflictError of the transaction means to ask again.
        """
        found = joined(list(findings))
        rows = self._tables.get_many([keys.finding(finding_id) for finding_id in found])
        now = self._clock()
        writes: list[Write] = []
        new: list[Finding] = []
        for finding in found.values():
            row = rows.get(keys.finding(finding.id))
            if row is None:
                new.append(finding)
                writes += _put(finding, now)
            elif (more := finding_of(row).with_more(finding)) != finding_of(row):
                writes.append(_grown(row, more))
        return writes + self._told(new, told, now)

    def store(self, findings: Iterable[Finding], last: Iterable[Write] = ()) -> None:
        """In as many transactions as needed; ``last`` goes with the final one. Repeatable."""
        wanted, end, told = list(joined(list(findings)).values()), list(last), set[str]()
        for start in range(0, max(len(wanted), 1), MOST):
            part = wanted[start : start + MOST]
            extra = end if start + MOST >= len(wanted) else []
            writes = [*extra, *self.writes(part, told)]
            if writes:
                self._tables.commit(writes)
            told |= self.heard(writes)

    @staticmethod
    def heard(writes: Iterable[Write]) -> set[str]:
        """Officers who hear of new findings by these writes."""
        return {str(w.item["patient"]) for w in writes if isinstance(w, Put) and w.item.get("react") == [OPENED]}

    def _told(self, new: list[Finding], told: Collection[str], now: datetime) -> list[Write]:
        """One event a person, however many findings: reactions make the notices of it."""
        events: dict[tuple[str, str], None] = {}
        for organisation in dict.fromkeys(f.organisation or SYSTEM for f in new):
            about = {f.actor for f in new if (f.organisation or SYSTEM) == organisation}
            for officer in self.officers(organisation):
                if about != {officer} and officer not in told:
                    events[OPENED, officer] = None
        for finding in new:
            match finding.known.tells:
                case Tells.PATIENT if finding.patient:
                    events["finding_about_card", finding.patient] = None
                case Tells.ACTOR if finding.actor:
                    events["finding_new_network", finding.actor] = None
        return self._events(events, now)

    def _events(self, events: Iterable[tuple[str, str]], now: datetime) -> list[Write]:
        """For people who have an account: a chain of the log may be of somebody who has none."""
        wanted = list(events)
        people = self._tables.get_many([keys.profile(person) for _, person in wanted])
        known = {key for key, row in people.items() if row.get("state") == "active"}
        return [
            happened(PersonId(person), self._gate.new_id(), name, now)
            for name, person in wanted
            if keys.profile(person) in known
        ]

    def told(self, event: str, organisation: str, now: datetime) -> list[Write]:
        """An event for each officer of an organisation."""
        return self._events([(event, officer) for officer in self.officers(organisation)], now)

    def officers(self, organisation: str) -> list[str]:
        """Active security officers of an organisation; the system's where it has none."""
        found = self._officers(organisation)
        return found if found or organisation == SYSTEM else self._officers(SYSTEM)

    def _officers(self, organisation: str) -> list[str]:
        staff = every_row(self._tables, Store.IDENTITY, f"ORG#{organisation}", "STAFF#")
        officers = (r for r in staff if r["state"] == "active" and r["role"] == Role.SECURITY_OFFICER.value)
        return list(dict.fromkeys(str(row["person"]) for row in islice(officers, OFFICERS)))

    # --- the officer

    def listed(
        self, actor: Actor, state: str, language: str, limit: int, after: Item | None
    ) -> tuple[list[Item], Item | None]:
        """Newest first. ``state`` is ``open``, ``resolved`` or ""; a page may be short, the next one tells the end."""
        self._gate.record(Event(actor, "finding:list", SYS, resource_type="finding", details={"state": state}))
        organisation = SYSTEM if reviews_the_system(actor) else actor.organisation_id
        lines = self._tables.query(Store.CARD, keys.findings(organisation), limit=limit, after=after, newest_first=True)
        rows = self._tables.get_many([keys.finding(line["finding"]) for line in lines.items])
        found = [rows[key] for line in lines.items if (key := keys.finding(line["finding"])) in rows]
        return [shown(row, language) for row in found if state in {"", row["state"]}], lines.after

    def read(self, actor: Actor, finding_id: str, language: str) -> Item:
        row = self._visible(actor, finding_id, "finding:read")
        self._gate.record(Event(actor, "finding:read", SYS, resource_type="finding", resource_id=finding_id))
        return shown(row, language)

    def resolve(
        self, actor: Actor, finding_id: str, version: int, outcome: Outcome, reference: str, language: str
    ) -> Item:
        """Say what it was. ``reference`` is the number of a document, no prose. The patient hears of a confirmed one.

        Raises NotFoundError, StaleVersionError, WrongStateError; AccessDeniedError for who is the subject of it.
        """
        row = self._visible(actor, finding_id, "finding:resolve")
        if actor.person_id in {row["actor"], row["patient"]}:
            self._gate.refuse(actor, "finding:resolve", "self")
            raise AccessDeniedError
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        if row["state"] != OPEN:
            raise WrongStateError("the finding is resolved")
        now = self._clock()
        change: Item = {
            "state": RESOLVED,
            "outcome": outcome.value,
            "reference": reference,
            "resolved_by": actor.person_id,
            "resolved_at": stamp(now),
        }
        event = Event(
            actor,
            "finding:resolve",
            SYS,
            resource_type="finding",
            resource_id=finding_id,
            resource_version=version + 1,
            details={"outcome": outcome.value, "reference": reference},
        )
        writes: list[Write] = [Update(keys.finding(finding_id), change, {"ver": 1}, expect={"ver": version})]
        if outcome is Outcome.CONFIRMED and row["patient"]:
            writes += self._events([("finding_confirmed", row["patient"])], now)
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise StaleVersionError from None
        return shown({**row, **change, "ver": version + 1}, language)

    def _visible(self, actor: Actor, finding_id: str, operation: str) -> Item:
        row = self._tables.get(keys.finding(finding_id))
        if row is None:
            raise NotFoundError
        if not reviews_the_system(actor) and row["organisation"] != actor.organisation_id:
            self._gate.refuse(actor, operation, "scope")
            raise NotFoundError
        return row


def _put(finding: Finding, now: datetime) -> list[Write]:
    at = stamp(now)
    row: Item = {
        "id": finding.id,
        "rule": finding.rule,
        "window": finding.window,
        "first": stamp(finding.first),
        "last": stamp(finding.last),
        "actor": finding.actor,
        "organisation": finding.organisation,
        "patient": finding.patient,
        "entries": list(finding.entries),
        "count": finding.count,
        "about": dict(finding.about),
        "state": OPEN,
        "found_at": at,
        "ver": 1,
    }
    lists = dict.fromkeys((SYSTEM, finding.organisation or SYSTEM))
    return [
        Put(keys.finding(finding.id), row),
        *(Put(keys.finding_line(name, at, finding.id), {"finding": finding.id}) for name in lists),
    ]


def _grown(row: Item, finding: Finding) -> Write:
    """More of the same: open again, if it was resolved."""
    change: Item = {
        "first": stamp(finding.first),
        "last": stamp(finding.last),
        "entries": list(finding.entries),
        "count": finding.count,
        "state": OPEN,
    }
    gone = ("outcome", "reference", "resolved_by", "resolved_at")
    return Update(keys.finding(finding.id), change, {"ver": 1}, remove=gone, expect={"ver": int(row["ver"])})


def finding_of(row: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=row["rule"],
        window=row["window"],
        first=datetime.fromisoformat(row["first"]),
        last=datetime.fromisoformat(row["last"]),
        actor=row["actor"],
        organisation=row["organisation"],
        patient=row["patient"],
        entries=tuple(row["entries"]),
        count=int(row["count"]),
        about=dict(row["about"]),
    )


def shown(row: Mapping[str, Any], language: str) -> Item:
    rule = RULES[row["rule"]]
    names = ("outcome", "reference", "resolved_by", "resolved_at")
    return {
        "finding_id": row["id"],
        "rule": rule.name,
        "severity": rule.severity.value,
        "title": rule.title.to(language),
        "text": rule.text.to(language),
        "state": row["state"],
        "version": int(row["ver"]),
        "found_at": row["found_at"],
        "first": row["first"],
        "last": row["last"],
        "actor": row["actor"],
        "organisation": row["organisation"],
        "patient": row["patient"],
        "count": int(row["count"]),
        "entries": list(row["entries"]),
        "about": dict(row["about"]),
        **{name: row[name] for name in names if name in row},
    }
