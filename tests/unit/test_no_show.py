"""A model of missed visits is scored as scikit-learn scores it, or refused whole; a score says what it is made of."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import no_show
from chalicelib.domain.no_show import FEATURES, BadModelError, Visit, read_model, shipped, sigmoid, visit_of
from chalicelib.domain.texts.no_show import WORDS, reasons

pytestmark = pytest.mark.requirement("ANA-3")

FILE = Path(no_show.__file__).parent / "data" / "no_show.json"
VECTORS = json.loads((Path(__file__).parent / "data" / "no_show.json").read_text("utf-8"))
USUAL = Visit(10.0, 12, 2, 4, 0, by_clinic=False, specialty="therapy")
VISITS = st.builds(
    Visit,
    st.floats(0, 1e5),
    st.integers(0, 23),
    st.integers(0, 6),
    st.integers(0, 1000),
    st.integers(0, 1000),
    st.booleans(),
    st.sampled_from(["therapy", "dentistry", "radiology", "cardiology", "psychiatry", "of-tomorrow"]),
)


def test_probabilities_are_those_of_scikit_learn() -> None:
    assert VECTORS["version"] == shipped().version
    assert len(VECTORS["visits"]) == 200
    for vector in VECTORS["visits"]:
        probability = vector.pop("probability")
        assert abs(shipped().score(Visit(**vector)) - probability) < 1e-9


@given(VISITS)
def test_any_visit_has_a_probability_and_its_terms_add_up(visit: Visit) -> None:
    model = shipped()
    score = model.score(visit)
    assert 0 < score < 1
    assert set(WORDS) == set(FEATURES) == {term.name for term in model.terms(visit)}
    because = model.because(visit)
    assert len(because) <= 3
    assert [term.adds for term in because] == sorted((term.adds for term in because), reverse=True)
    assert all(term.adds > 0 for term in because)
    assert all(said["ru"] and said["en"] and "{" not in said["ru"] + said["en"] for said in reasons(because, visit))


@given(st.floats(-1e6, 1e6))
def test_the_sigmoid_is_stable(logit: float) -> None:
    assert 0 <= sigmoid(logit) <= 1
    assert sigmoid(logit) + sigmoid(-logit) == pytest.approx(1)


def test_more_missed_visits_and_a_longer_wait_raise_the_score_and_are_said() -> None:
    model = shipped()
    worse = Visit(40.0, 12, 2, 1, 3, by_clinic=False, specialty="therapy")
    assert model.score(worse) > model.score(USUAL)
    said = reasons(model.because(worse), worse)
    assert [one["term"] for one in said] == ["missed_share", "lead"]
    assert said[0]["ru"] == "есть пропущенные приёмы (3)"
    assert said[1]["en"] == "many days from the booking to the visit (40)"


def test_a_visit_is_what_its_row_says_in_its_own_zone() -> None:
    row = {
        "start": "2026-03-01T22:30:00.000Z",
        "zone": "Asia/Vladivostok",
        "created_at": "2026-02-19T22:30:00.000Z",
        "by": "registrar",
        "specialty": "radiology",
    }
    assert visit_of(row, 1, 2) == Visit(10.0, 8, 0, 1, 2, by_clinic=True, specialty="radiology")
    assert visit_of({**row, "by": "representative"}, 0, 0) == Visit(
        10.0, 8, 0, 0, 0, by_clinic=False, specialty="radiology"
    )
    assert visit_of({name: value for name, value in row.items() if name != "created_at"}, 0, 0) is None


def test_whom_to_visit_says_something_about_a_person_is_no_feature() -> None:
    for specialty in ("psychiatry", "narcology", "dermatovenereology", "phthisiology"):
        assert shipped().score(Visit(10.0, 12, 2, 4, 0, by_clinic=False, specialty=specialty)) == shipped().score(USUAL)


# --- files that are refused


def changed(**changes: Any) -> str:
    return json.dumps({**json.loads(FILE.read_text("utf-8")), **changes})


def feature(**changes: Any) -> str:
    first, *others = json.loads(FILE.read_text("utf-8"))["features"]
    return changed(features=[{**first, **changes}, *others])


LISTED = json.loads(FILE.read_text("utf-8"))["features"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        changed(schema=2),
        changed(schema="1"),
        changed(schema=True),
        changed(version=""),
        changed(version=None),
        changed(features=None),
        changed(features=LISTED[1:]),
        changed(features=[*LISTED, LISTED[0]]),
        changed(features=[*LISTED[1:], {**LISTED[0], "name": "age"}]),
        changed(features=[*LISTED[1:], {**LISTED[0], "name": ["lead"]}]),
        changed(features=[*LISTED[1:], "lead"]),
        changed(calibration=None),
        changed(calibration={"slope": -1, "intercept": 0}),
        changed(calibration={"slope": 1}),
        changed(intercept=math.nan),
        changed(intercept=math.inf),
        changed(intercept="-1.3"),
        changed(intercept=True),
        changed().replace('"intercept": -1.', '"intercept": 1e999, "was": -1.'),
        feature(coefficient=math.nan),
        feature(coefficient=None),
        feature(mean=1e7),
        feature(scale=0),
        feature(scale=-1),
    ],
    ids=range(29),
)
def test_what_is_no_model_of_this_schema_is_refused(text: str) -> None:
    with pytest.raises(BadModelError):
        read_model(text)
