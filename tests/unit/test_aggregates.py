"""What is counted when a record is written, and what is published of it (PRT-8)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Permit
from chalicelib.domain.aggregates.counting import CHAPTERS, chapter_of, stratum_of, wholes
from chalicelib.domain.aggregates.periods import closing, counting, end_of, month_of
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, InvalidFieldsError, MedkartaError, NotFoundError, OutcomeUnknownError
from chalicelib.ports import Sealed, keys
from chalicelib.ports.tables import Put, Store
from chalicelib.records.conditions import CHRONIC_CONDITION
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.aggregates import AggregateService, Closing
from tests.world import PROTOCOL, World

pytestmark = pytest.mark.requirement("PRT-8")

MARCH = "2026-03"


class Counted(World):
    """A doctor, people with cards, and counting switched on; the clock stands in March 2026."""

    def __init__(self, *, on: bool = True) -> None:
        super().__init__()
        self.made = 0
        self.aggregates = AggregateService(self.gate, self.tables, self.keys, self.clock)
        self.closing = Closing(self.gate, self.tables, self.vault, self.keys, self.clock)
        self.doctor = self.staff()
        self.root = Actor(PersonId("root"), Role.ADMINISTRATOR, organisation_id="system")
        self.analytics = Actor(PersonId("lake"), Role.ANALYTICS, organisation_id="ministry")
        if on:
            self.aggregates.switch(self.root, counting=True, k=10)

    def people(self, how_many: int, born: str = "1950-05-05", sex: str = "female") -> list[PersonId]:
        found = []
        for _ in range(how_many):
            self.made += 1
            one = self.person(PersonId(f"p{self.made}"), birth_date=born, sex=sex)
            self.tables.commit([Put(keys.card(one), {"state": "active", "ver": 1})])
            self.consent(self.doctor, one)
            found.append(one)
        return found

    def protocol(self, who: PersonId, *codes: str, at: str = "2026-03-01T10:00:00+03:00") -> str:
        self.made += 1
        said = [{"code": code, "text": "диагноз"} for code in codes]
        body = {**PROTOCOL, "occurred_at": at, "diagnoses": said}
        record, _ = self.records.create(self.doctor, who, EXAMINATION_PROTOCOL, body, f"key-{self.made:016d}")
        return str(record["id"])

    def count(self) -> None:
        """As the stream does, of this reaction alone."""
        for row in list(self.tables.rows(Store.CARD).values()):
            if "count_record" in row.get("react", ()):
                self.reactions.run("count_record", row)

    def sums(self, period: str = MARCH) -> dict[str, int]:
        """All counts of a period, added up, by stratum and category."""
        self.closing.run()
        found: dict[str, int] = {}
        for row in self.tables.query(Store.CARD, keys.aggregate_sums(period), limit=100).items:
            permit = Permit(PersonId("aggregates"), "aggregate", row["id"], "test")
            for stratum, counts in json.loads(self.vault.open(permit, Sealed.of(row["id"], row))).items():
                found |= {f"{stratum}|{category}": count for category, count in counts.items() if count}
        return found

    def table(self, name: str, period: str = MARCH) -> dict[str, int]:
        cells = self.aggregates.table(self.analytics, period, name)["cells"]
        return {"/".join(str(v) for n, v in cell.items() if n != "persons"): cell["persons"] for cell in cells}


def test_a_person_is_counted_once_however_many_records() -> None:
    world = Counted()
    (who,) = world.people(1)
    for _ in range(3):
        world.protocol(who, "I10", "I11.0")
    world.count()
    assert world.sums() == {
        f"60+.female|{category}": 1
        for category in (
            "any",
            "organisation-person/clinic",
            "activity/visit",
            "activity/diagnosis",
            "organisation/clinic/visit",
            "organisation/clinic/diagnosis",
            "chapter/IX",
            "rubric/I10",
            "rubric/I11",
            "organisation-chapter/clinic/IX",
        )
    }
    assert world.sums("2026") == world.sums()


def test_a_correction_takes_back_what_is_no_more_so_and_a_replay_changes_nothing() -> None:
    world = Counted()
    (who,) = world.people(1)
    record = world.protocol(who, "I10")
    first = dict(world.row(keys.record(who, "examination-protocol", record)))
    world.count()
    body = {**PROTOCOL, "diagnoses": [{"code": "J45.0", "text": "астма"}]}
    world.records.amend(world.doctor, who, EXAMINATION_PROTOCOL, record, body, 1)
    world.count()
    counted = world.sums()
    assert "60+.female|chapter/X" in counted
    assert "60+.female|chapter/IX" not in counted
    world.reactions.run("count_record", first)  # the stream is late
    for receipt in [key for key in world.tables.rows(Store.CARD) if "count_record" in key.sk]:
        world.tables.rows(Store.CARD).pop(receipt, None)
    world.count()
    assert world.sums() == counted


@pytest.mark.parametrize("fault", ["commit", "reply"])
def test_a_run_that_dies_is_repeated_and_counts_once(fault: str) -> None:
    world = Counted()
    (who,) = world.people(1)
    record = world.protocol(who, "I10")
    row = dict(world.row(keys.record(who, "examination-protocol", record)))
    if fault == "commit":
        world.tables.fail_next_commit()
    else:
        world.tables.lose_reply_next()
    with pytest.raises(MedkartaError):
        world.reactions.run("count_record", row)
    world.count()
    assert set(world.sums().values()) == {1}


def test_adding_up_that_loses_its_reply_adds_once() -> None:
    world = Counted()
    for who in world.people(3):
        world.protocol(who, "I10")
    world.count()
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.closing.run()
    assert world.sums()["60+.female|any"] == 3


def test_nothing_of_it_can_be_read_in_the_tables() -> None:
    world = Counted()
    (who,) = world.people(1)
    world.protocol(who, "F20.0")
    world.count()
    rows = [row for key, row in world.tables.rows(Store.CARD).items() if key.pk.startswith("AGGREGATE#CHANGES")]
    assert len(rows) == 1
    assert set(rows[0]) - {"pk", "sk"} == {"id", "ver", "sealed"}
    assert who not in str({name: value for name, value in rows[0].items() if name != "sealed"})


def test_nothing_is_counted_unless_it_is_switched_on() -> None:
    world = Counted(on=False)
    (who,) = world.people(1)
    world.protocol(who, "I10")
    world.count()
    assert world.closing.run() == {"added": 0, "closed": 0}
    assert not [key for key in world.tables.rows(Store.CARD) if key.sk.startswith("COUNTED")]
    world.aggregates.switch(world.root, counting=True, k=12)
    world.aggregates.switch(world.root, counting=False, k=12)
    world.protocol(who, "I10")
    world.count()
    assert world.sums() == {}
    with pytest.raises(InvalidFieldsError):
        world.aggregates.switch(world.root, counting=True, k=11)


def filled() -> Counted:
    """Twenty-five with a disease of the heart, three with one of the lungs, all seen in one clinic."""
    world = Counted()
    for number, who in enumerate(world.people(25)):
        world.protocol(who, "I10", *(["J45.0"] if number < 3 else []))
    world.count()
    world.closing.run()
    return world


def test_a_month_is_published_when_it_is_over_and_never_changes() -> None:
    world = filled()
    with pytest.raises(NotFoundError):
        world.table("persons")
    (late,) = world.people(1)
    world.protocol(late, "I10")
    world.clock.now = end_of(MARCH) + timedelta(days=10, hours=23)
    assert world.closing.run()["closed"] == 0
    world.clock.now = end_of(MARCH) + timedelta(days=11)
    assert world.closing.run()["closed"] == 1
    row = world.row(keys.aggregate_period(MARCH))
    later = {name: one for name, one in row["tables"].items() if name != "organisation-drugs"}
    world.tables.commit([Put(keys.aggregate_period(MARCH), {**row, "tables": later}, None)])
    with pytest.raises(NotFoundError):  # a period that is older than the table
        world.table("organisation-drugs")
    before = world.table("diagnosis-chapters")
    assert before == {}  # 25 of 25 with a diagnosis would say something of the 3
    assert world.table("persons") == {"60+/female": 25}
    world.count()  # what the stream brings now comes too late for the month, and not for the year
    assert world.closing.run() == {"added": 1, "closed": 0}
    assert (world.sums()["60+.female|any"], world.sums("2026")["60+.female|any"]) == (25, 26)
    assert world.table("persons") == {"60+/female": 25}
    listed, _ = world.aggregates.periods(world.root, 10, None)
    assert [one["period"] for one in listed] == [MARCH]
    assert {one["table"]: one["cells"] for one in listed[0]["tables"]}["persons"] == 1


def test_a_closing_that_dies_between_its_tables_is_repeated() -> None:
    world = filled()
    world.clock.now = end_of(MARCH) + timedelta(days=11)
    world.tables.fail_next_commit()
    with pytest.raises(MedkartaError):
        world.closing.run()
    assert world.closing.run()["closed"] == 1
    assert world.table("persons") == {"60+/female": 25}


def test_a_year_is_published_after_its_months_and_its_sums_are_forgotten() -> None:
    world = filled()
    world.clock.now = datetime(2027, 1, 20, tzinfo=UTC)
    assert world.closing.run()["closed"] == 11  # ten months from March on, and the year
    assert world.table("persons", "2026") == {"60+/female": 25}
    left = {key.pk for key in world.tables.rows(Store.CARD)}
    assert not [pk for pk in left if pk.startswith(("AGGREGATE#SUMS#2026", "AGGREGATE#DECIDED"))]


def test_a_year_that_dies_amid_its_strata_goes_on_with_what_was_decided() -> None:
    world = filled()
    world.clock.now = datetime(2026, 12, 20, tzinfo=UTC)
    world.closing.run()
    world.clock.now = datetime(2027, 1, 20, tzinfo=UTC)
    decided = {"categories": ["any"]}
    world.tables.commit([Put(keys.aggregate_decision("2026", "60+.female"), decided)])
    assert world.closing.run()["closed"] == 2  # December and the year
    assert world.table("persons", "2026") == {"60+/female": 25}
    assert world.table("activity", "2026") == {}


def test_who_may_read() -> None:
    world = filled()
    for actor in (world.doctor, Actor(PersonId("a"), Role.ADMINISTRATOR, organisation_id="clinic")):
        for call in (
            world.aggregates.settings,
            lambda one: world.aggregates.periods(one, 10, None),
            lambda one: world.aggregates.table(one, MARCH, "persons"),
            lambda one: world.aggregates.switch(one, counting=False, k=10),
        ):
            with pytest.raises(AccessDeniedError):
                call(actor)
    with pytest.raises(AccessDeniedError):
        world.aggregates.switch(world.analytics, counting=False, k=10)
    with pytest.raises(NotFoundError):
        world.aggregates.table(world.analytics, MARCH, "cards")
    assert world.entries("aggregate:switch")[-1].outcome == "denied"


def test_what_a_patient_reported_and_an_error_count_as_said() -> None:
    world = Counted()
    (who,) = world.people(1)
    patient = world.session(who, Role.PATIENT)
    body: dict[str, Any] = {
        "occurred_at": "2026-03-01T10:00:00+03:00",
        "diagnosis": {"code": "E11.9", "text": "диабет"},
        "clinical_status": "active",
    }
    world.records.create(patient, who, CHRONIC_CONDITION, body, "key-reported-0001")
    world.count()
    assert world.sums()["60+.female|organisation-chapter/none/IV"] == 1


@pytest.mark.parametrize(
    ("code", "chapter"),
    {
        "A00": "I",
        "B99": "I",
        "C34": "II",
        "D48": "II",
        "D50": "III",
        "H60": "VIII",
        "T98": "XIX",
        "U07": "XXII",
    }.items(),
)
def test_chapters(code: str, chapter: str) -> None:
    assert chapter_of(code) == chapter
    assert wholes(f"rubric/{code}") == [(f"chapter/{chapter}", "rubric")]


def test_chapters_are_in_order_and_strata_are_of_the_year() -> None:
    assert len(CHAPTERS) == 22
    assert stratum_of("1996-01-01", "male", 2026) == "30-44.male"
    assert stratum_of("1996-01-02", "male", 2026) == "18-29.male"
    assert stratum_of("2026-02-02", "female", 2026) == "0-17.female"
    assert stratum_of("", "", 2026) == "unknown.unknown"


def test_periods_are_those_of_the_place() -> None:
    assert month_of(datetime(2026, 3, 31, 21, 30, tzinfo=UTC)) == "2026-04"
    assert end_of("2026-12") == end_of("2026") == datetime(2026, 12, 31, 21, tzinfo=UTC)
    last = end_of("2026-03") + timedelta(days=10)
    assert counting("2026-03", last - timedelta(seconds=1))
    assert not counting("2026-03", last)
    assert not closing("2026-03", last + timedelta(hours=23))
