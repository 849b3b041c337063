"""Names of people as one line, and whether two spellings are one name."""

from __future__ import annotations

from collections.abc import Mapping


def full_name(profile: Mapping[str, str]) -> str:
    """Surname, given name, patronymic; a dash when there is none of them."""
    names = (profile.get("last_name"), profile.get("first_name"), profile.get("middle_name"))
    return " ".join(name for name in names if name) or "—"


def same_name(one: str, other: str) -> bool:
    """Equal but for case, blanks and ё, which is often written е."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())
