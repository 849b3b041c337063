"""Chat of a patient and a doctor (MSG-1), as the patient has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import DOCTOR, PATIENT, ask
from tests.portal.browser.watching import Watch

pytestmark = pytest.mark.requirement("MSG-1")

SignIn = Callable[..., None]
POST = """async ([path, body]) => {
  const key = crypto.randomUUID();
  const headers = { "X-Requested-By": "portal", "Content-Type": "application/json", "Idempotency-Key": key };
  const answer = await fetch("/api/v1" + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}"""
PDF = b"".join(
    (
        b"%PDF-1.4\n",
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n",
        b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n",
        b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n160\n%%EOF\n",
    )
)


@pytest.fixture
def patient(page: Page, sign_in: SignIn) -> Page:
    sign_in(page, PATIENT)
    return page


@pytest.fixture
def doctor(new_context: Callable[..., Any], sign_in: SignIn) -> Page:
    """The other side, by the API."""
    page: Page = new_context().new_page()
    sign_in(page, DOCTOR)
    if not page.url.startswith("http"):
        page.goto("/journal.html")
    return page


def begun(page: Page, subject: str) -> str:
    """A chat of the test's own; its address."""
    page.goto("/chat/new")
    expect(page.get_by_text("звоните 103 или 112")).to_be_visible()
    page.get_by_label("О чём вопрос").fill(subject)
    page.get_by_label("Сообщение", exact=True).fill("Можно ли пить кофе?")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    return page.url


def write(page: Page, text: str) -> None:
    page.get_by_label("Ваше сообщение").fill(text)
    page.get_by_role("button", name="Отправить").click()


def test_a_question_an_answer_read_marks_corrections_and_the_end(patient: Page, doctor: Page) -> None:
    begun(patient, "Кофе и давление")
    mine = patient.get_by_role("main").get_by_role("listitem").filter(has_text="Можно ли пить кофе?")
    expect(mine).to_contain_text("отправлено")

    card = ask(patient, "GET", "/me")["body"]["person_id"]
    thread = patient.url.rsplit("/", 1)[-1]
    said = {"text": "Одну чашку утром", "files": [], "reply_to": None}
    sent = doctor.evaluate(POST, [f"/chats/{card}/{thread}/messages", said])
    assert sent["status"] == 201
    ask(doctor, "PUT", f"/chats/{card}/{thread}/mark", {"message_id": sent["body"]["id"]})
    expect(patient.get_by_text("Одну чашку утром")).to_be_visible()  # nobody has reloaded
    expect(mine).to_contain_text("прочитано")

    patient.get_by_role("button", name="Ответить: Одну чашку утром").click()
    write(patient, "Спасибо")
    answer = patient.get_by_role("listitem").filter(has_text="Спасибо")
    expect(answer).to_contain_text("В ответ на: Одну чашку утром")
    expect(patient.get_by_label("Ваше сообщение")).to_have_value("")
    answer.get_by_role("button", name="Исправить").click()
    patient.get_by_label("Исправить", exact=True).fill("Большое спасибо")
    patient.get_by_role("button", name="Сохранить исправление").click()
    answer = patient.get_by_role("listitem").filter(has_text="Большое спасибо")
    expect(answer).to_contain_text("изменено")
    answer.get_by_role("button", name="Отозвать").click()
    patient.get_by_role("button", name="Да, отозвать").click()
    expect(patient.get_by_text("Большое спасибо")).to_have_count(0)
    expect(patient.get_by_text("Сообщение отозвано")).to_be_visible()

    patient.get_by_role("button", name="Закончить переписку").click()
    patient.get_by_role("radio", name="вопрос решён").check()
    patient.get_by_role("button", name="Закончить", exact=True).click()
    expect(patient.get_by_label("Ваше сообщение")).to_have_count(0)
    patient.get_by_role("button", name="Открыть переписку снова").click()
    expect(patient.get_by_label("Ваше сообщение")).to_be_visible()


def test_an_absent_doctor_is_told_of_and_answers_by_itself(patient: Page, doctor: Page) -> None:
    begun(patient, "Отпуск")
    away = {"until": "2026-12-24T06:00:00Z", "text": "Я в отпуске, за меня врач Соколова"}
    assert ask(doctor, "PUT", "/me/absence", away)["status"] == 200
    try:
        patient.reload()
        expect(patient.get_by_text("Врач сейчас не отвечает. Вернётся: 24 декабря 2026 г. в 09:00.")).to_be_visible()
        expect(patient.get_by_text("Я в отпуске, за меня врач Соколова").first).to_be_visible()
    finally:
        ask(doctor, "DELETE", "/me/absence")


def test_a_draft_outlives_the_page_one_a_thread(patient: Page) -> None:
    address = begun(patient, "Черновик")
    patient.get_by_label("Ваше сообщение").fill("Недописанная мысль")
    expect(patient.get_by_text("Черновик сохранён")).to_be_visible()
    patient.goto("/chat")
    patient.goto(address)
    expect(patient.get_by_label("Ваше сообщение")).to_have_value("Недописанная мысль")
    patient.get_by_role("button", name="Отправить").click()
    expect(patient.get_by_role("listitem").filter(has_text="Недописанная мысль")).to_be_visible()
    patient.reload()
    expect(patient.get_by_label("Ваше сообщение")).to_have_value("")


def test_without_a_connection_a_message_waits_and_goes_once(patient: Page, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    begun(patient, "Без связи")
    patient.context.set_offline(True)
    write(patient, "Написано в метро")
    waiting = patient.get_by_role("main").get_by_role("listitem").filter(has_text="Написано в метро")
    expect(waiting).to_contain_text("Ждёт отправки")
    patient.context.set_offline(False)
    expect(waiting).to_contain_text("отправлено")
    expect(waiting).to_have_count(1)


def test_files_are_checked_before_they_are_sent(patient: Page) -> None:
    begun(patient, "Файлы")
    chooser = patient.get_by_label("Прикрепить файл")
    chooser.set_input_files({"name": "note.txt", "mimeType": "text/plain", "buffer": b"text"})
    expect(patient.get_by_role("alert")).to_contain_text("Подходят только PDF и фото")
    chooser.set_input_files({"name": "report.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(patient.get_by_text("файл проверен")).to_be_visible()
    write(patient, "Вот заключение")
    message = patient.get_by_role("listitem").filter(has_text="Вот заключение")
    with patient.expect_download() as taken:
        message.get_by_role("button", name="Скачать 1").click()
    assert taken.value.path().read_bytes() == PDF


def test_words_are_found_in_messages_and_stand_in_no_address(patient: Page) -> None:
    begun(patient, "Поиск")
    write(patient, "Редкое слово гипербола")
    expect(patient.get_by_role("listitem").filter(has_text="гипербола")).to_be_visible()
    asked: list[str] = []
    patient.on("request", lambda request: asked.append(request.url))
    patient.goto("/chat")
    patient.get_by_label("Что найти").fill("гипербол")
    patient.get_by_role("button", name="Найти").click()
    expect(patient.get_by_text("Редкое слово гипербола").first).to_be_visible()
    assert not [url for url in asked if "%D0%B3%D0%B8%D0%BF" in url.upper() or "гипер" in url]


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_accessible_and_fits_a_narrow_screen(patient: Page, language: str) -> None:
    patient.set_viewport_size({"width": 320, "height": 6000})
    patient.goto("/chat")
    patient.evaluate("language => localStorage.setItem('language', language)", language)
    card = ask(patient, "GET", "/me")["body"]["person_id"]
    thread = ask(patient, "GET", f"/chats/{card}")["body"]["items"][-1]["id"]
    for path in ("/chat", "/chat/new", f"/chat/{thread}"):
        patient.goto(path)
        expect(patient.get_by_role("heading", level=1)).to_be_visible()
        patient.wait_for_load_state("networkidle")
        assert overflow(patient) == 0, path
        assert axe(patient) == [], path
