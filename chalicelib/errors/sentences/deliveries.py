"""Sentences about fields: what goes outside: by which channel, when, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "zone": {"there is no such time zone": "Такого часового пояса нет"},
    "quiet": {
        "quiet hours end at another time than they begin": "Тихие часы заканчиваются не тогда же, когда начинаются"
    },
    "security": {
        "notices about security cannot be switched off": "Уведомления о безопасности отключить нельзя",
    },
}
