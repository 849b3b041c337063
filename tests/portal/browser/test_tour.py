"""The guided tour: offered once, through every section of a role, left and taken up again (UX-4)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.portal.browser.people import ADMIN, DOCTOR, NURSE, PATIENT, Account

pytestmark = pytest.mark.requirement("UX-4")

SignIn = Callable[..., None]
NUMBERED = re.compile(r"(\d+) из (\d+)")


def tour(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Знакомство с кабинетом")


def place(page: Page) -> tuple[int, int]:
    """Which step of how many."""
    expect(tour(page)).to_contain_text(NUMBERED)
    found = NUMBERED.search(tour(page).inner_text())
    assert found
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("account", [PATIENT, DOCTOR, NURSE, ADMIN], ids=lambda account: account.role)
def test_it_goes_through_the_sections_of_a_role_and_is_offered_no_more(
    page: Page, sign_in: SignIn, account: Account
) -> None:
    sign_in(page, account)
    page.goto("/")
    tour(page).get_by_role("button", name="Показать").click()
    step, steps = place(page)
    assert step == 1
    assert steps > 3
    seen = set()
    for number in range(1, steps + 1):
        expect(tour(page)).to_contain_text(f"{number} из {steps}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        seen.add(page.url)
        tour(page).get_by_role("button", name="Дальше" if number < steps else "Готово").click()
    assert len(seen) == steps  # each section is opened while it is spoken of
    expect(tour(page)).to_have_count(0)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(tour(page)).to_have_count(0)


def test_it_is_left_and_taken_up_where_it_was(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/")
    tour(page).get_by_role("button", name="Показать").click()
    for _ in range(2):
        tour(page).get_by_role("button", name="Дальше").click()
    tour(page).get_by_role("button", name="Назад").click()
    step = place(page)
    assert step[0] == 2
    tour(page).get_by_role("button", name="Закончить позже").click()
    expect(tour(page)).to_have_count(0)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(tour(page)).to_have_count(0)
    page.goto("/tour")
    page.get_by_role("button", name="Продолжить").click()
    assert place(page) == step
