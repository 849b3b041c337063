"""Comparisons of results in the hospital: who sees what, at what price, page by page, on paper; and sending one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Level
from chalicelib.errors import (
    AlreadyExistsError,
    ConsentRequiredError,
    InvalidFieldsError,
    NotFoundError,
    UnavailableError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.open_orders import OPEN_ORDERS, compose
from chalicelib.records.orders import PLANNED_STUDY, REFERRAL
from chalicelib.records.registry import OPEN_ORDER_KINDS
from chalicelib.services.results import comparing
from chalicelib.services.results.comparing import Question
from tests.result_world import DOCTOR_NAME, ResultWorld, value
from tests.world import ANNA

HB = "Гемоглобин"


@pytest.fixture
def world() -> ResultWorld:
    return ResultWorld()


def haemoglobin(world: ResultWorld, count: int) -> list[str]:
    """``count`` results, a day apart, oldest first."""
    return [world.result(value(HB, f"{120 + n}"), ago=count - n) for n in range(count)]


def points(found: dict[str, Any]) -> list[str]:
    return [p["value"] for a in found["analytes"] for part in a["parts"] for p in part["points"]]


@pytest.mark.requirement("REC-5", "ACC-2", "AUD-1")
def test_the_patient_and_their_doctor_compare_under_one_entry(world: ResultWorld) -> None:
    haemoglobin(world, 3)
    for who in (world.anna, world.doctor):
        before = len(world.audit.events)
        found = world.compared(HB, by=who)
        assert (points(found), found["summary_only"]) == (["120", "121", "122"], False)
        assert [event.action for event in world.audit.events[before:]] == ["result-comparison:read"]
    with pytest.raises(ConsentRequiredError):
        world.compared(HB, by=world.staff("other"))


@pytest.mark.requirement("ACC-3")
def test_who_sees_summaries_alone_sees_no_values(world: ResultWorld) -> None:
    haemoglobin(world, 2)
    limited = world.staff("limited")
    world.consent(limited, level=Level.LIMITED)
    found = world.compared(HB, by=limited)
    assert (found["analytes"], found["results"], found["summary_only"]) == ([], [], True)


@pytest.mark.requirement("REC-5")
def test_pages_go_back_in_time_and_lose_nothing(world: ResultWorld) -> None:
    haemoglobin(world, 7)
    question, after, found = Question(limit=3), None, []
    for _ in range(9):
        page, after = world.comparing.page(world.anna, ANNA, question, after)
        found.append(points(page))
        if after is None:
            break
    assert found == [["124", "125", "126"], ["121", "122", "123"], ["120"]]


@pytest.mark.requirement("REC-5")
@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [(None, 3, [0, 1, 2]), (3, None, [3, 4, 5]), (4, 2, [2, 3]), (1.5, 1.2, []), (99, 50, [])],
    ids=["to", "from", "between", "none within", "long ago"],
)
def test_a_time_is_within_its_beginning_and_without_its_end(
    world: ResultWorld, since: float | None, until: float | None, expected: list[int]
) -> None:
    haemoglobin(world, 6)
    now = world.clock()
    moments = [None if ago is None else now - timedelta(days=ago) for ago in (since, until)]
    found, after = world.comparing.page(world.anna, ANNA, Question((), "", *moments, limit=2), None)
    got = points(found)
    while after is not None:
        found, after = world.comparing.page(world.anna, ANNA, Question((), "", *moments, limit=2), after)
        got = points(found) + got
    assert got == [f"{120 + n}" for n in expected]


@pytest.mark.requirement("REC-5")
def test_what_is_opened_and_read_does_not_grow_with_the_card(
    world: ResultWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    haemoglobin(world, 40)
    opened: list[Any] = []
    opener = world.vault.open
    monkeypatch.setattr(world.vault, "open", lambda *given: opened.append(given) or opener(*given))
    world.comparing.page(world.anna, ANNA, Question((HB,), limit=10), None)
    assert len(opened) == 10
    monkeypatch.setattr(comparing, "MOST_VALUES", 4)
    found, after = world.comparing.page(world.anna, ANNA, Question((HB,), limit=10), None)
    assert points(found) == ["156", "157", "158", "159"]
    assert after is not None
    assert points(world.comparing.page(world.anna, ANNA, Question(limit=2), after)[0]) == ["154", "155"]


@pytest.mark.requirement("REC-5")
def test_the_patients_sex_and_age_are_asked_for_where_a_range_needs_them(world: ResultWorld) -> None:
    world.born("1987-04-12", "female")
    world.result(value(HB, "118", low="130", high="170", applies_to={"sex": "male"}), ago=2)
    world.result(value(HB, "118", low="120", high="150", applies_to={"sex": "female", "age_from": 18}), ago=1)
    (part,) = world.compared(HB)["analytes"][0]["parts"]
    assert [(p["range_fits"], p["flag"]) for p in part["points"]] == [(False, None), (True, "L")]


@pytest.mark.requirement("REC-5")
def test_a_correction_and_a_withdrawal_are_told_of_as_such(world: ResultWorld) -> None:
    record = world.result(value("Калий", "9.1", "mmol/L"))
    world.pump()
    fixed = world.body(value("Калий", "4.1", "mmol/L"), status="corrected")
    world.records.amend(world.doctor, ANNA, LABORATORY_RESULT, record, fixed, 1)
    world.pump()
    assert points(world.compared()) == ["4.1"]
    world.records.amend(world.doctor, ANNA, LABORATORY_RESULT, record, {**fixed, "status": "entered-in-error"}, 2)
    world.pump()
    told = [event for event in reversed(world.inbox(world.anna)) if event != "document_ready"]
    assert told == ["new_record", "result_corrected", "result_withdrawn"]
    found = world.compared()
    assert (points(found), found["withdrawn"]) == ([], 1)
    with pytest.raises(InvalidFieldsError):
        world.records.amend(world.doctor, ANNA, LABORATORY_RESULT, record, fixed, 3)


@pytest.mark.requirement("REC-5")
@pytest.mark.parametrize(
    ("since", "until", "field"),
    [("2026-02-01", "2026-01-01", "/from"), ("0001-01-01", None, "/from"), (None, "9999-01-01", "/to")],
    ids=["upside down", "first year", "last year"],
)
def test_a_time_that_is_none_is_named(world: ResultWorld, since: Any, until: Any, field: str) -> None:
    moments = [world.clock().fromisoformat(f"{text}T00:00:00+00:00") if text else None for text in (since, until)]
    with pytest.raises(InvalidFieldsError) as refused:
        world.comparing.page(world.anna, ANNA, Question((), "", *moments), None)
    assert [problem.field for problem in refused.value.fields] == [field]


@pytest.mark.requirement("REC-5")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_on_paper_it_has_a_table_and_a_chart_for_what_can_be_compared(world: ResultWorld, language: str) -> None:
    world.result(value(HB, "130", low="120", high="160"), value("СРБ", "1", "mg/L"), ago=9)
    world.result(value(HB, "11.5", "g/dL", low="12.0", high="16.0"), {"name": "СРБ", "text": "<0.5"}, ago=1)
    printed = world.sheet.pdf(world.doctor, ANNA, Question(), language)
    _, content = json.loads(printed.partition(b"\n")[2])
    charts = [section["chart"] for section in content["sections"] if section.get("chart")]
    assert [([p[1:] for p in chart["lines"][0]["points"]], chart["limits"]) for chart in charts] == [
        ([[13.0, False], [11.5, True]], [12.0, 16.0])
    ]
    tables = [section["table"]["rows"] for section in content["sections"] if section.get("table")]
    assert [len(rows) for rows in tables] == [2, 2]
    trends = [section["rows"][0][1] for section in content["sections"][1:] if section.get("rows")]
    assert trends[0] == {"ru": "−1.5 г/дл (−11.5 %)", "en": "−1.5 g/dL (−11.5 %)"}[language]
    assert (content["language"], content["document_id"]) == (language, "")
    assert len(world.entries("result-comparison:download")) == 1


# --- open orders


@pytest.mark.requirement("REC-13")
def test_open_orders_are_overdue_soon_later_or_undated(world: ResultWorld) -> None:
    today = world.clock().date()
    order = {"occurred_at": world.moment(), "doctor_name": DOCTOR_NAME, "status": "active"}

    def study(days: int, status: str = "active") -> str:
        body = {**order, "study": "УЗИ", "planned_for": (today + timedelta(days=days)).isoformat(), "status": status}
        body |= {"no_record_because": "Сделано в другой клинике"} if status == "completed" else {}
        return str(world.records.create(world.doctor, ANNA, PLANNED_STUDY, body, world.key())[0]["id"])

    late, soon, far, _done = study(-1), study(14), study(15), study(-9, "completed")
    referral = {**order, "specialty": "Кардиолог", "goal": "Осмотр"}
    undated = world.records.create(world.doctor, ANNA, REFERRAL, referral, world.key())[0]["id"]
    before = len(world.audit.events)
    found = world.records.overview(world.anna, ANNA, OPEN_ORDERS, OPEN_ORDER_KINDS, 100)
    listed = compose(found, today)
    assert [(item["id"], item["due"]) for item in listed["items"]] == [
        (late, "overdue"),
        (soon, "soon"),
        (far, "later"),
        (undated, "undated"),
    ]
    assert listed["whole"] is True
    assert [event.action for event in world.audit.events[before:]] == ["open-order:read"]


# --- sending


def form(world: ResultWorld, record: str, who: str = "other") -> dict[str, Any]:
    return {
        "kind": "laboratory-result",
        "record_id": record,
        "organisation_id": "clinic",
        "member_id": f"member-{who}",
        "staff_number": None,
        "purpose": "consultation",
        "valid_until": None,
    }


def doctor(world: ResultWorld, name: str = "other") -> Any:
    """Somebody on the staff list of the clinic."""
    return on_the_list(world, world.staff(name))


def on_the_list(world: ResultWorld, who: Any) -> Any:
    row = world.row(keys.member(who.person_id, who.member_id))
    listed = {**row, "person": who.person_id, "staff_number": "7"}
    world.tables.commit([Put(keys.staff("clinic", who.member_id), listed, None)])
    return who


@pytest.mark.requirement("REC-5", "ACC-4")
def test_a_result_is_put_before_a_doctor_with_a_consent_for_results_alone(world: ResultWorld) -> None:
    record, other = world.result(value(HB, "118")), doctor(world)
    sent, again = world.sending.send(world.anna, form(world, record), "k" * 16, "ru")
    assert (sent, again) == ({"member": "member-other", "consent": "given"}, False)
    world.pump()
    (notice,) = [n for n in world.notices.mine(other, "ru", 9, None)[0] if n["event"] == "patient_result_sent"]
    assert notice["links"] == {"kind": "laboratory-result", "id": record, "patient": ANNA}
    assert "118" not in notice["text"]
    assert points(world.compared(by=other)) == ["118"]
    with pytest.raises(ConsentRequiredError):
        world.records.overview(other, ANNA, OPEN_ORDERS, OPEN_ORDER_KINDS)
    same, again = world.sending.send(world.anna, form(world, record), "k" * 16, "ru")
    world.pump()
    assert (same, again) == (sent | {"consent": "given"}, True)
    assert world.inbox(other).count("patient_result_sent") == 1


@pytest.mark.requirement("REC-5", "ACC-4")
def test_a_doctor_who_may_read_it_is_only_told(world: ResultWorld) -> None:
    record = world.result(value(HB, "118"))
    on_the_list(world, world.doctor)
    before = world.row(keys.consent(ANNA, "member-doctor"))
    sent, _ = world.sending.send(world.anna, form(world, record, "doctor"), "k" * 16, "ru")
    assert sent["consent"] == "stands"
    assert world.row(keys.consent(ANNA, "member-doctor")) == before


@pytest.mark.requirement("REC-5")
def test_a_consent_for_something_else_is_for_the_patient_to_widen(world: ResultWorld) -> None:
    record, other = world.result(value(HB, "118")), doctor(world)
    world.consent(other, sections=("allergies",))
    with pytest.raises(AlreadyExistsError):
        world.sending.send(world.anna, form(world, record), "k" * 16, "ru")
    with pytest.raises(NotFoundError):
        world.sending.send(world.anna, form(world, "01890000-0000-7000-8000-000000000000"), "m" * 16, "ru")
    with pytest.raises(NotFoundError):
        world.sending.send(world.anna, form(world, record, "nobody"), "n" * 16, "ru")


@pytest.mark.requirement("REC-5")
def test_a_crash_after_the_consent_is_made_good_by_the_same_request(
    world: ResultWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, other = world.result(value(HB, "118")), doctor(world)
    commit = world.gate.commit

    def dies(staged: Any, writes: Any, once: Any = None) -> Any:
        if once is not None:
            raise UnavailableError
        return commit(staged, writes, once)

    monkeypatch.setattr(world.gate, "commit", dies)
    with pytest.raises(UnavailableError):
        world.sending.send(world.anna, form(world, record), "k" * 16, "ru")
    monkeypatch.undo()
    sent, again = world.sending.send(world.anna, form(world, record), "k" * 16, "ru")
    world.pump()
    assert (sent["consent"], again) == ("stands", False)
    assert world.inbox(other).count("patient_result_sent") == 1


@pytest.mark.requirement("REC-5", "ACC-2")
def test_nobody_is_told_after_the_consent_was_taken_back(world: ResultWorld) -> None:
    record, other = world.result(value(HB, "118")), doctor(world)
    world.sending.send(world.anna, form(world, record), "k" * 16, "ru")
    row = world.row(keys.consent(ANNA, "member-other"))
    world.consents.answer(world.anna, "member-other", int(row["ver"]), {"state": "revoked"})
    world.pump()
    assert "patient_result_sent" not in world.inbox(other)
