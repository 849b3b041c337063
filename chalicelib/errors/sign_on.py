"""Errors of single sign-on and of confirming an identity at a provider (ID-6, ID-7)."""

from __future__ import annotations

from chalicelib.errors.core import AccessDeniedError, ConflictError, UnavailableError


class IdentityUnverifiedError(AccessDeniedError):
    code = "identity-unverified"
    title = "The identity provider does not vouch for a SNILS; confirm the identity there first"
    title_ru = "Служба входа не подтверждает СНИЛС, сначала подтвердите личность в ней"


class IdentityMismatchError(AccessDeniedError):
    """``extra`` names the fields, never their values; a different SNILS is named alone."""

    code = "identity-mismatch"
    title = "The profile is not what the identity provider or the certificate says"
    title_ru = "Профиль не совпадает с данными службы подтверждения личности или сертификата"


class IdentityConflictError(ConflictError):
    code = "identity-conflict"
    title = "The login at the provider and the account belong to different people, or were linked otherwise before"
    title_ru = "Вход в этой службе и учётная запись принадлежат разным людям или связаны иначе"


class ProviderUnavailableError(UnavailableError):
    code = "provider-unavailable"
    title = "The identity provider does not answer; try again, or sign in by password"
    title_ru = "Служба входа не отвечает, повторите позже или войдите по паролю"
