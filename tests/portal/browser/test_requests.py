"""What people ask of the registration desk, their family, and support (DOC-5, SPC-*, ACC-8, ID-11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from local.scans import JPEG, JPEG_TYPE
from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import OTHER_PATIENT, PATIENT, REGISTRAR, Account, ask

SignIn = Callable[..., None]
SCAN = {"name": "passport.jpg", "mimeType": JPEG_TYPE, "buffer": JPEG}
SCAN_PATIENCE = 40_000  # ms; the check of a file is a task of its own

# As ``ask``, with the version that a decision is made on.
DECIDE = """async ([path, decision, words, version]) => {
  const headers = { "X-Requested-By": "portal", "Content-Type": "application/json", "If-Match": `W/"${version}"` };
  const body = JSON.stringify(decision === "ask-more" ? { decision, reason: "unreadable", words } : { decision });
  const answer = await fetch(path, { method: "POST", headers, body });
  return { status: answer.status, body: await answer.json() };
}"""


def case_of(page: Page) -> str:
    return page.url.rpartition("/")[2]


def decide(page: Page, case: str, *decisions: str, words: str = "") -> None:
    """Steps of a registrar, whose session ``page`` has, from the version on at which the case stands."""
    kinds = ("copy-request", "profile-change")
    lines = [line for kind in kinds for line in ask(page, "GET", f"/cases?kind={kind}")["body"]["items"]]
    patient = next(line["patient_id"] for line in lines if line["case_id"] == case)
    path = f"/cases/{patient}/{case}"
    version = ask(page, "GET", path)["body"]["version"]
    for decision in decisions:
        done = page.evaluate(DECIDE, [f"/api/v1{path}/decision", decision, words, version])
        assert done["status"] == 200, done["body"]
        version = done["body"]["version"]


def withdraw(page: Page) -> None:
    page.get_by_role("button", name="Отозвать обращение").click()
    page.get_by_role("dialog").get_by_role("button", name="Отозвать обращение").click()
    expect(page.get_by_text("Отозвано вами", exact=True)).to_be_visible()


def withdrawn_case(page: Page) -> str:
    page.goto("/requests/new/copy-request")
    page.get_by_label("В какой клинике документы").select_option(label="Городская поликлиника № 1")
    page.get_by_label("Какие документы нужны").fill("Справка о прививках")
    page.get_by_role("radio", name="Заберу в клинике").check()
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("На рассмотрении", exact=True)).to_be_visible()
    withdraw(page)
    return case_of(page)


def within(page: Page, label: str) -> Locator:
    return page.get_by_role("group", name=label)


def type_day(page: Page, label: str, day: str, month: str, year: str) -> None:
    for name, value in (("День", day), ("Месяц", month), ("Год", year)):
        within(page, label).get_by_label(name).fill(value)
    within(page, label).get_by_label("Год").blur()


@pytest.fixture
def registrar(new_context: Callable[..., BrowserContext], sign_in: SignIn) -> Page:
    page = new_context().new_page()
    sign_in(page, REGISTRAR, anew=True)
    return page


@pytest.mark.requirement("DOC-5", "UX-1")
def test_copies_are_asked_for_followed_and_received(page: Page, sign_in: SignIn, registrar: Page) -> None:
    sign_in(page, PATIENT)
    page.goto("/requests")
    page.get_by_role("link", name="Новое обращение").click()
    page.get_by_role("link", name="Получить копии").click()
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Заполните это поле")).to_have_count(2)
    page.get_by_label("В какой клинике документы").select_option(label="Городская поликлиника № 1")
    page.get_by_label("Какие документы нужны").fill("Выписка за прошлый год")
    page.get_by_role("radio", name="По почте").check()
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_label("Почтовый адрес")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("radio", name="Заберу в клинике").check()
    expect(page.get_by_label("Почтовый адрес")).to_have_count(0)
    type_day(page, "За какое время: с", "1", "1", "2099")
    page.get_by_role("button", name="Отправить").click()
    expect(within(page, "За какое время: с")).to_contain_text("в будущем")
    type_day(page, "За какое время: с", "1", "1", "2025")
    page.get_by_role("button", name="Отправить").click()

    expect(page.get_by_role("heading", name="Получить копии", level=1)).to_be_visible()
    expect(page.get_by_text("На рассмотрении", exact=True)).to_be_visible()
    for given in ("Городская поликлиника № 1", "Выписка за прошлый год", "1 января 2025"):
        expect(page.locator(".facts").get_by_text(given)).to_be_visible()
    decide(registrar, case_of(page), "accept", "prepare", "finish")
    page.reload()
    expect(page.get_by_text("Готово, можно забрать", exact=True)).to_be_visible()
    page.get_by_role("button", name="Я всё получил").click()
    expect(page.get_by_text("Получено", exact=True).first).to_be_visible()
    assert ask(page, "GET", f"/me/cases/{case_of(page)}")["body"]["state"] == "received"
    expect(page.get_by_role("button", name="Отозвать обращение")).to_have_count(0)
    page.get_by_role("link", name="← Обращения").click()
    expect(page.locator(".list-item").first).to_contain_text("Обращение закрыто")


@pytest.mark.requirement("SPC-4")
def test_a_new_name_needs_its_paper_and_brings_what_is_missing(page: Page, sign_in: SignIn, registrar: Page) -> None:
    sign_in(page, PATIENT)
    page.goto("/requests/new/profile-change")
    expect(page.get_by_label("Фамилия")).to_have_value("Иванова")
    page.get_by_label("Что случилось").select_option(label="Вступили в брак")
    page.get_by_label("Фамилия").fill("Сидорова")
    page.get_by_label("СНИЛС").fill("123")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Новый документ: Приложите 1 файл")).to_be_focused()
    page.get_by_label("Новый документ").set_input_files(SCAN)
    expect(page.get_by_text("Файл проверен")).to_be_visible(timeout=SCAN_PATIENCE)
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_label("СНИЛС")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("СНИЛС").fill("")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Файл 1: принят")).to_be_visible()

    decide(registrar, case_of(page), "ask-more", words="Фото размыто, пришлите ещё раз")
    page.reload()
    expect(page.get_by_text("Фото размыто, пришлите ещё раз")).to_be_visible()
    expect(page.get_by_text("Регистратура попросила документы: документы не читаются")).to_be_visible()
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Приложите хотя бы один файл")).to_be_visible()
    page.get_by_label("Новый документ").set_input_files(SCAN)
    expect(page.get_by_text("Файл проверен")).to_be_visible(timeout=SCAN_PATIENCE)
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Вы приложили документы")).to_be_visible()
    withdraw(page)


@pytest.mark.requirement("SPC-1", "SPC-2", "ACC-8")
def test_a_family_is_empty_until_a_child_is_registered(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/family")
    for words in (
        "Вы пока ни за кого не действуете",
        "За вас никто не действует",
        "Детей, которых вы зарегистрировали",
    ):
        expect(page.get_by_text(words)).to_be_visible()
    page.get_by_role("link", name="Ребёнку меньше года").click()
    expect(page.get_by_label("СНИЛС второго родителя")).to_be_visible()
    page.get_by_role("radio", name="Один родитель").check()
    expect(page.get_by_label("СНИЛС второго родителя")).to_have_count(0)
    expect(within(page, "Почему ребёнка регистрирует один родитель")).to_be_visible()
    expect(page.get_by_label("Основание для регистрации одним родителем")).to_be_visible()
    page.goto("/requests/new/minor-permission")
    page.get_by_role("radio", name="По СНИЛС").check()
    expect(page.get_by_label("Серия и номер свидетельства")).to_have_count(0)
    page.get_by_role("radio", name="Я подал обращение о новорождённом").check()
    expect(page.get_by_label("СНИЛС ребёнка")).to_have_count(0)
    expect(page.get_by_text("У вас нет обращений о новорождённом")).to_be_visible()


def answering(body: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(json=body)


FAMILY: dict[str, Any] = {
    "/me/wards": {"patient_id": "1", "name": "Иванов Пётр", "kind": "parent", "hidden": ["protocols"]},
    "/me/representatives": {"person_id": "2", "name": "Иванов Олег", "live": True, "version": 3, "kind": "granted"},
}
TERMS = {"state": "active", "level": "limited", "sections": [], "rights": ["records"], "hidden": [], "since": ""}


@pytest.mark.requirement("ACC-8")
def test_who_acts_for_whom_is_said_in_words_and_ended_with_one_press(page: Page, sign_in: SignIn) -> None:
    """The lists are the API's in form; to have a grown-up child takes the demo hospital fifteen years."""
    sign_in(page, PATIENT)
    for path, item in FAMILY.items():
        page.route(f"**/api/v1{path}", answering({"items": [TERMS | item]}))
    page.route("**/api/v1/me/representatives/2/end", answering({"live": False}))
    page.goto("/family")
    expect(page.get_by_text("Что мне можно")).to_be_visible()
    assert axe(page) == []
    page.get_by_text("Что мне можно").click()
    expect(page.get_by_text("Врач закрыл разделы: Протоколы осмотров")).to_be_visible()
    expect(page.get_by_text("Вся карта (кратко)").first).to_be_visible()
    page.get_by_role("button", name="Изменить разрешение: Иванов Олег").click()
    within(page, "Что можно").get_by_role("checkbox", name="Видеть записи").uncheck()
    page.get_by_role("button", name="Разрешить").click()
    expect(page.get_by_text("Отметьте, что можно")).to_be_visible()
    page.get_by_role("button", name="Не сейчас").click()
    page.get_by_role("button", name="Забрать разрешение: Иванов Олег").click()
    with page.expect_request("**/representatives/2/end") as asked:
        page.get_by_role("dialog").get_by_role("button", name="Забрать разрешение").click()
    assert asked.value.headers["if-match"] == 'W/"3"'
    expect(page.get_by_text("Разрешение отозвано")).to_be_visible()
    with page.expect_request("**/me/role") as taken:
        page.get_by_role("button", name="Открыть карту: Иванов Пётр").click()
    assert taken.value.post_data_json == {"role": "representative", "member_id": "", "patient_id": "1"}


