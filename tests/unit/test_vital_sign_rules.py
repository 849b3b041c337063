"""Vital signs as rules: what a sign is, at which level a reading lies, where a rule comes from."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.vital_signs.bands import ADULT, RULES, TARGETED_SATURATION, Level, Limit, judge, rules_of
from chalicelib.domain.vital_signs.signs import INDICATORS, SIGNS, Reading, body_mass_index
from chalicelib.errors import InvalidFieldsError
from chalicelib.handlers.bodies import validate
from tests.vital_world import body

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
VITAL_SIGN = "records.bodies.observation:VitalSign"


def reading(sign: str, *numbers: str, place: str = "home", **how: str) -> Reading:
    values = dict(zip(SIGNS[sign].fields, map(Decimal, numbers), strict=True))
    return Reading(sign, NOW, values, place, how)


FASTING = {"specimen": "venous-plasma", "timing": "fasting"}
AT_ANY_TIME = {"specimen": "capillary-blood", "timing": "any-time"}
N, A, U = "normal", "attention", "urgent"


@pytest.mark.requirement("REC-10")
@pytest.mark.parametrize(
    ("made", "level"),
    [
        (reading("blood-pressure", "134", "84"), N),
        (reading("blood-pressure", "135", "84"), A),
        (reading("blood-pressure", "134", "85"), A),
        (reading("blood-pressure", "180", "84"), U),
        (reading("blood-pressure", "134", "110"), U),
        (reading("blood-pressure", "129", "84", place="office"), N),
        (reading("blood-pressure", "130", "84", place="office"), A),
        (reading("blood-pressure", "180", "109", place="office"), U),
        (reading("blood-pressure", "100", "70"), N),
        (reading("blood-pressure", "99", "70"), A),
        (reading("blood-pressure", "90", "60"), U),
        (reading("pulse", "51"), N),
        (reading("pulse", "50"), A),
        (reading("pulse", "40"), U),
        (reading("pulse", "110"), N),
        (reading("pulse", "111"), A),
        (reading("pulse", "131"), U),
        (reading("respiration", "20"), N),
        (reading("respiration", "21"), A),
        (reading("respiration", "25"), U),
        (reading("respiration", "8"), U),
        (reading("saturation", "94", breathing="air"), N),
        (reading("saturation", "93", breathing="air"), A),
        (reading("saturation", "91", breathing="air"), U),
        (reading("temperature", "38.0"), N),
        (reading("temperature", "38.04"), N),
        (reading("temperature", "38.06"), A),
        (reading("temperature", "35.0"), U),
        (reading("glucose", "6.0", **FASTING), N),
        (reading("glucose", "6.1", **FASTING), A),
        (reading("glucose", "7.4", **FASTING), A),
        (reading("glucose", "16.6", **FASTING), A),
        (reading("glucose", "16.7", **FASTING), U),
        (reading("glucose", "25", specimen="capillary-blood", timing="fasting"), U),
        (reading("glucose", "7.4", **AT_ANY_TIME), N),
        (reading("glucose", "11.1", **AT_ANY_TIME), A),
        (reading("glucose", "16.7", **AT_ANY_TIME), U),
        (reading("glucose", "3.8", **FASTING), A),
        (reading("glucose", "2.9", **AT_ANY_TIME), U),
        (reading("body-mass-index", "24.9"), N),
        (reading("body-mass-index", "25"), A),
        (reading("weight", "200"), "none"),
    ],
    ids=lambda one: (
        f"{one.sign}-{'-'.join(map(str, one.values.values()))}-{one.place}" if isinstance(one, Reading) else one
    ),
)
def test_a_reading_lies_at_a_level(made: Reading, level: str) -> None:
    assert judge(made, 40).level.value == level


@pytest.mark.requirement("REC-10")
def test_below_the_age_of_the_rules_only_a_doctors_limits_hold() -> None:
    high = reading("pulse", "135")
    assert judge(high, ADULT - 1).level is Level.NONE
    assert judge(high, None).level is Level.NONE
    limits = [Limit("pulse", "value", Decimal(80), Decimal(130))]
    verdict = judge(high, 5, limits)
    assert (verdict.level, verdict.rule.personal) == (Level.ATTENTION, True)
    assert judge(reading("pulse", "120"), 5, limits).level is Level.NORMAL


@pytest.mark.requirement("REC-10", "REC-8")
def test_a_doctors_limits_stand_in_for_the_table_and_guard_rails_stay_beside_them() -> None:
    wide = [Limit("blood-pressure", "systolic", Decimal(110), Decimal(150))]
    assert judge(reading("blood-pressure", "150", "80"), 70, wide).level is Level.NORMAL
    assert judge(reading("blood-pressure", "151", "80"), 70, wide).level is Level.ATTENTION
    assert judge(reading("blood-pressure", "182", "80"), 70, wide).level is Level.URGENT
    assert judge(reading("blood-pressure", "120", "86"), 70, wide).level is Level.ATTENTION  # no limit for this number
    beyond = [Limit("pulse", "value", Decimal(35), Decimal(60))]
    assert judge(reading("pulse", "38"), 30, beyond).level is Level.NORMAL  # within what the doctor set
    assert judge(reading("pulse", "34"), 30, beyond).level is Level.URGENT  # beyond the doctor's limit and the rail
    low = [Limit("saturation", "value", Decimal(80), None)]
    levels = [judge(reading("saturation", n, breathing="air"), 60, low).level.value for n in ("80", "79", "55")]
    assert levels == [N, U, U]


@pytest.mark.requirement("REC-10")
def test_a_prescribed_target_of_saturation_has_the_other_scale() -> None:
    target = [Limit("saturation", "value", Decimal(88), Decimal(92))]
    levels = {
        n: judge(reading("saturation", n, breathing="oxygen"), 60, target).level.value
        for n in ("83", "86", "90", "95", "97")
    }
    assert levels == {"83": U, "86": A, "90": N, "95": A, "97": U}
    assert judge(reading("saturation", "98", breathing="air"), 60, target).level is Level.ATTENTION


@pytest.mark.requirement("REC-10")
def test_every_rule_is_about_a_sign_and_says_where_it_comes_from() -> None:
    for rule in (*RULES, *TARGETED_SATURATION):
        assert rule.source
        assert rule.part in SIGNS[rule.sign].fields
        low, high = SIGNS[rule.sign].plausible
        assert low <= rule.limit <= high
    doubtful = {rule.sign for rule in RULES if "unverified" in rule.source}
    assert {"blood-pressure", "glucose", "body-mass-index"} <= doubtful


@given(
    sign=st.sampled_from([name for name in SIGNS if name not in {"weight", "height"}]),
    part=st.integers(0, 1),
    numbers=st.tuples(st.integers(0, 3000), st.integers(0, 3000)),
    place=st.sampled_from(["home", "office"]),
)
def test_farther_from_the_middle_is_never_a_lower_level(
    sign: str, part: int, numbers: tuple[int, int], place: str
) -> None:
    """Above the highest rule of attention, and below the lowest, a level never falls again."""
    name = SIGNS[sign].fields[min(part, len(SIGNS[sign].fields) - 1)]
    how = {"specimen": "venous-plasma", "timing": "fasting", "breathing": "air"}
    near, far = sorted(Decimal(n) / 10 for n in numbers)
    rules = [rule for rule in rules_of(sign, 40) if rule.part == name and rule.fits(place, how)]
    ups = [rule.limit for rule in rules if rule.relation == ">="]
    if ups and near >= min(ups):
        levels = [judge(Reading(sign, NOW, {name: n}, place, how), 40).level.rank for n in (near, far)]
        assert levels == sorted(levels)


def test_index_of_weight_and_height() -> None:
    assert body_mass_index(reading("weight", "80"), Decimal(180)).values["value"] == Decimal("24.7")


def test_indicators_of_a_doctor_name_numbers_of_signs() -> None:
    assert INDICATORS["blood-pressure-systolic"] == ("blood-pressure", "systolic")
    assert INDICATORS["glucose"] == ("glucose", "value")


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"unit": "/min"}, ["/unit"]),
    ({"value": None}, ["/value"]),
    ({"value": "366"}, ["/value"]),
    ({"value": "NaN"}, ["/value"]),
    ({"systolic": "120"}, ["/systolic"]),
    ({"specimen": None}, ["/specimen"]),
    ({"timing": None}, ["/timing"]),
    ({"breathing": "air"}, ["/breathing"]),
    ({"code": "horoscope"}, ["/code"]),
    ({"code": "body-mass-index"}, ["/code"]),
    ({"place": "moon"}, ["/place"]),
    ({"unit": "mm[Hg]", "value": "-1"}, ["/value", "/unit"]),
]


@pytest.mark.requirement("REC-10", "REC-14")
@pytest.mark.parametrize(("changes", "fields"), WRONG, ids=[str(n) for n in range(len(WRONG))])
def test_what_is_wrong_with_a_reading_is_told_at_its_field(changes: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        validate(VITAL_SIGN, {**body("glucose", NOW, "5.4"), **changes})
    assert [problem.field for problem in refused.value.fields] == fields


@pytest.mark.requirement("REC-10")
def test_pressure_has_two_numbers_the_second_below_the_first() -> None:
    made = validate(VITAL_SIGN, body("blood-pressure", NOW, "120", "80.0"))
    assert made.model_dump(mode="json")["diastolic"] == "80.0"
    with pytest.raises(InvalidFieldsError) as refused:
        validate(VITAL_SIGN, body("blood-pressure", NOW, "80", "120"))
    assert [problem.field for problem in refused.value.fields] == ["/diastolic"]
