"""Words of a body's fields: what forms and printed documents call them, in Russian and in English.

They stand on the field itself (``Annotated[Line, Said("Повод обращения", "Reason")]``), so a new kind of record is one
entry and one model. From them come titles of the JSON Schema (forms of the portal), rows of a PDF and of a report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.moments import foreign

Both = tuple[str, str]
"""Russian, English."""

YES_NO: Mapping[bool, Both] = {True: ("да", "yes"), False: ("нет", "no")}


def chosen(words: Both, language: str) -> str:
    return words[1 if language == "en" else 0]


@dataclass(frozen=True, slots=True)
class Said:
    """What a field is called. ``printed`` is false for what is no text for a reader (ids, links)."""

    ru: str
    en: str
    printed: bool = True

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {**handler(core), "title": self.en, "x-title": {"en": self.en, "ru": self.ru}}


@dataclass(frozen=True, slots=True)
class Options:
    """What each value of a closed list is called; the list itself is the field's ``Literal``."""

    words: Mapping[str, Both]

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        named = [{"value": value, "en": en, "ru": ru} for value, (ru, en) in self.words.items()]
        return {**handler(core), "x-options": named}


def moment(text: str, language: str) -> str:
    """Date and time as written, without seconds: 24.11.2026 01:16 in Russian, ISO 8601 in English.

    The offset that it was written with stands behind it where it is not that of the zone of printed documents.
    """
    date, _, time = text.partition("T")
    other = foreign(datetime.fromisoformat(text)) if time else ""
    time = f"{time[:5]} ({other})" if other else time[:5]
    if language != "en":
        date = ".".join(reversed(date.split("-")))
    return f"{date} {time}".strip()
