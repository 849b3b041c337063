"""Keys for rows of a store that many tests share."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

_numbers = count()


def fresh(word: str) -> str:
    """A key that no other test uses."""
    return f"{word}#{time.time_ns()}-{next(_numbers)}"


def key(pk: str, sk: str = "x") -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
