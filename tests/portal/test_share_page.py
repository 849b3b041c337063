"""The page of a link to a card (DOC-4): what it asks for, what it shows, how it tells that a link has ended."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.prescriptions import State
from local import portal
from local.npm import NODE
from tests.portal.node import OUTSIDE
from tests.portal.test_page import Page, leads_somewhere

pytestmark = pytest.mark.requirement("DOC-4", "UX-1")
PAGE = OUTSIDE / "s.html"
SCRIPTS = sorted(OUTSIDE.glob("s*.js"))
WALK = Path(__file__).parent / "share_page.js"
BASE = "/api/v1/shares/share-1"
LIST = f"{BASE}/records/visit?limit=20"
VISIT: dict[str, Any] = {
    "name": "visit",
    "labels": {"ru": "Приём", "en": "Visit"},
    "occurred": "occurred_at",
    "summary": ["occurred_at", "reason", "diagnoses"],
    "files": "",
    "schema": {
        "properties": {
            "occurred_at": {"x-title": {"ru": "Когда", "en": "When"}},
            "reason": {"x-title": {"ru": "Повод", "en": "Reason"}},
            "place": {
                "x-title": {"ru": "Место", "en": "Place"},
                "x-options": [{"value": "home", "ru": "дома", "en": "at home"}],
            },
            "diagnoses": {
                "items": {"$ref": "#/$defs/Diagnosis"},
                "x-title": {"ru": "Диагнозы", "en": "Diagnoses"},
            },
            "hidden": {},
        },
        "$defs": {"Diagnosis": {"properties": {"code": {"x-title": {"ru": "Код", "en": "Code"}}}}},
    },
}
BODY = {
    "occurred_at": "2026-03-01T10:00:00+03:00",
    "reason": "<b>Кашель</b>",
    "place": "home",
    "diagnoses": [{"code": "J45.0"}],
    "hidden": "not for a reader",
    "note": None,
}
RECORD = {"id": "r1", "kind": "visit", "body": BODY}
LABEL = {"ru": "Приём", "en": "Visit"}
HELD = {
    "level": "full",
    "language": "ru",
    "until": "2026-03-09T09:00:00Z",
    "kinds": [{"kind": "visit", "label": LABEL, "document": True}],
    "records": [],
}
OPENED = [
    ["POST", f"{BASE}/open", 200, {"share_token": "t1"}],
    ["GET", BASE, 200, HELD],
    ["GET", "/api/v1/record-types", 200, {"items": [VISIT]}],
]


def walked(answers: list[Any], *steps: tuple[str, Any], fragment: str = "#secret-1") -> dict[str, Any]:
    story = {"page": "/s/share-1", "hash": fragment, "answers": answers, "steps": steps}
    done = subprocess.run(
        [NODE, WALK], input=json.dumps(story), capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refused(code: str, **more: Any) -> list[Any]:
    return ["POST", f"{BASE}/open", 410, {"code": code, **more}]


def test_it_opens_lists_and_takes_documents() -> None:
    answers = [
        *OPENED,
        ["GET", LIST, 200, {"items": [RECORD], "next": "c1"}],
        ["GET", f"{LIST}&cursor=c1", 200, {"items": [RECORD]}],
        ["GET", f"{BASE}/records/visit/r1/document", 200, "pdf"],
    ]
    found = walked(answers, ("passcode", "СИРЕНЬ27"), ("unfold", 0), ("press", 0), ("press", 1), ("language", 1))
    opened, listed, printed, _, english = found["shown"]
    assert len(english["headings"]) == 2
    assert "Show more" not in english["held"]
    assert opened["held"].split() == ["Виды", "записей", "Приём"]
    assert opened["form"] is False
    assert listed["headings"] == ["1 марта 2026 г. в 10:00 – <b>Кашель</b>; J45.0"]
    assert "Повод <b>Кашель</b> Место дома Диагнозы Код J45.0" in listed["held"]
    assert "Показать ещё" in listed["held"]
    assert "not for a reader" not in listed["held"]
    assert printed["state"] == ""
    assert (english["lang"], "Kinds of record" in english["held"]) == ("en", True)
    download = next(one for one in found["clicked"] if isinstance(one, dict) and "download" in one)
    assert download["download"] == "visit-r1.pdf"
    assert download["href"].startswith("blob:")
    assert [call["accept"] for call in found["asked"] if call["path"].endswith("/document")] == ["application/pdf"]
    assert [call["method"] + " " + call["path"] for call in found["asked"]] == [
        f"POST {BASE}/open",
        f"GET {BASE}",
        "GET /api/v1/record-types",
        f"GET {LIST}",
        f"GET {BASE}/records/visit/r1/document",
        f"GET {LIST}&cursor=c1",
    ]


@pytest.mark.requirement("DOC-4", "REC-5")
def test_fields_stand_in_the_order_of_the_model_and_parts_in_a_table_with_their_flags() -> None:
    titles = {name: {"x-title": {"ru": name, "en": name}} for name in ("Показатель", "Значение", "Метод")}
    panel = {
        "properties": {
            "panel": {"x-title": {"ru": "Панель", "en": "Panel"}},
            "all": {"items": {"$ref": "#/$defs/Value"}, "x-title": {"ru": "Показатели", "en": "Values"}},
        },
        "$defs": {"Value": {"properties": titles}},
    }
    values = [
        {"Значение": "118", "Показатель": "Гемоглобин", "interpretation": "L"},
        {"Значение": "5", "Показатель": "СОЭ", "interpretation": "constructor"},
    ]
    answers = [
        *OPENED[:2],
        ["GET", "/api/v1/record-types", 200, {"items": [{**VISIT, "schema": panel}]}],
        ["GET", LIST, 200, {"items": [{**RECORD, "body": {"all": values, "panel": "ОАК"}}]}],
    ]
    held = walked(answers, ("passcode", "x"), ("unfold", 0))["shown"][-1]["held"].split()
    shown = "Панель ОАК Показатели Показатель Значение Гемоглобин ↓ ниже нормы 118 СОЭ 5"
    assert shown in " ".join(held)


@pytest.mark.requirement("DOC-4", "REC-9", "RX-4")
@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ({"source": "staff", "status": {"state": "active"}}, ""),
        ({"source": "patient-reported"}, "Со слов пациента"),
        ({"source": "patient-reported", "confirmed": {"role": "doctor"}}, "Со слов пациента; Подтверждено врачом"),
        ({"source": "staff", "status": {"state": "revoked"}}, "Отменено"),
        ({"source": "constructor"}, ""),
    ],
    ids=["plain", "reported", "confirmed", "revoked", "no-mark"],
)
def test_where_a_record_comes_from_and_how_it_stands_is_said(marks: dict[str, Any], shown: str) -> None:
    listed = ["GET", LIST, 200, {"items": [{**RECORD, **marks}]}]
    held = walked([*OPENED, listed], ("passcode", "x"), ("unfold", 0))["shown"][-1]["held"]
    assert held.partition("J45.0")[2].partition("Повод")[0].strip() == shown


def test_each_state_of_a_prescription_has_words() -> None:
    source = (OUTSIDE / "s-record.js").read_text("utf-8")
    assert not [state for state in State if state is not State.ACTIVE and f"  {state.value}: [" not in source]


def test_the_secret_goes_in_one_body_and_the_token_in_a_header() -> None:
    found = walked(list(OPENED), ("passcode", "СИРЕНЬ27"))
    first, *rest = found["asked"]
    assert json.loads(first["body"]) == {"secret": "secret-1", "passcode": "СИРЕНЬ27"}
    assert {call["authorization"] for call in rest} == {"Bearer t1"}
    assert not [call for call in found["asked"] if "secret" in call["path"] or "t1" in call["path"]]
    assert {call["credentials"] for call in found["asked"]} == {"omit"}
    assert {re.fullmatch("[0-9a-f]{32}", call["device"]) is not None for call in found["asked"]} == {True}


def test_a_key_that_is_held_down_is_one_try() -> None:
    found = walked([*OPENED, refused("share-passcode", tries_left=3)], ("twice", "x"))
    assert [call["method"] for call in found["asked"]].count("POST") == 1
    again = walked([refused("conflict"), *OPENED], ("passcode", "x"), ("passcode", "x"))["shown"]
    assert "Повторите через несколько секунд" in again[0]["state"]
    assert again[1]["form"] is False


def test_a_wrong_passcode_may_be_given_again() -> None:
    answers = [refused("share-passcode", tries_left=3), *OPENED]
    wrong, english, right = walked(answers, ("passcode", "нет"), ("language", 1), ("passcode", "СИРЕНЬ27"))["shown"]
    assert (wrong["state"], wrong["form"]) == ("Неверный код доступа. Осталось попыток: 3.", True)
    assert english["state"] == "The passcode is wrong. Tries left: 3."
    assert right["form"] is False


@pytest.mark.parametrize(
    "code",
    ["share-unknown", "share-expired", "share-used-up", "share-revoked", "share-locked", "share-closed", "locked-out"],
)
def test_each_end_has_words_of_its_own(code: str) -> None:
    (shown,) = walked([refused(code)], ("passcode", "x"))["shown"]
    assert len(shown["state"]) > 15
    assert shown["state"] != walked([refused("internal")], ("passcode", "x"))["shown"][0]["state"]
    assert shown["held"] == ""


def test_what_ends_while_it_is_open_leaves_the_page_empty() -> None:
    over = [["GET", LIST, 401, {"code": "not-signed-in"}]]
    ended = walked([*OPENED, *over], ("passcode", "x"), ("unfold", 0))["shown"][-1]
    assert (ended["held"], ended["form"]) == ("", True)
    revoked = [["GET", LIST, 410, {"code": "share-closed"}]]
    closed = walked([*OPENED, *revoked], ("passcode", "x"), ("unfold", 0))["shown"][-1]
    assert (closed["held"], closed["form"]) == ("", False)


def test_empty_brief_and_broken_states_are_said() -> None:
    (incomplete,) = walked([], ("nothing", 0), fragment="")["shown"]
    assert (incomplete["form"], incomplete["state"].startswith("Адрес неполный")) == (False, True)
    (offline,) = walked([], ("passcode", "x"))["shown"]
    assert offline["state"].startswith("Нет связи")
    assert offline["form"] is True
    bare = [OPENED[0], ["GET", BASE, 200, {**HELD, "kinds": [], "level": "limited"}], OPENED[2]]
    (nothing,) = walked(bare, ("passcode", "x"))["shown"]
    assert nothing["state"] == "Ссылка сейчас ничего не показывает."
    assert "кратко" in nothing["held"]
    empty = walked([*OPENED, ["GET", LIST, 200, {"items": []}]], ("passcode", "x"), ("unfold", 0))["shown"][-1]
    assert empty["held"].endswith("Записей этого вида пока нет.")


def test_the_page_is_served_and_clean() -> None:
    assert portal.file_path("/s/share-1") == "/outside/s.html"
    page = Page()
    page.feed(PAGE.read_text("utf-8"))
    for tag, attributes in page.elements:
        assert tag not in ("style", "iframe", "object", "base")
        assert not any(name.startswith("on") or name in ("style", "action") for name in attributes)
        for name in ("src", "href"):
            assert name not in attributes or leads_somewhere(str(attributes[name]))
    spoken = [
        langs[-1] for text, langs in page.texts if "/" not in text and langs and text not in {"Русский", "English"}
    ]
    assert spoken.count("ru") == spoken.count("en") >= 5


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_no_markup_and_keeps_nothing(script: Path) -> None:
    source = script.read_text("utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "cookie"):
        assert word not in source
    for word in ("localStorage", "sessionStorage", "indexedDB", "sendBeacon", "WebSocket", "import(", "console."):
        assert word not in source
    assert not re.search(r"https?://", source)
    assert len(source.splitlines()) < 300
