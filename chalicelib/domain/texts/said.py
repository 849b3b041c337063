"""How a text is held: both languages side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Said:
    ru: str
    en: str

    def to(self, language: str) -> str:
        return self.en if language == "en" else self.ru


class Topic(StrEnum):
    """What a notice is about; by it a person chooses what goes out. Values are stored: never rename, never reuse."""

    VISITS = "visits"
    REMINDERS = "reminders"
    INTAKE = "intake"
    MESSAGES = "messages"
    SECURITY = "security"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Notice:
    """``urgent``: by SMS too, where the person takes them. ``everywhere``: by every channel, whatever they take.

    Texts may have ``{when}``, the moment that the notice is about: ``outside`` in notices of visits alone, and nothing
    else there; ``inside`` those of ``PLACES``. ``at_once``: a life may hang on it, so quiet hours do not hold it.
    """

    title: Said
    inside: Said
    outside: Said
    topic: Topic = Topic.NEWS
    urgent: bool = False
    everywhere: bool = False
    at_once: bool = False


PLACES = ("kind", "who", "organisation", "role", "state", "when")
MOMENT = ("when", "zone")
"""Members of an event that say its ``{when}``: a stamp, and the IANA zone in which it is told."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when_text(when: str, zone: str, language: str) -> str:
    """A moment (ISO 8601) as it is said in its zone: ``27.11.2026 в 10:30``, ``27 Nov 2026, 10:30``."""
    there = datetime.fromisoformat(when).astimezone(ZoneInfo(zone))
    if language == "en":
        return f"{there.day} {_MONTHS[there.month - 1]} {there.year}, {there:%H:%M}"
    return f"{there:%d.%m.%Y} в {there:%H:%M}"


NEWS = Said("Медкарта: в кабинете новое уведомление.", "Medkarta: there is a new notice in your cabinet.")
SECURITY = Said(
    "Медкарта: важное уведомление о безопасности. Откройте кабинет.",
    "Medkarta: an important security notice. Open your cabinet.",
)
