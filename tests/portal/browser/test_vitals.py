"""Vital signs of a patient: entered, also without a connection, charted, dangerous ones said at once (REC-10)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import PATIENT
from tests.portal.browser.watching import Watch

pytestmark = pytest.mark.requirement("REC-10", "UX-1")

SignIn = Callable[..., None]


def entering(page: Page, systolic: str, diastolic: str, pulse: str = "") -> None:
    page.get_by_label("Верхнее давление").fill(systolic)
    page.get_by_label("Нижнее давление").fill(diastolic)
    page.get_by_label("Пульс").fill(pulse)
    page.get_by_role("button", name="Записать").click()


def opened(page: Page, path: str, heading: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def test_blood_pressure_comes_first_with_chart_limits_and_table(page: Page, sign_in: SignIn) -> None:
    calls: list[str] = []
    sign_in(page, PATIENT)
    page.on("request", lambda asked: calls.append(asked.url) if "/patients/" in asked.url else None)
    opened(page, "/vitals", "Давление, пульс и другие показатели")
    page.get_by_label("За какое время").select_option("year")
    chart = page.get_by_role("slider", name="Давление, мм рт. ст.: график по датам")
    expect(chart).to_be_visible()
    assert len(calls) == 2  # a month, then a year
    chart.focus()
    page.keyboard.press("Home")
    first = chart.get_attribute("aria-valuetext") or ""
    assert re.search(r"\d+/\d+ мм рт. ст., (в границах|вне границ) нормы$", first)
    page.keyboard.press("ArrowRight")
    expect(chart).not_to_have_attribute("aria-valuetext", first)
    assert chart.locator(".chart-norms rect").count() >= 2
    expect(page.get_by_text("границы нормы")).to_be_visible()
    page.get_by_role("button", name="Таблица").click()
    expect(page.get_by_role("table")).to_contain_text("142/88 мм рт. ст.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_label("Показатель").select_option("respiration")
    expect(page.get_by_text("За это время измерений нет")).to_be_visible()


def test_a_dangerous_reading_is_said_at_once_and_can_be_corrected(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, "/vitals/new", "Записать измерение")
    page.get_by_role("button", name="Записать").click()
    expect(page.get_by_text("Введите число", exact=True)).to_have_count(2)
    entering(page, "80", "120")
    expect(
        page.locator(".field-error").or_(page.get_by_role("alert")).first
    ).to_be_visible()  # upside down: the API says so
    entering(page, "185", "112", "84")
    expect(page.get_by_text("Давление: 185/112 мм рт. ст.")).to_be_visible()
    expect(page.get_by_text("Пульс: 84 в минуту")).to_be_visible()
    danger = page.get_by_role("alert").filter(has_text="Это может быть опасно")
    expect(danger).to_contain_text("Повторите измерение")
    expect(danger.get_by_role("link", name="Скорая: 103")).to_have_attribute("href", "tel:103")

    page.get_by_role("link", name="Закончить").click()
    page.get_by_role("tab", name="Дневник").click()
    entry = page.get_by_role("listitem").filter(has_text="185/112")
    expect(entry.first).to_contain_text("записано вами")
    entry.first.get_by_role("link").click()
    page.get_by_label("Верхнее давление").fill("125")
    page.get_by_label("Нижнее давление").fill("80")
    page.get_by_role("button", name="Сохранить").click()
    page.get_by_role("tab", name="Дневник").click()
    expect(page.get_by_role("listitem").filter(has_text="125/80").first).to_be_visible()


def test_a_reading_without_a_connection_waits_and_is_sent(page: Page, watch: Watch, sign_in: SignIn) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    sign_in(page, PATIENT)
    opened(page, "/vitals/new", "Записать измерение")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    entering(page, "121", "79")
    expect(page.get_by_text("Нет связи – запись ждёт отправки")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("link", name=re.compile("ждёт отправки|ждут отправки"))).to_have_count(0)
    page.goto("/vitals")
    page.get_by_role("tab", name="Дневник").click()
    expect(page.get_by_role("listitem").filter(has_text="121/79").first).to_be_visible()


def test_a_series_is_shown_to_a_doctor(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, "/vitals", "Давление, пульс и другие показатели")
    page.get_by_label("За какое время").select_option("year")
    page.get_by_role("button", name="Показать врачу").click()
    page.get_by_label("Что добавить от себя").fill("Голова кружится по утрам")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Измерения отправлены врачу")).to_be_visible()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_keeps_the_rules(lenient_page: Page, sign_in: SignIn, language: str) -> None:
    page = lenient_page
    page.set_viewport_size({"width": 320, "height": 4000})
    sign_in(page, PATIENT)
    page.goto("/journal.html")
    page.evaluate("(language) => localStorage.setItem('language', language)", language)
    for path in ("/vitals", "/vitals/new"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expect(page.locator(".loading")).to_have_count(0)
        assert axe(page) == [], path
        assert overflow(page) == 0, path
    page.goto("/vitals")
    page.get_by_role("tab").nth(1).click()
    expect(page.get_by_role("listitem").last).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert axe(page) == []
    assert overflow(page) == 0
