"""Rules of overdue care, each: due, not yet, satisfied, not for this person, not judged (ANA-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.needs.facts import Why
from chalicelib.domain.needs.judging import judged
from chalicelib.domain.needs.marks import Mark, Word, changed, parted
from chalicelib.domain.needs.shown import shown
from chalicelib.domain.needs.table import PERIODIC, RULES, Periodic
from chalicelib.domain.vaccination_calendar.dates import months_later
from chalicelib.domain.vaccination_calendar.person import Given, Person
from chalicelib.domain.vaccination_calendar.plan import states
from tests.needs_facts import TODAY, condition, due, facts, known, made_for, result, satisfying, unjudged, whom

pytestmark = pytest.mark.requirement("ANA-3")

DAY = timedelta(days=1)
FORBIDDEN = ("у вас", "вы больны", "заболели", "необходимо лечение", "you have", "you suffer", "treat")


@pytest.mark.parametrize("rule", PERIODIC, ids=[rule.id for rule in PERIODIC])
def test_each_rule_with_an_interval(rule: Periodic) -> None:
    person: Any = whom(rule)
    noted = list(made_for(rule))
    never = due(facts(*noted, **person))[rule.id]
    assert never.since <= TODAY
    last_day = months_later(TODAY, -rule.every)
    for match in rule.matches:
        late, fresh = satisfying(match, last_day), satisfying(match, last_day + 2 * DAY)
        assert match.fits(late)
        again = due(facts(*noted, late, **person))[rule.id]
        assert again.since == max(months_later(late.on, rule.every), again.since)
        assert late in again.records
        assert rule.id not in due(facts(*noted, fresh, **person))
        assert rule.id not in due(facts(*noted, fresh, late, **person))
        withdrawn = replace(fresh, standing=False)
        assert rule.id in due(facts(*noted, withdrawn, **person))


@pytest.mark.parametrize("rule", [rule for rule in PERIODIC if rule.ages], ids=lambda rule: rule.id)
def test_a_screening_is_for_its_ages_and_its_sex(rule: Periodic) -> None:
    sex = rule.sex or "female"
    for age in {*rule.ages, 0, 17, 39, 44, 66, 76} & frozenset(range(110)):
        born = date(TODAY.year - age, 12, 31)  # reached in the calendar year
        assert (rule.id in due(facts(born=born, sex=sex))) is (age in rule.ages), age
    if rule.sex:
        other = "male" if rule.sex == "female" else "female"
        assert rule.id not in due(facts(born=whom(rule)["born"], sex=other))
        assert unjudged(facts(born=whom(rule)["born"], sex=""))[rule.id].why is Why.PERSON
    assert unjudged(facts(born=None, sex=sex))[rule.id].why is Why.PERSON


@pytest.mark.parametrize("rule", [rule for rule in PERIODIC if rule.codes], ids=lambda rule: rule.id)
def test_a_study_of_a_condition_is_for_who_has_it(rule: Periodic) -> None:
    code = f"{min(rule.codes)}.9"
    long_ago = date(2020, 1, 1)
    assert rule.id not in due(facts())
    assert rule.id not in due(facts(condition("J45.9", long_ago)))
    assert rule.id not in due(facts(condition(code, long_ago, clinical_status="resolved")))
    assert rule.id not in due(facts(condition(code, months_later(TODAY, -rule.every) + DAY)))  # begun lately
    noted = {"diagnoses": [{"code": code, "text": "x", "chronic": True}]}
    assert rule.id in due(facts(known("visit", long_ago, noted)))
    over = condition(code, date(2024, 1, 1), clinical_status="resolved")
    assert rule.id not in due(facts(known("visit", long_ago, noted), over))


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_closed_section_is_not_judged(rule: Any) -> None:
    person: Any = whom(rule) if isinstance(rule, Periodic) else {}
    for kind in rule.kinds:
        found = facts(*(made_for(rule) if isinstance(rule, Periodic) else ()), closed={kind}, **person)
        assert rule.id not in due(found)
        assert unjudged(found)[rule.id].why is Why.CLOSED
        assert kind in unjudged(found)[rule.id].kinds


def test_more_records_than_were_read_are_not_judged() -> None:
    read_to = {"laboratory-result": TODAY - 30 * DAY}
    assert unjudged(facts(reach=read_to))["screening-glucose-40"].why is Why.MORE
    assert "screening-glucose-40" not in due(facts(reach=read_to))
    assert "screening-glucose-40" in due(facts(reach={"laboratory-result": date(2020, 1, 1)}))


def test_who_is_observed_for_a_condition_has_the_study_once() -> None:
    found = due(facts(condition("E11.9", date(2020, 1, 1))))
    assert {"condition-lipids", "diabetes-hba1c"} <= found.keys()
    assert not {"screening-cholesterol-40", "screening-glucose-40"} & found.keys()


def test_a_target_outside_and_one_not_measured() -> None:
    target = {"indicator": "blood-pressure-systolic", "high": "135", "unit": "mm[Hg]", "every_days": 14}
    led = condition("I10", date(2026, 1, 10), control_targets=[target])
    high = known("vital-sign", date(2026, 11, 1), {"code": "blood-pressure", "systolic": "150", "diastolic": "90"})
    found = due(facts(led, high))
    assert found["target-outside"].since == date(2026, 11, 15)
    assert "150 мм рт. ст." in found["target-outside"].reason.ru
    later = known("vital-sign", date(2026, 11, 20), {"code": "blood-pressure", "systolic": "130", "diastolic": "80"})
    assert not {"target-outside", "target-unmeasured"} & due(facts(led, high, later)).keys()
    assert due(facts(led))["target-unmeasured"].since == date(2026, 1, 24)
    theirs = condition("I10", date(2026, 1, 10), control_targets=[target], doctor=False)
    assert not {"target-outside", "target-unmeasured"} & due(facts(theirs, high)).keys()
    relaxed = condition("I10", date(2026, 6, 1), control_targets=[{**target, "high": "160"}])
    assert "target-outside" not in due(facts(led, relaxed, high))


def test_a_target_of_an_analyte_is_held_in_its_unit() -> None:
    target = {"indicator": "Гемоглобин", "low": "110", "unit": "g/L"}
    led = condition("D50.9", date(2026, 1, 10), control_targets=[target])
    low = result(date(2026, 9, 1), "HGB", "10.4", unit="g/dL")
    assert due(facts(led, low))["target-outside"].since == date(2026, 10, 1)
    assert "target-outside" not in due(facts(led, low, result(date(2026, 11, 1), "Гемоглобин", "118", unit="g/L")))


def test_a_planned_review() -> None:
    led = condition("I10", date(2026, 1, 10), next_review="2026-07-01")
    assert due(facts(led))["condition-review"].since == date(2026, 7, 1)
    assert "condition-review" not in due(facts(led, today=date(2026, 6, 30)))
    seen = {"diagnoses": [{"code": "I10", "text": "x"}]}
    assert "condition-review" not in due(facts(led, known("visit", date(2026, 6, 10), seen)))
    assert "condition-review" in due(facts(led, known("visit", date(2026, 5, 1), seen)))
    slip = condition("I10", date(2026, 1, 10), next_review="0001-01-01", since="0001-01-01")
    assert due(facts(slip))["condition-review"].since == date(1900, 1, 1)
    assert "condition-review" not in due(facts(led, condition("I10", date(2026, 7, 2), next_review="2027-01-01")))


def test_a_result_out_of_its_range_and_its_repeat() -> None:
    flagged = result(date(2026, 9, 1), "ТТГ", "9", unit="m[IU]/L", low="0.4", high="4")
    found = due(facts(flagged))["result-unrepeated"]
    assert found.since == date(2026, 9, 1) + timedelta(days=42)  # domain/results/suggestions.py
    assert "Тиреотропный гормон" in found.reason.ru
    assert "result-unrepeated" not in due(facts(flagged, today=date(2026, 10, 1)))
    assert "result-unrepeated" not in due(facts(flagged, result(date(2026, 10, 1), "TSH", "3", unit="m[IU]/L")))
    pending = result(date(2026, 10, 1), "TSH", "9", unit="m[IU]/L", high="4", status="preliminary")
    assert "result-unrepeated" not in due(facts(flagged, pending))
    old = result(date(2023, 1, 1), "ТТГ", "9", unit="m[IU]/L", high="4")
    assert "result-unrepeated" not in due(facts(old))


def test_a_prescription_that_ends_within_seven_days() -> None:
    drug = {"drugs": [{"inn": "Лизиноприл"}]}
    ends = known("prescription", date(2026, 10, 1), drug, until=TODAY + 7 * DAY)
    found = due(facts(ends))["prescription-ends"]
    assert (found.since, found.by) == (TODAY, TODAY + 7 * DAY)
    assert "prescription-ends" not in due(facts(replace(ends, until=TODAY + 8 * DAY)))
    assert "prescription-ends" not in due(facts(replace(ends, until=TODAY - DAY)))
    longer = known("prescription", date(2026, 11, 1), drug, until=TODAY + 60 * DAY)
    assert "prescription-ends" not in due(facts(ends, longer))


def test_vaccinations_are_what_the_calendar_says() -> None:
    child = Person(born=date(2020, 1, 1), sex="male", complete=True)
    given = [Given("v1", date(2020, 1, 1), "hepb", {"hepatitis-b": "V1"})]
    plan = states(child, given, (), TODAY)
    said = {state.course for state in plan if state.status.value in {"due", "overdue"}}
    found = judged(facts(born=child.born, sex="male", courses=plan)).needs
    assert said
    assert {one.subject for one in found if one.rule.id == "vaccination"} == said
    assert all(one.since <= TODAY for one in found)


def test_a_mark_holds_until_the_next_interval_or_for_good() -> None:
    needs = judged(facts(condition("E11.9", date(2020, 1, 1)))).needs
    mark = Mark("diabetes-hba1c", Word.ELSEWHERE, date(2026, 6, 1), "patient", "p", "2026-06-01T00:00:00.000Z")
    left, silenced = parted(needs, [mark], TODAY)
    assert [need.rule.id for need, _ in silenced] == ["diabetes-hba1c"]
    assert len(left) == len(needs) - 1
    assert parted(needs, [mark], date(2026, 12, 1))[1] == []
    one = replace(mark, need="result-unrepeated.0123456789abcdef")
    assert one.until is None
    assert changed([mark, one], "diabetes-hba1c", None, TODAY) == [one]
    assert changed([mark], "condition-lipids", replace(mark, need="condition-lipids"), date(2027, 1, 1)) == [
        replace(mark, need="condition-lipids")
    ]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_words_of_a_diagnosis_or_an_order(language: str) -> None:
    everything = [condition(f"{code}.9", date(2020, 1, 1)) for code in ("E11", "I11", "I25", "E78", "N18", "E03")]
    flagged = result(date(2026, 6, 1), "ТТГ", "9", unit="m[IU]/L", low="0.4", high="4")
    found = facts(*everything, flagged)
    told = shown(judged(found).needs, (), judged(found).unjudged, TODAY, language, sorted)
    assert len(told["items"]) >= 9
    for item in told["items"]:
        assert not [word for word in FORBIDDEN if word in item["reason"].lower()], item
        assert ("причина обсудить с врачом" if language == "ru" else "reason to check") in item["reason"], item
        assert all(item["source"].values())
