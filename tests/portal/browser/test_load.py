"""The load of a clinic: charts read by keys, a table to take along, and a proposal that a person decides (ANA-2)."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from docs.journeys.client import Person as Somebody
from docs.journeys.client import System
from tests.portal.browser.accessibility import axe, overflow
from tests.portal.browser.people import ADMIN, Account, Site

pytestmark = pytest.mark.requirement("ANA-2", "UX-1")

SignIn = Callable[..., None]


def hired(system: System, root: Somebody, organisation: str, role: str) -> Somebody:
    who = system.register()
    form = {"snils": who.snils, "role": role, "department": "outpatients", "position": "врач"}
    made = system.call(201, "POST", f"/organisations/{organisation}/staff", form, root)
    who.form["member"] = str(made["member_id"])
    return who


@pytest.fixture(scope="module")
def boss(site: Site) -> Account:
    """The administrator of a clinic that five weeks of made-up life lie behind."""
    system = System(site.url)
    root = system.demo("administrator")
    form = {"name": "Поликлиника загрузки", "oid": f"1.2.643.5.1.13.{secrets.randbelow(10**9)}"}
    organisation = str(system.call(201, "POST", "/organisations", form, root)["organisation_id"])
    who = hired(system, root, organisation, "administrator")
    doctors = [hired(system, root, organisation, "doctor") for _ in range(3)]
    members = [[one.form["member"], one.id] for one in doctors]
    event = {"organisation_id": organisation, "members": members}
    lived: Any = system.call(200, "POST", "/_local/clinic-month", event).body
    system.sign_in(who, "administrator")
    counted = {"bookings": lived["visits"], "slots_offered": lived["slots_offered"]}
    span = f"from={lived['from']}&to={lived['to']}"
    system.wait(
        lambda body: [body["total"][name] for name in counted] == list(counted.values()), f"/load/days?{span}", who
    )
    return Account(who.phone, "administrator")


def test_panels_are_read_narrowed_and_taken_along(page: Page, sign_in: SignIn, boss: Account, tmp_path: Path) -> None:
    sign_in(page, boss, anew=True)
    page.goto("/load")
    chart = page.get_by_role("slider", name="Записи и визиты: график по датам")
    chart.focus()
    page.keyboard.press("Home")
    assert "записей" in (chart.get_attribute("aria-valuetext") or "")
    expect(page.get_by_role("slider", name="Занятые талоны, %: график по датам")).to_be_visible()
    page.get_by_role("button", name="Таблица", exact=True).click()
    expect(page.get_by_role("table", name="Записи и визиты, сначала новые")).to_be_visible()
    assert axe(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать таблицу (CSV)").click()
    download.value.save_as(tmp_path / "load.csv")
    rows = list(csv.reader((tmp_path / "load.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert {row[0] for row in rows[1:]} == {"День", "Час", "Врач", "Всего"}
    total = page.locator(".fact").filter(has_text="Записей").locator("dd").first
    everybody = total.inner_text()
    page.get_by_label("Врач").select_option(label="Свободина Анна Львовна")
    expect(total).not_to_have_text(everybody)
    page.get_by_label("Время").select_option(label="По месяцам за год")
    expect(page.get_by_role("heading", name="По месяцам")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    assert overflow(page) == 0


def test_a_proposal_says_why_and_is_decided(page: Page, sign_in: SignIn, boss: Account) -> None:
    sign_in(page, boss, anew=True)
    page.goto("/load")
    page.get_by_role("link", name="Предложения по расписаниям").click()
    busy = page.get_by_role("listitem").filter(has_text="Занятова Мария Игоревна")
    expect(busy.get_by_text("Добавить", exact=False).first).to_be_visible()
    expect(busy.get_by_text("Очередь по модели")).to_be_visible()
    assert axe(page) == []
    busy.get_by_role("button", name="Принять").click()
    expect(busy.get_by_text("Принято", exact=True)).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    assert overflow(page) == 0
    busy.get_by_role("link", name="Открыть расписание").click()
    expect(page.get_by_role("link", name="Изменить расписание")).to_be_visible()
    assert page.get_by_role("link", name="День врача").count() == 0


def test_where_nothing_was_is_said_so(page: Page, sign_in: SignIn) -> None:
    sign_in(page, ADMIN)
    page.goto("/load")
    expect(page.get_by_text("За это время ничего не было")).to_be_visible()
    page.goto("/load/proposals")
    expect(page.get_by_text("Предложений нет")).to_be_visible()
