"""The setting that names the connected sources: whatever it holds, it is used or it is said what is wrong (ACT-3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.sources import connections_of

pytestmark = pytest.mark.requirement("ACT-3")

BASE = "https://source.example/fhir"
GOOD = {
    "name": "one",
    "kind": "fhir-r4",
    "url": BASE,
    "title": {"ru": "Один", "en": "One"},
    "identifiers": {"snils": "urn:snils"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "One"},
        {"name": "x" * 40},
        {"kind": "soap"},
        {"url": "ftp://x"},
        {"url": "https://x/?a"},
        {"url": 5},
        {"title": {"ru": "Один"}},
        {"identifiers": {}},
        {"identifiers": {"passport": "x"}},
        {"identifiers": {"snils": ""}},
        {"every_days": 0},
        {"every_days": True},
        {"every_days": "7"},
        {"auth": "basic"},
        {"auth": "private_key_jwt"},
        {"client_id": "us"},
        {"token_url": "https://x/token"},
        {"scope": ""},
        {"more": 1},
        {"name": 5},
    ],
)
def test_a_setting_that_is_wrong(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="sources, entry 0"):
        connections_of(json.dumps([{**GOOD, **change}]))


@pytest.mark.parametrize("setting", ["{", "{}", "5", json.dumps([GOOD, GOOD])])
def test_a_setting_that_is_no_list_of_sources(setting: str) -> None:
    with pytest.raises(ValueError, match="sources"):
        connections_of(setting)


def test_no_sources_is_a_setting_too() -> None:
    assert connections_of("") == connections_of("[]") == {}
    assert list(connections_of(json.dumps([GOOD]))) == ["one"]
