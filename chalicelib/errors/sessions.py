"""Errors of a session's cookie and of its sealed bodies (ID-9, ID-10)."""

from __future__ import annotations

from chalicelib.errors.core import AccessDeniedError, ConflictError, MedkartaError


class CrossSiteError(AccessDeniedError):
    """A request that came with the portal's cookie, or asked for one, from somewhere that is not the portal."""

    code = "cross-site"
    title = "The portal's session answers the portal alone"
    title_ru = "Сеанс портала отвечает только порталу"


class SealedBodyError(MedkartaError):
    """No session key, another session's, another request's, too old, or tampered: deliberately one error."""

    code = "sealed-body"
    status = 400
    title = "The body is not sealed for this request with this session's key"
    title_ru = "Тело запроса не запечатано ключом этого сеанса для этого запроса"
    fhir_issue = "security"


class ReplayedBodyError(ConflictError):
    code = "replayed-body"
    title = "This sealed body was used already"
    title_ru = "Это запечатанное тело уже использовано"
