"""Errors of proving who somebody is (ID-*)."""

from __future__ import annotations

from chalicelib.errors.core import AccessDeniedError


class NoAccountError(AccessDeniedError):
    """Told to those alone who have proved whose SNILS it is, so nothing can be found out by asking."""

    code = "no-account"
    title = "There is no account for this SNILS; register first"
    title_ru = "Для этого СНИЛС нет учётной записи, сначала зарегистрируйтесь"
