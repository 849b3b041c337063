"""Results of a patient: found by plain words, read on bars and charts, sent to a doctor (REC-5)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import PATIENT, ask
from tests.portal.browser.watching import Watch

pytestmark = pytest.mark.requirement("REC-5", "REC-12", "UX-1")

SignIn = Callable[..., None]
PANEL = "Биохимический анализ крови"


def opened(page: Page, path: str, heading: str | re.Pattern[str]) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def card(page: Page) -> str:
    found: str = ask(page, "GET", "/me")["body"]["acting"]["card_id"]
    return found


def newest(page: Page) -> str:
    """The id of her newest biochemistry."""
    page.goto("/journal.html")
    items = ask(page, "GET", f"/patients/{card(page)}/laboratory-results?limit=50")["body"]["items"]
    return next(item["id"] for item in items if item["body"]["panel"] == PANEL)


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Результаты анализов").locator("> li")


def test_results_are_found_by_plain_words_and_filters_are_reset_at_once(page: Page, sign_in: SignIn) -> None:
    calls: list[str] = []
    sign_in(page, PATIENT)
    page.on("request", lambda asked: calls.append(asked.url) if "/patients/" in asked.url else None)
    opened(page, "/results", "Анализы и исследования")
    expect(page.get_by_role("status").filter(has_text="Сначала новые")).to_be_visible()
    expect(rows(page).first).to_be_visible()
    assert len(calls) == 1  # one question for the list, its values and what is out of norm
    days = [one.split(" в ")[0] for one in rows(page).locator(".quiet").all_inner_texts()]
    assert any("2026" in day for day in days)
    all_rows = rows(page).count()

    page.get_by_label("Найти анализ").fill("сахар")
    expect(rows(page)).to_have_count(3)  # the code set knows sugar for glucose
    expect(rows(page).first).to_contain_text("Глюкоза")
    expect(rows(page).first).to_contain_text("8,4 ммоль/л")
    expect(rows(page).first).to_contain_text("выше нормы")
    assert not [url for url in calls if "сахар" in url or "glucose" in url]

    page.get_by_label("Найти анализ").fill("биохим")
    expect(rows(page).first).to_contain_text(PANEL)
    page.get_by_label("Найти анализ").fill("такого анализа нет")
    expect(page.get_by_text("Ничего не нашлось")).to_be_visible()
    page.get_by_role("button", name="Сбросить").click()
    expect(rows(page)).to_have_count(all_rows)

    page.get_by_label("Только где есть отклонения от нормы").check()
    expect(rows(page).filter(has_text="Все показатели в норме")).to_have_count(0)
    assert rows(page).count() < all_rows


def test_one_result_says_what_is_out_of_norm_first_and_what_to_do(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, f"/results/{newest(page)}", PANEL)
    expect(page.get_by_role("heading", name="Вне нормы: 2 показателя")).to_be_visible()
    glucose = page.get_by_role("article", name="Глюкоза")
    expect(glucose).to_contain_text("8,4 ммоль/л")
    bar = glucose.get_by_role("img")
    expect(bar).to_have_accessible_name("8,4 ммоль/л; норма от 3,9 до 6,1 ммоль/л; выше нормы")
    expect(glucose).to_contain_text("вырос на 0,6 ммоль/л")
    expect(page.get_by_text("Отклонение от нормы ещё не значит, что вы больны")).to_be_visible()
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings.index("Вне нормы: 2 показателя") < headings.index("Остальные показатели")
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_value_over_time_is_read_by_arrows_and_as_a_table(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page, f"/results/{newest(page)}", PANEL)
    page.get_by_role("article", name="Глюкоза").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1, name="Глюкоза")).to_be_visible()
    assert "глюк" not in page.url.lower()
    assert "14771" not in page.url
    chart = page.get_by_role("slider", name="Глюкоза, ммоль/л: график по датам")
    chart.focus()
    expect(chart).to_have_attribute("aria-valuetext", re.compile(r"13 августа 2026.*8,4 ммоль/л, выше нормы"))
    page.keyboard.press("ArrowLeft")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(r"4 марта 2026.*7,8 ммоль/л"))
    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(r"18 ноября 2025.*7,1 ммоль/л"))
    assert chart.locator(".chart-mark path").count() == 3  # out of norm is a shape, not only a colour
    size = chart.locator(".chart-axes text").first.evaluate("(text) => parseFloat(getComputedStyle(text).fontSize)")
    assert size >= 15
    page.get_by_role("button", name="Таблица").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("table")).to_contain_text("КДЛ поликлиники № 1")
    for button, ending in (("Скачать PDF", ".pdf"), ("Скачать таблицу", ".csv")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename.endswith(ending)


def test_a_result_goes_to_a_doctor(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT, anew=True)
    opened(page, f"/results/{newest(page)}/sending", "Отправить результат врачу")
    page.get_by_label("Другому врачу").check()
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Введите табельный номер врача", exact=True)).to_be_visible()
    page.get_by_label("Где работает врач").select_option(index=1)
    page.get_by_label("Табельный номер врача").fill("no-such-number")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("alert")).to_be_visible()  # the API's refusal, in words
    page.get_by_label("Петров Пётр Петрович").check()
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Врач получил уведомление о результате.")).to_be_visible()


def test_nothing_yet_is_said_in_helpful_words(page: Page, watch: Watch, sign_in: SignIn) -> None:
    watch.expect("ERR_FAILED")
    sign_in(page, PATIENT)
    page.route(
        "**/result-comparisons", lambda route: route.fulfill(json={"results": [], "withdrawn": 0, "analytes": []})
    )
    page.route("**/imaging-studies?*", lambda route: route.fulfill(json={"items": []}))
    opened(page, "/results", "Анализы и исследования")
    expect(page.get_by_text("Результатов анализов пока нет")).to_be_visible()
    page.get_by_role("tab", name="Снимки и исследования").click()
    expect(page.get_by_text("Исследований пока нет")).to_be_visible()
    page.route("**/open-orders", lambda route: route.abort())
    page.get_by_role("tab", name="Что назначено").click()
    expect(page.get_by_role("alert")).to_contain_text("Нет связи с сервером")
    page.unroute("**/open-orders")
    page.get_by_role("button", name="Попробовать ещё раз").click()
    expect(page.get_by_role("heading", name="Офтальмолог")).to_be_visible()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_keeps_the_rules(lenient_page: Page, sign_in: SignIn, language: str) -> None:
    page = lenient_page
    page.set_viewport_size({"width": 320, "height": 4000})
    sign_in(page, PATIENT)
    page.goto("/journal.html")
    page.evaluate("(language) => localStorage.setItem('language', language)", language)
    record = newest(page)
    views = ("tests", "analytes", "studies", "orders")
    for path in (
        *(f"/results?view={view}" for view in views),
        *(f"/results/{record}{end}" for end in ("", "/values/0", "/sending")),
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expect(page.locator(".loading")).to_have_count(0)
        assert axe(page) == [], path
        assert overflow(page) == 0, path


def test_a_long_list_is_read_in_pages_and_drawn_where_it_is_looked_at(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    pages = iter([many(0, "more"), many(20, None)])
    page.route("**/result-comparisons", lambda route: route.fulfill(json=next(pages)))
    opened(page, "/results", "Анализы и исследования")
    expect(rows(page)).to_have_count(20)
    assert rows(page).first.evaluate("(row) => getComputedStyle(row).contentVisibility") == "auto"
    page.get_by_role("button", name="Показать ещё").click()
    expect(rows(page)).to_have_count(40)
    expect(page.get_by_role("button", name="Показать ещё")).to_have_count(0)


def many(first: int, rest: str | None) -> dict[str, object]:
    """A page of the API with twenty results."""
    at = {"laboratory": "КДЛ", "at": "2026-08-13T05:10:00.000Z"}
    found = [{"record": f"r{first + n}", "version": 1, "panel": "Сахар", "status": "final", **at} for n in range(20)]
    return {"results": found, "withdrawn": 0, "analytes": [], "next": rest}
