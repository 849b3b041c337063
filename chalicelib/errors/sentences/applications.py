"""Sentences about fields: applications that a patient lets into the card (SMART app launch)."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "choice": {"name something that it may read": "Назовите хотя бы что-то, что приложение может читать"},
    "redirect": {
        "https, this machine, or a scheme with a dot": "Адрес https, этого же устройства или схема с точкой в имени"
    },
    "scopes": {"an application reads what a patient lets it read": "Приложение только читает то, что разрешил пациент"},
}
