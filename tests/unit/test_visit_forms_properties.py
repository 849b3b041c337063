"""Whatever the card holds, what is filled in fits its model and says nothing in somebody's name (APT-4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.moments import stamp
from chalicelib.domain.visit_drafts import drafted, orders_with_results, vital_signs
from chalicelib.domain.visit_forms import LINE, MOST_ITEMS, MOST_MEASURED, Found, Known, last_visit, line, prefilled
from chalicelib.domain.visit_rules import OF_VISITS, How
from chalicelib.records.registry import record_type
from chalicelib.records.shapes import model, validate
from chalicelib.services.visit_forms.reading import fits, missing
from tests.effort import tried

pytestmark = pytest.mark.requirement("APT-4")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWERS = "records.bodies.visit_forms:VisitFormAnswers"
ANSWERED = ("taking", "still")
TEXT = st.text(min_size=1, max_size=LINE + 100)
WORDS = st.sampled_from(["Лизиноприл", "Аспирин", "Пенициллин", "Гипертензия"]) | TEXT
AGO = st.integers(0, 400_000).map(lambda minutes: stamp(NOW - timedelta(minutes=minutes)))


def options(**values: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


DRUG = st.fixed_dictionaries({"inn": WORDS, "strength": WORDS})
DIAGNOSIS = st.fixed_dictionaries({"code": st.just("I10"), "text": WORDS, "chronic": st.booleans()})
DAY = st.dates().map(str)
BODIES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "medication-statement": st.builds(
        dict.__or__,
        st.fixed_dictionaries({"drug": DRUG, "dosage": WORDS}),
        options(status=st.sampled_from(["active", "on-hold", "stopped"]), ended_on=DAY),
    ),
    "prescription": st.fixed_dictionaries(
        {"drugs": st.lists(st.builds(dict.__or__, DRUG, st.fixed_dictionaries({"dosage": WORDS})), max_size=4)}
    ),
    "allergy": st.builds(
        dict.__or__,
        st.fixed_dictionaries({"substance": WORDS}),
        options(reaction=TEXT | st.none(), clinical_status=st.sampled_from(["active", "resolved"])),
    ),
    "chronic-condition": st.fixed_dictionaries({"diagnosis": DIAGNOSIS}),
    "vital-sign": st.fixed_dictionaries(
        {
            "occurred_at": AGO,
            "code": st.just("pulse"),
            "value": st.integers(-5, 500).map(str),
            "unit": st.sampled_from(["/min", "kg"]),
            "place": st.sampled_from(["home", "office", "device", None]),
        }
    ),
    "visit-form": st.fixed_dictionaries(
        {
            "complaints": TEXT | st.none(),
            "medicines": st.lists(
                st.fixed_dictionaries({"name": WORDS, "taking": st.sampled_from(["new", "taken", None])}), max_size=4
            ),
        }
    ),
}
VISITS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "visit": st.fixed_dictionaries(
        {"reason": TEXT, "diagnoses": st.lists(DIAGNOSIS, max_size=4), "recommendations": TEXT | st.none()}
    ),
    "examination-protocol": st.fixed_dictionaries(
        {
            "examination": WORDS,
            "specialty": st.sampled_from(["cardiology", "no such", None]),
            "complaints": TEXT,
            "findings": TEXT,
            "sections": st.dictionaries(WORDS, WORDS, max_size=2),
            "conclusion": TEXT,
            "follow_up_plan": TEXT,
            "diagnoses": st.lists(DIAGNOSIS, max_size=4),
        }
    ),
}


def known(kind: str, bodies: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Known]:
    return st.builds(
        Known,
        st.just(kind),
        st.uuids().map(str),
        AGO,
        AGO,
        bodies,
        st.sampled_from(["staff", "patient-reported"]),
        st.sampled_from(["doctor", "other"]),
        st.booleans(),
    )


def several(kinds: dict[str, st.SearchStrategy[dict[str, Any]]]) -> st.SearchStrategy[Found]:
    return st.fixed_dictionaries({kind: st.lists(known(kind, bodies), max_size=4) for kind, bodies in kinds.items()})


LAST = st.none() | st.one_of(*(known(kind, bodies) for kind, bodies in VISITS.items()))


@settings(max_examples=tried(50), deadline=None)
@given(several(BODIES), LAST)
def test_a_form_always_fits_its_model_and_confirms_nothing(found: Found, last: Known | None) -> None:
    form = next(iter(found["visit-form"]), None)
    made = prefilled(found, form, last, NOW, "ru", fits(ANSWERS))
    validate(ANSWERS, made.body)
    items = [(name, number) for name, listed in made.body.items() for number in range(len(listed))]
    assert [source["field"] for source in made.sources] == [f"/{name}/{number}" for name, number in items]
    for name, listed in made.body.items():
        assert len(listed) <= (MOST_MEASURED if name == "measured" else MOST_ITEMS)
        assert not any(word in item for item in listed for word in ANSWERED)
    standing = {one.id for listed in found.values() for one in listed if one.standing or one.kind == "visit-form"}
    assert {source["record"] for source in made.sources} <= standing
    assert {"complaints", "since", "changes", "questions"}.isdisjoint(made.body)


@settings(deadline=None)
@given(LAST, st.sampled_from(["visit", "examination-protocol"]))
def test_what_is_never_copied_is_empty_and_a_draft_lacks_only_what_is_missing(last: Known | None, kind: str) -> None:
    spec = record_type(kind)
    made = drafted(frozenset(model(spec.body).model_fields), last, "ru")
    never = {rule.field for rule in OF_VISITS if rule.how is not How.COPY and rule.field != "diagnoses"}
    assert never.isdisjoint(made.body)
    assert all(one["chronic"] for one in made.body.get("diagnoses", ()))
    told = {f"/{rule.field}" for rule in OF_VISITS if last and rule.kind == last.kind and rule.how is How.NEVER}
    assert told.isdisjoint(one["field"] for one in (*made.sources, *made.beside))
    kept = {name: value for name, value in made.body.items() if fits(spec.body)(name, value)}
    asked = set(model(spec.body).model_fields)
    assert {pointer.split("/")[1] for pointer in missing(kind, kept) if pointer} <= asked - set(kept)


@settings(deadline=None)
@given(found=several(VISITS), strange=st.sets(st.uuids().map(str)), by_doctor=st.booleans())
def test_the_last_visit_stands_lies_before_and_is_the_newest_of_those_that_fit(
    *, found: Found, strange: set[str], by_doctor: bool
) -> None:
    everything = [one for listed in found.values() for one in listed]
    named = {one.id for one in everything[::2]} | strange
    before = NOW - timedelta(days=30)
    last = last_visit(found, named, "doctor" if by_doctor else "", before)
    fitting = [
        one
        for one in everything
        if one.standing and one.at < stamp(before) and (one.id in named or (by_doctor and one.person == "doctor"))
    ]
    assert (last is None) == (not fitting)
    assert last is None or (last in fitting and all(one.at <= last.at for one in fitting))


@settings(deadline=None)
@given(several({"vital-sign": BODIES["vital-sign"]}), LAST)
def test_a_reading_older_than_a_day_is_always_to_be_taken_again(found: Found, last: Known | None) -> None:
    for one in vital_signs(found, last, NOW, "en"):
        assert one["again"] == (one["date"] < stamp(NOW - timedelta(days=1)))
        assert ("reason" in one) == one["again"]


@settings(deadline=None)
@given(
    status=st.sampled_from(["draft", "active", "on-hold", "completed", "revoked"]),
    tied=st.booleans(),
    stands=st.booleans(),
    touched=AGO,
)
def test_an_order_is_listed_when_something_came_of_it(*, status: str, tied: bool, stands: bool, touched: str) -> None:
    link = [{"kind": "laboratory-order", "id": "o"}] if tied else []
    order = Known("laboratory-order", "o", touched, touched, {"panel": "ОАК", "status": status})
    result = Known("laboratory-result", "r", touched, touched, {"panel": "ОАК", "related": link}, standing=stands)
    last = Known("visit", "v", stamp(NOW - timedelta(days=100)), "", {})
    found = orders_with_results({"laboratory-order": [order], "laboratory-result": [result]}, last)
    done = status == "completed" and touched > last.at
    assert bool(found) == (tied and stands and (status in {"active", "on-hold"} or done))


@settings(deadline=None)
@given(st.text(max_size=1000))
def test_a_line_is_short_and_legible(text: str) -> None:
    cut = line(text)
    assert len(cut) <= LINE
    assert cut == "" or any(one.isprintable() and not one.isspace() for one in cut)
    assert line(cut) == cut
