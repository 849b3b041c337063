"""An administrator: organisations and staff, a partner's keys, and what is decided by two people."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import ADMIN, OFFICER, OTHER_PATIENT, ask

SignIn = Callable[..., None]
NewContext = Callable[..., BrowserContext]
CLINIC = "Городская поликлиника № 1"
POINT = {
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}  # RFC 7517, appendix A.1 style: an example key that everybody knows


def clinic(page: Page) -> str:
    found = ask(page, "GET", "/organisations")["body"]["items"]
    return str(next(one["organisation_id"] for one in found if one["name"] == CLINIC))


@pytest.mark.requirement("RX-6", "UX-1")
def test_an_organisation_is_added_and_its_staff_certificate_and_stamp_are_shown(page: Page, sign_in: SignIn) -> None:
    sign_in(page, ADMIN, anew=True)
    page.goto("/")
    name = f"Амбулатория {secrets.token_hex(3)}"
    page.get_by_text("Добавить организацию").click()
    page.get_by_label("Название").fill(name)
    page.get_by_label("Номер в федеральном реестре").fill("первый")
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_text("Номер состоит из чисел через точку")).to_be_visible()
    page.get_by_label("Номер в федеральном реестре").fill(f"1.2.643.5.{secrets.randbelow(10**9)}")
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()

    page.goto(f"/organisations/{clinic(page)}")
    expect(page.get_by_role("list", name="Сотрудники").get_by_text("врач-терапевт").first).to_be_visible()
    page.get_by_text("Дать роль сотруднику").click()
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_text("В номере СНИЛС ошибка", exact=False)).to_be_visible()
    page.get_by_role("tab", name="Сертификат печати").click()
    expect(page.get_by_text("Серийный номер")).to_be_visible()
    page.get_by_role("tab", name="Оттиск печати").click()
    page.get_by_role("button", name="Показать").click()
    expect(page.get_by_role("img", name="Оттиск печати организации")).to_be_visible()
    page.get_by_role("tab", name="Стойка удостоверения").click()
    page.get_by_role("radio", name="Всегда два оператора").check()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Теперь каждое восстановление подтверждают два оператора")).to_be_visible()


@pytest.mark.requirement("PRT-1")
def test_a_partner_brings_public_keys_alone_and_is_shut_out(page: Page, sign_in: SignIn) -> None:
    sign_in(page, ADMIN, anew=True)
    page.goto("/partners/new")
    name = f"Аптека {secrets.token_hex(3)}"
    key = {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": secrets.token_hex(4), **POINT}
    page.get_by_label("Название системы").fill(name)
    page.get_by_label("Чья это система").select_option(label=CLINIC)
    page.get_by_role("checkbox", name="Проверять рецепты").check()
    page.get_by_label("Открытые ключи").fill(json.dumps({"keys": [{**key, "d": "AQ"}]}))
    page.get_by_role("button", name="Зарегистрировать").click()
    expect(page.get_by_text("Это закрытый ключ.", exact=False)).to_be_visible()
    page.get_by_label("Открытые ключи").fill(json.dumps({"keys": [key]}))
    page.get_by_role("button", name="Зарегистрировать").click()
    expect(page.get_by_text("Регистрация готова")).to_be_visible()
    page.get_by_role("link", name="К списку партнёров").click()
    page.get_by_role("button", name=f"Отключить: {name}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Отключить").click()
    expect(page.get_by_role("button", name=f"Отключить: {name}")).to_have_count(0)


@pytest.mark.requirement("SPC-8")
def test_an_erasure_is_proposed_by_one_and_refused_by_another(
    page: Page, new_context: NewContext, sign_in: SignIn
) -> None:
    patient, officer = new_context().new_page(), new_context().new_page()
    sign_in(patient, OTHER_PATIENT)
    patient.goto("/journal.html")
    person = ask(patient, "GET", "/me")["body"]["person_id"]
    sign_in(page, ADMIN, anew=True)
    page.goto("/erasures")
    number = f"{secrets.randbelow(10**6)}/26"
    page.get_by_text("Предложить удаление").click()
    page.get_by_role("button", name="Предложить", exact=True).click()
    expect(page.get_by_text("Выберите основание")).to_be_visible()
    page.get_by_label("Чьи данные, номер человека").fill(person)
    page.get_by_role("radio", name=re.compile("^Заявление человека")).check()
    page.get_by_label("Номер документа").fill(number)
    page.get_by_role("button", name="Предложить", exact=True).click()
    expect(page.get_by_text("Удаление предложено. Решит офицер безопасности.")).to_be_visible()
    proposed = page.get_by_role("listitem").filter(has_text=number)
    expect(proposed.get_by_text("ждёт решения")).to_be_visible()
    expect(proposed.get_by_role("button", name="Утвердить удаление")).to_have_count(0)

    sign_in(officer, OFFICER, anew=True)
    officer.goto("/erasures")
    expect(officer.get_by_text("Предложить удаление")).to_have_count(0)
    decided = officer.get_by_role("listitem").filter(has_text=number)
    decided.get_by_role("button", name="Отказать").click()
    officer.get_by_role("dialog").get_by_role("button", name="Отказать").click()
    expect(decided.get_by_text("отказано")).to_be_visible()
    expect(decided.get_by_role("button")).to_have_count(0)


PLACES = ("/", "/partners", "/partners/new", "/apps", "/trust", "/erasures", "/aggregates", "/transfer-senders")


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_administrators_pages_are_accessible_and_fit_a_telephone(
    lenient_page: Page, sign_in: SignIn, language: str
) -> None:
    page = lenient_page
    sign_in(page, ADMIN)
    page.goto("/")
    page.evaluate("(wanted) => localStorage.setItem('language', wanted)", language)
    views = [f"/organisations/{clinic(page)}?view={view}" for view in ("staff", "seal", "stamp", "desk")]
    for place in (*PLACES, *views):
        page.goto(place)
        page.wait_for_load_state("networkidle")
        assert axe(page) == [], place
        page.set_viewport_size({"width": 320, "height": 700})
        assert overflow(page) == 0, place
        page.set_viewport_size({"width": 1280, "height": 800})
