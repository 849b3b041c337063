"""Errors of issued documents: signing certificates, stamps, the code on a paper (DOC-1, DOC-3)."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError, NotFoundError


class DocumentUnknownError(NotFoundError):
    code = "document-unknown"
    title = "This system has issued no document with this code"
    title_ru = "Эта система не выдавала документа с таким кодом"


class DocumentCodeError(MedkartaError):
    """Cut, misread or altered: the id leads nowhere by itself, or the short code is not the one of the document."""

    code = "document-code-altered"
    status = 422
    title = "The code was read in part, or was altered; scan it again"
    title_ru = "Код считан не полностью или изменён; отсканируйте его ещё раз"
    fhir_issue = "invalid"


class DocumentElsewhereError(MedkartaError):
    code = "document-of-another-system"
    status = 422
    title = "This code belongs to another system; it has to be verified there"
    title_ru = "Этот код принадлежит другой системе; проверьте его там"
    fhir_issue = "not-found"


class SigningRequestError(MedkartaError):
    code = "signing-request-missing"
    status = 409
    title = "This certificate is for no key that was asked for here; make a request first"
    title_ru = "Сертификат выдан не на запрошенный здесь ключ; сначала создайте запрос"
    fhir_issue = "conflict"
