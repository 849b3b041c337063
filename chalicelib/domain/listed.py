"""Settings that are lists in JSON: every entry is read and checked, and a fault is told with its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def entries_of(
    name: str, setting: str, make: Callable[[Any], T], checked: Callable[[T], Mapping[str, bool]]
) -> list[T]:
    """The entries of the setting ``name``, empty for none. Raises ValueError that says which entry is wrong and how.

    ``make`` may raise TypeError, KeyError and AttributeError; ``checked`` tells of each field whether it can be used.
    """
    try:
        entries = json.loads(setting or "[]")
    except ValueError:
        raise ValueError(f"{name} is not JSON") from None
    if not isinstance(entries, list):
        raise ValueError(f"{name} is not a list")  # noqa: TRY004  # a setting's fault, not a caller's
    return [_entry(f"{name}, entry {number}: ", entry, make, checked) for number, entry in enumerate(entries)]


def _entry(where: str, entry: Any, make: Callable[[Any], T], checked: Callable[[T], Mapping[str, bool]]) -> T:
    try:
        made = make(entry)
        wrong = [name for name, holds in checked(made).items() if not holds]
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{where}{error}") from None
    if wrong:
        raise ValueError(where + " ".join(wrong))
    return made
