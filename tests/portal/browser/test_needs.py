"""What is due of care: a person's list with reason, source and marks; the same on a doctor's open card (ANA-3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import DOCTOR, PATIENT
from tests.portal.browser.watching import Watch

pytestmark = pytest.mark.requirement("ANA-3", "UX-1")

SignIn = Callable[..., None]
CHEST = "Флюорография или рентген лёгких"
CLOSED = {
    "hints": True,
    "version": 0,
    "as_of": "2026-11-27",
    "edition": "2026-11",
    "meaning": "Это причины обсудить с врачом.",
    "items": [],
    "marked": [],
    "not_judged": [
        {"rule": "vaccination", "what": "Прививка по календарю", "why": "section-closed", "sections": ["vaccinations"]}
    ],
}


def test_a_need_is_read_marked_taken_back_and_hints_switched_off(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/needs")
    need = page.get_by_role("article", name=CHEST)
    expect(need).to_contain_text("причина обсудить с врачом")
    need.get_by_text("Откуда правило").click()
    expect(need).to_contain_text("№ 404н")
    expect(page.get_by_role("link", name="Записаться к врачу")).to_have_attribute("href", "/appointments/new")
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) <= 0

    need.get_by_role("button", name="Отметить").click()
    dialog = page.get_by_role("dialog", name=CHEST)
    assert axe(page) == []
    dialog.get_by_role("button", name="Сохранить отметку").click()
    expect(page.get_by_role("article", name=CHEST)).to_have_count(1)
    page.locator("summary", has_text="Отмечено").click()
    expect(need).to_contain_text("Сделано в другом месте")
    need.get_by_role("button", name="Снять отметку").click()
    expect(need.get_by_role("button", name="Отметить")).to_be_visible()

    page.get_by_role("button", name="Выключить подсказки").click()
    expect(page.get_by_text("Подсказки выключены")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)
    page.get_by_role("button", name="Включить подсказки").click()
    expect(need).to_be_visible()


def test_a_closed_section_is_not_judged_on_the_doctors_page(page: Page, watch: Watch, sign_in: SignIn) -> None:
    watch.expect("403")  # names of cards that are closed to them
    sign_in(page, DOCTOR)
    page.goto("/patients")
    page.locator("main ul a").filter(has_text="Иванова").first.click()
    show = page.get_by_role("button", name="Показать, что пора сделать")
    page.route("**/api/v1/needs/*", lambda route: route.fulfill(json=CLOSED))
    show.click()
    expect(page.get_by_text("Среди того, что удалось проверить, ничего не пора")).to_be_visible()
    expect(page.get_by_text("это не значит, что делать нечего")).to_be_visible()
    expect(page.get_by_text("Закрыты или открыты кратко разделы (Прививки): Прививка по календарю.")).to_be_visible()
    assert axe(page) == []