@pytest.mark.requirement("SPC-1")
def test_the_other_parent_is_asked_and_confirms_with_two_presses(page: Page, sign_in: SignIn) -> None:
    """As the API asks; the case itself is told in the journeys of the special cases."""
    sign_in(page, PATIENT)
    told = {"last_name": "Иванов", "first_name": "Лев", "birth_date": "2026-10-01"}
    asked = {"patient_id": "1", "case_id": "2", "kind": "newborn", "state": "asked", "at": "2026-11-01T10:00:00Z"}
    page.route("**/api/v1/me/case-requests?*", answering({"items": [asked | {"told": told}]}))
    page.route("**/api/v1/me/case-requests/1/2", answering({"answer": "agreed"}))
    page.goto("/requests")
    expect(page.get_by_text("1 октября 2026")).to_be_visible()
    page.get_by_role("button", name="Подтвердить").click()
    with page.expect_request("**/case-requests/1/2") as answered:
        page.get_by_role("dialog").get_by_role("button", name="Подтвердить").click()
    assert answered.value.post_data_json == {"agree": True}
    expect(page.get_by_text("Вы подтвердили")).to_be_visible()


@pytest.mark.requirement("SPC-7", "SPC-8")
def test_a_card_is_suspended_and_resumed_by_its_owner(page: Page, sign_in: SignIn) -> None:
    sign_in(page, OTHER_PATIENT, anew=True)
    page.goto("/requests/card")
    page.get_by_label("Почему").fill("Уезжаю на год")
    page.get_by_role("button", name="Приостановить").click()
    page.get_by_role("dialog").get_by_role("button", name="Приостановить").click()
    expect(page.get_by_text("Новые записи не добавляются")).to_be_visible()
    expect(page.locator(".list-item").first).to_contain_text("Уезжаю на год")
    assert ask(page, "GET", "/me/card")["body"]["card"] == "suspended"
    page.get_by_role("button", name="Возобновить карту").click()
    expect(page.get_by_label("Почему")).to_be_visible()
    assert ask(page, "GET", "/me/card")["body"]["card"] == "active"
    page.get_by_text("Я просил удалить мои данные и передумал").click()
    page.get_by_role("button", name="Забрать заявление об удалении").click()
    page.get_by_role("dialog").get_by_role("button", name="Забрать заявление").click()
    expect(page.get_by_text("Заявления об удалении нет")).to_be_visible()


