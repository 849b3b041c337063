"""Prescriptions with their code, pharmacies, intakes, and the page that checks a prescription for whoever holds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import OTHER_PATIENT, PATIENT, Site, ask
from tests.portal.browser.watching import Watch

SignIn = Callable[..., None]
LANGUAGES = ("ru", "en")


def prescription(page: Page) -> dict[str, Any]:
    """The active one of who is signed in."""
    me = ask(page, "GET", "/me")["body"]["person_id"]
    found = ask(page, "GET", f"/patients/{me}/prescriptions")["body"]["items"]
    return next(one for one in found if one["status"]["state"] == "active")


def in_language(page: Page, language: str) -> None:
    page.evaluate("(wanted) => localStorage.setItem('language', wanted)", language)


@pytest.mark.requirement("RX-2", "RX-6", "UX-1")
def test_a_prescription_from_the_list_to_the_code_over_the_whole_screen(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/prescriptions")
    one = prescription(page)
    drug = one["body"]["drugs"][0]["inn"]
    expect(page.get_by_role("heading", name="Действующие")).to_be_visible()
    page.get_by_label("Найти рецепт").fill("нет такого")
    expect(page.get_by_text("Такого рецепта нет")).to_be_visible()
    page.get_by_label("Найти рецепт").fill(drug.upper())
    expect(page.get_by_text("Найден 1 рецепт")).to_be_attached()
    page.get_by_role("link", name=re.compile(f"^{drug}")).click()
    expect(page.get_by_text("По этому рецепту ещё ничего не получали.")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Скачать PDF").click()
    assert saved.value.suggested_filename.endswith(".pdf")
    page.get_by_role("link", name="Показать код").click()
    shield = page.get_by_role("dialog")
    expect(shield.get_by_role("img", name=re.compile("QR-код рецепта"))).to_be_visible()
    expect(shield.get_by_text("Данные от")).to_be_visible()
    code = re.search(r"/r/([\w-]{22})", one["body"]["qr"])
    assert code
    expect(shield.get_by_text(code[1])).to_be_visible()
    assert shield.evaluate("(box) => [box.clientWidth, getComputedStyle(box).backgroundColor]") == [
        1280,
        "rgb(255, 255, 255)",
    ]
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(f"/prescriptions/{one['id']}$"))


@pytest.mark.requirement("RX-2", "UX-2")
def test_the_code_is_shown_without_a_connection(page: Page, watch: Watch, sign_in: SignIn) -> None:
    watch.expect("net::ERR_")
    sign_in(page, PATIENT)
    page.goto("/prescriptions")
    page.get_by_role("link", name=re.compile("^Показать код")).click()
    page.get_by_role("dialog").get_by_role("link", name="Рецепты").click()
    page.get_by_role("link", name="← Рецепты").click()
    page.context.route("**/api/**", lambda route: route.abort())
    page.get_by_role("link", name=re.compile("^Показать код")).click()
    expect(page.get_by_role("dialog").get_by_role("img", name=re.compile("QR-код"))).to_be_visible()


@pytest.mark.requirement("RX-7")
def test_stock_is_asked_an_order_is_made_and_cancelled(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/prescriptions")
    page.goto(f"/prescriptions/{prescription(page)['id']}/pharmacies")
    page.get_by_role("button", name="Узнать наличие").click()
    expect(page.get_by_text("Напишите, где искать")).to_be_visible()
    page.get_by_label("Город или район").fill("Москва")
    page.get_by_role("button", name="Узнать наличие").click()
    page.get_by_role("button", name=re.compile("^Заказать доставку: Ромашка № 1")).click()
    box = page.get_by_role("dialog")
    box.get_by_role("button", name="Заказать доставку").click()
    expect(box.get_by_text("Напишите адрес")).to_be_visible()
    box.get_by_label("Адрес доставки").fill("ул. Садовая, 5")
    box.get_by_label("Телефон для курьера").fill("+7 916 000-00-11")
    box.get_by_role("button", name="Заказать доставку").click()
    newest = page.get_by_role("list", name="Заказы").get_by_role("listitem").first
    expect(newest.get_by_text("ул. Садовая, 5")).to_be_visible()
    newest.get_by_role("button", name="Отменить заказ").click()
    page.get_by_role("dialog").get_by_role("button", name="Отменить заказ").click()
    expect(newest.get_by_text(re.compile("Отменён|Просим аптеку отменить")).first).to_be_visible()
    page.get_by_role("button", name="Добавить номер").click()
    box.get_by_label("Номер карты сети").fill("1234-5678")
    box.get_by_role("button", name="Сохранить номер").click()
    expect(box.get_by_text("Без согласия номер не передать")).to_be_visible()
    box.get_by_role("checkbox").check()
    box.get_by_role("button", name="Сохранить номер").click()
    page.get_by_role("button", name="Убрать номер").click()
    page.get_by_role("dialog").get_by_role("button", name="Убрать номер").click()
    expect(page.get_by_text("Номер не указан")).to_be_visible()


@pytest.mark.requirement("APT-3", "REC-7")
def test_intakes_are_marked_and_an_own_medicine_is_added_and_ended(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/medication")
    page.get_by_role("button", name="← На день раньше").click()
    taken = page.get_by_role("button", name=re.compile("^Принято: Метформин.* в 08:00"))
    taken.click()
    expect(taken).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=re.compile("^Пропущено: Метформин.* в 20:00")).click()
    expect(page.get_by_text("не удваивайте следующую дозу")).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile("Принято 1 из 1[34] приёмов, пропущено 1"))).to_be_visible()
    remind = page.get_by_role("checkbox", name=re.compile("Напоминать о приёме")).first
    expect(remind).to_be_checked()
    remind.click()
    expect(page.get_by_text("Напоминания выключены").first).to_be_visible()
    remind.click()
    expect(remind).to_be_checked()
    page.get_by_role("link", name="Добавить лекарство").click()
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_text("Напишите название лекарства")).to_be_visible()
    for label, text in (("Название", "Витамин D"), ("В каком виде", "капли"), ("Дозировка", "500 МЕ")):
        page.get_by_label(label).fill(text)
    page.get_by_label("Как принимаете").fill("по 2 капли утром")
    page.get_by_label("Часы приёма").fill("утром")
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_text("Часы пишутся так")).to_be_visible()
    page.get_by_label("Часы приёма").fill("9:00")
    page.get_by_role("button", name="Добавить").click()
    own = page.get_by_role("list", name="Принимаю сейчас").get_by_role("listitem").filter(has_text="Витамин D")
    expect(own.get_by_text("добавлено вами")).to_be_visible()
    own.get_by_role("button", name=re.compile("^Больше не принимаю")).click()
    page.get_by_role("dialog").get_by_role("button", name="Больше не принимаю").click()
    expect(own).to_have_count(0)
    page.get_by_text("Принимали раньше").click()
    expect(page.get_by_role("list", name="Принимали раньше").get_by_text("Витамин D").first).to_be_visible()


@pytest.mark.requirement("RX-2", "RX-3")
def test_whoever_holds_a_code_learns_what_it_is_worth(
    page: Page, new_context: Any, watch: Watch, sign_in: SignIn
) -> None:
    """With the system and without; a code that was altered is a forgery either way."""
    watch.expect("net::ERR_")
    sign_in(page, PATIENT)
    page.goto("/prescriptions")
    one = prescription(page)
    code = one["body"]["qr"]
    holder = new_context().new_page()
    holder.goto("/pharmacy")
    field, check = holder.get_by_label("Код рецепта"), holder.get_by_role("button", name="Проверить", exact=True)

    def told(text: str) -> Any:
        field.fill(text)
        check.click()
        return holder.get_by_role("region", name="Результат проверки")

    expect(told(code).get_by_text("Рецепт действует")).to_be_visible()
    expect(holder.get_by_text(one["body"]["drugs"][0]["dosage"])).to_be_visible()
    assert "Иванова" not in holder.content()
    place, _, token = code.partition("#")
    head, body, tail = token.split(".")
    altered = f"{place}#{head}.{body}.{tail[:20]}{'A' if tail[20] != 'A' else 'B'}{tail[21:]}"
    expect(told(altered).get_by_text("Подделка")).to_be_visible()
    expect(told("A" * 22).get_by_text("Такого рецепта нет")).to_be_visible()
    expect(told("https://example.org/r/" + "A" * 22).get_by_text("Код другой системы")).to_be_visible()
    expect(told("привет").get_by_text("Это не код рецепта")).to_be_visible()
    holder.context.route(re.compile("/api/|/.well-known/"), lambda route: route.abort())
    expect(told(code).get_by_text("Рецепт настоящий, но связи нет")).to_be_visible()
    expect(told(altered).get_by_text("Подделка")).to_be_visible()
    expect(told(place.rpartition("/")[2]).get_by_text("Проверить не удалось")).to_be_visible()
    stored = holder.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])")
    assert place.rpartition("/")[2] not in stored


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_accessible_and_fit_a_narrow_screen(lenient_page: Page, sign_in: SignIn, language: str) -> None:
    page = lenient_page
    page.set_viewport_size({"width": 320, "height": 700})
    sign_in(page, PATIENT)
    page.goto("/prescriptions")
    in_language(page, language)
    one = f"/prescriptions/{prescription(page)['id']}"
    of_it = (one, f"{one}/code", f"{one}/pharmacies")
    for path in ("/prescriptions", *of_it, "/pharmacies", "/medication", "/medication/new", "/pharmacy"):
        page.goto(path, wait_until="networkidle")
        expect(page.locator("h1")).to_be_visible()
        assert axe(page) == [], path
        assert overflow(page) == 0, path


@pytest.mark.requirement("UX-1")
def test_somebody_without_prescriptions_is_told_what_will_be_there(page: Page, site: Site, sign_in: SignIn) -> None:
    sign_in(page, OTHER_PATIENT)
    page.goto("/prescriptions")
    expect(page.get_by_text("Рецептов пока нет")).to_be_visible()
    page.goto("/medication")
    expect(page.get_by_text("Лекарств в списке нет")).to_be_visible()
    page.goto("/pharmacies")
    expect(page.get_by_text("Заказов нет")).to_be_visible()
