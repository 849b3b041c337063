"""The card's own pages: overview, sections, one's own entries, documents, search (REC-1, REC-11, DOC-1)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import PATIENT, ask

pytestmark = pytest.mark.requirement("UX-1", "REC-1")

SignIn = Callable[..., None]
WRITE = """async ([method, path, body, more]) => {
  const headers = { "X-Requested-By": "portal", "Content-Type": "application/json", ...more };
  return (await fetch("/api/v1" + path, { method, body: JSON.stringify(body), headers })).json();
}"""
PAGES = ("/", "/visits", "/allergies", "/documents", "/exports", "/search", "/records/allergies/new")


def opened(page: Page, path: str, heading: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def test_the_overview_says_what_matters_by_two_questions(page: Page, sign_in: SignIn) -> None:
    asked: list[str] = []
    sign_in(page, PATIENT)
    page.on("request", lambda one: asked.append(one.url.partition("/api/v1")[2]) if "/api/v1/" in one.url else None)
    opened(page, "/", "Главное")
    expect(page.get_by_role("region", name="Ближайший приём")).to_contain_text("Петров Пётр Петрович")
    expect(page.get_by_role("region", name="Действующие рецепты")).to_contain_text("Метформин 1000 мг")
    expect(page.get_by_role("region", name="Важно для врачей")).to_contain_text("Пенициллин")
    looked = page.get_by_role("region", name="Кто смотрел карту").get_by_role("listitem")
    expect(looked.first).to_contain_text("Городская поликлиника № 1")  # whoever was the last: other tests act here too
    page.wait_for_load_state("networkidle")
    assert sorted(
        one.partition("?")[0] for one in asked if one.startswith(("/me/start", "/me/journal", "/patients/"))
    ) == [
        "/me/journal",
        "/me/start",
    ]


@pytest.mark.requirement("REC-11")
def test_words_of_a_search_stand_in_no_address(page: Page, sign_in: SignIn) -> None:
    seen: list[str] = []
    sign_in(page, PATIENT)
    opened(page, "/", "Главное")
    page.on("request", lambda one: seen.append(one.url))
    page.get_by_label("Найти в карте").fill("метформин")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_role("heading", level=1, name="Поиск по карте")).to_be_visible()
    expect(page.get_by_role("list", name="Найденные записи")).to_contain_text("Рецепт")
    page.get_by_label("Что найти").fill("жираф")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_text("Ничего не нашлось")).to_be_visible()
    assert not [url for url in seen if "%D0" in url]
    assert page.url.endswith("/search")


def test_a_section_is_filtered_at_once_and_reset_by_one_button(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, "/visits", "Посещения")
    visits = page.get_by_role("list", name="Посещения")
    expect(visits).to_contain_text("Петров Пётр Петрович · Диспансерное наблюдение")
    page.get_by_label("Врач").fill("Никодимов")
    expect(page.get_by_text("По этим условиям ничего нет")).to_be_visible()
    page.get_by_role("button", name="Сбросить").click()
    visits.get_by_role("link", name="Диспансерное наблюдение").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Петров Пётр Петрович")
    expect(page.get_by_role("table", name="Диагнозы")).to_contain_text("E11.9")
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_an_own_entry_is_made_refused_changed_and_its_versions_stay(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, "/records/allergies/new", "Новая запись: аллергия")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Обязательное поле").first).to_be_visible()
    page.get_by_label("Вещество").fill("Пыльца берёзы")
    page.get_by_label("окружающая среда").check()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("heading", level=1, name="Пыльца берёзы")).to_be_visible()
    expect(page.get_by_text("Со слов пациента")).to_be_visible()
    page.get_by_role("link", name="Изменить").click()
    page.get_by_label("Реакция").fill("Насморк весной")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Насморк весной")).to_be_visible()
    page.get_by_role("button", name="Что менялось").click()
    expect(page.get_by_text("Версия 2,")).to_be_visible()


def test_two_versions_stand_side_by_side_when_somebody_was_faster(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, "/records/lifestyles/new", "Новая запись: образ жизни")
    card = ask(page, "GET", "/me")["body"]["acting"]["card_id"]
    path = f"/patients/{card}/lifestyles"
    body = {"occurred_at": "2026-11-01T00:00:00+03:00", "smoking": "former"}
    made = page.evaluate(WRITE, ["POST", path, body, {"Idempotency-Key": str(uuid4())}])
    opened(page, f"/records/lifestyles/{made['id']}/change", "Изменить: образ жизни")
    page.get_by_label("Примечание").fill("Моё примечание")
    later = {**body, "note": "Чужое примечание"}
    page.evaluate(WRITE, ["PUT", f"{path}/{made['id']}", later, {"If-Match": 'W/"1"'}])
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("region", name="Ваша версия")).to_contain_text("Моё примечание")
    expect(page.get_by_role("region", name="Сохранённая версия")).to_contain_text("Чужое примечание")
    page.get_by_role("button", name="Оставить мою").click()
    expect(page.get_by_text("Моё примечание")).to_be_visible()


def test_a_diagnosis_is_found_by_words_and_by_keyboard(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, "/records/chronic-conditions/new", "Новая запись: хроническое заболевание")
    code = page.get_by_role("combobox", name="Код")
    code.fill("гипертенз")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(code).to_have_value("I11.0")
    expect(page.get_by_label("Диагноз", exact=True)).not_to_have_value("")
    code.fill("жираф")
    expect(page.get_by_text("По словам «жираф» ничего не найдено")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(0)


@pytest.mark.requirement("DOC-1")
def test_a_document_with_a_wrong_file_is_refused_in_words(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, "/documents/new", "Новый документ")
    page.get_by_label("Добавить файл").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"no"})
    expect(page.get_by_text("Файлы такого вида не принимаются")).to_be_visible()
    page.get_by_label("Добавить файл").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-broken"}
    )
    expect(page.get_by_text("Файл не принят").first).to_be_visible()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_keeps_to_the_rules_of_accessibility(lenient_page: Page, sign_in: SignIn, language: str) -> None:
    sign_in(lenient_page, PATIENT)
    lenient_page.add_init_script(f"localStorage.setItem('language', '{language}')")
    for path in PAGES:
        lenient_page.set_viewport_size({"width": 1280, "height": 1400})
        lenient_page.goto(path)
        lenient_page.get_by_role("heading", level=1).wait_for()
        lenient_page.wait_for_load_state("networkidle")
        assert axe(lenient_page) == [], path
        lenient_page.set_viewport_size({"width": 320, "height": 740})
        assert overflow(lenient_page) == 0, path
