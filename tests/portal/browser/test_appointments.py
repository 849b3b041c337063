"""Appointments as a patient has them: booking, moving, cancelling, waiting, the form before a visit, calendars."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import OTHER_PATIENT, PATIENT, ask
from tests.portal.browser.watching import Watch

SignIn = Callable[..., None]
TIMES = ".times button"
UPCOMING = "/me/appointments?which=upcoming"
PAGES = ("", "/new", "/history", "/waiting", "/calendars")
HELD = {"schedule_id": "s", "start": "2031-03-03T06:00:00.000Z", "end": "2031-03-03T06:20:00.000Z", "zone": "Asia/Omsk"}
DISPLACED = {
    "id": "01990000-0000-7000-8000-000000000001",
    "schedule_id": "s",
    "organisation_id": "o",
    "specialty": "therapy",
    "start": HELD["start"],
    "end": HELD["end"],
    "zone": "Europe/Moscow",
    "state": "booked",
    "version": 3,
    "displaced": True,
    "doctor": "Петров Пётр Петрович",
    "changeable_until": HELD["start"],
}


@pytest.fixture
def patient(page: Page, sign_in: SignIn) -> Page:
    """Somebody whose visits this file alone makes and cancels."""
    sign_in(page, OTHER_PATIENT)
    return page


@pytest.fixture
def phone(new_context: Callable[..., Any], sign_in: SignIn) -> Page:
    """A narrow screen of a patient who has a visit, far from the clinic's clock; so high that nothing lies under the
    bar at its foot, which axe would take for too small a target.
    """
    page: Page = new_context(viewport={"width": 320, "height": 6000}, timezone_id="Asia/Vladivostok").new_page()
    sign_in(page, PATIENT)
    return page


def answer(route: Route, status: int, body: Any) -> None:
    route.fulfill(status=status, content_type="application/json", body=json.dumps(body))


def choose(page: Page, weeks: str) -> None:
    """A time as near as a number of weeks; by keyboard."""
    page.get_by_role("button", name=weeks).press("Enter")
    expect(page.get_by_role("button", name=weeks)).to_have_attribute("aria-pressed", "true")
    page.locator(TIMES).nth(1).press("Enter")


def book(page: Page) -> None:
    page.goto("/appointments")
    page.get_by_role("link", name="Записаться к врачу").press("Enter")
    page.get_by_role("button", name=re.compile("Вакцинация")).press("Enter")
    expect(page.get_by_role("heading", name="Когда вам удобно?")).to_be_focused()
    choose(page, "Через 2 недели")
    expect(page.get_by_role("heading", name="Проверьте и подтвердите")).to_be_focused()


def when(page: Page) -> str:
    return page.locator(".fact dd").first.inner_text()


def cancel(page: Page) -> None:
    page.get_by_role("button", name="Отменить запись").click()
    page.get_by_role("button", name="Да, отменить").click()
    expect(page.get_by_text("вы отменили запись сами")).to_be_visible()


@pytest.mark.requirement("APT-1")
def test_a_visit_is_booked_by_keyboard_moved_and_cancelled(patient: Page) -> None:
    book(patient)
    patient.get_by_label("Зачем вы идёте к врачу").fill("Прививка от гриппа")
    patient.get_by_role("button", name="Записаться").press("Enter")
    expect(patient.get_by_text("Ждём вас")).to_be_visible()
    booked = when(patient)
    with patient.expect_download() as taken:
        patient.get_by_role("button", name="Добавить в календарь").click()
    calendar = Path(taken.value.path()).read_text("utf-8")
    assert re.search(r"DTSTART:\d{8}T\d{6}Z", calendar)
    assert "Петров" not in calendar
    assert "Кузнецова" not in calendar

    patient.get_by_role("link", name="Перенести на другое время").click()
    choose(patient, "Через 4 недели")
    patient.get_by_role("button", name="Да, перенести").click()
    expect(patient.get_by_role("heading", name="Запись на приём", exact=True)).to_be_visible()
    expect(patient.locator(".fact dd").first).not_to_have_text(booked)
    moved = when(patient)

    patient.goto("/appointments")
    patient.get_by_role("link", name=re.compile(moved, re.IGNORECASE)).click()
    cancel(patient)
    patient.goto("/appointments")
    expect(patient.get_by_text("Вы пока никуда не записаны")).to_be_visible()
    patient.get_by_role("link", name="Все записи").click()
    expect(patient.get_by_text("Отменена").first).to_be_visible()


@pytest.mark.requirement("APT-1")
def test_who_was_too_late_is_offered_near_times(patient: Page) -> None:
    near = "2031-03-03T06:00:00.000Z"
    taken = {
        "code": "slot-taken",
        "status": 409,
        "title": "Taken",
        "title_ru": "Это время уже занято",
        "nearest": [near],
    }
    patient.route("**/api/v1/me/appointments", lambda route: answer(route, 409, taken))
    book(patient)
    patient.get_by_role("button", name="Записаться").click()
    expect(patient.get_by_role("alert")).to_contain_text("Это время уже занято")
    patient.get_by_role("button", name="понедельник, 3 марта, 09:00").click()
    expect(patient.get_by_text("понедельник, 3 марта, 09:00")).to_be_visible()
    expect(patient.get_by_role("alert")).to_have_count(0)
    patient.go_back()
    expect(patient.get_by_role("heading", name="Когда вам удобно?")).to_be_visible()


@pytest.mark.requirement("APT-2")
def test_without_a_time_that_suits_one_waits_and_leaves(patient: Page) -> None:
    patient.goto("/appointments/new")
    patient.get_by_role("button", name=re.compile("Кардиология")).click()
    patient.get_by_role("button", name="Встать в лист ожидания").click()
    patient.get_by_role("radio", name="Две недели").check()
    patient.get_by_role("checkbox", name="понедельник").check()
    patient.get_by_role("button", name="Встать в лист ожидания").click()
    entry = patient.locator(".list-item").first
    expect(entry).to_contain_text("Вы ждёте")
    expect(entry).to_contain_text("понедельник")
    entry.get_by_role("button", name="Сколько человек передо мной?").click()
    expect(entry).to_contain_text("Вы первые в очереди")
    entry.get_by_role("button", name="Больше не ждать").click()
    patient.get_by_role("button", name="Да, выйти").click()
    expect(patient.locator(".list-item").first).to_contain_text("Вы вышли из очереди")


@pytest.mark.requirement("APT-2")
def test_an_offer_says_the_clinics_time_and_how_long_it_is_held(patient: Page) -> None:
    entry = {
        "id": "e",
        "state": "offered",
        "organisation": "o",
        "specialty": "therapy",
        "zone": "Asia/Omsk",
        "first": "2031-03-01",
        "last": "2031-03-30",
        "put_first": False,
        "created_at": HELD["start"],
        "version": 7,
        "weekdays": [],
        "parts": [],
        "schedule_id": "s",
        "offer": {**HELD, "held_until": "2031-03-03T05:00:00.000Z"},
    }
    declined: list[str | None] = []

    def decline(route: Route) -> None:
        declined.append(route.request.headers.get("if-match"))
        answer(route, 200, {**entry, "state": "waiting"})

    patient.route("**/api/v1/me/waiting-list?*", lambda route: answer(route, 200, {"items": [entry]}))
    patient.route("**/api/v1/me/waiting-list/e/refusal", decline)
    patient.goto("/appointments/waiting")
    expect(patient.get_by_text("Освободилось время: понедельник, 3 марта, 12:00")).to_be_visible()
    expect(patient.get_by_text(re.compile(r"Держим его для вас до: .* Осталось: \d+"))).to_be_visible()
    expect(patient.get_by_text("На ваших часах в это время 09:00")).to_be_visible()
    expect(patient.get_by_role("button", name="Записаться на это время")).to_be_visible()
    patient.get_by_role("button", name="Не подходит, ждать дальше").click()
    expect(patient.get_by_text("Ждём другое время")).to_be_visible()
    assert declined == ['W/"7"']


@pytest.mark.requirement("APT-2")
def test_a_visit_that_the_clinic_cannot_keep_names_near_times(patient: Page) -> None:
    one = {"schedule_id": "s", "doctor": "Петров Пётр Петрович", "position": "врач", **HELD, "zone": "Europe/Moscow"}
    near = {"displaced": True, "items": [one], "answer_by": "2031-03-02T15:00:00.000Z"}
    patient.route(f"**/me/appointments/{DISPLACED['id']}", lambda route: answer(route, 200, DISPLACED))
    patient.route("**/alternatives", lambda route: answer(route, 200, near))
    patient.goto(f"/appointments/{DISPLACED['id']}")
    expect(patient.get_by_text("Клиника не сможет принять вас в это время")).to_be_visible()
    expect(patient.get_by_text("Ответьте до: воскресенье, 2 марта, 18:00")).to_be_visible()
    patient.get_by_role("button", name="понедельник, 3 марта, 09:00, Петров Пётр Петрович").click()
    expect(patient.get_by_role("dialog", name="Перенести запись?")).to_be_visible()


@pytest.mark.requirement("APT-4")
def test_the_form_before_a_visit_is_kept_as_it_is_typed_and_sent_once(patient: Page) -> None:
    book(patient)
    patient.get_by_role("button", name="Записаться").click()
    patient.get_by_role("link", name="Заполнить анкету перед приёмом").click()
    patient.get_by_label("Что вас беспокоит?").fill("Кашель по ночам")
    patient.get_by_role("button", name="Добавить лекарство").click()
    patient.get_by_label("Название лекарства").fill("Витамин D")
    expect(patient.get_by_text("Сохранено. Можно закрыть страницу")).to_be_visible()
    patient.reload()
    expect(patient.get_by_label("Что вас беспокоит?")).to_have_value("Кашель по ночам")
    expect(patient.get_by_label("Название лекарства")).to_have_value("Витамин D")

    patient.get_by_label("День").fill("1")
    patient.get_by_label("Месяц").fill("1")
    patient.get_by_label("Год").fill("2090")
    patient.get_by_role("button", name="Отправить врачу").click()
    expect(patient.get_by_text("Этот день ещё не наступил")).to_be_visible()
    patient.get_by_label("Год").fill("2026")
    patient.get_by_role("button", name="Отправить врачу").click()
    patient.get_by_role("link", name="Посмотреть отправленную анкету").click()
    expect(patient.get_by_text("Кашель по ночам")).to_be_visible()
    expect(patient.get_by_role("button", name="Отправить врачу")).to_have_count(0)
    patient.get_by_role("link", name="Запись на приём").click()
    cancel(patient)


@pytest.mark.requirement("APT-4")
def test_answers_of_another_device_are_not_written_over(patient: Page) -> None:
    book(patient)
    patient.get_by_role("button", name="Записаться").click()
    patient.get_by_role("link", name="Заполнить анкету перед приёмом").click()
    expect(patient.get_by_label("Что вас беспокоит?")).to_be_visible()
    visit = ask(patient, "GET", UPCOMING)["body"]["items"][0]["id"]
    keep = """async (visit) => (await fetch(`/api/v1/me/appointments/${visit}/form`, { method: "PUT",
      headers: { "X-Requested-By": "portal", "Content-Type": "application/json", "If-Match": 'W/"0"' },
      body: JSON.stringify({ complaints: "С телефона" }) })).status"""
    assert patient.evaluate(keep, visit) == 200
    patient.get_by_label("Что вас беспокоит?").fill("С компьютера")
    expect(patient.get_by_text("Эту анкету изменили на другом устройстве")).to_be_visible()
    assert ask(patient, "GET", f"/me/appointments/{visit}/form")["body"]["body"]["complaints"] == "С телефона"
    patient.get_by_role("button", name="Взять ответы с другого устройства").click()
    expect(patient.get_by_label("Что вас беспокоит?")).to_have_value("С телефона")
    patient.get_by_role("link", name="Запись на приём").click()
    cancel(patient)


@pytest.mark.requirement("APT-2")
def test_a_calendar_address_is_shown_once_and_switched_off(patient: Page) -> None:
    patient.goto("/appointments/calendars")
    patient.get_by_role("button", name="Создать адрес").click()
    address = patient.locator(".address").inner_text()
    assert patient.request.get(address).text().startswith("BEGIN:VCALENDAR")
    patient.get_by_role("button", name="Готово").click()
    patient.reload()
    expect(patient.get_by_role("button", name="Создать адрес")).to_be_visible()
    expect(patient.locator(".address")).to_have_count(0)
    off = patient.get_by_role("button", name=re.compile("Отключить адрес"))
    expect(off.first).to_be_visible()
    for left in range(off.count(), 0, -1):
        off.first.click()
        patient.get_by_role("button", name="Да, отключить").click()
        expect(off).to_have_count(left - 1)
    assert patient.request.get(address).status == 404


@pytest.mark.requirement("APT-1")
def test_a_list_that_cannot_be_read_says_so_and_is_read_again(patient: Page, watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    patient.route("**/me/appointments?*", lambda route: route.abort())
    patient.goto("/appointments")
    alert = patient.get_by_role("alert")
    expect(alert).to_contain_text("Нет связи с сервером")
    patient.unroute_all()
    alert.get_by_role("button", name="Попробовать ещё раз").click()
    expect(patient.get_by_role("alert")).to_have_count(0)


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_accessible_and_fits_a_narrow_screen(phone: Page, language: str) -> None:
    phone.goto("/appointments")
    phone.evaluate("language => localStorage.setItem('language', language)", language)
    visit = ask(phone, "GET", UPCOMING)["body"]["items"][0]["id"]
    for path in (*PAGES, f"/{visit}", f"/{visit}/time", f"/{visit}/form"):
        phone.goto(f"/appointments{path}")
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        phone.wait_for_load_state("networkidle")
        assert overflow(phone) == 0, path
        assert axe(phone) == [], path
        assert phone.locator("html").get_attribute("lang") == language
