"""The catalogue of notices: what each says inside and outside, in both languages (MSG-2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from string import Formatter

import pytest

from chalicelib.domain.deliveries import State, verdict, wishes_of
from chalicelib.domain.texts import CODE, NEWS, NOTICES, SECURITY, Topic, rendered, said_outside
from chalicelib.domain.texts.said import PLACES, when_text
from chalicelib.records.registry import labels

pytestmark = pytest.mark.requirement("MSG-2")

ONE_SMS, MOST_SMS = 70, 70 + 64
"""UCS-2: one part has 70 characters, parts of a long one 67; some are left to the digits of a moment."""

STEMS = (
    "врач доктор медсестр клиник больниц поликлин стационар отделен аптек лекарств препарат таблет доз рецепт диагноз"
    " болезн анализ результат лаборатор обследован исследован осмотр приём операц прививк вакцин аллерг давлен пульс"
    " температур хирург терапевт кардиолог психиатр нарколог гинеколог онколог педиатр стоматолог пациент лечен"
    " анамнез снимок рентген узи мрт направлен страхов полис снилс паспорт организаци подопечн ребён ребен"
    " doctor nurse clinic hospital ward pharmac drug medicin tablet dose prescription diagnos disease illness test"
    " result laborator examin surg therap cardiolog psychiatr gynaecolog oncolog paediatr dentist patient treat vaccin"
    " allerg pressure pulse temperature x-ray referral insur polic passport organisation child"
)
CLINICAL = STEMS.split()
"""Stems that no text outside may have: whoever sees the telephone must not learn that its owner is ill, nor where."""

OF_A_CLINIC = {"consent_on_paper": {"клиник", "clinic"}, "patient_bound": {"клиник", "clinic", "пациент", "patient"}}
"""Said to somebody who may have no cabinet: they must learn whom to ask."""


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("event", NOTICES)
def test_a_text_has_places_that_are_filled_and_none_else(event: str) -> None:
    notice = NOTICES[event]
    for language in ("ru", "en"):
        assert places(notice.title.to(language)) | places(notice.inside.to(language)) <= set(PLACES)
        wanted = {"when"} if notice.topic is Topic.VISITS else set()
        assert places(notice.outside.to(language)) <= wanted
        for text in (*rendered(event, {}, language), said_outside(event, {}, language)):
            assert text
            assert not {"{", "}"} & set(text)
    assert places(notice.outside.ru) == places(notice.outside.en)


@pytest.mark.parametrize("event", NOTICES)
def test_outside_nobody_learns_what_it_is_about(event: str) -> None:
    kinds = {label.lower() for language in ("ru", "en") for label in labels(language).values()}
    for language in ("ru", "en"):
        said = NOTICES[event].outside.to(language).lower()
        words = re.findall(r"[\w-]+", said.replace("медкарта", "").replace("medkarta", ""))
        found = {stem for stem in CLINICAL for word in words if word.startswith(stem)}
        assert found <= OF_A_CLINIC.get(event, set())
        assert not {label for label in kinds if label in said}


@pytest.mark.parametrize("event", NOTICES)
def test_an_sms_has_two_parts_at_most(event: str) -> None:
    about = {"when": "2026-11-27T07:30:00.000Z", "zone": "Europe/Moscow"}
    for language in ("ru", "en"):
        assert len(said_outside(event, about, language)) <= MOST_SMS
    if NOTICES[event].outside in {NEWS, SECURITY}:
        assert len(said_outside(event, about, "ru")) <= ONE_SMS


AT_ONCE = {"vital_sign_urgent", "patient_vital_sign_urgent"}
"""A life may hang on a night. What is urgent besides costs money or a visit, and that it is withdrawn costs a night."""


@pytest.mark.parametrize("event", NOTICES)
def test_at_night_goes_what_a_life_may_hang_on_and_security(event: str) -> None:
    night = datetime(2026, 11, 26, 23, tzinfo=UTC)
    notice, wishes = NOTICES[event], wishes_of({"channels": ["sms", "email"]})
    at_once = event in AT_ONCE or notice.topic in {Topic.SECURITY, Topic.INTAKE}
    for channel in ("sms", "email"):
        assert verdict(notice, channel, wishes, 0, night).state == (State.QUEUED if at_once else State.HELD)
    assert notice.at_once == (event in AT_ONCE)
    assert notice.urgent or not notice.at_once


def test_topics_fit_what_is_said() -> None:
    for event, notice in NOTICES.items():
        if notice.outside is SECURITY or notice.everywhere:
            assert notice.topic is Topic.SECURITY, event
        if notice.topic is Topic.SECURITY:
            assert notice.outside is not NEWS, event
    assert len({notice.title.ru for notice in NOTICES.values()}) > len(NOTICES) / 2
    assert CODE.ru.count("{") == 1


@pytest.mark.parametrize(
    ("when", "zone", "ru", "en"),
    [
        ("2026-11-27T07:30:00.000Z", "Europe/Moscow", "27.11.2026 в 10:30", "27 Nov 2026, 10:30"),
        ("2026-12-31T21:05:00.000Z", "Asia/Vladivostok", "01.01.2027 в 07:05", "1 Jan 2027, 07:05"),
        ("2026-10-25T00:30:00.000Z", "Europe/Berlin", "25.10.2026 в 02:30", "25 Oct 2026, 02:30"),  # before the fold
        ("2026-10-25T01:30:00.000Z", "Europe/Berlin", "25.10.2026 в 02:30", "25 Oct 2026, 02:30"),  # and after it
    ],
)
def test_a_moment_is_said_in_its_zone(when: str, zone: str, ru: str, en: str) -> None:
    assert (when_text(when, zone, "ru"), when_text(when, zone, "en")) == (ru, en)
