"""How a text is held: both languages side by side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    ru: str
    en: str

    def to(self, language: str) -> str:
        return self.en if language == "en" else self.ru


@dataclass(frozen=True, slots=True)
class Notice:
    """``urgent``: by SMS too, where the person takes them. ``everywhere``: by every channel, whatever they take."""

    title: Said
    inside: Said
    outside: Said
    urgent: bool = False
    everywhere: bool = False


NEWS = Said("Медкарта: в кабинете новое уведомление.", "Medkarta: there is a new notice in your cabinet.")
SECURITY = Said(
    "Медкарта: важное уведомление о безопасности. Откройте кабинет.",
    "Medkarta: an important security notice. Open your cabinet.",
)
