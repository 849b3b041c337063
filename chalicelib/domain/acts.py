"""An entry of the log as the review looks at it (docs/audit.md has the body), and what kind of act it was."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Protocol

from chalicelib.domain.identity import PARTNER_ROLES, STAFF_ROLES, SYS, Role

READS = frozenset({"read", "list", "history", "download", "review"})
CHANGES = frozenset({"create", "amend", "dispense", "revoke"})
EXPORTS = frozenset({"download", "bundle", "export"})
CLINICIANS = frozenset({Role.DOCTOR.value, Role.NURSE.value})
STAFF = frozenset(role.value for role in STAFF_ROLES)
PARTNERS = frozenset(role.value for role in PARTNER_ROLES)
EMERGENCY = "emergency"
BREAK_GLASS = "break-glass"
OWN_DELIVERY = "own-delivery"
"""Reason of an entry: a partner was shown what it had brought itself (domain/access.py)."""
READINGS = frozenset({"audit-log", "journal"})
"""Resource types of entries that say: somebody read the log."""


class Entry(Protocol):
    """``ports.journal.LogEntry``, as far as it matters here."""

    @property
    def year(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def tag(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def person_id(self) -> str: ...
    @property
    def body(self) -> Mapping[str, Any] | None: ...
    @property
    def altered(self) -> bool: ...


NOBODY = "subject-unknown"
"""The code of an error: somebody who was to be delivered to is nobody (errors/resources.py)."""


@dataclass(frozen=True, slots=True)
class Act:
    """``at`` is the log's time, ``seq`` the place in the year's log.

    Of an entry whose body cannot be read only these, and the first eight fields, are known.
    """

    id: str
    at: datetime
    year: int
    tag: str
    number: int
    person: str
    readable: bool = True
    altered: bool = False
    actor: str = ""
    role: str = ""
    organisation: str = ""
    department: str = ""
    member: str = ""
    session: str = ""
    ip: str = ""
    patient: str = ""
    action: str = ""
    kind: str = ""
    resource: str = ""
    outcome: str = ""
    reason: str = ""
    purpose: str = ""
    as_role: str = ""
    seq: int = -1

    @property
    def verb(self) -> str:
        return self.action.partition(":")[2]

    @property
    def by_staff(self) -> bool:
        return self.role in STAFF

    @property
    def succeeded(self) -> bool:
        return self.outcome == "success"

    @property
    def reads_a_card(self) -> bool:
        """A member of staff or a partner was shown something of somebody else's."""
        outsider = self.by_staff or self.role in PARTNERS
        others = self.patient not in {"", SYS, self.actor} and self.reason != OWN_DELIVERY
        return outsider and others and self.succeeded and self.verb in READS

    @property
    def changes_a_card(self) -> bool:
        outsider = self.by_staff or self.role in PARTNERS
        return outsider and self.succeeded and self.verb in CHANGES and self.patient not in {"", SYS}

    @property
    def changes_own_card(self) -> bool:
        own = self.role == Role.PATIENT.value and self.actor == self.patient
        return own and self.succeeded and self.verb in CHANGES

    @property
    def refused(self) -> bool:
        """A refusal, or an identifier that belongs to nobody: both are what trying numbers one by one looks like."""
        known = self.by_staff or self.role in PARTNERS
        nobody = self.outcome == "error" and (self.action == "patient:look-up" or self.reason == NOBODY)
        return known and (self.outcome == "denied" or nobody)

    @property
    def emergency(self) -> bool:
        return self.purpose == EMERGENCY or BREAK_GLASS in self.action

    @property
    def reads_the_log(self) -> bool:
        return self.kind in READINGS and self.succeeded

    @property
    def signs_in_as_staff(self) -> bool:
        return self.succeeded and self.as_role in STAFF and self.action in {"session:create", "session:role"}

    @property
    def traveller(self) -> str:
        """Whose session begins with a sign-in; the system writes that entry, in the person's chain."""
        return self.patient if self.action == "session:create" else self.actor


def act_of(entry: Entry) -> Act:
    """A body of another shape than ours counts as unreadable: what does not say who did what is no evidence."""
    head = (entry.id, entry.at, entry.year, entry.tag, entry.number, str(entry.person_id))
    body = entry.body
    if body is None or entry.altered:
        return Act(*head, readable=False, altered=entry.altered, seq=entry.seq)
    try:
        actor, resource, details = body["actor"], body["resource"], body.get("details") or {}
        session = str(resource["id"]) if body["action"] == "session:create" else str(actor["session"])
        return Act(
            *head,
            actor=str(actor["id"]),
            role=str(actor["role"]),
            organisation=str(actor["org"]),
            department=str(actor["dept"]),
            member=str(actor["member"]),
            session=session,
            ip=str(body["ip"]),
            patient=str(body["patient"]),
            action=str(body["action"]),
            kind=str(resource["type"]),
            resource=str(resource["id"]),
            outcome=str(body["outcome"]),
            reason=str(body["reason"]),
            purpose=str(body["purpose"]),
            as_role=str(details.get("role", "")),
            seq=entry.seq,
        )
    except (KeyError, TypeError, AttributeError):
        return Act(*head, readable=False, seq=entry.seq)


def network_of(ip: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) of an address, about one provider's customer or office; "" for none."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))  # noqa: PLR2004


# --- working hours

ZONES: Mapping[str, int] = {
    "Europe/Kaliningrad": 2,
    "Europe/Moscow": 3,
    "Europe/Samara": 4,
    "Asia/Yekaterinburg": 5,
    "Asia/Omsk": 6,
    "Asia/Krasnoyarsk": 7,
    "Asia/Irkutsk": 8,
    "Asia/Yakutsk": 9,
    "Asia/Vladivostok": 10,
    "Asia/Magadan": 11,
    "Asia/Kamchatka": 12,
}
"""Hours ahead of UTC. Russia has had no summer time since 26 October 2014 (law 107-FZ as amended by 248-FZ), and the
runtime of the functions need not have a time zone database."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When an organisation works: whole hours of local time, every day. ``exempt`` departments work round the clock."""

    first: int = 7
    end: int = 21
    zone: str = "Europe/Moscow"
    exempt: frozenset[str] = frozenset({"emergency", "admission", "intensive-care", "ambulance", "maternity"})

    @classmethod
    def of(cls, row: Mapping[str, Any] | None) -> Hours:
        """From the attribute ``hours`` of an organisation's row; what is absent or unknown is as usual."""
        given = (row or {}).get("hours") or {}
        usual = cls()
        return cls(
            int(given.get("first", usual.first)),
            int(given.get("end", usual.end)),
            given["zone"] if given.get("zone") in ZONES else usual.zone,
            frozenset(given.get("exempt", usual.exempt)),
        )

    def local(self, at: datetime) -> datetime:
        return at.astimezone(timezone(timedelta(hours=ZONES[self.zone])))

    def closed(self, at: datetime, department: str) -> bool:
        return department not in self.exempt and not self.first <= self.local(at).hour < self.end

    def night(self, at: datetime) -> date:
        """The day on whose evening the night began that ``at`` is in."""
        return (self.local(at) - self.first * HOUR).date()

    def month(self, at: datetime) -> str:
        return f"{self.local(at):%Y-%m}"


USUAL = Hours()
