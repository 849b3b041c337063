"""Templates of entries: kept and shared by a doctor, filled in from the card, and saved without a gap alone (UX-3)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import DOCTOR, PATIENT, ask

pytestmark = pytest.mark.requirement("UX-3")

Contexts = Callable[..., BrowserContext]
SignIn = Callable[..., None]
NARROW = {"width": 320, "height": 800}
WIDE = {"width": 1280, "height": 1400}
NAME, PUBLISHED = "Краткий осмотр", "Осмотр терапевта при гипертонии"


def looked_at(page: Page) -> None:
    page.set_viewport_size(NARROW)
    assert overflow(page) == 0
    page.set_viewport_size(WIDE)
    assert axe(page) == []


def insert(page: Page, what: str, more: str = "") -> None:
    page.get_by_label("Что вставить").select_option(label=what)
    if more:
        page.get_by_label("Что там написать").fill(more)
    page.get_by_role("button", name="Вставить", exact=True).click()


def test_a_template_is_kept_and_shared(lenient_page: Page, sign_in: SignIn) -> None:
    page = lenient_page
    sign_in(page, DOCTOR)
    page.set_viewport_size(WIDE)
    page.goto("/templates")
    page.get_by_role("tab", name="Организации").click()
    expect(page.get_by_role("link", name=PUBLISHED)).to_be_visible()
    looked_at(page)

    page.goto("/templates/new")
    page.get_by_label("Сначала выберите").select_option(label="Протокол осмотра")
    page.get_by_label("Название шаблона").fill(NAME)
    findings, complaints = page.get_by_label("Объективный статус"), page.get_by_label("Жалобы")
    findings.fill("Пульс  уд/мин. Аллергии: ")
    findings.evaluate("(field) => field.setSelectionRange(6, 6)")
    insert(page, "Место, которое врач заполнит сам", "ЧСС")
    expect(findings).to_have_value("Пульс [[ЧСС]] уд/мин. Аллергии: ")
    findings.evaluate("(field) => field.setSelectionRange(99, 99)")
    insert(page, "Аллергии")
    expect(findings).to_have_value("Пульс [[ЧСС]] уд/мин. Аллергии: {{allergies}}")
    complaints.fill("+7 916 123-45-67")
    looked_at(page)
    page.get_by_role("button", name="Создать шаблон").click()
    expect(complaints).to_have_attribute("aria-invalid", "true")
    complaints.fill("[[жалобы]]")
    page.get_by_role("button", name="Создать шаблон").click()
    expect(page.get_by_role("heading", level=1, name=NAME)).to_be_visible()
    expect(page.locator("mark.gap", has_text="ЧСС")).to_be_visible()
    page.get_by_role("button", name="Поделиться с отделением").click()
    expect(page.get_by_text("Виден отделению").first).to_be_visible()
    expect(page.get_by_role("list", name="Версии").locator("> li")).to_have_count(2)
    looked_at(page)


def test_a_record_from_a_template_is_saved_without_a_gap_alone(
    lenient_page: Page, new_context: Contexts, sign_in: SignIn
) -> None:
    page, patients = lenient_page, new_context().new_page()
    sign_in(patients, PATIENT)
    patients.goto("/journal.html")
    patient = ask(patients, "GET", "/me")["body"]["acting"]["card_id"]
    sign_in(page, DOCTOR)
    page.set_viewport_size(WIDE)
    page.goto(f"/patients/{patient}/new/examination-protocol")
    page.get_by_label("Шаблон").select_option(label=f"{PUBLISHED} (организации)")
    findings, complaints = page.get_by_label("Объективный статус"), page.get_by_label("Жалобы")
    expect(findings).to_have_value(re.compile("Аллергии: .*Пенициллин"))
    stale = any(gap in findings.input_value() for gap in ("[[Артериальное", "[[Пульс"))  # other tests measure too
    expect(page.get_by_text("Не подставлено: допишите сами")).to_have_count(int(stale))
    page.get_by_text("Что подставлено из карты").click()
    expect(page.get_by_role("link", name=re.compile("запись от")).first).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Сохранить").click()
    expect(findings).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Здесь осталось незаполненное место шаблона").first).to_be_visible()

    further = page.get_by_role("button", name="К следующему месту")
    for _ in range(20):
        if not further.count():
            break
        further.click()
        page.keyboard.type("без изменений")
    expect(complaints).to_have_value("без изменений")
    expect(page.get_by_text("Осталось заполнить")).to_have_count(0)
    page.get_by_role("button", name="Сохранить").click()
    page.wait_for_url(re.compile(r"/examination-protocols/"))
    expect(page.get_by_text("Отёки: без изменений").first).to_be_visible()
