"""Reports of an organisation: the list of months, tables with what is hidden said in words, three files (ANA-4)."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import ADMIN, Site
from tests.portal.browser.test_administrator import CLINIC, clinic

pytestmark = pytest.mark.requirement("ANA-4", "UX-1")

SignIn = Callable[..., None]


def made_up(site: Site, organisation: str) -> None:
    """A month that is over, of that clinic (local/counted_month.py)."""
    body = json.dumps({"organisation_id": organisation, "people": 1500}).encode()
    asked = urllib.request.Request(f"{site.url}/_local/counted-month", body, method="POST")
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.status == 200


def test_a_report_is_read_and_saved(lenient_page: Page, sign_in: SignIn, site: Site, tmp_path: Path) -> None:
    page = lenient_page
    sign_in(page, ADMIN)
    page.goto("/")
    made_up(site, clinic(page))
    page.goto("/bulletins")
    page.get_by_role("link", name=CLINIC).click()
    months = page.get_by_role("list", name="Отчёты по месяцам").locator("> li")
    expect(months.first).to_contain_text("Составлен")
    months.first.get_by_role("link").click()
    persons = page.get_by_role("table", name="Пациенты", exact=True)
    expect(persons.get_by_role("row").nth(1)).to_contain_text("женщины")
    expect(page.get_by_text("Почему в клетке прочерк")).to_be_visible()
    expect(page.get_by_text("нет числа").first).to_be_attached()
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 800})
    for label, suffix, start in (("как PDF", "pdf", b"%PDF"), ("CSV", "csv", b"\xef\xbb\xbf"), ("FHIR", "json", b"{")):
        with page.expect_download() as saving:
            page.get_by_role("button", name=label).click()
        file = tmp_path / saving.value.suggested_filename
        saving.value.save_as(file)
        assert file.suffix == f".{suffix}"
        assert file.read_bytes().startswith(start)
