"""Errors of special cases (SPC-*)."""

from __future__ import annotations

from chalicelib.errors.core import AccessDeniedError, ConflictError, UnavailableError


class LimitedAccountError(AccessDeniedError):
    """A foreign citizen's account, during a temporary stay or after it (SPC-6)."""

    code = "limited-account"
    title = "An account with a temporary stay may not do this"
    title_ru = "Эта функция недоступна при временном пребывании"


class StayUnconfirmedError(ConflictError):
    code = "stay-unconfirmed"
    title = "The migration registry does not confirm this stay"
    title_ru = "Миграционный реестр не подтверждает пребывание"
    fhir_issue = "business-rule"


class RegistryUnavailableError(UnavailableError):
    code = "registry-unavailable"
    title = "The registry that must be asked does not answer; try again"
    title_ru = "Реестр не отвечает, повторите позже"
