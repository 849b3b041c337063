"""Sentences about fields: reminders and intakes."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "range": {"from 7 days ago to 12 hours from now": "От 7 дней назад до 12 часов вперёд"},
}
