"""A service outside that reads handwriting, as the setting ``handwriting`` names it. Off unless it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.listed import entries_of


@dataclass(frozen=True, slots=True)
class Service:
    """The one entry of the setting.

    ``title``: who reads, for whoever decides about it. ``folder``: whom it charges. ``key``: the name under
    which its API key lies in Secrets Manager (docs/recognition.md); "" where none is wanted.
    """

    url: str
    title: Mapping[str, str]
    folder: str = ""
    key: str = ""
    model: str = "handwritten"


@dataclass(frozen=True, slots=True)
class Offer:
    """What this installation can do: read print, and have a service outside read handwriting."""

    local: bool
    handwriting: bool
    title: Mapping[str, str]


def service_of(setting: str) -> Service | None:
    """Raises ValueError that says what is wrong with the setting."""
    found = entries_of("handwriting", setting, lambda entry: Service(**entry), _checked)
    if len(found) > 1:
        raise ValueError("handwriting: one service at most")
    return found[0] if found else None


def offer_of(recogniser: str, handwriting: str) -> Offer:
    """Handwriting alone is no offer: the function that prepares pages is the one that reads them."""
    service = service_of(handwriting)
    local = recogniser == "tesseract"
    return Offer(local, local and service is not None, service.title if service else {})


def _checked(made: Any) -> dict[str, bool]:
    """Each field, and whether it can be used: a setting may hold anything."""
    return {
        "url": made.url.startswith(("https://", "http://")) and not set("#?") & set(made.url),
        "title": {"ru", "en"} <= set(made.title) and all(isinstance(text, str) for text in made.title.values()),
        "folder": isinstance(made.folder, str),
        "key": isinstance(made.key, str),
        "model": isinstance(made.model, str) and made.model.isascii(),
    }
