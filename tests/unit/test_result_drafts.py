"""Drafts from a result (REC-12): made by rows of data, one doctor's alone, accepted once, whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    ConsentRequiredError,
    ErasedError,
    InvalidFieldsError,
    NotFoundError,
    OutcomeUnknownError,
    PrescribingWarningsError,
    StaleVersionError,
    StepUpRequiredError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.medication import PRESCRIPTION as KIND
from chalicelib.records.registry import record_type
from tests.result_world import DOCTOR_NAME, ResultWorld, value
from tests.world import ANNA, PRESCRIPTION

pytestmark = pytest.mark.requirement("REC-12")

KINDS = ("prescription", "referral", "planned-study", "laboratory-order")
DIAGNOSIS = {"code": "E11.9", "text": "Сахарный диабет 2 типа", "role": "main", "chronic": True}
TSH = value("ТТГ", "9.8", "m[IU]/L", low="0.4", high="4.0")


@pytest.fixture
def world() -> ResultWorld:
    return ResultWorld()


@pytest.fixture
def result(world: ResultWorld) -> str:
    return world.result(TSH, value("Калий", "4.2", "mmol/L", low="3.5", high="5.1"), panel="Гормоны")


def accept(world: ResultWorld, draft: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    return world.accepting.accept(world.doctor, ANNA, draft["id"])


def records(world: ResultWorld, kind: str) -> list[str]:
    prefix = f"R#{kind}#"
    return [key.sk.removeprefix(prefix) for key in world.tables.rows(Store.CARD) if key.sk.startswith(prefix)]


def drafts(world: ResultWorld) -> list[str]:
    return [key.sk for key in world.tables.rows(Store.CARD) if key.sk.startswith("DRAFT#")]


def test_drafts_are_filled_by_rows_of_data_that_say_where_they_are_from(world: ResultWorld, result: str) -> None:
    made = {draft["kind"]: draft for draft in world.drafts_of(result, *KINDS)}
    today = world.clock().date()
    assert made["referral"]["body"]["specialty"] == "Эндокринолог"
    assert "ТТГ" not in made["referral"]["body"]["goal"]  # by the name of the code set
    assert "Тиреотропный гормон 9.8 m[IU]/L ↑" in made["referral"]["body"]["goal"]
    assert made["planned-study"]["body"]["planned_for"] == (today + timedelta(days=42)).isoformat()
    assert [a["name"] for a in made["laboratory-order"]["body"]["analytes"]] == [
        "Тиреотропный гормон",
        "Тироксин свободный",
        "Антитела к тиреопероксидазе",
    ]
    assert made["prescription"]["missing"] == ["/form", "/validity", "/drugs"]
    for draft in made.values():
        assert draft["body"]["related"] == [{"kind": "laboratory-result", "id": result}]
        assert draft["body"]["doctor_name"] == DOCTOR_NAME
        assert "(unverified)" in draft["suggested"][0]["source"]


def test_where_no_row_fits_the_doctor_fills_it_in(world: ResultWorld) -> None:
    quiet = world.result(value("Калий", "4.2", "mmol/L", low="3.5", high="5.1"))
    made = {draft["kind"]: draft for draft in world.drafts_of(quiet, "referral", "planned-study")}
    assert made["referral"]["missing"] == ["/specialty"]
    assert made["planned-study"]["missing"] == ["/planned_for"]
    assert made["referral"]["suggested"] == []


def test_a_drug_is_taken_from_ones_own_last_prescription_for_the_diagnosis_or_from_nowhere(
    world: ResultWorld, result: str
) -> None:
    def prescribed(who: Any, inn: str, code: str) -> None:
        body = {**PRESCRIPTION, "occurred_at": world.moment(), "diagnosis": {**DIAGNOSIS, "code": code}}
        body["drugs"] = [{**PRESCRIPTION["drugs"][0], "inn": inn}]
        world.prescriptions.issue(who, ANNA, body, world.key())

    other = world.staff("other")
    world.consent(other)
    prescribed(world.doctor, "Метформин", "E11.9")
    prescribed(world.doctor, "Лизиноприл", "I10")
    prescribed(other, "Гликлазид", "E11.9")
    (with_one,) = world.drafts_of(result, "prescription", diagnosis=DIAGNOSIS)
    assert [drug["inn"] for drug in with_one["body"]["drugs"]] == ["Метформин"]
    assert not {"qr", "override", "warnings"} & with_one["body"].keys()
    for diagnosis in (None, {**DIAGNOSIS, "code": "J45.0"}):
        (empty,) = world.drafts_of(result, "prescription", diagnosis=diagnosis)
        assert "drugs" not in empty["body"]


def test_one_doctor_sees_their_own_alone_and_the_patient_none(world: ResultWorld, result: str) -> None:
    (draft,) = world.drafts_of(result, "referral")
    other = world.staff("other")
    world.consent(other)
    assert world.drafting.listed(other, ANNA) == []
    for attempt in (
        lambda: world.drafting.edit(other, ANNA, draft["id"], draft["body"], 1),
        lambda: world.accepting.accept(other, ANNA, draft["id"]),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    world.drafting.discard(other, ANNA, draft["id"])  # of theirs there is none
    assert [one["id"] for one in world.drafting.listed(world.doctor, ANNA)] == [draft["id"]]
    for who in (world.anna, world.staff("nurse", Role.NURSE)):
        with pytest.raises((AccessDeniedError, ConsentRequiredError)):
            world.drafting.listed(who, ANNA)
    stored = str(world.tables.rows(Store.CARD)[keys.result_draft(ANNA, world.doctor.person_id, draft["id"])])
    assert "Эндокринолог" not in stored


@pytest.mark.parametrize("kind", KINDS[1:])
def test_one_action_makes_the_record_and_ends_the_draft(world: ResultWorld, result: str, kind: str) -> None:
    (draft,) = world.drafts_of(result, kind)
    record, again = accept(world, draft)
    assert (record["kind"], record["id"], again) == (kind, draft["id"], False)
    assert record["body"]["related"] == [{"kind": "laboratory-result", "id": result}]
    assert drafts(world) == []
    world.pump()
    shown = world.records.read(world.anna, ANNA, record_type(kind), record["id"])
    assert shown["author"]["role"] == "doctor"
    repeated, again = accept(world, draft)
    assert (repeated["id"], again) == (record["id"], True)
    assert records(world, kind) == [record["id"]]


def test_what_is_missing_is_named_and_may_be_filled_in(world: ResultWorld) -> None:
    quiet = world.result(value("Калий", "4.2", "mmol/L"))
    (draft,) = world.drafts_of(quiet, "referral")
    with pytest.raises(InvalidFieldsError) as refused:
        accept(world, draft)
    assert [problem.field for problem in refused.value.fields] == ["/specialty"]
    changed = world.drafting.edit(world.doctor, ANNA, draft["id"], {**draft["body"], "specialty": "Кардиолог"}, 1)
    assert (changed["version"], changed["missing"]) == (2, [])
    assert accept(world, changed)[0]["body"]["specialty"] == "Кардиолог"


def test_an_edit_may_lack_fields_and_is_otherwise_right(world: ResultWorld, result: str) -> None:
    (draft,) = world.drafts_of(result, "referral")
    edit = world.drafting.edit
    assert edit(world.doctor, ANNA, draft["id"], {}, 1)["missing"]
    with pytest.raises(InvalidFieldsError) as refused:
        edit(world.doctor, ANNA, draft["id"], {"specialty": 7, "colour": "red"}, 2)
    assert {problem.field for problem in refused.value.fields} == {"/specialty", "/colour"}
    with pytest.raises(StaleVersionError):
        edit(world.doctor, ANNA, draft["id"], draft["body"], 1)


def test_a_number_with_a_fraction_is_no_count_of_packs(world: ResultWorld, result: str) -> None:
    (draft,) = world.drafts_of(result, "prescription")
    for packs in (Decimal("1.0"), Decimal("1.5"), "1", True):
        body = {**draft["body"], "drugs": [{**PRESCRIPTION["drugs"][0], "packs": packs}]}
        with pytest.raises(InvalidFieldsError) as refused:
            world.drafting.edit(world.doctor, ANNA, draft["id"], body, 1)
        assert [(field.field, field.code) for field in refused.value.fields] == [("/drugs/0/packs", "int-type")]


@pytest.mark.requirement("REC-12", "RX-1", "REC-14")
def test_a_prescription_is_signed_by_its_own_process(world: ResultWorld, result: str) -> None:
    body = {**PRESCRIPTION, "occurred_at": world.moment(), "diagnosis": DIAGNOSIS}
    world.prescriptions.issue(world.doctor, ANNA, body, world.key())
    (draft,) = world.drafts_of(result, "prescription", diagnosis=DIAGNOSIS)
    assert draft["missing"] == []
    with pytest.raises(PrescribingWarningsError) as warned:  # it is prescribed already
        accept(world, draft)
    keys_of = [warning["key"] for warning in (warned.value.extra or {})["warnings"]]
    override = {"reason": "replaces-therapy", "warnings": keys_of}
    edited = world.drafting.edit(world.doctor, ANNA, draft["id"], {**draft["body"], "override": override}, 1)
    stale = replace(world.doctor, confirmed_at=world.clock() - timedelta(hours=1))
    with pytest.raises(StepUpRequiredError):
        world.accepting.accept(stale, ANNA, draft["id"])
    record, again = accept(world, edited)
    assert (record["id"], record["status"]["state"], again) == (draft["id"], "active", False)
    assert drafts(world) == []
    assert accept(world, edited)[1] is True
    qr = world.records.read(world.anna, ANNA, KIND, record["id"])["body"]["qr"]
    assert world.dispensing.verify(world.pharmacy("north"), qr)


@pytest.mark.requirement("REC-12", "ACC-2")
def test_a_consent_that_was_taken_back_ends_it(world: ResultWorld, result: str) -> None:
    (draft,) = world.drafts_of(result, "referral")
    row = world.row(keys.consent(ANNA, world.doctor.member_id))
    world.consents.answer(world.anna, world.doctor.member_id, int(row["ver"]), {"state": "revoked"})
    for attempt in (
        lambda: accept(world, draft),
        lambda: world.drafting.listed(world.doctor, ANNA),
        lambda: world.drafting.edit(world.doctor, ANNA, draft["id"], draft["body"], 1),
    ):
        with pytest.raises(ConsentRequiredError):
            attempt()
    assert records(world, "referral") == []


@pytest.mark.requirement("REC-12", "ACC-3")
def test_a_consent_for_results_alone_drafts_and_does_not_write(world: ResultWorld, result: str) -> None:
    narrow = world.staff("narrow")
    world.consent(narrow, sections=("results",))
    (draft,) = world.drafts_of(result, "referral", by=narrow)
    with pytest.raises(ConsentRequiredError):
        world.accepting.accept(narrow, ANNA, draft["id"])
    assert records(world, "referral") == []


def test_a_result_that_was_corrected_since_is_looked_at_first(world: ResultWorld, result: str) -> None:
    (draft,) = world.drafts_of(result, "referral")
    fixed = world.body({**TSH, "value": "2.1"}, panel="Гормоны", status="corrected")
    world.records.amend(world.doctor, ANNA, LABORATORY_RESULT, result, fixed, 1)
    with pytest.raises(WrongStateError):
        accept(world, draft)
    assert (records(world, "referral"), len(drafts(world))) == ([], 1)
    seen = world.drafting.edit(world.doctor, ANNA, draft["id"], draft["body"], 1)
    assert accept(world, seen)[0]["id"] == draft["id"]
    withdrawn = {**fixed, "status": "entered-in-error"}
    world.records.amend(world.doctor, ANNA, LABORATORY_RESULT, result, withdrawn, 2)
    with pytest.raises(WrongStateError):
        world.drafts_of(result, "referral")


def test_it_ends_by_itself(world: ResultWorld, result: str) -> None:
    (draft,) = world.drafts_of(result, "referral")
    row = world.row(keys.result_draft(ANNA, world.doctor.person_id, draft["id"]))
    assert row["expires"] == int((world.clock() + timedelta(days=30)).timestamp())
    world.tables.tamper(keys.result_draft(ANNA, world.doctor.person_id, draft["id"]), expires=1)
    assert world.drafting.listed(world.doctor, ANNA) == []
    with pytest.raises(NotFoundError):
        accept(world, draft)


def test_the_same_order_makes_drafts_once(world: ResultWorld, result: str) -> None:
    form = {"record_id": result, "kinds": ["referral", "planned-study"], "diagnosis": None}
    first, again = world.drafting.make(world.doctor, ANNA, form, "k" * 16, "ru")
    second, repeated = world.drafting.make(world.doctor, ANNA, form, "k" * 16, "ru")
    assert (again, repeated) == (False, True)
    assert [one["id"] for one in first] == [one["id"] for one in second]
    assert len(drafts(world)) == 2


# --- faults and races


def overtaken(world: ResultWorld, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """``act`` happens between what the next commit has seen and what it writes."""
    commit = world.gate.commit

    def late(*given: Any) -> Any:
        monkeypatch.setattr(world.gate, "commit", commit)
        act()
        return commit(*given)

    monkeypatch.setattr(world.gate, "commit", late)


@pytest.mark.parametrize("kind", ["referral", "prescription"])
def test_of_two_acceptances_one_makes_the_record(
    world: ResultWorld, result: str, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    (draft,) = world.drafts_of(result, kind)
    body = {
        **draft["body"],
        **({n: PRESCRIPTION[n] for n in ("form", "validity", "drugs")} if kind == KIND.name else {}),
    }
    draft = world.drafting.edit(world.doctor, ANNA, draft["id"], body, 1)
    first: list[Any] = []
    overtaken(world, monkeypatch, lambda: first.append(accept(world, draft)))
    record, again = accept(world, draft)
    assert again is True
    assert record["id"] == first[0][0]["id"]
    assert records(world, kind) == [record["id"]]
    assert len([key for key in world.tables.rows(Store.CARD) if key.pk.startswith("RX#")]) == (kind == KIND.name)


def test_an_edit_in_the_same_moment_wins_and_nothing_is_made(
    world: ResultWorld, result: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (draft,) = world.drafts_of(result, "referral")
    edited = {**draft["body"], "specialty": "Хирург"}
    overtaken(world, monkeypatch, lambda: world.drafting.edit(world.doctor, ANNA, draft["id"], edited, 1))
    with pytest.raises(StaleVersionError):
        accept(world, draft)
    assert records(world, "referral") == []
    assert accept(world, draft)[0]["body"]["specialty"] == "Хирург"


@pytest.mark.parametrize("lost", [False, True], ids=["nothing-happened", "reply-lost"])
def test_an_acceptance_that_died_is_made_good_by_the_next(
    world: ResultWorld, result: str, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    (draft,) = world.drafts_of(result, "referral")
    commit = world.gate.commit

    def dies(*given: Any) -> Any:
        if lost:
            commit(*given)
            raise OutcomeUnknownError
        raise UnavailableError

    monkeypatch.setattr(world.gate, "commit", dies)
    with pytest.raises((OutcomeUnknownError, UnavailableError)):
        accept(world, draft)
    monkeypatch.setattr(world.gate, "commit", commit)
    assert accept(world, draft)[1] is lost
    assert records(world, "referral") == [draft["id"]]
    assert drafts(world) == []


def test_no_draft_of_whom_the_keys_are_destroyed(world: ResultWorld, result: str) -> None:
    (draft,) = world.drafts_of(result, "referral")
    before = json.dumps(sorted(map(str, world.tables.rows(Store.CARD))))
    world.keys.destroy(ANNA, "entry")
    with pytest.raises(ErasedError):
        world.drafting.edit(world.doctor, ANNA, draft["id"], draft["body"], 1)
    assert json.dumps(sorted(map(str, world.tables.rows(Store.CARD)))) == before
