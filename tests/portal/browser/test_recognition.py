"""A paper is scanned, read, compared with its draft and entered; without Tesseract the page says so (UX-3)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chalicelib.documents.recognition.tesseract import installed
from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import DOCTOR
from tests.recognition_scans import printed

pytestmark = [pytest.mark.requirement("UX-3", "UX-1"), pytest.mark.timeout(240)]

SignIn = Callable[..., None]
READ = 90_000  # ms in which a scan is read on a busy machine


def test_a_paper_becomes_a_record_after_it_was_compared(lenient_page: Page, sign_in: SignIn) -> None:
    page = lenient_page
    sign_in(page, DOCTOR)
    page.goto("/patients")
    page.locator("main ul a").filter(has_text="Иванова").first.click()
    page.get_by_role("link", name="Документы на бумаге").click()
    expect(page.get_by_role("heading", level=1, name="Документы на бумаге")).to_be_visible()
    if not installed():  # the check installs it (.ci/run); elsewhere this is what people see
        expect(page.get_by_text("Распознавание здесь не подключено")).to_be_visible()
        return
    page.get_by_label("Результат анализа").check()
    expect(page.get_by_text("Ничего не распознавалось")).to_be_visible()
    assert axe(page) == []
    paper = {"name": "анализ.pdf", "mimeType": "application/pdf", "buffer": printed("laboratory-result")}
    page.get_by_label("Файл").set_input_files(paper)
    page.get_by_role("button", name="Распознать", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Сверка с документом")).to_be_visible(timeout=READ)
    expect(page.get_by_role("img", name="Страница 1 документа")).to_be_visible(timeout=READ)
    expect(page.get_by_text("Иванова Анна Сергеевна")).to_be_visible()

    marked = page.locator(".sheet-mark")
    expect(marked).to_have_count(0)
    page.get_by_role("textbox", name="Лаборатория").focus()
    expect(marked).to_have_count(1)
    first = marked.get_attribute("y")
    page.get_by_role("checkbox", name=re.compile("Сверено: Показатели 2: Лейкоциты")).focus()
    expect(marked).not_to_have_attribute("y", first or "")
    assert axe(page) == []

    page.get_by_role("button", name="Внести в карту").click()
    expect(page.get_by_role("alert").first).to_contain_text("Сверьте с документом")
    for box in page.get_by_role("checkbox", name=re.compile("^Сверено: ")).all():
        box.check()
    page.set_viewport_size({"width": 320, "height": 900})
    assert overflow(page) == 0
    page.get_by_role("textbox", name="Лаборатория").focus()
    expect(marked).to_be_in_viewport()  # the paper stays beside what is compared, also on a phone
    page.get_by_role("textbox", name="Лаборатория").fill("Гемотест")
    page.get_by_role("button", name="Внести в карту").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("Гемотест"))).to_be_visible()
    expect(page.get_by_text("Лейкоциты")).to_be_visible()

    page.go_back()
    expect(page.get_by_text("Запись внесена в карту")).to_be_visible()
