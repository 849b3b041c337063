"""Sentences about fields: what is due of care."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "range": {"a day from 1900 to today": "Укажите день не раньше 1900 года и не позже сегодняшнего"},
    "value-error": {"only what was done elsewhere has a day": "День указывают только для сделанного в другом месте"},
}
