"""The history that a model is fitted on: the same for a seed, no day known before it came, people on a side (ANA-3)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analytics import history
from analytics.history import BadHistoryError, Past, TooLittleError
from chalicelib.domain import no_show

pytestmark = pytest.mark.requirement("ANA-3")

FILE = Path(no_show.__file__).parent / "data" / "no_show.json"
SOME = history.generated(200, 7)
ONE = Past(
    "p1",
    "30-44",
    "female",
    "2026-03-01T10:00:00+00:00",
    "2026-03-11T07:00:00+00:00",
    "Europe/Moscow",
    "patient",
    "therapy",
    "noshow",
)


def test_the_file_that_lies_in_the_service_is_of_this_generator() -> None:
    said = json.loads(FILE.read_text("utf-8"))["data"]
    visits = history.generated(8000, said["seed"])
    assert (said["kind"], history.digest(visits)) == ("generated", said["digest"])


def test_a_seed_gives_one_history_and_another_another() -> None:
    assert history.generated(200, 7) == SOME != history.generated(200, 8)


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    history.write(path, SOME)
    assert history.read(path) == SOME


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"person": ""}, "line 2: a visit has a person"),
        ({"age": "33"}, "line 2: age is one of"),
        ({"sex": "x"}, "line 2: sex is one of"),
        ({"state": "cancelled"}, "line 2: state is one of"),
        ({"start": "tomorrow"}, "line 2: Invalid isoformat"),
        ({"start": "2026-03-11T07:00:00"}, "line 2: booked_at and start have offsets"),
        ({"start": "2026-02-11T07:00:00+00:00"}, "line 2: it was booked after its start"),
        ({"zone": "Moscow"}, "line 2: "),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, change: dict[str, str], why: str) -> None:
    path = tmp_path / "visits.csv"
    history.write(path, [replace(ONE, **change)])
    with pytest.raises(BadHistoryError, match=why):
        history.read(path)


@pytest.mark.parametrize("text", ["", "person,age\n", "\n".join([",".join(history.COLUMNS), "p1"])])
def test_a_file_with_other_columns_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "visits.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(BadHistoryError):
        history.read(path)


def test_a_visit_knows_only_what_was_over_when_its_reminder_was_chosen() -> None:
    soon = replace(ONE, start="2026-03-08T07:00:00+00:00", state="noshow")  # 72 hours before: not over
    before = replace(ONE, start="2026-03-08T06:00:00+00:00", state="fulfilled")
    later = replace(ONE, start="2026-03-30T06:00:00+00:00", state="noshow")
    [case] = [case for case in history.cases([later, ONE, soon, before]) if case.visit.lead == 9.875]
    assert (case.visit.kept, case.visit.missed, case.missed) == (1, 0, True)


def test_visits_that_get_no_extra_reminder_are_not_fitted_on() -> None:
    assert history.cases([replace(ONE, booked_at="2026-03-07T08:00:00+00:00")]) == []
    assert len(history.cases([replace(ONE, booked_at="2026-03-07T07:00:00+00:00")])) == 1


def test_nobody_is_on_two_sides() -> None:
    found = history.parts(history.cases(history.generated(1500, 7)))
    people = [{case.person for case in some} for some in found.values()]
    assert sum(map(len, people)) == len(set.union(*people))


def test_on_too_little_nothing_is_fitted() -> None:
    with pytest.raises(TooLittleError, match="missed of"):
        history.parts(history.cases(SOME))
