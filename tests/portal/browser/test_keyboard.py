"""Without a mouse: signing in, sections, tabs, a form and a dialog, and a focus that is always seen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from local.demo_people import PASSWORD
from tests.portal.browser.chromium import SIZES
from tests.portal.browser.people import PATIENT, Site

Contexts = Callable[..., BrowserContext]
SignIn = Callable[..., None]

NAMED = """() => {
  const held = document.activeElement;
  if (held === document.body) return "";
  return (held.labels?.[0]?.innerText || held.getAttribute("aria-label") || held.innerText || "").trim();
}"""
OUTLINED = """() => {
  if (document.activeElement === document.body) return true; // around the end of the page
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""
OUTSIDE = "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
COVERED = """() => {
  const held = document.activeElement;
  if (held === document.body || held.closest(".shell-foot")) return "";
  const { left, right, top, bottom } = held.getBoundingClientRect();
  const seen = [0.1, 0.5, 0.9].some((part) => {
    const found = document.elementFromPoint((left + right) / 2, top + (bottom - top) * part);
    return found && (held.contains(found) || found.contains(held) || found.closest("label")?.contains(held));
  });
  return seen ? "" : held.outerHTML.slice(0, 160);
}"""


def walk_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Presses Tab until the focus is at what has this name; on the way the focus is always seen."""
    for _ in range(120):
        page.keyboard.press(key)
        assert page.evaluate(OUTLINED), page.evaluate(NAMED)
        if page.evaluate(NAMED).startswith(name):
            return
    raise AssertionError(f"no {name}")


@pytest.mark.requirement("UX-1")
def test_from_the_sign_in_to_a_dialog_and_back(page: Page, site: Site) -> None:
    site.forget_limits()
    press, write = page.keyboard.press, page.keyboard.type
    page.goto("/sign-in")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    walk_to(page, "СНИЛС, телефон или электронная почта")
    write(PATIENT.phone)
    walk_to(page, "Пароль")
    write(PASSWORD)
    press("Enter")
    expect(page.get_by_role("button", name="Прислать код")).to_be_visible()
    former = site.newest_code(PATIENT.phone)
    walk_to(page, "Прислать код")
    press("Enter")
    expect(page.get_by_label("Код из СМС")).to_be_visible()
    page.get_by_label("Код из СМС").focus()
    write(site.code_after(former, PATIENT.phone))
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="Главное")).to_be_visible()

    # A section by the list; the title of what opened has the focus, and the way back to the content is short.
    page.goto("/")
    expect(page.get_by_role("heading", level=1, name="Главное")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    walk_to(page, "К содержанию")
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("link", name="Медкарта", exact=True).focus()
    walk_to(page, "Давление и показатели")
    press("Enter")
    title = page.get_by_role("heading", level=1, name="Давление, пульс и другие показатели")
    expect(title).to_be_focused()

    # Tabs by arrows.
    walk_to(page, "Графики")
    press("ArrowRight")
    expect(page.get_by_role("tab", name="Дневник")).to_be_focused()
    expect(page.get_by_role("tab", name="Дневник")).to_have_attribute("aria-selected", "true")
    press("Home")
    expect(page.get_by_role("tab", name="Графики")).to_have_attribute("aria-selected", "true")

    # A dialog keeps the focus, and gives it back.
    opener = page.get_by_role("button", name="Кто работает в кабинете")
    opener.focus()
    press("Enter")
    dialog = page.get_by_role("dialog", name="Кто работает в кабинете")
    expect(dialog).to_be_visible()
    for _ in range(6):
        press("Tab")
        assert not page.evaluate(OUTSIDE)
    press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.requirement("UX-1")
def test_an_error_in_a_form_is_gone_to(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    page.goto("/security")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    change = page.get_by_role("button", name="Сменить пароль")
    change.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Повторите новый пароль").focus()
    page.keyboard.press("Enter")
    wrong = page.get_by_label("Нынешний пароль")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_accessible_description(re.compile("Введите нынешний пароль"))


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("place", ["/", "/security", "/vitals/new"])
def test_on_a_phone_nothing_covers_what_has_the_focus(new_context: Contexts, sign_in: SignIn, place: str) -> None:
    """Neither the sections at the foot of the screen nor the tour (WCAG 2.4.11)."""
    page = new_context(viewport=dict(zip(("width", "height"), SIZES["phone"], strict=True))).new_page()
    sign_in(page, PATIENT)
    page.goto(place)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".loading")).to_have_count(0)
    covered: list[str] = []
    for _ in range(45):
        page.keyboard.press("Tab")
        covered += [page.evaluate(COVERED)]
    assert [element for element in covered if element] == []
