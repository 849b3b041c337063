"""The registrar's desk and the identity desk: a card opened, a patient registered and booked, access given back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from docs.journeys.client import Person, System
from local.demo_people import STAFF
from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import IDENTITY_OPERATOR, REGISTRAR, Account, Site

SignIn = Callable[..., None]
Contexts = Callable[..., BrowserContext]
SECOND_OPERATOR = Account(
    [person["phone"] for person, role, *_ in STAFF if role == IDENTITY_OPERATOR.role][1], IDENTITY_OPERATOR.role
)
SLOW = 40_000  # ms; each look-alike's profile is opened with a key of its own
CODE = re.compile(r"^[0-9A-Z]{5}-[0-9A-Z]{5}$")


def apply(system: System, who: Person, **changes: str) -> str:
    made = system.call(201, "POST", "/me/card-application", system.activation(who, **changes), who)
    return f"/applications/{who.id}/{made['application_id']}"


def type_day(page: Page, date: str) -> None:
    for label, value in zip(("Год", "Месяц", "День"), date.split("-"), strict=True):
        page.get_by_role("group", name="Дата рождения").get_by_label(label).fill(value)
    page.get_by_label("День").last.blur()


@pytest.mark.requirement("ACT-1")
@pytest.mark.requirement("ACT-2")
def test_a_card_is_refused_with_a_reason_and_opened_from_the_next_application(
    page: Page, site: Site, sign_in: SignIn
) -> None:
    system = System(site.url)
    who = system.sign_in(system.register())
    sign_in(page, REGISTRAR, anew=True)

    place = apply(system, who, first_name="Оксана")
    page.goto("/")
    waiting = page.get_by_role("list", name="Очереди").get_by_role("listitem")
    expect(waiting.filter(has_text="Заявления на открытие карты")).to_contain_text(re.compile("ждёт|ждут|и больше"))
    page.get_by_role("link", name="Заявления на открытие карты").click()
    expect(page.locator(f'a[href="{place}"]')).to_be_visible()
    page.locator(f'a[href="{place}"]').click()
    expect(page.get_by_role("row", name="Имя Оксана")).to_contain_text("отличается")
    expect(page.get_by_role("row", name="Фамилия")).to_contain_text("совпадает")

    page.get_by_role("button", name="Посмотреть", exact=False).last.click()
    scan = page.get_by_role("dialog")
    expect(scan.get_by_role("img")).to_be_visible()
    scan.get_by_role("button", name="Крупнее").click()
    expect(scan.get_by_text("150 %")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Отправить решение").click()
    expect(page.get_by_text("Выберите решение")).to_be_visible()
    page.get_by_role("radio", name="Отказать").check()
    page.get_by_role("button", name="Отправить решение").click()
    expect(page.get_by_text("Выберите причину: человек увидит её в кабинете")).to_be_visible()
    page.get_by_label("Причина отказа").select_option(label="Документы не совпадают с заявлением")
    page.get_by_role("button", name="Отправить решение").click()
    expect(page.get_by_text("Отказ отправлен")).to_be_visible()
    refused = system.call(200, "GET", "/me/card", who=who)["application"]
    assert (refused["state"], refused["reason"]) == ("rejected", "papers-differ")

    page.goto(apply(system, who))
    page.get_by_role("radio", name="Открыть карту").check()
    page.get_by_role("button", name="Отправить решение").click()
    expect(page.get_by_text("Карта открыта")).to_be_visible()
    assert system.call(200, "GET", "/me/card", who=who)["card"] == "active"


@pytest.mark.requirement("ID-7")
def test_a_case_that_changed_meanwhile_is_looked_at_again(page: Page, site: Site, sign_in: SignIn) -> None:
    system = System(site.url)
    who = system.sign_in(system.register())
    passport = {name: who.form[name] for name in ("passport_series", "passport_number")}
    filing = {"kind": "identity-scan", "form": passport, "documents": {"passport": [system.scan(who)]}}
    case = system.call(201, "POST", "/me/cases", filing, who, headers=system.key())["case_id"]
    sign_in(page, REGISTRAR, anew=True)
    page.goto("/cases?kind=identity-scan")
    page.locator(f'a[href="/cases/{who.id}/{case}"]').click()
    expect(page.get_by_role("heading", level=1, name="Подтверждение личности по скану паспорта")).to_be_visible()
    expect(page.get_by_text(who.form["passport_number"]).first).to_be_visible()
    page.get_by_role("radio", name="Попросить ещё документы").check()
    page.get_by_role("button", name="Отправить решение").click()
    expect(page.get_by_text("Напишите, чего не хватает")).to_be_visible()
    page.get_by_label("Слова для заявителя").fill("Номер не читается")

    other = system.demo("registrar")  # meanwhile, at another window
    path = f"/cases/{who.id}/{case}"
    tag = {"If-Match": system.call(200, "GET", path, who=other).etag}
    wish = {"decision": "ask-more", "reason": "unreadable", "words": "Нужен другой скан"}
    system.call(200, "POST", f"{path}/decision", wish, other, headers=tag)
    system.call(200, "POST", f"/me/cases/{case}/documents", {"documents": {"passport": [system.scan(who)]}}, who)
    page.get_by_role("button", name="Отправить решение").click()
    page.get_by_role("button", name="Открыть заново").click()
    expect(page.get_by_text("Нужен другой скан")).to_be_visible()
    page.get_by_role("radio", name="Одобрить").check()
    page.get_by_role("button", name="Отправить решение").click()
    expect(page.get_by_text("Решение отправлено")).to_be_visible()
    assert system.call(200, "GET", f"/me/cases/{case}", who=who)["state"] == "approved"


def register_patient(page: Page, form: dict[str, str]) -> None:
    page.goto("/clinic-patients/new")
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_text("Заполните это поле").first).to_be_visible()
    page.get_by_label("Фамилия").fill(form["last_name"])
    page.get_by_label("Имя", exact=True).fill(form["first_name"])
    type_day(page, form["birth_date"])
    page.get_by_label("Женский" if form["sex"] == "female" else "Мужской").check()
    page.get_by_role("button", name="Далее").click()
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_text("Введите СНИЛС, полис или паспорт")).to_be_visible()
    page.get_by_label("СНИЛС").fill(form["snils"])
    page.get_by_role("button", name="Далее").click()
    page.get_by_label("Пациент подписал согласие").check()
    page.get_by_role("button", name="Зарегистрировать").click()
    expect(page.get_by_text("Пациент зарегистрирован")).to_be_visible(timeout=SLOW)


@pytest.mark.requirement("ACT-5")
@pytest.mark.requirement("SPC-7")
def test_a_new_patient_is_registered_booked_found_in_the_day_and_cancelled(
    page: Page, site: Site, sign_in: SignIn
) -> None:
    born = f"19{secrets.randbelow(40) + 50}-0{secrets.randbelow(9) + 1}-{secrets.randbelow(19) + 10}"
    form = System(site.url).form(last_name="Берёзкина", birth_date=born)
    sign_in(page, REGISTRAR, anew=True)
    register_patient(page, form)

    page.get_by_role("link", name="Записать на приём").click()
    page.get_by_role("link", name="Петров Пётр Петрович", exact=True).click()
    page.get_by_role("button", name="Записать", exact=True).click()
    expect(page.get_by_text("Выберите время")).to_be_visible()
    free = page.get_by_role("group", name="Свободно").get_by_role("button").last
    at = free.inner_text()
    free.click()
    page.get_by_role("button", name="Записать", exact=True).click()
    expect(page.get_by_text("Пациент записан")).to_be_visible()

    page.get_by_text("Найти пациента в списке").click()
    page.get_by_label("СНИЛС").fill(form["snils"])
    page.get_by_role("button", name="Найти", exact=True).click()
    expect(page.get_by_text("Найдена 1 запись этого пациента")).to_be_visible()
    theirs = page.get_by_role("listitem").filter(has_text="это он")
    expect(theirs).to_contain_text(at)
    theirs.get_by_role("button", name=f"Отменить запись: {at}").click()
    theirs.get_by_role("button", name="Отменить запись", exact=True).click()
    expect(theirs.get_by_text("Выберите причину")).to_be_visible()
    theirs.get_by_label("Причина отмены").select_option(label="Попросил пациент")
    theirs.get_by_role("button", name="Отменить запись", exact=True).click()
    expect(page.get_by_text("Запись отменена, пациенту сообщили")).to_be_visible()


@pytest.mark.requirement("APT-1")
def test_a_schedule_has_its_special_days(page: Page, sign_in: SignIn) -> None:
    sign_in(page, REGISTRAR, anew=True)
    page.goto("/schedules")
    page.get_by_role("link", name="Часы приёма: Кузнецова Мария Олеговна").click()
    page.get_by_role("button", name="Добавить особые дни").click()
    page.get_by_label("Первый день").fill("2027-03-09")
    page.get_by_label("Последний день").fill("2027-03-08")
    page.get_by_role("button", name="Сохранить особые дни").click()
    expect(page.get_by_text("Последний день не раньше первого")).to_be_visible()
    page.get_by_label("Последний день").fill("2027-03-12")
    page.get_by_role("button", name="Сохранить особые дни").click()
    special = page.get_by_role("list", name="Отпуска и особые дни")
    expect(special).to_contain_text("Отпуск: приёма нет")
    special.get_by_role("button", name="Убрать").click()
    expect(page.get_by_text("Особых дней нет.")).to_be_visible()


def compare(page: Page, form: dict[str, str]) -> None:
    page.get_by_label("СНИЛС").fill(form["snils"])
    page.get_by_label("Серия паспорта").fill(form["passport_series"])
    page.get_by_label("Номер паспорта").fill(form["passport_number"])
    type_day(page, form["birth_date"])
    page.get_by_role("button", name="Сверить").click()


@pytest.mark.requirement("ID-8")
@pytest.mark.requirement("SPC-3")
def test_two_operators_give_access_back(new_context: Contexts, site: Site, sign_in: SignIn) -> None:
    form = System(site.url).register().form
    first, second = new_context().new_page(), new_context().new_page()
    sign_in(first, IDENTITY_OPERATOR, anew=True)
    sign_in(second, SECOND_OPERATOR, anew=True)

    first.goto("/")
    compare(first, {**form, "passport_number": "000001"})
    expect(first.get_by_text("Такого человека не нашлось")).to_be_visible()
    compare(first, form)
    expect(first.get_by_text(form["last_name"])).to_be_visible()
    first.get_by_role("button", name="Подтвердить личность").click()
    expect(first.get_by_text("Личность подтверждена")).to_be_visible()
    first.get_by_role("button", name="Начать").click()
    expect(first.get_by_text("Выберите, что случилось")).to_be_visible()
    first.get_by_label("Потеряны телефон и пароль").check()
    first.get_by_role("button", name="Начать").click()
    mine = first.get_by_role("list", name="Восстановление доступа").get_by_role("listitem").first
    expect(mine).to_contain_text("ждёт одобрения")
    expect(mine).to_contain_text("Одобрить должен другой оператор")
    expect(mine.get_by_role("button", name="Одобрить")).to_have_count(0)

    second.goto("/recoveries")
    theirs = second.get_by_role("list", name="Восстановление доступа").get_by_role("listitem").first
    theirs.get_by_role("button", name="Одобрить").click()
    expect(theirs).to_contain_text("одобрено, кода ещё нет")
    expect(theirs.get_by_role("button", name="Выдать код")).to_have_count(0)

    first.reload()
    mine.get_by_role("button", name="Выдать код").click()
    expect(first.get_by_role("heading", level=1, name="Лист с временным кодом")).to_be_visible()
    assert CODE.match(first.locator(".code-sheet").inner_text())
    first.emulate_media(media="print")
    expect(first.get_by_role("button", name="Напечатать")).to_be_hidden()
    expect(first.locator(".code-sheet")).to_be_visible()
    first.emulate_media(media="screen")
    first.get_by_role("button", name="Готово, лист отдан").click()
    expect(mine).to_contain_text("код выдан")
    mine.get_by_role("button", name="Отменить").click()
    first.get_by_role("dialog").get_by_role("button", name="Отменить", exact=True).click()
    expect(mine).to_contain_text("отменено")


REGISTRARS = ("/", "/applications", "/cases", "/clinic-patients/new", "/schedules", "/merges", "/doubts", "/messages")
OPERATORS = ("/", "/recoveries", "/first-account")


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize(("account", "paths"), [(REGISTRAR, REGISTRARS), (IDENTITY_OPERATOR, OPERATORS)])
def test_their_pages_are_for_everybody(page: Page, sign_in: SignIn, account: Account, paths: Any) -> None:
    sign_in(page, account)
    for language in ("ru", "en"):
        page.goto("/help")
        page.evaluate("language => localStorage.setItem('language', language)", language)
        for path in paths:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert axe(page) == [], path
            page.set_viewport_size({"width": 320, "height": 700})
            assert overflow(page) == 0, path
            page.set_viewport_size({"width": 1280, "height": 800})
