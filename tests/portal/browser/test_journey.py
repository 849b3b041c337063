"""From nothing to a prescription at the counter, as people do it on screens: a patient registers, applies for a card,
a doctor asks for consent, examines and signs, the patient shows the code.

The registrar's decision is taken over the API here; its screens have a journey of their own.
"""

from __future__ import annotations

import io
import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from docs.journeys.client import PASSWORD, Person, System
from local.scans import JPEG, JPEG_TYPE, PDF, PDF_TYPE
from tests.portal.browser.people import DOCTOR, Site
from verifier.prescriptions import authentic

Contexts = Callable[..., BrowserContext]
SignIn = Callable[..., None]
SLOW = 60_000  # ms for what is printed or checked in the background


@dataclass
class Patient:
    """Somebody new: what they type, and the system that their codes and their registrar come from."""

    form: dict[str, str]
    system: System
    site: Site

    @property
    def phone(self) -> str:
        return self.form["phone"]


def typed_date(page: Page, legend: str, date: str) -> None:
    year, month, day = date.split("-")
    group = page.get_by_role("group", name=legend)
    for label, value in (("День", day), ("Месяц", month), ("Год", year)):
        group.get_by_label(label).fill(value)


def registers(page: Page, patient: Patient) -> None:
    form, site = patient.form, patient.site
    page.goto("/")
    expect(page.get_by_role("heading", level=1, name="Вход в медкарту")).to_be_visible()
    page.get_by_role("link", name="Зарегистрироваться").click()
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_text("Введите фамилию")).to_be_visible()
    page.get_by_label("Фамилия").fill(form["last_name"])
    page.get_by_label("Имя", exact=True).fill(form["first_name"])
    typed_date(page, "Дата рождения", form["birth_date"])
    page.get_by_label("Женский" if form["sex"] == "female" else "Мужской").check()
    page.get_by_role("button", name="Далее").click()
    page.get_by_label("Серия паспорта").fill(form["passport_series"])
    page.get_by_label("Номер паспорта").fill(form["passport_number"])
    page.get_by_label("СНИЛС").fill("112-233-445 96")
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_text("В номере СНИЛС ошибка")).to_be_visible()
    page.get_by_label("СНИЛС").fill(form["snils"])
    page.get_by_role("button", name="Далее").click()
    page.get_by_label("Мобильный телефон").fill(form["phone"])
    page.get_by_label("Электронная почта").fill(form["email"])
    page.get_by_role("button", name="Далее").click()
    page.get_by_label("Придумайте пароль").fill(PASSWORD)
    page.get_by_label("Повторите пароль").fill(PASSWORD)
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_role("heading", level=1, name="Коды из СМС и письма")).to_be_visible()
    page.get_by_label("Код из СМС").fill(site.code_after("", form["phone"]))
    page.get_by_label("Код из письма").fill(site.code_after("", form["email"]))
    page.get_by_role("button", name="Подтвердить").click()
    expect(page.get_by_text("Учётная запись создана")).to_be_visible()


def enters(page: Page, patient: Patient) -> None:
    page.get_by_role("main").get_by_role("link", name="Войти").click()
    page.get_by_label("СНИЛС, телефон или электронная почта").fill(patient.phone)
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Далее").click()
    former = patient.site.newest_code(patient.phone)
    page.get_by_role("button", name="Прислать код").click()
    page.get_by_label("Код из СМС").fill(patient.site.code_after(former, patient.phone))
    page.get_by_role("button", name="Подтвердить").click()


def applies(page: Page, patient: Patient) -> None:
    """The card is applied for with scans, and a registrar opens it."""
    system = patient.system
    page.get_by_role("link", name="Подключить медкарту").click()
    page.get_by_label("Номер полиса ОМС").fill(system.policy())
    files = page.locator("input[type=file]")
    files.nth(0).set_input_files({"name": "policy.pdf", "mimeType": PDF_TYPE, "buffer": PDF})
    expect(page.get_by_role("button", name="Убрать").first).to_be_visible(timeout=SLOW)
    files.nth(1).set_input_files({"name": "passport.jpg", "mimeType": JPEG_TYPE, "buffer": JPEG})
    expect(page.get_by_role("button", name="Убрать").nth(1)).to_be_visible(timeout=SLOW)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Отправить заявление").click()
    expect(page.get_by_text("Заявление отправлено").first).to_be_visible()
    who = Person(patient.phone, patient.form["email"], patient.form["snils"], patient.form)
    system.sign_in(who)
    who.id = system.call(200, "GET", "/me", who=who)["person_id"]
    application = system.call(200, "GET", "/me/card", who=who)["application"]["application"]
    decision = f"/applications/{who.id}/{application}/decision"
    registrar = system.demo("registrar")
    system.call(200, "POST", decision, {"approve": True}, registrar, headers={"If-Match": 'W/"1"'})


