"""Errors: exchange of cards between organisations under consent."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError

__all__ = ["TransferSenderError", "TransferUnreadableError"]


class TransferUnreadableError(MedkartaError):
    """Not sealed to us, not whole, or not in the form of docs/transfers.md."""

    code = "transfer-unreadable"
    status = 422
    title = "This is no transfer that was sealed to this system"
    title_ru = "Это не пакет обмена, зашифрованный для этой системы"
    fhir_issue = "structure"


class TransferSenderError(MedkartaError):
    """A sender who is not known here, a signature that does not hold, or another organisation's transfer."""

    code = "transfer-sender"
    status = 422
    title = "The transfer was not signed by a trusted sender for this organisation"
    title_ru = "Пакет обмена не подписан доверенным отправителем для этой организации"
    fhir_issue = "security"
