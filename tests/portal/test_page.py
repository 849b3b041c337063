"""The page that checks a copy of the journal: what it may do, what stands in both languages, what is served."""

from __future__ import annotations

import itertools
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from local.npm import NODE
from tests.portal.node import OUTSIDE, PORTAL, VERIFIER

pytestmark = pytest.mark.requirement("AUD-3", "UX-1")
PAGE = OUTSIDE / "journal.html"
SCRIPTS = sorted([*OUTSIDE.glob("journal*.js"), *VERIFIER.glob("*.js")])
SERVER = "/.well-known/audit-policy.json"
VOID = {"meta", "link", "input", "br"}
UNCLOSED = {"html"}


class Page(HTMLParser):
    """Elements with their attributes, and each text with the languages of the elements around it."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, list[str]]] = []
        self.open: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((data.strip(), [lang for _, lang in self.open[1:] if lang]))


def leads_somewhere(place: str) -> bool:
    """A link of a page: the portal itself, a file that the build takes as it is, or one beside the page."""
    if place == "/":
        return True
    return (PORTAL / "public" / place.lstrip("/") if place.startswith("/") else OUTSIDE / place).is_file()


@pytest.fixture(scope="module")
def page() -> Page:
    found = Page()
    found.feed(PAGE.read_text("utf-8"))
    assert [tag for tag, _ in found.open if tag not in UNCLOSED] == []
    return found


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(page: Page) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("style", "iframe", "object", "base")
        assert not any(name.startswith("on") or name in ("style", "action") for name in attributes)
        for name in ("src", "href"):
            if name in attributes:
                assert leads_somewhere(str(attributes[name])), attributes
    assert [attributes for tag, attributes in page.elements if tag == "script"] == [
        {"type": "module", "src": "./journal.js"}
    ]


def test_every_text_stands_in_both_languages(page: Page) -> None:
    own = {"Русский", "English", "Проверка журнала доступа – Медкарта"}
    texts = [(text, langs) for text, langs in page.texts if text not in own and "/" not in text]
    assert len(texts) > 30
    spoken = [langs[-1] for _, langs in texts]
    assert spoken.count("ru") == spoken.count("en") == len(texts) / 2
    for text, langs in texts:
        assert bool(re.search("[а-яё]", text)) == (langs[-1] == "ru"), text


def test_every_field_has_a_label_and_every_hint_its_field(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    fields = {str(a["id"]): a for tag, a in page.elements if tag in ("input", "textarea")}
    assert {a["for"] for tag, a in page.elements if tag == "label"} == set(fields)
    assert len(fields) == 5
    for attributes in fields.values():
        assert attributes.get("aria-describedby", ids[0]) in ids
    assert sum(a.get("role") == "status" for _, a in page.elements) == 2


def test_headings_go_down_step_by_step(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_scripts_use_ids_that_the_page_has(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.elements}
    used = set(re.findall(r'(?:\bat|chosen)\("([a-z-]+)"', (OUTSIDE / "journal.js").read_text("utf-8")))
    assert len(used) > 10
    assert used <= ids


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_no_markup_stores_nothing_and_asks_nobody(script: Path) -> None:
    """What require-trusted-types-for would stop in the browser, and what would leave a trace of a journal."""
    source = script.read_text("utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "localStorage",
    ):
        assert word not in source
    for word in ("sessionStorage", "indexedDB", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource", "import("):
        assert word not in source
    assert not re.search(r"https?://", source)
    asked = re.findall(r"\bfetch\(([^,)]+)", source)
    assert asked == (["SERVER"] if script.name == "journal.js" else [])
    if asked:
        assert f'SERVER = "{SERVER}"' in source


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_right_and_what_it_imports_is_there(script: Path) -> None:
    done = subprocess.run(
        [NODE, "--input-type=module", "--check"], input=script.read_bytes(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    for name in re.findall(r'from "([^"]+)"', script.read_text("utf-8")):
        file = (script.parent / name).resolve()
        assert file.is_file(), name
        assert script.parent != VERIFIER or file.parent == VERIFIER  # these run without the page


def test_files_are_short_enough_to_be_read() -> None:
    lengths = {script.name: len(script.read_text("utf-8").splitlines()) for script in SCRIPTS}
    del lengths["journal-words.js"]  # generated
    assert max(lengths.values()) <= 330
    assert sum(len(file.read_text("utf-8").splitlines()) for file in VERIFIER.glob("*.js")) <= 1300
