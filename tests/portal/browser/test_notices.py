"""What people are told, where it leads, and how they wish to be told (MSG-2, APT-3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import DOCTOR, OTHER_PATIENT, PATIENT, ask

SignIn = Callable[..., None]


@pytest.mark.requirement("MSG-2")
def test_notices_are_filtered_read_and_lead_to_what_they_are_about(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/notices")
    page.get_by_label("О чём").select_option(label="Записи на приём")
    expect(page.get_by_role("heading", name="Вы записаны на приём").first).to_be_visible()
    expect(page.get_by_text("Новая запись в карте")).to_have_count(0)
    page.get_by_role("button", name="Открыть: Вы записаны на приём").first.click()
    expect(page.get_by_role("heading", name="Записи на приём", level=1)).to_be_visible()

    page.goto("/notices")
    expect(page.locator(".list-item").first).to_be_visible()
    read = page.get_by_role("button", name="Отметить все прочитанными")
    if read.is_visible():
        read.click()
    expect(read).to_have_count(0)
    assert ask(page, "GET", "/me/inbox")["body"]["unread"] == 0
    page.get_by_label("Только непрочитанные").check()
    expect(page.get_by_text("Таких уведомлений нет")).to_be_visible()


@pytest.mark.requirement("MSG-2")
def test_wishes_are_kept_and_what_went_outside_is_listed(page: Page, sign_in: SignIn) -> None:
    sign_in(page, OTHER_PATIENT)
    page.goto("/notices/settings")
    page.get_by_label("С", exact=True).select_option("21:00")
    page.get_by_text("Настроить по темам").click()
    page.get_by_label("Новое в карте").select_option(label="Только в кабинете")
    page.get_by_label("Ваше время").select_option("Asia/Omsk")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сохранено")).to_be_visible()
    wishes = ask(page, "GET", "/me")["body"]
    assert wishes["quiet"] == {"from": "21:00", "until": "08:00"}
    assert wishes["topics"] == {"news": []}
    assert wishes["zone"] == "Asia/Omsk"
    page.reload()
    expect(page.get_by_label("С", exact=True)).to_have_value("21:00")

    page.get_by_role("radio", name="Нет, сообщать в любое время").check()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("group", name="Тихие часы")).to_have_count(0)
    back = {"quiet": {"from": "22:00", "until": "08:00"}, "topics": {}, "zone": "Europe/Moscow"}
    page.goto("/notices/sent")
    expect(page.locator(".list-item").first).to_contain_text("отправлено")
    assert ask(page, "GET", "/me")["body"]["quiet"] in ("none", None)
    assert ask(page, "PATCH", "/me", back)["status"] == 200


@pytest.mark.requirement("APT-3")
def test_reminders_to_come_lead_to_what_they_are_of(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/notices/reminders")
    page.get_by_role("link", name="Приём у врача").first.click()
    expect(page.get_by_role("heading", name="Запись на приём", level=1)).to_be_visible()


def answering(said: object) -> Callable[[Route], None]:
    return lambda route: route.fulfill(json=said)


@pytest.mark.requirement("ANA-3")
def test_one_more_reminder_is_explained_and_switched_off(page: Page, sign_in: SignIn) -> None:
    sign_in(page, OTHER_PATIENT)
    page.goto("/notices/reminders")
    switch = page.get_by_role("checkbox", name="Присылать дополнительное напоминание")
    expect(switch).to_be_checked()
    switch.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Дополнительные напоминания отключены").first).to_be_attached()
    assert ask(page, "GET", "/me/reminders/extra")["body"] == {"available": True, "on": False, "visits": []}
    page.reload()
    expect(switch).not_to_be_checked()
    switch.check()
    expect(page.get_by_text("Дополнительные напоминания включены").first).to_be_attached()
    assert ask(page, "GET", "/me/reminders/extra")["body"]["on"] is True

    because = [
        {"term": "missed_share", "ru": "есть пропущенные приёмы (2)", "en": "visits that were marked as missed (2)"}
    ]
    visits = [{"appointment": "a1", "start": "2030-03-04T10:00:00.000Z", "because": because}]
    page.set_viewport_size({"width": 320, "height": 3000})
    for said, shown in (
        ({"available": True, "on": True, "visits": visits}, "Почему: есть пропущенные приёмы (2)."),
        ({"available": True, "on": True, "visits": [{**visits[0], "because": []}]}, "из нескольких мелочей"),
        ({"available": False, "on": True, "visits": []}, "Дополнительных напоминаний сейчас нет"),
    ):
        page.route("**/api/v1/me/reminders/extra", answering(said))
        page.goto("/notices/reminders")
        expect(page.get_by_text(shown)).to_be_visible()
        assert overflow(page) == 0
        assert axe(page) == []
        page.unroute("**/api/v1/me/reminders/extra")


@pytest.mark.requirement("MSG-2")
def test_staff_have_notices_and_no_patients_reminders(page: Page, sign_in: SignIn) -> None:
    sign_in(page, DOCTOR)
    page.goto("/notices")
    expect(page.get_by_role("heading", name="Уведомления", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Напоминания")).to_have_count(0)


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_accessible_and_fits_a_narrow_screen(page: Page, sign_in: SignIn, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 6000})
    sign_in(page, PATIENT)
    page.goto("/notices")
    page.evaluate("language => localStorage.setItem('language', language)", language)
    for path in ("/notices", "/notices/settings", "/notices/sent", "/notices/reminders"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert overflow(page) == 0, path
        assert axe(page) == [], path
