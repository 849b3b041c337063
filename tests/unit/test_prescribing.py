"""Warnings about drugs as a table of rules (REC-14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import prescribing
from chalicelib.domain.prescribing import PAIRS, Substance, unanswered, warnings
from chalicelib.records.bodies.medication import Override

AMOXICILLIN = Substance("Амоксициллин", "J01CA04", line=1)
AMOXICLAV = Substance("Амоксициллин + Клавулановая кислота", "J01CR02", line=1)
CEFTRIAXONE = Substance("Цефтриаксон", "J01DD04", line=1)

pytestmark = pytest.mark.requirement("REC-14")


def allergy(inn: str, atc: str = "") -> Substance:
    return Substance(inn, atc, kind="allergy", id="a")


def taken(inn: str, atc: str = "") -> Substance:
    return Substance(inn, atc, kind="prescription", id="p")


@pytest.mark.parametrize(
    ("drug", "known", "found"),
    [
        (AMOXICILLIN, allergy("амоксициллин "), ["allergy-same-drug", "not-checked"]),
        (AMOXICILLIN, allergy("Amoxicillin", "J01CA04"), ["allergy-same-drug"]),
        (AMOXICILLIN, allergy("Ампициллин", "J01CA01"), ["allergy-group"]),
        (AMOXICILLIN, allergy("Пенициллин"), ["allergy-group"]),
        (AMOXICILLIN, allergy("Бензилпенициллин", "J01CE01"), ["allergy-cross"]),  # of one class, in another group
        (AMOXICLAV, allergy("Ампициллин", "J01CA01"), ["allergy-cross"]),
        (AMOXICLAV, allergy("Амоксициллин", "J01CA04"), ["allergy-same-drug"]),
        (AMOXICILLIN, allergy("Амоксициллин+[Клавулановая кислота]", "J01CR02"), ["allergy-same-drug"]),
        (CEFTRIAXONE, allergy("Цефалексин", "J01DB01"), ["allergy-cross"]),
        (CEFTRIAXONE, allergy("Пенициллины"), ["allergy-cross"]),
        (AMOXICILLIN, allergy("Цефалексин", "J01DB01"), ["allergy-cross"]),
        (AMOXICILLIN, allergy("Цефалоспорины"), ["allergy-cross"]),
        (AMOXICILLIN, allergy("Пыльца амброзии"), ["not-checked"]),
        (AMOXICILLIN, allergy("Ибупрофен", "M01AE01"), []),
        (Substance("Амоксициллин", line=1), allergy("Ампициллин", "J01CA01"), ["not-checked"]),
        (Substance("Амоксициллин", line=1), allergy("Амоксициллин", "J01CA04"), ["allergy-same-drug", "not-checked"]),
    ],
    ids=lambda value: getattr(value, "inn", None) or "-".join(value)[:30] or "none",
)
def test_allergies(drug: Substance, known: Substance, found: list[str]) -> None:
    assert [one.code for one in warnings([drug], [known], [], [])] == found


@pytest.mark.parametrize(
    ("drug", "other", "found"),
    [
        (AMOXICILLIN, taken("АМОКСИЦИЛЛИН"), ["duplicate-drug"]),
        (AMOXICILLIN, taken("Флемоксин", "J01CA04"), ["duplicate-drug"]),
        (AMOXICILLIN, taken("Ампициллин", "J01CA01"), ["duplicate-group"]),
        (AMOXICILLIN, taken("Амоксициллин + Клавулановая кислота", "J01CR02"), ["duplicate-drug"]),
        (AMOXICILLIN, taken("Метформин", "A10BA02"), []),
        (Substance("Силденафил", "G04BE03", 1), taken("Нитроглицерин", "C01DA02"), ["contraindicated"]),
        (Substance("Нитроглицерин", "C01DA02", 1), taken("Силденафил", "G04BE03"), ["contraindicated"]),
    ],
    ids=["same-name", "same-code", "same-group", "in-a-combination", "nothing", "pair", "pair-turned"],
)
def test_what_is_taken_already(drug: Substance, other: Substance, found: list[str]) -> None:
    assert [one.code for one in warnings([drug], [], [other], [])] == found


def test_drugs_of_one_prescription_meet_each_other_once() -> None:
    second = Substance("Ампициллин", "J01CA01", line=2)
    [one] = warnings([AMOXICILLIN, second], [], [], [])
    assert (one.code, one.line, one.with_line) == ("duplicate-group", 2, 1)


def test_the_gravest_comes_first_and_a_notice_asks_for_no_answer() -> None:
    found = warnings([AMOXICILLIN], [allergy("Пенициллин"), allergy("Амоксициллин", "J01CA04")], [], ["prescription"])
    assert [one.severity for one in found] == ["stop", "warning", "notice"]
    assert unanswered(found, [found[0].key]) == [found[1]]
    assert unanswered(found, [one.key for one in found[:2]]) == []


def test_as_many_warnings_as_are_told_can_be_answered() -> None:
    drugs = [Substance("Амоксициллин", "J01CA04", line=line) for line in range(1, 11)]
    taken = [Substance("Амоксициллин", "J01CA04", 0, "medication-statement", f"{n:036}") for n in range(100)]
    stop = Substance("Ампициллин", "J01CA04", 0, "allergy", "f" * 36)
    found = warnings(drugs, [stop], taken, [])
    told = [one.key for one in found if one.severity != "notice"]
    assert (len(told), [one.rule for one in found if one.severity == "notice"]) == (prescribing.MOST, ["too-many"])
    assert [one.severity for one in found[:11]] == ["stop"] * 10 + ["warning"]
    assert unanswered(found, Override(reason="other", warnings=told).warnings) == []
    few = warnings(drugs[:5], [stop], taken[:20], [])
    assert (len(few), [one for one in few if one.severity == "notice"]) == (5 + 5 * 20 + 10, [])


def test_every_pair_says_where_it_is_from_and_that_nobody_has_reviewed_it() -> None:
    assert all("SmPC" in pair.source and "for review" in pair.source for pair in PAIRS)
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)


def test_reasons_stand_in_the_body_as_in_the_rules() -> None:
    allowed = Override.model_json_schema()["properties"]["reason"]["enum"]
    assert tuple(allowed) == prescribing.OVERRIDES


ATC = st.sampled_from(["", "J01CA04", "J01CA01", "J01DD04", "C01DA02", "G04BE03", "N06AB03", "N06AF03", "A10BA02"])
SUBSTANCE = st.builds(
    Substance, st.sampled_from(["а", "б", "Пенициллин", ""]), ATC, kind=st.just("k"), id=st.uuids().map(str)
)


@given(st.lists(ATC, min_size=1, max_size=3), st.lists(SUBSTANCE, max_size=5), st.lists(SUBSTANCE, max_size=5))
def test_more_records_never_hide_a_warning(
    atcs: list[str], allergies: list[Substance], others: list[Substance]
) -> None:
    drugs = [Substance(f"d{line}", atc, line=line) for line, atc in enumerate(atcs, start=1)]
    all_of_them = warnings(drugs, allergies, others, [])
    some = warnings(drugs, allergies[:2], others[:2], [])
    assert set(some) <= set(all_of_them)
    assert len({one.key for one in all_of_them}) == len(all_of_them)
