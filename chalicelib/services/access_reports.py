"""Access by staff, month by month (AUD-4): counters that the review keeps, as data and as a paper for the organisation.

Members of staff stand there by number and position, not by name: names are sealed under each person's own key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.acts import Hours
from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.review import COUNTERS
from chalicelib.domain.staff import reviews_the_system
from chalicelib.domain.texts import ACCESS_REPORT, Said
from chalicelib.errors import ConflictError, NotFoundError, UnavailableError
from chalicelib.ports import Clock, Event, Printer, keys
from chalicelib.ports.tables import Item, Put, Store, Tables, every_row
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.findings import FindingService

CAUGHT_UP = "caught-up"
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


class AccessReportService:
    def __init__(self, gate: Gate, tables: Tables, printer: Printer, findings: FindingService, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._printer = printer
        self._findings = findings
        self._clock = clock

    # --- the officer

    def report(self, actor: Actor, organisation_id: str, month: str) -> Item:
        """Counters of an organisation and of each member. NotFoundError for a strange month or organisation."""
        if not reviews_the_system(actor) and actor.organisation_id != organisation_id:
            self._gate.refuse(actor, "access-report:read", "scope")
            raise NotFoundError
        organisation = self._tables.get(keys.organisation(organisation_id))
        if organisation is None or not MONTH.fullmatch(month):
            raise NotFoundError
        self._gate.record(
            Event(
                actor,
                "access-report:read",
                SYS,
                resource_type="access-report",
                resource_id=organisation_id,
                details={"month": month},
            )
        )
        rows = {
            str(row["sk"]): row
            for row in every_row(self._tables, Store.AUDIT_INDEX, keys.accesses(organisation_id, month))
        }
        closed = rows.get("CLOSED")
        staff = {
            str(row["member"]): row
            for row in every_row(self._tables, Store.IDENTITY, f"ORG#{organisation_id}", "STAFF#")
        }
        members = [
            _member(sk.removeprefix("M#"), row, staff.get(sk.removeprefix("M#"), {}))
            for sk, row in rows.items()
            if sk.startswith("M#")
        ]
        return {
            "organisation_id": organisation_id,
            "organisation": organisation["name"],
            "month": month,
            "closed_at": closed["at"] if closed else None,
            "total": _counters(rows.get("ALL", {})),
            "members": sorted(members, key=lambda m: (-m["reads"], m["member_id"])),
        }

    def document(self, report: Mapping[str, Any], language: str) -> bytes:
        """The report as PDF/A."""
        return self._printer.render("record", printable(report, language, stamp(self._clock())))

    # --- the end of a month

    def close(self) -> dict[str, int]:
        """Tell the officers that the reports of the last month are ready; once a month and organisation.

        Raises UnavailableError while the review has not come to the end of the month.
        """
        now, told = self._clock(), 0
        caught_up = (self._tables.get(keys.review_cursor(CAUGHT_UP)) or {}).get("at", "")
        for organisation in every_row(self._tables, Store.IDENTITY, "ORGS", "ORG#"):
            hours, name = Hours.of(organisation), str(organisation["sk"]).removeprefix("ORG#")
            month = hours.month(hours.local(now).replace(day=1) - timedelta(days=1))
            if not caught_up or hours.month(datetime.fromisoformat(caught_up)) <= month:
                raise UnavailableError("the review has not come to the end of the month")
            done = self._tables.get_many([keys.access_total(name, month), keys.access_closed(name, month)])
            if keys.access_total(name, month) in done and keys.access_closed(name, month) not in done:
                told += self._closed(name, month, now)
        return {"closed": told}

    def _closed(self, organisation_id: str, month: str, now: datetime) -> int:
        events = self._findings.told("report_ready", organisation_id, now)
        try:
            self._tables.commit([Put(keys.access_closed(organisation_id, month), {"at": stamp(now)}), *events])
        except ConflictError:
            return 0  # another run was faster
        return 1


def _counters(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(row.get(name, 0)) for name in COUNTERS}


def _member(member_id: str, row: Mapping[str, Any], staff: Mapping[str, Any]) -> Item:
    return {
        "member_id": member_id,
        "person_id": row["person"],
        "role": row["role"],
        "department": row["department"],
        "staff_number": staff.get("staff_number", ""),
        "position": staff.get("position", ""),
        **_counters(row),
    }


def printable(report: Mapping[str, Any], language: str, issued_at: str) -> dict[str, Any]:
    """Content for ``Printer.render`` (documents/pdf.py says its shape)."""

    def say(name: str) -> str:
        said: Said = ACCESS_REPORT[name]
        return said.to(language)

    total = [(say(name), str(report["total"][name])) for name in COUNTERS]
    columns = [say("member"), say("department"), *(say(f"{name}_short") for name in COUNTERS)]
    rows = [
        [_called(member), member["department"], *(str(member[name]) for name in COUNTERS)]
        for member in report["members"]
    ]
    state = say("closed") if report["closed_at"] else say("open")
    return {
        "title": say("title"),
        "language": language,
        "organisation": report["organisation"],
        "subject": [(say("month"), report["month"]), (say("state"), state)],
        "sections": [
            {"title": say("total"), "rows": total, "table": None, "text": None},
            {"title": say("members"), "rows": None, "table": {"columns": columns, "rows": rows}, "text": None},
            {"title": say("how"), "rows": None, "table": None, "text": say("explained")},
        ],
        "footer": say("footer"),
        "issued_at": issued_at,
        "document_id": f"{report['organisation_id']}-{report['month']}",
        "version": 1,
        "qr": None,
        "signature": None,
    }


def _called(member: Mapping[str, Any]) -> str:
    """By number and position; the beginning of the member's id where the staff list has no number."""
    number = member["staff_number"] or member["member_id"][:8]
    return f"{number}, {member['position']}" if member["position"] else str(number)
