"""The report of a clinic's month: ANA-4.

    python docs/journeys/bulletins.py [http://localhost:8000] [folder]

Counting is on, a doctor writes a visit; the report of this month comes when the month is over, so there is none yet,
and another organisation's is not there for anybody. What a month that is over looks like is shown with a made-up one:
counts of three clinics are suppressed and published by the system's own rules, and the report of one is written into a
folder in its three forms.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from transfers import FOUND, VISIT, Story

from chalicelib.documents.pdf import PdfPrinter
from chalicelib.domain.aggregates.tables import TABLES, K, cells, published_month
from chalicelib.domain.bulletins.content import PARTS
from chalicelib.domain.bulletins.lines import as_csv
from chalicelib.domain.bulletins.measure import as_measure_report
from chalicelib.domain.bulletins.paper import printable
from chalicelib.interop.r4 import validator
from chalicelib.services.aggregates.bulletins import shown
from chalicelib.services.aggregates.publishing import bulletin
from local.counted_month import month

PEOPLE, PERIOD = 4000, "2026-10"
CLINICS = ("clinic-1", "clinic-2", "clinic-3")


def made_up(name: str, organisation: str = CLINICS[0], people: int = PEOPLE) -> dict[str, Any]:
    """The report of one clinic, as its administrator reads it."""
    counts = month(7, people, CLINICS)
    open_now = published_month(counts, K)
    period = {"id": PERIOD, "k": K, "at": "2026-11-12T00:10:00+00:00", "tables": TABLES}
    tables = {part: cells(source.table, counts, open_now) for part, source in PARTS.items()}
    return shown(bulletin(period, {"sk": f"ORG#{organisation}", "name": name}, tables))


def written(found: dict[str, Any], folder: Path) -> None:
    """The three forms in two languages; the MeasureReport is held against FHIR R4."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("ru", "en"):
        report = as_measure_report(found, language)
        assert validator().problems(report) == []
        (folder / f"report.{language}.pdf").write_bytes(PdfPrinter().render("record", printable(found, language)))
        (folder / f"report.{language}.csv").write_text(as_csv(found, language), "utf-8", newline="")
        (folder / f"report.{language}.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")


class Reported(Story):
    def walk(self) -> None:
        system, path = self.system, f"/organisations/{self.organisation}/bulletins"
        system.step("PRT-8: counting is on, and a doctor's visit is counted when it is written")
        system.call(FOUND, "PUT", "/aggregates", {"counting": True, "k": K}, self.administrator)
        self.a_card()
        said = [{"code": "I10", "text": "Гипертензия"}]
        visit = {**VISIT, "occurred_at": datetime.now(UTC).isoformat(), "diagnoses": said}
        self.post(f"/patients/{self.patient.id}/visits", visit, self.doctor)
        system.step("ANA-4: the report of a month is made when the month is closed, and its list is for administrators")
        system.show(system.call(FOUND, "GET", path, who=self.administrator).body)
        system.call(404, "GET", f"{path}/{datetime.now(UTC):%Y-%m}", who=self.administrator)
        system.call(404, "GET", "/organisations/another/bulletins", who=self.administrator)
        system.call(403, "GET", path, who=self.doctor)


if __name__ == "__main__":
    Reported().walk()
    target = Path(sys.argv[2] if len(sys.argv) > 2 else "build/bulletins")  # noqa: PLR2004
    print("\n== ANA-4: a made-up month that is over, as PDF, CSV and MeasureReport")
    report = made_up("Поликлиника № 1")
    written(report, target)
    told = sum(len(part["cells"]) for part in report["parts"])
    print(f"{told} numbers are told, digest {report['digest'][:16]}…; the files are in {target}")
    print("\nThe story of a clinic's report is told.")
