"""Vaccinations of a patient: the plan and the history in words, a certificate from making to revoking (REC-6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import PATIENT

pytestmark = pytest.mark.requirement("REC-6", "UX-1")

SignIn = Callable[..., None]


def opened(page: Page, view: str) -> None:
    page.goto(f"/vaccinations?view={view}")
    expect(page.get_by_role("heading", level=1, name="Прививки")).to_be_visible()


def test_the_plan_says_what_comes_next_and_what_was_done(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, "plan")
    course = page.get_by_role("article", name="Дифтерия, коклюш, столбняк")
    expect(course).to_contain_text("Следующая – повторная прививка: 2 октября 2029")
    expect(course).to_contain_text("Рекомендуемая вакцина: АДС-М")
    expect(course).to_contain_text("Сделано: 2 октября 2019")
    page.get_by_text("Не требуется сейчас").click()
    expect(page.get_by_text("Корь: по возрасту не нужна")).to_be_visible()
    page.get_by_role("tab", name="Что сделано").click()
    expect(page.get_by_role("link", name="Дифтерия, столбняк")).to_be_visible()
    expect(page.get_by_text("Серия Д-204")).to_be_visible()
    expect(page.get_by_text("Сначала новые")).to_be_visible()


def test_what_is_late_is_said_first_and_with_a_way_on(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.route("**/vaccination-plan", lambda route: route.fulfill(json=PLAN))
    opened(page, "plan")
    expect(page.get_by_text("Пора сделать 2 прививки")).to_be_visible()
    expect(page.get_by_role("link", name="Записаться")).to_have_attribute("href", "/appointments")
    titles = page.get_by_role("heading", level=2).all_inner_texts()
    assert titles == ["Срок прошёл", "Пора сделать", "Отвод или отказ"]
    expect(page.get_by_role("article", name="Корь")).to_contain_text("Сделать можно и сейчас; нужно было до 1 мая 2026")
    expect(page.get_by_role("article", name="Корь")).to_contain_text("засчиталась бы с 1 марта 2020")
    expect(page.get_by_role("article", name="Грипп")).to_contain_text("Медицинский отвод, до 1 февраля 2027")


def test_a_certificate_is_made_shown_saved_and_revoked(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT, anew=True)
    opened(page, "certificates")
    page.get_by_role("button", name="Создать сертификат").click()
    dialog = page.get_by_role("dialog", name="Создать сертификат")
    dialog.get_by_role("button", name="Создать сертификат").click()
    expect(dialog.get_by_text("Отметьте, что вы это понимаете")).to_be_visible()
    dialog.get_by_label("Понимаю и хочу создать такой код").check()
    dialog.get_by_role("button", name="Создать сертификат").click()
    expect(page.get_by_text("Сертификат создан")).to_be_visible()
    newest = page.get_by_role("list", name="Сертификаты о прививках").locator("> li").first
    expect(newest).to_contain_text("2 октября 2019 г.: АДС-М")
    with page.expect_download() as download:
        newest.get_by_role("button", name="Скачать файл для телефона").click()
    assert download.value.suggested_filename.endswith(".smart-health-card")
    newest.get_by_role("button", name="Показать код").click()
    code = page.get_by_role("dialog").get_by_role("img", name="Код сертификата о прививках")
    box = code.bounding_box()
    assert box is not None
    assert box["width"] > 300
    page.keyboard.press("Escape")
    newest.get_by_role("button", name="Отозвать").click()
    page.get_by_role("dialog").get_by_role("button", name="Отозвать").click()
    expect(page.get_by_text("Сертификат отозван")).to_be_visible()
    expect(newest).to_contain_text("отозван")
    expect(newest.get_by_role("button", name="Показать код")).to_have_count(0)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_keeps_the_rules(lenient_page: Page, sign_in: SignIn, language: str) -> None:
    page = lenient_page
    page.set_viewport_size({"width": 320, "height": 4000})
    sign_in(page, PATIENT)
    page.goto("/journal.html")
    page.evaluate("(language) => localStorage.setItem('language', language)", language)
    for view in ("plan", "history", "certificates"):
        page.goto(f"/vaccinations?view={view}")
        page.wait_for_load_state("networkidle")
        expect(page.locator(".loading")).to_have_count(0)
        assert axe(page) == [], view
        assert overflow(page) == 0, view


def course(name: str, status: str, **more: object) -> dict[str, object]:
    return {"course": name, "name": name, "status": status, "reason": "", "given": 0, "not_counted": [], **more}


EARLY = {"record": "0190", "on": "2020-02-01", "reason": "too-early", "earliest": "2020-03-01"}
PLAN = {
    "patient_id": "p",
    "factors": {"groups": [], "had": [], "history": "unknown", "intervals": "order"},
    "source": "Приказ",
    "in_force": True,
    "as_of": "2026-11-27",
    "courses": [
        course(
            "Грипп",
            "exempt",
            exemption={"record": "0191", "kind": "medical", "since": "2026-01-01", "until": "2027-02-01"},
        ),
        course("Столбняк", "due", next={"stage": "R", "due": "2026-11-01", "late_from": "2026-12-01"}),
        course(
            "Корь", "overdue", next={"stage": "V2", "due": "2026-04-01", "late_from": "2026-05-01"}, not_counted=[EARLY]
        ),
    ],
    "doses": [],
}