def asks(page: Page, patient: Patient) -> None:
    page.goto("/patients")
    page.get_by_label("СНИЛС пациента").fill(patient.form["snils"])
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_role("heading", level=1, name="Карта закрыта")).to_be_visible()
    assert patient.form["last_name"] not in page.inner_text("body")
    expect(page.get_by_text("Пациенту отправлен запрос")).to_be_visible()
    page.get_by_role("button", name="Отправить запрос").click()
    expect(page.get_by_text("Запрос уже у пациента")).to_be_visible()


def consents(page: Page) -> None:
    page.goto("/access")
    page.get_by_role("button", name="Решить: Петров Пётр Петрович").click()
    page.get_by_role("button", name="Дать согласие").click()
    confirm_by_sms(page)
    expect(page.get_by_text("Видит и дополняет: вся карта.")).to_be_visible()


def confirm_by_sms(page: Page, code: Callable[[str], str] | None = None, phone: str = "") -> None:
    """A fresh second factor where one is asked for; the sign-in a moment ago is fresh enough."""
    dialog = page.get_by_role("dialog", name="Подтвердите, что это вы")
    page.wait_for_timeout(500)
    if code is None or not dialog.is_visible():
        return
    former = code("")
    dialog.get_by_role("button", name="Прислать код").click()
    dialog.get_by_label("Код из СМС").fill(code(former))
    dialog.get_by_role("button", name="Подтвердить").click()


def examines_and_prescribes(page: Page, patient: Patient) -> None:
    page.get_by_role("button", name="Проверить ответ").click()
    name = f"{patient.form['last_name']} {patient.form['first_name']}"
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.get_by_role("link", name="Записать осмотр").click()
    page.get_by_label("Вид осмотра").fill("Первичный осмотр терапевта")
    page.get_by_label("Заключение").fill("Здорова")
    page.get_by_label("План").first.fill("Наблюдение")
    page.get_by_role("button", name="Сохранить запись").click()
    expect(page.get_by_role("heading", level=1, name="Первичный осмотр терапевта")).to_be_visible()
    page.goto(page.url.split("/examination-protocols")[0] + "/prescribe")
    page.get_by_label("МНН").fill("Метформин")
    page.get_by_label("Форма", exact=True).fill("таблетки")
    page.get_by_label("Дозировка").fill("500 мг")
    page.get_by_label("Способ применения").fill("по 1 таблетке 2 раза в день")
    page.get_by_label("Упаковок").fill("2")
    page.get_by_role("button", name="Проверить и подписать").click()
    confirm_by_sms(page)
    expect(page.get_by_text("Действует").first).to_be_visible()


def shows_the_code(page: Page, site: Site) -> None:
    """Full-screen; what a scanner reads from the screen verifies off-line against the published keys."""
    page.goto("/prescriptions")
    page.get_by_role("link", name="Метформин").first.click()
    page.get_by_role("link", name="Показать код").click()
    code = page.get_by_role("dialog").locator("svg.qr")
    expect(code).to_be_visible()
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    with urllib.request.urlopen(f"{site.url}/.well-known/jwks.json", timeout=30) as answer:
        keys = json.load(answer)
    found = authentic(read.text, site.url, keys, time.time())
    assert not found.expired
    assert "Метформин" in json.dumps(found.content, ensure_ascii=False)


@pytest.mark.requirement("UX-1", "ID-1", "ID-3", "ACT-1", "ACC-1", "ACC-2", "RX-1", "RX-2")
@pytest.mark.timeout(400)
def test_from_registration_to_the_code_of_a_prescription(new_context: Contexts, site: Site, sign_in: SignIn) -> None:
    system = System(site.url)
    patient = Patient({**system.form(), "password": PASSWORD}, system, site)
    phone, desk = new_context(viewport={"width": 390, "height": 800}).new_page(), new_context().new_page()
    registers(phone, patient)
    enters(phone, patient)
    applies(phone, patient)
    sign_in(desk, DOCTOR, anew=True)
    asks(desk, patient)
    consents(phone)
    examines_and_prescribes(desk, patient)
    shows_the_code(phone, site)
