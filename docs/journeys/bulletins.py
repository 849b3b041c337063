"""The report of a clinic's month: ANA-4.

    python docs/journeys/bulletins.py [http://localhost:8000] [folder]

Counting is switched on; a month of the clinic is counted, made up by the local system, for no story lasts a month. It
is over and is closed; small numbers are suppressed, and each organisation has its report, once. An administrator reads
it and saves it as PDF, CSV and MeasureReport, which stay in the folder. Nobody else sees it.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

from transfers import FOUND, Story

from chalicelib.interop.r4 import validator

FORMS = {"pdf": "application/pdf", "csv": "text/csv", "json": "application/fhir+json"}


class Reported(Story):
    def walk(self) -> None:
        system, path = self.system, f"/organisations/{self.organisation}/bulletins"
        system.step("PRT-8: an administrator of the installation switches counting on")
        system.call(FOUND, "PUT", "/aggregates", {"counting": True, "k": 10}, self.administrator)
        system.step("PRT-8: a month of the clinic is counted (local/counted_month.py), it is over, and it is closed")
        period = self.counted()
        system.step("ANA-4: the organisation has its report: numbers of persons, small ones hidden")
        listed = system.call(FOUND, "GET", path, who=self.administrator)["items"]
        digest = next(one["digest"] for one in listed if one["period"] == period)
        report = system.call(FOUND, "GET", f"{path}/{period}", who=self.administrator)
        assert report["digest"] == digest
        told = [cell["persons"] for part in report["parts"] for cell in part["cells"]]
        system.show({"period": period, "digest": digest, "numbers": len(told), "least": min(told)})
        assert min(told) >= report["k"]
        system.step("ANA-4: the same numbers on paper, as a table and as FHIR, in two languages")
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else "build/bulletins")  # noqa: PLR2004
        self.saved(f"{path}/{period}", folder, told)
        system.step("ANA-4: another organisation's report is not there, and a doctor has no business with any")
        system.call(404, "GET", "/organisations/another/bulletins", who=self.administrator)
        system.call(403, "GET", path, who=self.doctor)

    def counted(self) -> str:
        asked = {"organisation_id": self.organisation}
        made = self.system.call(FOUND, "POST", "/_local/counted-month", asked)
        self.system.show(made.body)
        return str(made["period"])

    def saved(self, path: str, folder: Path, told: list[int]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for language in ("ru", "en"):
            for suffix, kind in FORMS.items():
                headers = {"Accept": kind, "Accept-Language": language}
                found = self.system.call(FOUND, "GET", path, who=self.administrator, headers=headers).body
                data = found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()
                (folder / f"report.{language}.{suffix}").write_bytes(data)
        lines = csv.DictReader(io.StringIO((folder / "report.en.csv").read_text("utf-8-sig")))
        assert sorted(int(line["persons"]) for line in lines) == sorted(told)
        measured = json.loads((folder / "report.en.json").read_text("utf-8"))
        assert validator().problems(measured) == []
        print(f"in {folder}: {', '.join(sorted(one.name for one in folder.iterdir()))}")


if __name__ == "__main__":
    Reported().walk()
    print("\nThe story of a clinic's report is told.")
