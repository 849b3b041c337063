"""Templates of entries, pure rules: marks, what is filled in, who may do what, what looks personal."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry_templates.answers import Scene, years
from chalicelib.domain.entry_templates.checks import gap_problems, text_problems
from chalicelib.domain.entry_templates.filling import fill
from chalicelib.domain.entry_templates.marks import MARK, Use, gaps, put_in, quoted, texts, uses
from chalicelib.domain.entry_templates.personal import looks_personal
from chalicelib.domain.entry_templates.placeholders import PLACEHOLDERS, kinds_of
from chalicelib.domain.entry_templates.scopes import Place, Scope, changes, sees, shares
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.visit_forms import Known
from chalicelib.records.registry import RECORD_NAMES

pytestmark = pytest.mark.requirement("UX-3")

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
MARKED = st.text("[]{}:аb1 \n-", max_size=40)
"""Text that is full of what marks are made of."""
NAME = st.text("абв ЧСС-", min_size=1, max_size=20)
BODIES = st.recursive(
    MARKED, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
)


def squeezed(text: str) -> str:
    """Without blanks: where two brackets meet, one is put between them."""
    return re.sub(r"\s", "", text)


def scene(*records: Known, person: Any = None, **more: Any) -> Scene:
    found: dict[str, list[Known]] = {kind: [] for name in PLACEHOLDERS for kind in PLACEHOLDERS[name].kinds}
    for record in records:
        found[record.kind].append(record)
    for kind in more.pop("closed", ()):
        del found[kind]
    who = person or {"last_name": "Иванова", "first_name": "Анна", "birth_date": "1985-02-01", "sex": "female"}
    return Scene(found, who, more.get("cut", frozenset()), NOW, more.get("language", "ru"), lambda unit: unit)


def allergy(substance: str) -> Known:
    return Known("allergy", "a1", "2026-01-01T00:00:00.000Z", "", {"substance": substance})


def sign(at: str, **body: Any) -> Known:
    return Known("vital-sign", f"v{at}", at, "", body)


# --- marks


@given(MARKED, st.lists(st.tuples(MARKED, st.sampled_from(["age", "allergies", "result:Глюкоза"]))), MARKED)
def test_nothing_of_a_template_is_dropped(first: str, parts: list[tuple[str, str]], value: str) -> None:
    text = first + "".join(f" {{{{{name}}}}} {part}" for part, name in parts)
    answers = {use: quoted(value) for use in uses(text)}
    rest = squeezed(put_in(text, answers))
    for piece in MARK.split(squeezed(text))[:: MARK.groups + 1]:
        assert piece in rest
        rest = rest[rest.index(piece) + len(piece) :]
    assert put_in(text, {}).replace(" ", "") == text.replace(" ", "")


@given(MARKED, MARKED, MARKED)
def test_what_the_card_says_is_never_a_mark(before: str, value: str, behind: str) -> None:
    text = f"{before}{{{{allergies}}}}{behind}"
    if uses(text) != [Use("allergies")]:
        return  # what stands before it made another mark of it
    made = put_in(text, {Use("allergies"): quoted(value)})
    assert squeezed(made).count(squeezed(value)) >= 1
    assert len(gaps(made)) == len(gaps(text))


@given(BODIES, NAME)
def test_a_gap_is_found_wherever_it_stands(body: Any, name: str) -> None:
    for pointer, _ in texts(body):
        if not pointer:
            continue
        changed = _with(body, pointer.split("/")[1:], f"x [[{name}]]")
        assert (pointer, name.strip()) in {(gap.field, gap.name) for gap in gaps(changed)}
        assert f"/body{pointer}" in {problem.field for problem in gap_problems({"body": changed})}


def _with(body: Any, path: list[str], text: str) -> Any:
    if not path:
        return text
    if isinstance(body, list):
        return [_with(one, path[1:], text) if str(n) == path[0] else one for n, one in enumerate(body)]
    return {name: _with(one, path[1:], text) if name == path[0] else one for name, one in body.items()}


@given(st.text(st.characters(exclude_characters="[")), st.text(max_size=5))
def test_text_without_the_mark_has_no_gap(text: str, more: str) -> None:
    assert gap_problems({"findings": text, "sections": {"Сердце": text + more.replace("[", "(")}}) == []
    assert [one.field for one in gap_problems({"a/b": ["[[ ]]"]})] == ["/a~1b/0"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Пульс [[ЧСС]], {{age}}, {{vital-sign:pulse}}, {{result:АЛТ}}", []),
        ("[[]]", ["gap"]),
        ("[[" + "я" * 121 + "]]", ["gap"]),
        ("[[ЧСС", ["mark"]),
        ("ЧСС]]", ["mark"]),
        ("{{age", ["mark"]),
        ("[[{{age}}]]", ["mark"]),
        ("{{snils}}", ["placeholder"]),
        ("{{age:1}}", ["placeholder"]),
        ("{{vital-sign}} {{vital-sign:mood}}", ["placeholder"]),
        ("Звонить 8 (916) 123-45-67", ["personal-data"]),
    ],
)
def test_what_a_template_may_not_say(text: str, codes: list[str]) -> None:
    assert [one.code for one in text_problems("Осмотр", {"findings": text})] == codes


@pytest.mark.parametrize(
    "text",
    [
        *("112-233-445 95", "11223344595", "СНИЛС 112–233–445 95", "7700 0012 3456 7890", "4510 123456"),
        *("45 10 № 123456", "+79161234567", "8 916 123 45 67", "+7\u00a0(916)\u00a0123-45-67", "anna@example.org"),
    ],
)
def test_what_looks_personal(text: str) -> None:
    assert looks_personal(f"Пациентка, {text}.")


@pytest.mark.parametrize("text", ["АД 120/80, ЧСС 72", "2026-11-27, 500 мг × 3", "приказ 1094н от 24.11.2021", "I10"])
def test_what_does_not(text: str) -> None:
    assert not looks_personal(text)


# --- filling


def test_values_come_with_their_sources() -> None:
    glucose = {"name": "Глюкоза", "value": "5.10", "unit": "ммоль/л"}
    lab = Known("laboratory-result", "l1", "2026-11-20T06:00:00.000Z", "", {"values": [glucose]})
    pressure = sign("2026-11-27T08:00:00.000Z", code="blood-pressure", systolic="128", diastolic="82")
    body = {
        "findings": "{{name}}, {{age}}, {{sex}}. {{allergies}}. {{vital-sign:blood-pressure}}. [[сердце]]",
        "sections": {"Анализы": "{{result:глюкоза}} от {{date}}"},
        "diagnoses": [{"chronic": True}],
    }
    made = fill(body, scene(allergy("Пенициллин"), lab, pressure))
    assert made.body == {
        "findings": "Иванова А., 41 год, женский. Пенициллин. "
        "Артериальное давление 128/82 мм рт. ст. (27.11.2026). [[сердце]]",
        "sections": {"Анализы": "Глюкоза 5.10 ммоль/л (20.11.2026) от 27.11.2026"},
        "diagnoses": [{"chronic": True}],
    }
    told = {one["placeholder"]: (one["field"], one["kind"], one["record"]) for one in made.sources}
    assert told["{{allergies}}"] == ("/findings", "allergy", "a1")
    assert told["{{result:глюкоза}}"] == ("/sections/Анализы", "laboratory-result", "l1")
    assert told["{{age}}"] == ("/findings", None, None)
    assert made.unfilled == []
    assert made.gaps() == [{"field": "/findings", "name": "сердце"}]


def test_silence_and_closed_doors_are_gaps() -> None:
    body = {"findings": "{{allergies}} / {{medication}} / {{age}}"}
    taken = {"drug": {"inn": "Лизиноприл", "strength": "10 мг"}, "dosage": "1 раз в день"}
    statement = Known("medication-statement", "m1", "2026-01-01T00:00:00.000Z", "", taken)
    some = scene(statement, closed=["prescription"])
    made = fill(body, Scene(some.found, None, frozenset(), NOW, "ru", lambda unit: unit))
    assert made.body["findings"] == (
        "[[Аллергии: в карте не указано, спросите]] / "
        "Лизиноприл 10 мг, 1 раз в день; [[Принимаемые лекарства: нет доступа, спросите]] / "
        "[[Возраст: нет доступа, спросите]]"
    )
    assert [one["why"] for one in made.unfilled] == ["absent", "closed", "closed"]
    cut = fill({"a": "{{allergies}}"}, scene(allergy("Мёд"), cut={"allergy"}))
    assert cut.body["a"].startswith("Мёд; [[Аллергии: в карте есть ещё")


def test_an_old_measurement_is_not_todays() -> None:
    old = sign("2026-11-20T08:00:00.000Z", code="pulse", value="71")
    made = fill({"findings": "{{vital-sign:pulse}}"}, scene(old))
    assert made.body == {"findings": "[[Пульс: измерьте заново]]"}
    (told,) = made.unfilled
    assert (told["why"], told["beside"][0]["value"]) == ("stale", "Пульс 71 уд/мин (20.11.2026)")
    fresh = sign("2026-11-27T08:00:00.000Z", code="temperature", value="36.6")
    assert fill({"a": "{{vital-signs}}"}, scene(fresh, old)).body["a"] == "Температура тела 36.6 °C (27.11.2026)"


def test_what_two_records_say_is_told_once_with_both_sources() -> None:
    made = fill({"a": "{{allergies}}"}, scene(allergy("Мёд"), allergy("Мёд")))
    assert (made.body["a"], len(made.sources)) == ("Мёд", 2)


def test_what_was_withdrawn_or_is_over_is_not_told() -> None:
    gone = Known("allergy", "a2", "2026-01-01T00:00:00.000Z", "", {"substance": "Мёд"}, standing=False)
    over = Known("allergy", "a3", "2026-01-01T00:00:00.000Z", "", {"substance": "Пыль", "clinical_status": "resolved"})
    assert "в карте не указано" in fill({"a": "{{allergies}}"}, scene(gone, over)).body["a"]


@given(MARKED)
def test_a_card_full_of_marks(substance: str) -> None:
    value = f"Пыль {substance} [[x]] {{{{age}}}}"
    made = fill({"findings": "До [{{allergies}}] после [[глаза]]"}, scene(allergy(value)))
    assert [gap.name for gap in gaps(made.body)] == ["глаза"]
    assert "{{age}}" in made.body["findings"]  # as the card has it, and not the age
    assert made.body["findings"].startswith("До [")
    assert made.body["findings"].endswith("после [[глаза]]")


@pytest.mark.parametrize(
    ("age", "told"), [(1, "1 год"), (11, "11 лет"), (22, "22 года"), (25, "25 лет"), (112, "112 лет")]
)
def test_years(age: int, told: str) -> None:
    assert years(age, "ru") == told


def test_placeholders_read_kinds_that_exist() -> None:
    kinds = set(kinds_of([Use(name) for name in PLACEHOLDERS])) - {"profile"}
    assert kinds <= RECORD_NAMES
    assert not kinds & {"visit", "examination-protocol"}  # nothing of earlier examinations is carried on


# --- who may do what


def person(role: Role, member: str = "m1", department: str = "therapy", organisation: str = "clinic") -> Actor:
    return Actor(PersonId(f"p-{member}"), role, member_id=member, organisation_id=organisation, department=department)


def test_whose_a_template_is() -> None:
    author, colleague = person(Role.DOCTOR), person(Role.NURSE, "m2")
    other, admin = person(Role.DOCTOR, "m3", "surgery"), person(Role.ADMINISTRATOR, "m4", "office")
    outside, registrar = person(Role.DOCTOR, "m1", organisation="other"), person(Role.REGISTRAR, "m1")
    everyone = (author, colleague, other, admin, outside, registrar)
    own, shared, public = (Place("clinic", "therapy", "m1", scope) for scope in Scope)
    assert [sees(one, own) for one in everyone] == [True, False, False, False, False, False]
    assert [sees(one, shared) for one in everyone] == [True, True, False, True, False, False]
    assert [sees(one, public) for one in everyone] == [True, True, True, True, False, False]
    assert [changes(one, shared) for one in everyone] == [True, False, False, True, False, False]
    assert [changes(one, public) for one in everyone] == [False, False, False, True, False, False]
    steps = {
        (at.scope, to): [one for one in everyone if shares(one, at, to)] for at in (own, shared, public) for to in Scope
    }
    assert {step for step, who in steps.items() if who} == {
        (Scope.OWN, Scope.DEPARTMENT),
        (Scope.DEPARTMENT, Scope.OWN),
        (Scope.DEPARTMENT, Scope.ORGANISATION),
        (Scope.ORGANISATION, Scope.DEPARTMENT),
    }
    assert steps[Scope.OWN, Scope.DEPARTMENT] == steps[Scope.DEPARTMENT, Scope.OWN] == [author]
    assert steps[Scope.DEPARTMENT, Scope.ORGANISATION] == steps[Scope.ORGANISATION, Scope.DEPARTMENT] == [admin]
    assert not shares(admin, Place("clinic", "", "m4", Scope.ORGANISATION), Scope.DEPARTMENT)
