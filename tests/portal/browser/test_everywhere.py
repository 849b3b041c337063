"""Every page that the list of sections leads to, for every role and in both languages, and the pages before the
sign-in: accessible, whole at every size of screen and of text, and without a word that is none.

The pages are found by their links, so that a new section is looked at from its first day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.portal.browser.accessibility import CONTRAST, axe, overflow
from tests.portal.browser.chromium import SIZES
from tests.portal.browser.people import DOCTOR, EVERYBODY, PATIENT, Account

Contexts = Callable[..., BrowserContext]
SignIn = Callable[..., None]

LANGUAGES = ("ru", "en")
BEFORE_SIGN_IN = ("/sign-in", "/registration", "/recovery", "/help", "/privacy", "/pharmacy", "/look")
TALL = {"width": 1280, "height": 2400}  # what is below the window is not drawn, and axe does not see it
NARROW = {"width": SIZES["narrow"][0], "height": SIZES["narrow"][1]}
NO_WORDS = re.compile(r"\bundefined\b|\bNaN\b|\bnull\b|\[object|Invalid Date|\{\w+\}")
KEY = re.compile(r"^[a-z]+(?:-[a-z]+)+$|^[a-z]+(?:[A-Z][a-z]+)+$", re.MULTILINE)
CYRILLIC = re.compile("[А-Яа-яЁё]")
OWN_WORDS = "nav, footer, legend, th, .empty-title, .field-hint, main summary, [role=tab]"
NOT_HERE = re.compile("Такой страницы нет|There is no such page|Страница не открылась|The page did not open")
CUT_OFF = """() => [...document.querySelectorAll("main *:not(input)")].filter((element) => {
  const { overflowX, clipPath } = getComputedStyle(element);
  return overflowX !== "visible" && overflowX !== "auto" && clipPath === "none"
    && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.outerHTML.slice(0, 120))"""
WIDER = """() => [...document.querySelectorAll("body *")].filter(
  (element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1,
).map((element) => element.outerHTML.slice(0, 120)).slice(0, 3)"""


def opened(page: Page) -> None:
    """Waits until a page shows what it has to show."""
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".loading")).to_have_count(0)


def sections(page: Page, groups: str) -> Iterator[str]:
    """Presses every section of the groups, one after the other; gives the address of what opened."""
    expect(page.locator(".shell-nav a").first).to_be_visible()
    for link in page.locator(f".nav-group{groups} a").all():
        place = link.get_attribute("href") or ""
        page.set_viewport_size(TALL)
        page.locator(f".shell-nav a[href='{place}']").click()
        page.wait_for_url(re.compile(rf"{re.escape(place)}($|\?)"))
        opened(page)
        yield place


def faults_of_words(page: Page, language: str) -> list[str]:
    """Titles, language, and what was meant for machines."""
    main = page.locator("main").inner_text()
    found = [f"{kind}: {text}" for kind, rule in (("no words", NO_WORDS), ("key", KEY)) for text in rule.findall(main)]
    if (count := page.locator("h1").count()) != 1:
        found.append(f"{count} h1")
    if NOT_HERE.search(main):
        found.append("leads nowhere")
    if page.title().split(" – ")[0] != page.locator("h1").first.inner_text().strip():
        found.append(f"title {page.title()!r}")
    if page.evaluate("document.documentElement.lang") != language:
        found.append("lang")
    if language == "en" and CYRILLIC.search(heads := " ".join(page.locator(OWN_WORDS).all_inner_texts())):
        found.append(f"Russian: {heads}")
    return found


def faults_of_size(page: Page) -> list[str]:
    """Nobody scrolls sideways, on a phone or with text twice as large, and nothing is cut off."""
    found: list[str] = []
    for name, size, text in (("320 px", NARROW, "100%"), ("200 %", TALL, "200%"), ("phone, 150 %", NARROW, "150%")):
        page.set_viewport_size(size)
        page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text)
        if wide := overflow(page):
            found.append(f"{name}: {wide} px too wide: {page.evaluate(WIDER)}")
        found += [f"{name}: cut off: {element}" for element in page.evaluate(CUT_OFF)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


@pytest.mark.requirement("UX-1", "UX-2", "UX-3")
@pytest.mark.timeout(200)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("account", EVERYBODY, ids=lambda account: account.role)
def test_every_section_of_every_role(new_context: Contexts, sign_in: SignIn, account: Account, language: str) -> None:
    page = new_context(bypass_csp=True, viewport=TALL).new_page()
    page.add_init_script(f"localStorage.setItem('language', '{language}')")
    sign_in(page, account)
    page.goto("/")
    faults: list[str] = []
    # The last group, the account, is the same for all of the staff.
    for number, place in enumerate(sections(page, "" if account in (PATIENT, DOCTOR) else ":not(:last-child)")):
        found = axe(page, "main" if number else "html") + faults_of_words(page, language) + faults_of_size(page)
        faults += [f"{place}: {fault}" for fault in found]
    assert "\n".join(faults) == ""


@pytest.mark.requirement("UX-1", "UX-3")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_before_the_sign_in(lenient_page: Page, language: str) -> None:
    page = lenient_page
    page.set_viewport_size(TALL)
    page.add_init_script(f"localStorage.setItem('language', '{language}')")
    faults: list[str] = []
    for place in BEFORE_SIGN_IN:
        page.set_viewport_size(TALL)
        page.goto(place)
        opened(page)
        faults += [f"{place}: {fault}" for fault in axe(page) + faults_of_words(page, language) + faults_of_size(page)]
    assert "\n".join(faults) == ""


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("settings", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced"])
def test_what_is_written_can_be_read_in_other_colours(
    new_context: Contexts, sign_in: SignIn, settings: dict[str, str]
) -> None:
    page = new_context(bypass_csp=True, viewport=TALL, **settings).new_page()
    sign_in(page, PATIENT)
    page.goto("/")
    faults = [f"{place}: {fault}" for place in sections(page, "") for fault in axe(page, "main", CONTRAST)]
    assert "\n".join(faults) == ""


@pytest.mark.requirement("UX-1")
def test_colours_and_text_size_are_chosen_for_the_device(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/sign-in")
    page.get_by_role("link", name="Цвета и размер букв").click()
    page.get_by_label("Тёмные").check()
    page.get_by_label("Очень крупный").check()
    page.reload()
    expect(page.get_by_label("Тёмные")).to_be_checked()
    expect(page.get_by_label("Очень крупный")).to_be_checked()
    shown = page.evaluate(
        """() => [getComputedStyle(document.documentElement).fontSize,
          getComputedStyle(document.body).backgroundColor]"""
    )
    assert shown == ["24px", "rgb(18, 24, 27)"]
    page.get_by_label("Как на устройстве").check()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 247, 248)"


@pytest.mark.requirement("UX-1")
@pytest.mark.parametrize("account", EVERYBODY, ids=lambda account: account.role)
def test_on_a_phone_every_section_is_found(new_context: Contexts, sign_in: SignIn, account: Account) -> None:
    page = new_context(viewport=NARROW).new_page()
    sign_in(page, account)
    page.goto("/")
    foot = page.get_by_role("navigation", name="Главные разделы")
    expect(foot).to_be_visible()
    assert foot.get_by_role("link").count() in range(3, 6)
    foot.get_by_role("link", name="Все разделы").click()
    listed = page.locator("main").get_by_role("navigation", name="Разделы").get_by_role("link")
    hidden = page.locator(".shell-nav a")
    expect(listed.first).to_be_visible()
    assert listed.all_inner_texts() == [text.strip() for text in hidden.all_text_contents()]
