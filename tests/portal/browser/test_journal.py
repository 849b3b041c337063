"""Who looked at my card, and the journal checked in the browser: good, altered, exchanged, made shorter."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import PATIENT, ask

pytestmark = pytest.mark.requirement("AUD-2", "AUD-3")

SignIn = Callable[..., None]
COPY = re.compile(r"/api/v1/me/journal/requests/[\w-]+$")
SLOW = 60_000  # ms: the log takes an order in within seconds, on a busy machine within more


def proved(page: Page, verdict: str) -> None:
    page.get_by_role("button", name=re.compile("^Проверить")).last.click()
    expect(page.get_by_text(verdict, exact=True)).to_be_visible(timeout=SLOW)


def altering(page: Page, alter: Callable[[dict[str, Any]], None]) -> None:
    """The server gives another copy than it made."""

    def answer(route: Route) -> None:
        got = route.fetch()
        if got.status != 200:
            route.fulfill(response=got)
            return
        bundle = json.loads(gzip.decompress(got.body()))
        alter(bundle)
        route.fulfill(response=got, body=gzip.compress(json.dumps(bundle, ensure_ascii=False).encode()))

    page.route(COPY, answer)


def another_text(bundle: dict[str, Any]) -> None:
    """Somebody else is said to have done it."""
    entry = next(one for one in bundle["chains"][0]["entries"] if one["body"] and '"role":"doctor"' in one["body"])
    entry["body"] = entry["body"].replace('"role":"doctor"', '"role":"system"')


def without_one(bundle: dict[str, Any]) -> None:
    del bundle["chains"][0]["entries"][2]


@pytest.mark.requirement("UX-1", "ACC-6")
def test_others_come_first_and_a_doubt_is_told(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT, anew=True)
    page.goto("/journal")
    lines = page.get_by_role("list", name="Записи журнала").get_by_role("listitem")
    expect(lines.first).to_be_visible()
    expect(lines.filter(has_text="Вход")).to_have_count(0)
    page.get_by_label("Кто", exact=True).select_option("doctor")
    doctor = lines.filter(has_text="Петров Пётр Петрович").first
    expect(doctor.get_by_text("Поликлиника")).to_be_visible()
    expect(doctor.get_by_text(re.compile("Основание: "))).to_be_visible()
    doctor.get_by_role("button", name=re.compile("^Сообщить о просмотре")).click()
    box = page.get_by_role("dialog")
    box.get_by_role("checkbox", name=re.compile("Закрыть карту")).uncheck()
    box.get_by_role("checkbox", name=re.compile("Сообщить")).uncheck()
    box.get_by_role("button", name="Отправить").click()
    expect(box.get_by_text("Отметьте хотя бы одно")).to_be_visible()
    box.get_by_role("checkbox", name=re.compile("Сообщить")).check()
    box.get_by_label(re.compile("Что вас смущает")).fill("Я не была у этого врача")
    box.get_by_role("button", name="Отправить").click()
    expect(box.get_by_text("Служба безопасности получила ваше обращение")).to_be_visible()
    tickets = ask(page, "GET", "/me/tickets")["body"]["items"]
    assert "Я не была у этого врача" in json.dumps(tickets[0], ensure_ascii=False)
    box.get_by_role("button", name="Закрыть").last.click()
    page.get_by_label("Что", exact=True).select_option("emergency")
    expect(page.get_by_text("Таких записей нет")).to_be_visible()
    page.get_by_role("button", name="Сбросить отбор").click()
    expect(lines.first).to_be_visible()


@pytest.mark.requirement("ACC-6")
def test_the_card_is_closed_to_who_is_not_my_doctor(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT, anew=True)
    page.goto("/journal")
    closed: list[Any] = []

    def door(route: Route) -> None:
        """Taken here: other tests need the doctor's consent."""
        closed.append((route.request.url.rpartition("/")[2], route.request.post_data_json))
        route.fulfill(status=200, json={})

    page.route(re.compile("/api/v1/me/blocks/"), door)
    page.get_by_label("Кто", exact=True).select_option("doctor")
    page.get_by_role("button", name=re.compile("^Сообщить о просмотре: Петров")).first.click()
    box = page.get_by_role("dialog")
    box.get_by_role("checkbox", name=re.compile("Сообщить")).uncheck()
    box.get_by_role("button", name="Отправить").click()
    expect(box.get_by_text("Карта закрыта: Петров Пётр Петрович.")).to_be_visible()
    ((member, body),) = closed
    assert member in {one["member"] for one in ask(page, "GET", "/me/consents")["body"]["items"]}
    assert body == {"kind": "member"}


