"""The national calendar as rules: what counts, what comes next, at any age (REC-6, SPC-1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.vaccination_calendar import engine
from chalicelib.domain.vaccination_calendar.dates import Span, months_later, years
from chalicelib.domain.vaccination_calendar.intervals import INTERVALS
from chalicelib.domain.vaccination_calendar.national import CATCH_UP, COURSES, DOSES, GROUPS, INFLUENZA, REPEATS, ROWS
from chalicelib.domain.vaccination_calendar.person import CourseState, Exemption, Given, Person, Status
from chalicelib.domain.vaccination_calendar.plan import due_on, states
from chalicelib.domain.vaccination_calendar.shown import shown
from chalicelib.domain.vaccination_calendar.vaccines import DISEASES, VACCINES
from tests.effort import tried

pytestmark = pytest.mark.requirement("REC-6")

BORN = date(2026, 1, 31)
CHILD = Person(BORN, "male", complete=True)
VACCINE = {
    "hepatitis-b": "hepb",
    "tuberculosis": "bcg-m",
    "pneumococcus": "pcv",
    "dtp": "dtap",
    "polio": "ipv",
    "hib": "hib",
    "measles": "measles",
    "rubella": "rubella",
    "mumps": "mumps",
    "influenza": "influenza",
}


def state(course: str, person: Person, today: date, doses: Any = (), exemptions: Any = ()) -> CourseState:
    return next(s for s in states(person, list(doses), list(exemptions), today) if s.course == course)


def dose(course: str, on: date, stage: str = "", number: int = 0) -> Given:
    (disease, *_) = sorted(next(c.diseases for c in COURSES if c.id == course))
    return Given(f"{course}-{on}-{number}", on, VACCINE[course], {disease: stage} if stage else {})


def in_time(person: Person, until: date) -> list[Given]:
    """Every dose of the calendar on the day on which it is due."""
    return [
        dose(course.id, on, planned.stage)
        for course in COURSES
        for planned in engine.schedule(course, person, None)
        if (on := planned.at.after(person.born)) <= until
    ]


# --- the data


def test_every_row_of_the_order_is_there_and_every_word_known() -> None:
    used = {d.row for d in DOSES} | {r.row for r in REPEATS} | {c.row for c in CATCH_UP} | {INFLUENZA.row}
    assert used == set(ROWS) == set(range(1, 20))
    assert {d.course for d in DOSES} | {INFLUENZA.course} == {c.id for c in COURSES}
    for vaccine in VACCINES.values():
        assert set(vaccine.diseases) <= set(DISEASES)
    for one in DOSES:
        assert one.at < one.until
        assert {one.vaccine, one.group_vaccine} <= {"", *VACCINES}
        assert {one.group, one.unless} <= {"", *GROUPS}
    for rules in INTERVALS.values():
        stages = {(d.course, d.stage) for d in DOSES}
        assert {(r.course, r.stage) for r in rules.least} <= stages
        assert {(r.course, stage) for r in rules.shortened for stage in r.stages} <= stages


@pytest.mark.requirement("SPC-1")
def test_the_first_two_years_of_a_newborn() -> None:
    plan = shown(states(CHILD, [], [], BORN), BORN, "ru")
    due = {d["id"]: (d["due"], d["line"]) for d in plan["doses"] if d["due"] < "2028-01-31"}
    assert due["hepatitis-b-v1"] == ("2026-01-31", 1)
    assert due["tuberculosis-v"] == ("2026-02-02", 2)
    assert due["hepatitis-b-v2"] == ("2026-02-28", 3)  # clipped to the month's end
    assert due["dtp-v2"] == ("2026-06-15", 6)  # 4 months and 15 days
    assert due["measles-v"] == ("2027-01-31", 8)
    assert due["polio-r2"] == ("2027-09-30", 11)
    assert {line for _, line in due.values()} == {*range(1, 12), 19}
    assert "hepatitis-b-v4" not in due
    assert plan["doses"] == sorted(plan["doses"], key=lambda d: (d["due"], d["id"]))
    assert [d["recommended"] for d in plan["doses"] if d["id"] == "polio-r2"] == ["Оральная полиовакцина"]


def test_risk_groups_have_their_own_doses_and_vaccines() -> None:
    risk = Person(BORN, "female", frozenset({"hepatitis-b", "polio"}), complete=True)
    plan = {d["id"]: d for d in shown(states(risk, [], [], BORN), BORN, "en")["doses"]}
    assert (plan["hepatitis-b-v3"]["due"], plan["hepatitis-b-v3"]["line"]) == ("2026-03-31", 4)
    assert (plan["hepatitis-b-v4"]["due"], plan["hepatitis-b-v4"]["line"]) == ("2027-01-31", 8)
    assert plan["polio-r2"]["recommended"] == "IPV"


# --- what counts


def test_a_late_course_goes_on_and_never_begins_anew() -> None:
    doses = [dose("dtp", date(2026, 5, 1)), dose("dtp", date(2028, 9, 1))]
    found = state("dtp", CHILD, date(2028, 9, 2), doses)
    assert [(s.stage, s.state) for s in found.steps] == [("V1", "given"), ("V2", "given")]
    assert found.next is not None
    assert (found.next.stage, found.status) == ("V3", Status.UPCOMING)
    assert found.next.due == date(2028, 10, 17)  # the calendar's step from V2 to V3
    assert [s.stage for s in found.rest] == ["R1", "R2", "R3"]


@pytest.mark.parametrize(
    ("second", "reason"),
    [(date(2026, 2, 23), "too-early"), (date(2026, 2, 24), ""), (date(2026, 1, 31), "twice-a-day")],
    ids=["earlier than grace", "within grace", "same day"],
)
def test_the_order_s_scheme_of_hepatitis_b(second: date, reason: str) -> None:
    found = state(
        "hepatitis-b", CHILD, date(2026, 3, 1), [dose("hepatitis-b", BORN), dose("hepatitis-b", second, "", 1)]
    )
    assert [n.reason for n in found.not_counted] == ([reason] if reason else [])
    if reason == "too-early":
        assert found.not_counted[0].earliest == date(2026, 2, 28)
    assert found.next is not None
    assert found.next.stage == ("V2" if reason else "V3")


def test_common_intervals_are_used_only_when_chosen() -> None:
    doses = [dose("dtp", date(2026, 5, 1)), dose("dtp", date(2026, 5, 20))]
    assert state("dtp", CHILD, date(2026, 6, 1), doses).not_counted == ()
    careful = Person(BORN, "male", complete=True, intervals="common")
    (early,) = state("dtp", careful, date(2026, 6, 1), doses).not_counted
    assert (early.reason, early.earliest) == ("too-early", date(2026, 5, 31))


@pytest.mark.parametrize(
    ("course", "begun", "stages"),
    [
        ("pneumococcus", years(1), ["V1", "V2"]),
        ("pneumococcus", years(2), ["V1"]),
        ("pneumococcus", Span(3), ["V1", "V2", "R"]),
        ("hib", Span(7), ["V1", "V2", "R"]),
        ("hib", Span(12), ["V1", "V2", "V3", "R"]),
    ],
    ids=["pcv at 1", "pcv at 2", "pcv at 3 months", "hib at 7 months", "hib at 1: nobody says"],
)
def test_who_begins_late_may_need_fewer(course: str, begun: Span, stages: list[str]) -> None:
    careful = Person(BORN, "male", complete=True, intervals="common")
    on = begun.after(BORN)
    found = state(course, careful, on, [dose(course, on)])
    ahead = [found.next, *found.rest] if found.next else []
    assert [s.stage for s in (*found.steps, *ahead)] == stages


def test_a_recorded_stage_says_what_was_given_elsewhere() -> None:
    adult = Person(date(1990, 1, 31), "female")
    found = state("dtp", adult, date(2026, 3, 1), [dose("dtp", date(2020, 5, 1), "R")])
    assert [s.state for s in found.steps] == ["assumed"] * 6 + ["given"]
    assert found.next is not None
    assert (found.next.row, found.next.due, found.status) == (15, date(2030, 5, 1), Status.UPCOMING)
    later = state("dtp", adult, date(2030, 6, 1), [dose("dtp", date(2020, 5, 1), "R")])
    assert later.status is Status.OVERDUE


def test_one_syringe_counts_for_every_disease_in_it() -> None:
    stages = {"diphtheria": "V2", "polio": "V2", "hib": "V2", "hepatitis-b": "V3"}
    hexa = Given("x", date(2026, 8, 1), "dtap-ipv-hepb-hib", stages)
    given_ = [dose("hepatitis-b", BORN), dose("hepatitis-b", date(2026, 3, 1)), hexa]
    for course, stage in (("dtp", "V3"), ("polio", "V3"), ("hib", "V3")):
        found = state(course, CHILD, date(2026, 8, 1), given_)
        assert found.next is not None
        assert found.next.stage == stage
    assert state("hepatitis-b", CHILD, date(2026, 8, 1), given_).status is Status.DONE
    assert state("measles", CHILD, date(2026, 8, 1), given_).steps == ()
    tetanus = Given("t", date(2026, 8, 1), "tt")
    assert state("dtp", CHILD, date(2026, 8, 1), [tetanus]).steps == ()  # nothing against diphtheria in it


def test_more_than_the_course_has_is_told() -> None:
    doses = [dose("measles", d) for d in (date(2027, 1, 31), date(2032, 2, 1), date(2033, 2, 1))]
    found = state("measles", CHILD, date(2034, 1, 1), doses)
    assert (found.status, [n.reason for n in found.not_counted]) == (Status.DONE, ["beyond-course"])


@pytest.mark.parametrize("course", ["hepatitis-b", "influenza"])
def test_a_dose_before_birth_does_not_count_and_is_named(course: str) -> None:
    found = state(course, CHILD, date(2026, 12, 1), [dose(course, BORN - timedelta(days=1)), dose(course, BORN)])
    assert [(n.reason, n.given.on, n.earliest) for n in found.not_counted] == [
        ("before-birth", date(2026, 1, 30), BORN)
    ]
    assert [s.given.on for s in found.steps if s.given] == [BORN]


def test_a_polysaccharide_dose_is_none_of_the_conjugate_course() -> None:
    polysaccharide = Given("p", date(2026, 4, 1), "ppsv23", {"pneumococcus": "V1"})
    found = state("pneumococcus", CHILD, date(2026, 4, 2), [polysaccharide])
    assert ([n.reason for n in found.not_counted], found.steps) == (["other-vaccine"], ())
    assert found.next is not None
    assert found.next.stage == "V1"


# --- status


@pytest.mark.requirement("SPC-1")
@pytest.mark.parametrize(
    ("course", "days", "status"),
    [
        ("hepatitis-b", 0, Status.DUE),
        ("hepatitis-b", 1, Status.DUE),
        ("hepatitis-b", 2, Status.OVERDUE),
        ("tuberculosis", 1, Status.UPCOMING),
        ("tuberculosis", 2, Status.DUE),
        ("tuberculosis", 6, Status.DUE),
        ("tuberculosis", 7, Status.OVERDUE),
    ],
)
def test_a_newborn_is_overdue_when_the_window_is_over(course: str, days: int, status: Status) -> None:
    """24 hours of a birth late on a day end on the next one; days 3 to 7, the day of birth being the first."""
    assert state(course, CHILD, BORN + timedelta(days=days)).status is status


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 4, 29), Status.UPCOMING),
        (date(2026, 4, 30), Status.DUE),
        (date(2026, 5, 30), Status.DUE),
        (date(2026, 5, 31), Status.OVERDUE),
    ],
    ids=str,
)
def test_upcoming_due_overdue(day: date, status: Status) -> None:
    assert state("dtp", CHILD, day).status is status


@pytest.mark.parametrize(
    ("born", "sex", "groups", "course", "status", "reason"),
    [
        (date(1996, 5, 1), "male", "", "measles", Status.DUE, "no-data"),
        (date(1985, 5, 1), "male", "", "measles", Status.NOT_APPLICABLE, "age"),
        (date(1985, 5, 1), "male", "measles-work", "measles", Status.DUE, "no-data"),
        (date(1965, 5, 1), "male", "measles-work", "measles", Status.NOT_APPLICABLE, "age"),
        (date(2004, 5, 1), "female", "", "rubella", Status.DUE, "no-data"),
        (date(2004, 5, 1), "male", "", "rubella", Status.NOT_APPLICABLE, "age"),
        (date(1998, 5, 1), "female", "", "rubella", Status.NOT_APPLICABLE, "age"),
        (date(1990, 5, 1), "male", "", "hepatitis-b", Status.UNKNOWN, ""),
        (date(1960, 5, 1), "male", "", "hepatitis-b", Status.NOT_APPLICABLE, "age"),
        (date(1990, 5, 1), "male", "", "polio", Status.NOT_APPLICABLE, "age"),
        (date(1990, 5, 1), "male", "", "dtp", Status.UNKNOWN, ""),
        (date(1990, 5, 1), "male", "", "influenza", Status.NOT_APPLICABLE, "age"),
        (date(1990, 5, 1), "male", "influenza", "influenza", Status.DUE, ""),
        (date(1960, 5, 1), "male", "", "influenza", Status.DUE, ""),
        (date(2015, 5, 1), "male", "", "influenza", Status.DUE, ""),
    ],
)
def test_rows_15_to_19_for_whom_nothing_is_known(
    born: date, sex: str, groups: str, course: str, status: Status, reason: str
) -> None:
    person = Person(born, sex, frozenset(groups.split()))
    found = state(course, person, date(2026, 11, 26))
    assert (found.status, found.because) == (status, reason)


def test_an_adult_who_was_never_vaccinated_is_due_and_not_overdue() -> None:
    person = Person(date(1990, 5, 1), "male", complete=True)
    found = state("hepatitis-b", person, date(2026, 11, 26))
    assert found.next is not None
    assert (found.status, found.because, found.next.row) == (Status.DUE, "catch-up", 16)


def test_who_had_the_disease_needs_no_dose() -> None:
    person = Person(date(2020, 5, 1), "male", had=frozenset({"measles"}), complete=True)
    assert state("measles", person, date(2026, 11, 26)).because == "had-disease"
    assert state("rubella", person, date(2026, 11, 26)).status is Status.OVERDUE


def test_tuberculosis_is_missed_for_good_at_seven() -> None:
    assert state("tuberculosis", CHILD, date(2032, 12, 1)).status is Status.OVERDUE
    assert state("tuberculosis", CHILD, date(2033, 1, 31)).status is Status.NOT_APPLICABLE


def test_influenza_comes_with_the_season() -> None:
    assert state("influenza", CHILD, date(2026, 4, 1)).next.due == date(2026, 9, 1)
    given_ = [dose("influenza", date(2026, 10, 1))]
    assert state("influenza", CHILD, date(2026, 11, 1), given_).status is Status.DONE
    assert state("influenza", CHILD, date(2027, 8, 31), given_).next.due == date(2027, 9, 1)
    assert state("influenza", CHILD, date(2027, 9, 1), given_).status is Status.DUE


# --- exemptions


def test_a_medical_exemption_moves_what_falls_into_it() -> None:
    held = Exemption("e", "medical", date(2026, 4, 1), date(2026, 7, 31), frozenset({"pertussis", "diphtheria"}))
    found = state("dtp", CHILD, date(2026, 5, 10), (), [held])
    assert found.next is not None
    assert (found.status, found.next.due) == (Status.EXEMPT, date(2026, 8, 1))
    assert state("polio", CHILD, date(2026, 5, 10), (), [held]).status is Status.DUE
    assert state("dtp", CHILD, date(2026, 8, 1), (), [held]).status is Status.OVERDUE
    assert state("dtp", CHILD, date(2026, 3, 1), (), [held]).status is Status.UPCOMING
    forever = Exemption("f", "refusal", date(2026, 4, 1))
    found = state("dtp", CHILD, date(2060, 5, 10), (), [held, forever])
    assert (found.status, found.next, found.because) == (Status.EXEMPT, None, "refusal")


# --- invariants

births = st.dates(date(1927, 1, 1), date(2026, 11, 1))
people = st.builds(
    Person,
    born=births,
    sex=st.sampled_from(["male", "female"]),
    groups=st.frozensets(st.sampled_from(sorted(GROUPS))),
    had=st.frozensets(st.sampled_from(["measles", "rubella", "mumps"])),
    complete=st.booleans(),
    intervals=st.sampled_from(sorted(INTERVALS)),
)
stages = st.sampled_from(["", "V", "V1", "V2", "V3", "R", "R1", "R2", "R3"])
anything = st.lists(
    st.builds(
        lambda day, vaccine, stage, n: Given(
            str(n), day, vaccine, {d: stage for d in VACCINES[vaccine].diseases if stage}
        ),
        st.dates(date(1927, 1, 1), date(2026, 11, 26)),
        st.sampled_from(sorted(VACCINES)),
        stages,
        st.integers(0, 999),
    ),
    max_size=12,
    unique_by=lambda g: g.id,
)


@settings(max_examples=tried(150))
@given(person=people, doses=anything, age=st.integers(0, 100))
def test_at_any_age_every_course_has_one_state_that_holds_together(person: Person, doses: list, age: int) -> None:
    today = years(age).after(person.born)
    mine = [*doses, Given("unborn", person.born - timedelta(days=1), "dtap-ipv-hepb-hib")]
    found = states(person, mine, [], today)
    assert [s.course for s in found] == [c.id for c in COURSES]
    assert found == states(person, mine[::-1], [], today)  # the order of records says nothing
    for one in found:
        if one.next is None:
            assert one.status in {Status.DONE, Status.NOT_APPLICABLE}
        elif one.status is Status.UPCOMING:
            assert one.next.due > today
        elif one.status is Status.OVERDUE:
            assert one.next.until <= today
        given_on = [s.given.on for s in one.steps if s.given]
        assert given_on == sorted(given_on)
        assert all(on >= person.born for on in given_on)
        course = next(c for c in COURSES if c.id == one.course)
        counted = [g for g in mine if g.on <= today and course.diseases <= set(VACCINES[g.vaccine].diseases)]
        assert len(given_on) + len(one.not_counted) == len(counted)  # each recorded dose is somewhere
        if given_on and one.next is not None and one.course != "influenza":
            assert one.next.due >= given_on[-1]
    plan = shown(found, today, "ru")
    assert all(d["id"] for d in plan["doses"])


@given(born=st.dates(date(2003, 1, 1), date(2026, 11, 1)), sex=st.sampled_from(["male", "female"]))
def test_who_is_vaccinated_in_time_is_never_overdue(born: date, sex: str) -> None:
    person = Person(born, sex, complete=True)
    today = date(2026, 11, 26)
    for one in states(person, in_time(person, today), [], today):
        assert one.not_counted == ()
        assert one.status is not Status.OVERDUE


@settings(max_examples=tried(30))
@given(born=st.dates(date(2024, 1, 1), date(2026, 1, 1)), days=st.integers(0, 700))
def test_a_dose_is_told_on_the_day_when_it_becomes_due(born: date, days: int) -> None:
    person, day = Person(born, "male", complete=True), born + timedelta(days=days)
    for one in due_on(person, [], [], day):
        before = state(one.course, person, day - timedelta(days=1)) if days else None
        assert before is None or before.status is Status.UPCOMING


@pytest.mark.parametrize("months", [1, 12, 13, 600])
def test_months_are_clipped_to_the_end_of_the_month(months: int) -> None:
    later = months_later(date(2024, 1, 31), months)
    assert (later + timedelta(days=1)).day == 1 or later.day == 31


def test_the_plan_can_be_filtered() -> None:
    found = states(CHILD, [], [], date(2026, 3, 1))
    plan = shown(found, date(2026, 3, 1), "en", statuses={"overdue"})
    assert [c["course"] for c in plan["courses"]] == ["hepatitis-b", "tuberculosis"]
    assert {d["vaccine"] for d in shown(found, date(2026, 3, 1), "en", courses={"dtp"})["doses"]} == {"dtp"}