@pytest.mark.requirement("ID-11", "UX-1")
@pytest.mark.parametrize("account", [PATIENT, REGISTRAR], ids=lambda account: account.role)
def test_support_is_written_to_and_says_where_an_emergency_goes(page: Page, sign_in: SignIn, account: Account) -> None:
    sign_in(page, account)
    page.goto("/support")
    expect(page.get_by_text("звоните 103 или 112")).to_be_visible()
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Напишите, что случилось")).to_be_visible()
    page.get_by_label("Что случилось").fill("Не вижу кнопку\nв разделе")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".list-item").first).to_contain_text("в разделе")
    expect(page.locator(".list-item").first).to_contain_text("Ждёт ответа")
    expect(page.get_by_label("Что случилось")).to_have_value("")


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_accessible_and_fits_a_narrow_screen(page: Page, sign_in: SignIn, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 6000})
    sign_in(page, PATIENT)
    case = withdrawn_case(page)
    page.evaluate("language => localStorage.setItem('language', language)", language)
    forms = ("newborn", "minor-permission", "profile-change", "foreign-citizen", "transfer")
    paths = ["/requests", "/requests/new", *(f"/requests/new/{kind}" for kind in forms)]
    for path in (*paths, "/requests/card", f"/requests/{case}", "/family", "/support"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert overflow(page) == 0, path
        assert axe(page) == [], path
