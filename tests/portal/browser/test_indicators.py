"""Indicators of a patient along one time: chosen, drawn, read by keys, printed and taken along as a table (ANA-1)."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import DOCTOR, PATIENT
from tests.portal.browser.watching import Watch

pytestmark = pytest.mark.requirement("ANA-1", "UX-1")

SignIn = Callable[..., None]
HEAD = ["Когда", "Показатель", "Значение", "Единица", "Норма", "Оценка", "Лаборатория или кто записал"]


def opened(page: Page, path: str = "/indicators") -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1, name="Графики показателей")).to_be_visible()


def chart(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=f"{name}: график по датам")


def dates(of: Locator) -> list[str]:
    """What is written at the foot of a chart."""
    return [text for text in of.locator(".chart-axes text").all_text_contents() if text.count(".") == 2]


def table(page: Page, to: Path) -> list[list[str]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать таблицу (CSV)").click()
    assert download.value.suggested_filename == "показатели.csv"
    download.value.save_as(to)
    return list(csv.reader(to.read_text("utf-8-sig").splitlines(), delimiter=";"))


def test_several_indicators_stand_along_one_time_and_go_into_one_table(
    page: Page, sign_in: SignIn, tmp_path: Path
) -> None:
    asked: list[str] = []
    sign_in(page, PATIENT)
    page.on("request", lambda one: asked.append(one.url))
    opened(page)
    pressure = chart(page, "Давление, мм рт. ст.")
    expect(pressure).to_be_visible()  # most people look for it, so it is there at once
    page.get_by_label("Найти показатель анализа").fill("глюк")
    page.get_by_role("checkbox", name="Глюкоза").check()
    glucose = chart(page, "Глюкоза, ммоль/л")
    expect(glucose).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Показаны 2 показателя")).to_be_visible()
    assert dates(pressure) == dates(glucose)
    assert pressure.locator("svg").count() == 1
    assert glucose.locator(".chart-norms rect").count() >= 1
    assert "глюк" not in " ".join(asked).lower()  # nor in any address: it is a question of the body

    glucose.focus()
    page.keyboard.press("End")
    expect(glucose).to_have_attribute("aria-valuetext", re.compile("13 августа 2026.*8,4 ммоль/л, выше нормы"))

    rows = table(page, tmp_path / "table.csv")
    assert rows[0] == HEAD
    assert ["Глюкоза", "8,4", "ммоль/л", "норма от 3,9 до 6,1 ммоль/л", "выше нормы"] in [row[1:6] for row in rows]
    of_pressure = [row for row in rows if row[1] == "Верхнее давление"]
    assert "142" in {row[2] for row in of_pressure}
    assert {row[3] for row in of_pressure} == {"мм рт. ст."}
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать анализы в PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")

    page.get_by_role("button", name="Таблица", exact=True).click()
    expect(page.get_by_role("table")).to_have_count(2)
    page.get_by_label("За какое время").select_option("week")
    expect(page.get_by_text("За это время значений нет.").first).to_be_visible()


def test_keys_alone_choose_and_what_is_printed_are_the_charts(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    opened(page)
    pulse = page.get_by_role("checkbox", name="Пульс")
    page.get_by_role("checkbox", name="Давление").focus()
    page.keyboard.press("Tab")
    expect(pulse).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", level=2, name="Пульс")).to_be_visible()
    empty = page.get_by_text("За это время значений нет.")
    expect(
        empty.or_(page.get_by_role("slider", name=re.compile("^Пульс"))).first
    ).to_be_visible()  # other tests measure too
    page.evaluate("print = () => { document.documentElement.dataset.printed = 'yes' }")
    page.get_by_role("button", name="Напечатать").press("Enter")
    expect(page.locator("html")).to_have_attribute("data-printed", "yes")
    page.emulate_media(media="print")
    expect(pulse).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(chart(page, "Давление, мм рт. ст.")).to_be_visible()
    expect(page.get_by_text("Иванова Елена Николаевна")).to_be_visible()


def test_a_doctor_sees_the_same_of_an_open_card(page: Page, watch: Watch, sign_in: SignIn) -> None:
    watch.expect("403")
    sign_in(page, DOCTOR)
    page.goto("/patients")
    page.locator("main ul a").filter(has_text="Иванова").first.click()
    page.get_by_role("link", name="Графики показателей").click()
    expect(chart(page, "Давление, мм рт. ст.")).to_be_visible()
    page.get_by_role("button", name="Таблица", exact=True).click()
    expect(page.get_by_role("table")).to_contain_text("пациент")
    expect(page.get_by_role("table")).not_to_contain_text("записано вами")
    page.route("**/result-comparisons", lambda route: route.fulfill(status=403, json={"code": "access-denied"}))
    page.reload()
    expect(page.get_by_role("alert")).to_be_visible()  # results are closed to them, and readings go on
    expect(chart(page, "Давление, мм рт. ст.")).to_be_visible()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_keeps_the_rules_with_charts_and_tables(lenient_page: Page, sign_in: SignIn, language: str) -> None:
    page = lenient_page
    page.set_viewport_size({"width": 320, "height": 6000})
    page.add_init_script(f"localStorage.setItem('language', '{language}')")
    sign_in(page, PATIENT)
    page.goto("/indicators")
    boxes = page.get_by_role("checkbox")
    expect(boxes.nth(10)).to_be_visible()
    boxes.last.check()
    expect(page.get_by_role("slider")).to_have_count(2)
    for pressed in (0, 1):
        page.locator(".row[role=group] button").nth(pressed).click()
        expect(page.locator(".loading")).to_have_count(0)
        assert axe(page) == []
        assert overflow(page) == 0
    small = [box for box in page.locator(".choice, main button").all() if (box.bounding_box() or {})["height"] < 44]
    assert small == []
