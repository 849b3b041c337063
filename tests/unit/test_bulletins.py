"""Reports of organisations: made once of what is published, the same numbers in every form (ANA-4)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.documents.pdf import PdfPrinter
from chalicelib.domain.aggregates.counting import categories_of, wholes
from chalicelib.domain.aggregates.periods import end_of
from chalicelib.domain.bulletins.content import AGES, SEXES
from chalicelib.domain.bulletins.lines import COLUMNS, as_csv
from chalicelib.domain.bulletins.measure import as_measure_report
from chalicelib.domain.bulletins.paper import printable
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import MedkartaError, NotFoundError
from chalicelib.interop.r4 import validator
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.services.aggregates import AggregateService, Bulletins, Closing, Publishing
from chalicelib.services.aggregates.bulletins import CSV, FHIR, PDF, shown
from chalicelib.services.aggregates.publishing import bulletin
from tests.effort import tried
from tests.prescriptions import issue, prescribing
from tests.unit.test_aggregates import MARCH, Counted

pytestmark = pytest.mark.requirement("ANA-4")

Report = Mapping[str, Any]


class Reporting(Counted):
    def __init__(self) -> None:
        super().__init__()
        self.publishing = Publishing(self.gate, self.tables, self.clock)
        self.bulletins = Bulletins(self.gate, self.tables, PdfPrinter())
        for name in ("clinic", "quiet"):
            row = {"id": name, "name": f"Клиника {name}", "oid": "1.2.3"}
            self.tables.commit([Put(keys.organisation(name), row, None)])
        self.admin = Actor(PersonId("boss"), Role.ADMINISTRATOR, organisation_id="clinic")

    def closed(self) -> None:
        """Twenty-five women with a disease of the heart; March is over."""
        for who in self.people(25):
            self.protocol(who, "I10")
        self.count()
        for late in self.people(12):
            self.protocol(late, "I10")
        self.clock.now = end_of(MARCH) + timedelta(days=11)
        self.closing.run()

    def numbers(self, organisation: str = "clinic") -> dict[str, list[int]]:
        found = self.bulletins.read(self.root, organisation, MARCH, "ru")
        return {one["part"]: [cell["persons"] for cell in one["cells"]] for one in found["parts"]}


def test_a_report_is_made_once_and_stays() -> None:
    world = Reporting()
    world.closed()
    assert world.publishing.run() == {"bulletins": 1}
    row = dict(world.row(keys.bulletin("clinic", MARCH)))
    assert world.numbers() == {
        "persons": [25], "activities": [25, 25], "diagnoses": [25], "vaccinations": [], "drugs": [],
    }  # fmt: skip
    world.count()  # what the stream brings too late
    assert world.closing.run()["closed"] == 0
    assert world.publishing.run() == {"bulletins": 0}
    assert world.row(keys.bulletin("clinic", MARCH)) == row
    assert [one.action for one in world.entries("bulletin:publish")] == ["bulletin:publish"]


def test_a_run_that_dies_is_finished_by_the_next() -> None:
    world, whole = Reporting(), Reporting()
    for one in (world, whole):
        one.closed()
    whole.publishing.run()
    world.tables.fail_next_commit()
    with pytest.raises(MedkartaError):
        world.publishing.run()
    world.tables.lose_reply_next()
    with pytest.raises(MedkartaError):
        world.publishing.run()
    assert world.publishing.run() == {"bulletins": 1}
    for name in ("clinic", "quiet"):
        assert world.row(keys.bulletin(name, MARCH)) == whole.row(keys.bulletin(name, MARCH))


def test_a_month_without_numbers_says_so_in_every_form() -> None:
    world = Reporting()
    world.closed()
    world.publishing.run()
    found = world.bulletins.read(world.root, "quiet", MARCH, "ru")
    assert found["empty"]
    assert set(map(len, world.numbers("quiet").values())) == {0}
    texts = [one.get("text") or "" for one in printable(found, "en")["sections"]]
    assert any("no number of this period" in text for text in texts)
    (line,) = csv.DictReader(io.StringIO(as_csv(found, "ru").removeprefix("\ufeff")))
    assert "нет чисел" in line["category_name"]
    report = as_measure_report(found, "ru")
    assert validator().problems(report) == []
    assert all("count" not in one["population"][0] for one in report["group"])


def test_who_reads_it_and_what_the_log_says() -> None:
    world = Reporting()
    world.closed()
    world.publishing.run()
    listed, _ = world.bulletins.listed(world.admin, "clinic", 10, None)
    assert [one["period"] for one in listed] == [MARCH]
    for form in (PDF, CSV, FHIR):
        assert world.bulletins.form(world.admin, "clinic", MARCH, form, "ru")
    assert [one.details["form"] for one in world.entries("bulletin:download")] == [PDF, CSV, FHIR]
    strangers = [world.doctor, world.analytics, Actor(PersonId("b"), Role.ADMINISTRATOR, organisation_id="quiet")]
    for stranger in strangers:
        for call in (
            lambda one: world.bulletins.listed(one, "clinic", 10, None),
            lambda one: world.bulletins.read(one, "clinic", MARCH, "ru"),
            lambda one: world.bulletins.form(one, "clinic", MARCH, CSV, "ru"),
        ):
            with pytest.raises(NotFoundError):
                call(stranger)
    assert [one.outcome for one in world.entries("bulletin:list")] == ["success", *["denied"] * len(strangers)]


def test_a_prescription_counts_by_the_groups_of_its_drugs() -> None:
    body = {"drugs": [{"atc": "C09CA01"}, {"atc": "A10BA02"}, {"inn": "новое"}]}
    found = categories_of("prescription", "clinic", body)
    assert found >= {"activity/prescription", "organisation/clinic/prescription", "organisation-person/clinic"}
    groups = {one for one in found if one.startswith("organisation-drug/")}
    assert groups == {f"organisation-drug/clinic/{group}" for group in ("A", "C", "unknown")}
    for category in found - {"any"}:
        assert {whole for whole, _ in wholes(category)} <= found


def test_a_prescription_is_counted_when_it_is_issued() -> None:
    world = prescribing()
    root = Actor(PersonId("root"), Role.ADMINISTRATOR, organisation_id="system")
    AggregateService(world.gate, world.tables, world.keys, world.clock).switch(root, counting=True, k=10)
    issue(world)
    for row in list(world.tables.rows(Store.CARD).values()):
        if row.get("kind") == "prescription" and "count_record" in row.get("react", ()):
            world.reactions.run("count_record", row)
    closing = Closing(world.gate, world.tables, world.vault, world.keys, world.clock)
    assert closing.run()["added"] == 1


cell = st.tuples(st.sampled_from(AGES), st.sampled_from(SEXES), st.integers(10, 9999))
vaccines = st.sampled_from(["td", "hepb", "=1+1", "-x"])
name = st.text(st.sampled_from("=+-@\t\r\n\",;'аБ1 "), min_size=1, max_size=12)


@given(name=name, cells=st.lists(cell, max_size=6, unique_by=lambda one: one[:2]), vaccine=vaccines)
@settings(max_examples=tried(20), deadline=None)
def test_every_form_has_the_numbers_of_the_table(name: str, cells: list[tuple[str, str, int]], vaccine: str) -> None:
    rows = [{"organisation": "o", "age": age, "sex": sex, "persons": count} for age, sex, count in cells]
    tables = {"persons": rows, "vaccinations": [{**row, "vaccine": vaccine} for row in rows], "drugs": None}
    period = {"id": "2026-03", "k": 10, "at": "2026-04-12T00:00:00+00:00"}
    found = shown(bulletin(period, {"sk": "ORG#o", "name": name}, tables))  # type: ignore[arg-type]
    counts = sorted(count for _, _, count in cells)
    lines = list(csv.reader(io.StringIO(as_csv(found, "en").removeprefix("\ufeff"), newline="")))
    assert all(len(line) == len(COLUMNS) for line in lines)
    assert not [text for line in lines for text in line if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert sorted(int(line[9]) for line in lines[1:] if line[9]) == sorted(counts * 2)
    report = as_measure_report(found, "en")
    assert report["period"] == {"start": "2026-03-01", "end": "2026-03-31"}
    assert validator().problems(json.loads(json.dumps(report))) == []
    strata = [one for group in report["group"] for part in group.get("stratifier", ()) for one in part["stratum"]]
    assert sorted(one["population"][0]["count"] for one in strata) == sorted(counts * 2)
    sections = [one["table"] for one in printable(found, "en")["sections"] if "table" in one]
    said = [text.split(" ")[0] for table in sections for row in table["rows"] for text in row[2:] if text != "–"]
    assert sorted(map(int, said)) == sorted(counts * 2)
