"""Errors of electronic signatures and of the trust store (ID-5)."""

from __future__ import annotations

from chalicelib.errors.core import ConflictError, CredentialsError, MedkartaError


class CertificateRefusedError(CredentialsError):
    """``extra["reason"]`` says why, in a stable word: the holder alone can do something about it."""

    code = "certificate-refused"
    title = "The certificate is not accepted"
    title_ru = "Сертификат не принят"


class RevocationUnknownError(CredentialsError):
    """Neither a fresh list nor an answer of the responder: not known to be revoked is not enough (ID-5)."""

    code = "revocation-unknown"
    title = "It cannot be established whether the certificate is revoked; send an OCSP response"
    title_ru = "Не удалось установить, не отозван ли сертификат; приложите ответ OCSP"


class AlgorithmUnsupportedError(MedkartaError):
    code = "algorithm-unsupported"
    status = 422
    title = "This signature algorithm is not supported here"
    title_ru = "Этот алгоритм подписи здесь не поддерживается"
    fhir_issue = "not-supported"


class RevocationListError(ConflictError):
    """A list that is older than the one that is there, or says less than a whole list."""

    code = "revocation-list"
    title = "This revocation list cannot replace the present one"
    title_ru = "Этот список отозванных сертификатов не может заменить действующий"
