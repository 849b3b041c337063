"""A change that somebody else may be faster at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chalicelib.errors import ConflictError

Made = TypeVar("Made")
TRIES = 6


def tried(attempt: Callable[[], Made]) -> Made:
    """What an attempt gives that nobody crossed. It reads anew each time; what it finds then, it says as an error.

    Raises ConflictError when others were faster every time, and at once what is of a kind of its own.
    """
    for _ in range(TRIES - 1):
        try:
            return attempt()
        except ConflictError as error:
            if type(error) is not ConflictError:
                raise
    return attempt()
