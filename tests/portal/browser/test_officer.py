"""A security officer: an emergency access of a doctor from the list to the log and the decision, a finding, the log."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from chalicelib.domain.identifiers import snils_check_digits
from local.demo_people import PATIENTS
from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import DOCTOR, OFFICER, Site, ask

SignIn = Callable[..., None]
NewContext = Callable[..., BrowserContext]
NUMBER = PATIENTS[1][0]["snils"]
WORDS = "Доставлен без сознания, нужно узнать об аллергии."
UNTIL_REVIEWED = 60  # seconds: the log publishes an entry a little after it was made


def broken_glass(page: Page, sign_in: SignIn) -> dict[str, Any]:
    """A card that a doctor opened without consent just now, and looked into."""
    sign_in(page, DOCTOR, anew=True)
    page.goto("/journal.html")
    patient = ask(page, "POST", "/patients/look-up", {"snils": NUMBER + snils_check_digits(NUMBER)})["body"][
        "patient_id"
    ]
    opened = ask(page, "POST", f"/patients/{patient}/emergency-access", {"reason": "unconscious", "words": WORDS})
    assert opened["status"] == 201, opened
    assert ask(page, "GET", f"/patients/{patient}/overview")["status"] == 200
    made: dict[str, Any] = opened["body"]
    return made


def reviewed(site: Site) -> None:
    asked = urllib.request.Request(f"{site.url}/_local/schedule/review_audit", method="POST", data=b"{}")
    urllib.request.urlopen(asked, timeout=60).close()


@pytest.mark.requirement("ACC-7", "AUD-3")
def test_an_emergency_access_from_the_list_to_the_log_and_the_decision(
    page: Page, new_context: NewContext, sign_in: SignIn
) -> None:
    opened = broken_glass(new_context().new_page(), sign_in)
    sign_in(page, OFFICER, anew=True)
    page.goto("/")
    expect(page.get_by_role("heading", name="Экстренные доступы")).to_be_visible()
    page.get_by_role("link", name="Все: Экстренные доступы").click()
    page.locator(f'a[href$="{opened["emergency_id"]}"]').click()
    expect(page.get_by_text(re.compile("^Врач написал: «Доставлен без сознания"))).to_be_visible()

    page.get_by_role("button", name="Показать строки журнала").click()
    lines = page.get_by_role("list", name="Строки журнала")
    expect(lines.get_by_text("экстренн", exact=False).first).to_be_visible()
    expect(lines.get_by_text(re.compile("^Врач, ")).first).to_be_visible()

    page.get_by_role("button", name="Записать решение").click()
    expect(page.get_by_text("Выберите решение")).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Не обоснован")).check()
    page.get_by_label("Почему так решено").fill("Причина не подтвердилась в приёмном покое.")
    page.get_by_role("button", name="Записать решение").click()
    expect(page.get_by_text("Решение записано")).to_be_visible()
    expect(page.get_by_text("Причина не подтвердилась в приёмном покое.")).to_be_visible()
    expect(page.get_by_role("button", name="Записать решение")).to_have_count(0)


@pytest.mark.requirement("AUD-4")
def test_a_finding_says_its_rule_shows_its_lines_and_takes_a_conclusion(
    page: Page, new_context: NewContext, site: Site, sign_in: SignIn
) -> None:
    opened = broken_glass(new_context().new_page(), sign_in)
    sign_in(page, OFFICER, anew=True)
    page.goto("/findings")
    finding = found(page, site, opened["patient_id"])
    page.reload()
    page.locator(f'a[href$="{finding}"]').click()
    expect(page.get_by_role("heading", name="Экстренный доступ")).to_be_visible()
    expect(page.get_by_text("Карта открыта без согласия по экстренной причине: проверьте её.")).to_be_visible()
    page.get_by_role("button", name="Показать строки журнала").click()
    expect(page.get_by_text("в находке").first).to_be_visible()

    page.get_by_label("Номер документа").fill("записка о Смирнове")
    page.get_by_role("button", name="Записать заключение").click()
    expect(page.get_by_text("Только цифры, латинские буквы, точка, дефис и косая черта, не больше")).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Объяснено")).check()
    page.get_by_label("Номер документа").fill("12-4")
    page.get_by_role("button", name="Записать заключение").click()
    expect(page.get_by_text("документ 12-4")).to_be_visible()
    page.get_by_role("link", name="← Находки проверки").click()
    page.get_by_label("Показать").select_option("resolved")
    expect(page.locator(f'a[href$="{finding}"]')).to_be_visible()


def found(page: Page, site: Site, patient: str) -> str:
    """The finding of the review about the emergency, once there is one."""
    until = time.monotonic() + UNTIL_REVIEWED
    while True:
        reviewed(site)
        items = ask(page, "GET", "/findings?state=open")["body"]["items"]
        about = [one for one in items if one["rule"] == "break-glass" and one["patient"] == patient]
        if about:
            return str(about[0]["finding_id"])
        assert time.monotonic() < until, "the review found no emergency access"
        time.sleep(1)


@pytest.mark.requirement("AUD-3")
def test_the_log_is_searched_by_filters_that_stand_in_no_address(page: Page, sign_in: SignIn) -> None:
    sign_in(page, OFFICER, anew=True)
    page.goto("/log")
    page.get_by_label("Номер пациента").fill("100-000 012")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_text("В номере только латинские буквы, цифры, дефис и подчёркивание")).to_be_visible()
    page.get_by_label("Номер пациента").fill("nobody")
    expect(page.get_by_text("Пациент увидит в своём журнале, что вы смотрели.")).to_be_visible()
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_text("Таких строк нет")).to_be_visible()
    page.get_by_label("Номер пациента").fill("")
    page.get_by_label("Роль", exact=True).select_option("doctor")
    page.get_by_role("button", name="Найти").click()
    lines = page.get_by_role("list", name="Строки журнала")
    expect(lines.get_by_text(re.compile("^Врач, ")).first).to_be_visible()
    assert page.url.endswith("/log")
    whole = lines.get_by_role("listitem").first
    whole.get_by_text("Подробно").click()
    expect(whole.get_by_text("Год и место в журнале")).to_be_visible()


@pytest.mark.requirement("AUD-2", "AUD-4")
def test_a_card_is_compared_with_the_log_and_its_checkpoints_are_shown(
    page: Page, new_context: NewContext, sign_in: SignIn
) -> None:
    opened = broken_glass(new_context().new_page(), sign_in)
    sign_in(page, OFFICER)
    page.goto("/log/state")
    expect(page.get_by_text("Свидетель", exact=False).first).to_be_visible()
    page.get_by_label("Номер пациента").fill(opened["patient_id"])
    page.get_by_role("button", name="Сверить").click()
    expect(page.get_by_text("Карта совпадает с журналом")).to_be_visible()
    page.goto("/access-report")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Скачать PDF").click()
    assert re.fullmatch(r"access-\d{4}-\d{2}\.pdf", saved.value.suggested_filename)


PLACES = ("/", "/findings", "/emergencies", "/tickets", "/log", "/log/state", "/access-report", "/trust", "/erasures")


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_officers_pages_are_accessible_and_fit_a_telephone(
    lenient_page: Page, sign_in: SignIn, language: str
) -> None:
    page = lenient_page
    sign_in(page, OFFICER)
    page.goto("/")
    page.evaluate("(wanted) => localStorage.setItem('language', wanted)", language)
    for place in PLACES:
        page.goto(place)
        page.wait_for_load_state("networkidle")
        assert axe(page) == [], place
        page.set_viewport_size({"width": 320, "height": 700})
        assert overflow(page) == 0, place
        page.set_viewport_size({"width": 1280, "height": 800})
