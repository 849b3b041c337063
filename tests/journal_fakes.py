"""The log in memory, for those who read it: a writer of entries, the reader of the port, and the calls to KMS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.acts import Act, act_of
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import AccessDeniedError, MalformedError
from chalicelib.ports.journal import LogEntry
from chalicelib.ports.key_uses import KeyUse
from tests.fakes import START, FakeAudit
from tests.memory_tables import Faults

PAGE = 256


class Log:
    """Entries one after another, as the sequencer would number them; ``add`` takes the words of a body's fields."""

    def __init__(self, start: datetime = START) -> None:
        self.entries: list[LogEntry] = []
        self.now = start

    @property
    def acts(self) -> list[Act]:
        return [act_of(entry) for entry in self.entries]

    def add(
        self,
        action: str,
        patient: str = "anna",
        actor: str = "doc",
        *,
        after: float = 0,
        tag: str = "",
        **more: Any,
    ) -> LogEntry:
        """``after`` is in minutes. What is not said is a doctor of the clinic, at work, with success."""
        self.now += timedelta(minutes=after)
        said = {
            "role": "doctor",
            "org": "clinic",
            "dept": "therapy",
            "member": f"m-{actor}",
            "session": f"s-{actor}",
            "ip": "192.0.2.7",
            "outcome": "success",
            "kind": "visit",
            "record": "",
            "version": 0,
            "new": "",
            "purpose": "",
            "reason": "",
            "details": {},
            **more,
        }
        return self._put(patient, tag or f"tag-{patient}-{self.now.year}", _body(action, patient, actor, said))

    def read(self, patient: str = "anna", actor: str = "doc", **more: Any) -> LogEntry:
        return self.add("visit:read", patient, actor, **more)

    def signed_in(self, ip: str, session: str, actor: str = "doc", **more: Any) -> LogEntry:
        said = {"role": "system", "org": "", "member": "", "dept": "", "record": session, "ip": ip}
        return self.add("session:create", actor, "system", details={"role": "doctor"}, **(said | more))

    def consented(self, *patients: str, actor: str = "doc") -> None:
        for patient in patients or ("anna",):
            self.add("consent:request", patient, actor)

    def unreadable(self, patient: str = "anna", *, altered: bool = False) -> LogEntry:
        return self._put(patient, f"tag-{patient}-{self.now.year}", None, altered=altered)

    def take(self, audit: FakeAudit) -> None:
        """Append what an audit writer stored and the log does not have yet."""
        known = {entry.id for entry in self.entries}
        for entry_id, event in audit.entries:
            if entry_id in known:
                continue
            actor = event.actor
            said = {
                "role": actor.role.value,
                "org": actor.organisation_id,
                "dept": actor.department,
                "member": actor.member_id,
                "session": actor.session_id,
                "ip": actor.ip,
                "outcome": event.outcome,
                "kind": event.resource_type,
                "record": event.resource_id,
                "version": event.resource_version,
                "new": event.new,
                "purpose": event.purpose,
                "reason": event.reason,
                "details": dict(event.details),
            }
            body = _body(event.action, event.subject, actor.person_id, said)
            self._put(event.subject, f"tag-{event.subject}-{self.now.year}", body, entry_id=entry_id)

    def _put(
        self, person: str, tag: str, body: Mapping[str, Any] | None, *, altered: bool = False, entry_id: str = ""
    ) -> LogEntry:
        seq = sum(e.year == self.now.year for e in self.entries)
        number = sum((e.year, e.tag) == (self.now.year, tag) for e in self.entries)
        entry_id = entry_id or f"e{len(self.entries)}"
        entry = LogEntry(self.now.year, seq, tag, number, entry_id, self.now, PersonId(person), body, altered)
        self.entries.append(entry)
        return entry


def _body(action: str, patient: str, actor: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "v": 1,
        "time": stamp(START),
        "actor": {"id": actor, **{name: said[name] for name in ("role", "org", "dept", "member", "session")}},
        "patient": patient,
        "action": action,
        "resource": {"type": said["kind"], "id": said["record"], "version": said["version"]},
        "prev": "",
        **{name: said[name] for name in ("ip", "outcome", "reason", "purpose", "new", "details")},
    }


class FakeReader(Faults):
    """``AuditReader`` over a ``Log``; ``slices`` lists what was asked for."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log
        self.slices: list[tuple[int, int, int]] = []

    def years(self, person_id: PersonId) -> list[int]:
        return sorted({e.year for e in self.log.entries if e.person_id == person_id})

    def chain(self, permit: Permit, year: int, *, limit: int, before: int | None = None) -> list[LogEntry]:
        self._fault()
        if permit.kind != "journal":
            raise AccessDeniedError
        own = [e for e in self.log.entries if (e.person_id, e.year) == (permit.patient_id, year)]
        older = [e for e in own if before is None or e.number < before]
        return sorted(older, key=lambda e: -e.number)[:limit]

    def log_years(self) -> list[int]:
        return sorted({e.year for e in self.log.entries})

    def size(self, year: int) -> int:
        return sum(e.year == year for e in self.log.entries)

    def slice(self, permit: Permit, year: int, start: int, end: int) -> list[LogEntry]:
        self._fault()
        if permit.kind != "audit-log":
            raise AccessDeniedError
        if not start < end <= start + PAGE:
            raise ValueError((start, end))
        self.slices.append((year, start, end))
        return [e for e in self.log.entries if e.year == year][start:end]

    def bundle(self, permit: Permit, requests: Mapping[int, str], nonce: str) -> Mapping[str, Any] | None:
        raise NotImplementedError

    def consistency(self, year: int, old: int, new: int) -> list[str]:
        raise NotImplementedError

    def entry_times(self, person_id: PersonId, since: datetime, until: datetime) -> list[datetime]:
        self._fault()
        return [e.at for e in self.log.entries if e.person_id == person_id and since <= e.at <= until]


class FakeKeyUses(Faults):
    """``KeyUses``: files by day, as CloudTrail would have delivered them."""

    def __init__(self) -> None:
        super().__init__()
        self.delivered: dict[str, list[KeyUse]] = {}
        self.opened: list[str] = []
        self.damaged: set[str] = set()

    def deliver(self, name: str, *uses: KeyUse) -> None:
        """``name`` begins with its day: ``2026-03-02/…``."""
        self.delivered[name] = list(uses)

    def files(self, day: str) -> list[str]:
        self._fault()
        return sorted(name for name in self.delivered if name.startswith(f"{day}/"))

    def uses(self, file: str) -> list[KeyUse]:
        self._fault()
        self.opened.append(file)
        if file in self.damaged:
            raise MalformedError
        return self.delivered[file]
