"""Errors: templates of doctors' entries."""

from __future__ import annotations

from chalicelib.errors.core import InvalidFieldsError

__all__ = ["GapsLeftError"]


class GapsLeftError(InvalidFieldsError):
    """``fields``: each with code ``gap``, at the text that has the gap. Nothing was stored."""

    code = "gaps-left"
    title = "Gaps of a template are left to fill in"
    title_ru = "Остались незаполненные места шаблона"