def test_a_journal_that_is_whole_passes_twice(page: Page, sign_in: SignIn) -> None:
    """The second time it is also held against the first one."""
    sign_in(page, PATIENT, anew=True)
    page.goto("/journal/proof")
    proved(page, "Журнал не изменён")
    expect(page.get_by_text("На этом устройстве это первая проверка")).to_be_visible()
    page.get_by_text("Подробности проверки").click()
    expect(page.get_by_text("ключи только что взяты у сервера")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Скачать выписку").click()
    assert json.loads(saved.value.path().read_text("utf-8"))["v"] == 1
    proved(page, "Журнал не изменён")
    expect(page.get_by_text("Журнал продолжает тот, что это устройство проверило")).to_be_visible()


@pytest.mark.parametrize("alter", [another_text, without_one])
def test_an_altered_copy_is_caught_on_screen(page: Page, sign_in: SignIn, alter: Callable[..., None]) -> None:
    sign_in(page, PATIENT, anew=True)
    page.goto("/journal/proof")
    altering(page, alter)
    proved(page, "Журналу нельзя верить")
    expect(page.get_by_role("heading", name="Что найдено")).to_be_visible()
    assert page.evaluate("localStorage.getItem('journal-checkpoints')") is None


def test_other_keys_a_list_that_lies_and_a_log_that_is_another_are_caught(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT, anew=True)
    page.goto("/journal/proof")
    proved(page, "Журнал не изменён")

    page.route("**/api/v1/me/journal/consistency*", lambda route: route.fulfill(json={"proof": []}))
    proved(page, "Журналу нельзя верить")
    expect(page.get_by_text("Сервер не доказал, что журнал продолжает тот")).to_be_visible()
    page.unroute("**/api/v1/me/journal/consistency*")

    def lying(route: Route) -> None:
        got = route.fetch()
        lines = got.json()
        line = lines["items"][0]
        line["action"] = "visit:read" if line["action"] == "overview:read" else "overview:read"
        route.fulfill(response=got, json=lines)

    page.route("**/api/v1/me/journal?*", lying)
    proved(page, "Журналу нельзя верить")
    expect(page.get_by_text("в списке говорит не то")).to_be_visible()
    page.unroute("**/api/v1/me/journal?*")

    def other_keys(route: Route) -> None:
        got = route.fetch()
        route.fulfill(response=got, json=got.json() | {"witnesses": [], "quorum": 0})

    page.route("**/.well-known/audit-policy.json", other_keys)
    proved(page, "Журнал не изменён, но есть вопросы")
    expect(page.get_by_text("Сервер называет другие ключи журнала")).to_be_visible()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_are_accessible_and_fit_a_narrow_screen(lenient_page: Page, sign_in: SignIn, language: str) -> None:
    page = lenient_page
    page.set_viewport_size({"width": 320, "height": 700})
    sign_in(page, PATIENT)
    page.goto("/journal")
    page.evaluate("(wanted) => localStorage.setItem('language', wanted)", language)
    for path in ("/journal", "/journal/proof"):
        page.goto(path, wait_until="networkidle")
        expect(page.locator("h1")).to_be_visible()
        assert axe(page) == [], path
        assert overflow(page) == 0, path
