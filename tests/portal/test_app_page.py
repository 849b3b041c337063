"""The page on which a patient lets an application in (PRT-1): signing in, choosing, allowing, refusing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.npm import NODE

pytestmark = pytest.mark.requirement("PRT-1", "UX-1")
WALK = Path(__file__).parent / "app_page.js"
ASKED = "/api/v1/app-requests/r1"
WISH = {
    "application": "Дневник",
    "terms": "https://app.example",
    "reads": [{"type": "Condition", "text": "диагнозы"}, {"type": "Observation", "text": "анализы"}],
    "most_days": 365,
}
SHOWN = ["GET", ASKED, 200, WISH]
CODE_GIVEN = [["type", "code", "123456"], ["submit", "code-form", ""]]
SENT = ["POST", ASKED + "/answer", 200, {"redirect": "https://app.example/back?code=c"}]


def walk(answers: list[Any], steps: list[Any], request: str = "#r1") -> Any:
    told = json.dumps({"hash": request, "answers": answers, "steps": steps})
    done = subprocess.run([NODE, str(WALK)], input=told, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def test_the_patient_leaves_something_out_and_allows() -> None:
    steps = [["uncheck", "", 0], ["type", "days", "10"], ["submit", "answer", ""]]
    seen = walk([SHOWN, SENT], steps)
    assert (seen["shown"][0]["open"], seen["shown"][0]["reads"]) == (["answer"], [" диагнозы", " анализы"])
    assert seen["asked"][-1] == [
        "POST",
        ASKED + "/answer",
        {"allow": True, "types": ["Observation"], "days": 10},
        "portal",
    ]
    assert seen["gone"] == ["https://app.example/back?code=c"]


def test_nothing_left_to_read_is_no_answer_and_refusing_is_one() -> None:
    steps = [["uncheck", "", 0], ["uncheck", "", 1], ["submit", "answer", ""], ["click", "refuse", ""]]
    seen = walk([SHOWN, SENT], steps)
    assert seen["shown"][3]["state"].startswith("Оставьте")
    assert [body for _, _, body, _ in seen["asked"]] == [None, {"allow": False}]


def test_whoever_is_not_signed_in_signs_in_here() -> None:
    answers = [
        ["GET", ASKED, 401, {"code": "not-signed-in"}],
        ["POST", "/api/v1/sessions", 401, {"code": "credentials-invalid"}],
        ["POST", "/api/v1/sessions", 200, {"challenge_id": "c1"}],
        ["POST", "/api/v1/sessions/c1/sms", 202, {}],
        ["POST", "/api/v1/sessions/c1/factor", 200, {}],
        SHOWN,
    ]
    steps = [
        ["submit", "sign-in", ""],
        ["submit", "sign-in", ""],
        ["type", "code", "123456"],
        ["submit", "code-form", ""],
    ]
    seen = walk(answers, [["type", "login", "+7"], ["type", "password", "p"], *steps])
    assert seen["shown"][0]["open"] == ["sign-in"]
    assert seen["shown"][3]["state"].startswith("Неверные")
    assert (seen["shown"][4]["open"], seen["shown"][-1]["open"]) == (["code-form"], ["answer"])
    assert seen["asked"][-2][2] == {"factor": "sms", "code": "123456", "role": "patient"}


def test_a_fresh_factor_is_asked_for_when_it_is_needed() -> None:
    answers = [
        SHOWN,
        ["POST", ASKED + "/answer", 401, {"code": "step-up-required"}],
        ["POST", "/api/v1/me/step-up/sms", 202, {}],
        ["POST", "/api/v1/me/step-up", 200, {}],
        SENT,
    ]
    steps = [
        ["submit", "answer", ""],
        ["type", "code", "123456"],
        ["submit", "code-form", ""],
        ["submit", "answer", ""],
    ]
    seen = walk(answers, steps)
    assert [one["open"] for one in seen["shown"]][1:4] == [["code-form"], ["code-form"], ["answer"]]
    assert seen["gone"]


@pytest.mark.parametrize(
    ("request_", "answers", "words"),
    [
        ("#unknown", [], "обратилось неправильно"),
        ("", [], "обратилось неправильно"),
        ("#r1", [["GET", ASKED, 404, {"code": "not-found"}]], "запроса нет"),
        ("#r1", [["GET", ASKED, 403, {"code": "access-denied"}]], "сам пациент"),
        ("#r1", [["GET", ASKED, 403, {"code": "assurance-level"}]], "подтвердите личность"),
        ("#r1", [["GET", ASKED, 503, {"code": "unavailable"}]], "Не получилось"),
    ],
)
def test_what_cannot_be_answered_is_said(request_: str, answers: list[Any], words: str) -> None:
    (first, other) = walk(answers, [["language", "", 1]], request_)["shown"]
    assert words in first["state"]
    assert first["open"] == []
    assert other["state"] != first["state"]
