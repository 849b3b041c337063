"""The page that verifies a paper: what it may do, what it says, what is served (DOC-1)."""

from __future__ import annotations

import re
import subprocess

import pytest

from chalicelib import errors
from chalicelib.domain.issuing import State
from local import portal
from local.npm import NODE
from tests.portal.node import OUTSIDE
from tests.portal.test_page import UNCLOSED, Page, leads_somewhere

pytestmark = pytest.mark.requirement("DOC-1", "UX-1")
PAGE, SCRIPT = OUTSIDE / "d.html", OUTSIDE / "d.js"
SOURCE = SCRIPT.read_text("utf-8")


@pytest.fixture(scope="module")
def page() -> Page:
    found = Page()
    found.feed(PAGE.read_text("utf-8"))
    assert [tag for tag, _ in found.open if tag not in UNCLOSED] == []
    return found


@pytest.mark.parametrize("path", ["/d", "/d/AAAAAAAAAAAAAAAAAAAAAA"])
def test_it_is_served_behind_the_code(path: str) -> None:
    assert portal.file_path(path) == "/outside/d.html"


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(page: Page) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("style", "iframe", "object", "base")
        assert not any(name.startswith("on") or name in ("style", "action") for name in attributes)
        for name in ("src", "href"):
            if name in attributes:
                assert leads_somewhere(str(attributes[name])), attributes
    assert not re.search(r"https?://|innerHTML|outerHTML|document\.write|eval\(|localStorage|import\(", SOURCE)
    assert re.findall(r"\bfetch\(([^,)]+)", SOURCE) == ['"/api/v1/documents/verify"']


def test_it_speaks_both_languages(page: Page) -> None:
    english = [text for text, langs in page.texts if langs and langs[-1] == "en"]
    assert len(english) >= 6
    assert not any(re.search("[а-яё]", text) for text in english)
    said = re.findall(r'"([^"]*[а-яё][^"]*)"', SOURCE)
    assert len(said) > 10
    assert all(re.search(r" / [A-Za-z ]", text) for text in said), said


def test_every_answer_of_the_service_has_its_words() -> None:
    assert set(re.findall(r"^  (\w+): \[", SOURCE, re.MULTILINE)) == {state.value for state in State}
    codes = set(re.findall(r'^  "([a-z-]+)":', SOURCE, re.MULTILINE))
    known = {leaf.code for leaf in errors.leaves()}
    assert {"document-unknown", "document-code-altered", "document-of-another-system"} <= codes <= known


def test_every_field_has_a_label_and_ids_are_there(page: Page) -> None:
    ids = {str(attributes["id"]) for _, attributes in page.elements if "id" in attributes}
    fields = {str(a["id"]) for tag, a in page.elements if tag == "input"}
    assert {a["for"] for tag, a in page.elements if tag == "label"} == fields
    assert set(re.findall(r'element\("([a-z]+)"\)', SOURCE)) <= ids


def test_the_script_is_right() -> None:
    done = subprocess.run(
        [NODE, "--input-type=module", "--check"], input=SCRIPT.read_bytes(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
