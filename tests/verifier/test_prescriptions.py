"""A prescription's code is checked off-line by a program that shares no code with the service (RX-2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.prescriptions import signed_content
from tests.unit.signer_fakes import ISSUER, Place
from tests.world import PRESCRIPTION
from verifier.prescriptions import Authentic, CardFlaw, authentic
from verifier.prescriptions.__main__ import main

pytestmark = pytest.mark.requirement("RX-2")

CODE, OTHER = "a" * 22, "b" * 22
HERE, ELSEWHERE = Place(), Place()
NOW = HERE.clock().timestamp()


def token(place: Place = HERE, days: int = 60, purpose: str = "prescription", **changes: Any) -> str:
    from datetime import timedelta

    issued = place.clock()
    content = signed_content(PRESCRIPTION, code=CODE, issued=issued, expires=issued + timedelta(days=days))
    return place.signer.issue({**content, **changes}, purpose=purpose)


TOKEN = token()
KEYS = HERE.signer.published()


def checked(text: str, now: float = NOW, keys: Any = None) -> Authentic:
    return authentic(text, ISSUER, KEYS if keys is None else keys, now)


def test_authentic_and_no_word_about_what_happened_since() -> None:
    found = checked(f"{ISSUER}/r/{CODE}#{TOKEN}")
    assert found.content["drugs"] == PRESCRIPTION["drugs"]
    assert found.verdict == "authentic, within its validity; not known whether dispensed, revoked or replaced"
    assert checked(f"{ISSUER}/r/{CODE}#{TOKEN}", NOW + 61 * 86_400).expired


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{ISSUER}/r/{CODE}#{TOKEN[:-4]}AAAA", "signature"),
        (f"{ISSUER}/r/{OTHER}#{TOKEN}", "another-code"),
        (f"{ISSUER}/r/{CODE}", "unsigned"),
        (f"{ISSUER}/x/{CODE}#{TOKEN}", "form"),
        (f"https://elsewhere.example/r/{CODE}#{TOKEN}", "issuer"),
        (f"{ISSUER}.evil.example/r/{CODE}#{TOKEN}", "issuer"),
        (f"{ISSUER}/r/{CODE}#{token(ELSEWHERE)}", "key"),
        (f"{ISSUER}/r/{CODE}#{token(purpose='receipt')}", "type"),
        (f"{ISSUER}/r/{CODE}#a.b", "form"),
        ("x" * 3000, "length"),
        ("", "issuer"),
    ],
    ids=[
        "altered",
        "another",
        "bare",
        "path",
        "host",
        "host-alike",
        "another-key",
        "receipt",
        "parts",
        "3-kb",
        "empty",
    ],
)
def test_each_flaw_has_its_name(text: str, code: str) -> None:
    with pytest.raises(CardFlaw) as found:
        checked(text)
    assert found.value.code == code


@given(st.text(max_size=300))
def test_rubbish_is_a_flaw_and_nothing_else(text: str) -> None:
    for whole in (text, f"{ISSUER}/r/{CODE}#{text}"):
        with pytest.raises(CardFlaw):
            checked(whole)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(KEYS))
    common = ["--issuer", ISSUER, "--keys", str(keys)]
    assert main([f"{ISSUER}/r/{CODE}#{token(days=20_000)}", *common]) == 0
    assert "not known whether dispensed" in capsys.readouterr().out
    code = tmp_path / "code.txt"
    code.write_text(f"{ISSUER}/r/{CODE}#{token(days=1)}\n")
    assert main([str(code), *common]) == 1
    assert main([f"{ISSUER}/r/{OTHER}#{TOKEN}", *common]) == 2
    assert main([str(tmp_path / "nothing"), *common]) == 3
