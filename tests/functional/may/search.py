"""Searching a card: who may list anything of it."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import READERS

MAY: dict[str, set[str]] = {"search-list": READERS}
BODIES: dict[str, Any] = {"CardSearch": {"text": "бронхит"}}
