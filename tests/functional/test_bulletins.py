"""Reports of an organisation through the front door (ANA-4): made by the hourly run, read in three forms."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.interop.r4 import validator
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.functional.front import Front, Person, Reply

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("ANA-4")]

MONTH, QUIET = "2024-03", "2024-04"
STRATUM = {"age": "60+", "sex": "female"}


def publish(clinic: str) -> None:
    """As closing does; counts of one clinic in March, and of nobody in April."""
    tables = {
        "organisation-persons": [{"organisation": clinic, **STRATUM, "persons": 40}],
        "organisation-chapters": [{"organisation": clinic, "chapter": "IX", **STRATUM, "persons": 31}],
        "organisation-vaccinations": [{"organisation": clinic, "vaccine": "td", **STRATUM, "persons": 12}],
        "organisation-activity": [{"organisation": "other", "activity": "visit", **STRATUM, "persons": 99}],
        "organisation-drugs": [],
    }
    for period in (MONTH, QUIET):
        row: dict[str, Any] = {"id": period, "ver": 1, "k": 10, "at": "2024-05-15T00:00:00+00:00"}
        row["tables"] = {name: {"cells": 0, "digest": ""} for name in tables}
        services().tables.commit([Put(keys.aggregate_period(period), row, None)])
    for name, cells in tables.items():
        services().tables.commit([Put(keys.aggregate_table(MONTH, name, 0), {"cells": cells}, None)])


class Clinic:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.id = front.organisation("=Поликлиника № 9")
        self.admin = front.staff("administrator", self.id)
        self.path = f"/api/v1/organisations/{self.id}/bulletins"

    def get(self, path: str, who: Person, accept: str = "application/json", language: str = "ru") -> Reply:
        headers = {"Accept": accept, "Accept_Language": language}
        return self.front.call("GET", path, token=self.front.fresh(who.token), **headers)


def test_a_report_is_made_once_and_read_in_three_forms(front: Front) -> None:
    from chalicelib.handlers.events import check_policies
    from tests.functional.timers import EVENT

    clinic = Clinic(front)
    publish(clinic.id)
    assert check_policies(EVENT, None)["bulletins"] >= 2
    assert check_policies(EVENT, None)["bulletins"] == 0
    listed = clinic.get(clinic.path, clinic.admin).body["items"]
    assert [(one["period"], one["empty"]) for one in listed] == [(QUIET, True), (MONTH, False)]
    read = clinic.get(f"{clinic.path}/{MONTH}", clinic.admin)
    assert read.body["digest"] == listed[1]["digest"]
    parts = {one["part"]: one["cells"] for one in read.body["parts"]}
    assert parts["vaccinations"] == [
        {"category": "td", "name": "АДС-М", **STRATUM, "persons": 12, "of": 40, "percent": "30.0"}
    ]
    assert parts["activities"] == []  # another organisation's
    text = clinic.get(f"{clinic.path}/{MONTH}", clinic.admin, "text/csv").raw
    lines = list(csv.DictReader(io.StringIO(text.decode() if isinstance(text, bytes) else text)))
    assert [line["persons"] for line in lines] == ["40", "31", "12"]
    assert {line["organisation_name"] for line in lines} == {"'=Поликлиника № 9"}
    for language in ("ru", "en"):
        report = clinic.get(f"{clinic.path}/{MONTH}", clinic.admin, "application/fhir+json", language)
        assert validator().problems(json.loads(report.raw)) == []
        pdf = clinic.get(f"{clinic.path}/{QUIET}", clinic.admin, "application/pdf", language)
        assert pdf.status == 200


def test_nobody_else_reads_it(front: Front) -> None:
    clinic, other = Clinic(front), Clinic(front)
    root = front.administrator()
    assert clinic.get(clinic.path, other.admin).status == 404
    assert clinic.get(clinic.path, root).body["items"] == []
    assert clinic.get(f"{clinic.path}/2024-13", root).status == 404
    assert clinic.get("/api/v1/organisations/none/bulletins", root).status == 404
    assert clinic.get(clinic.path, front.staff("doctor", clinic.id)).status == 403
