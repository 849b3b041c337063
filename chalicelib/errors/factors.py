"""Errors of second factors."""

from __future__ import annotations

from chalicelib.errors.core import WrongStateError

__all__ = ["LastFactorError"]


class LastFactorError(WrongStateError):
    code = "last-factor"
    title = "This is the last second factor; add another one first"
    title_ru = "Это последний второй фактор, сначала добавьте другой"
