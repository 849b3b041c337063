"""Errors: chat of patients and doctors."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError

__all__ = ["ChatClosedError", "ChatEndedError", "ChatTooOldError", "MessageFixedError"]


class ChatClosedError(MedkartaError):
    code = "chat-closed"
    status = 409
    title = "This chat is closed; reopen it or begin another one"
    title_ru = "Переписка закрыта, откройте её снова или начните новую"
    fhir_issue = "business-rule"


class ChatEndedError(MedkartaError):
    """For the patient's side: there is no live consent in full to this doctor, or they do not work there any more."""

    code = "chat-ended"
    status = 409
    title = "This doctor has no access to the messages of this card; give consent first"
    title_ru = "У врача нет доступа к переписке этой карты, сначала дайте согласие"
    fhir_issue = "business-rule"


class ChatTooOldError(MedkartaError):
    code = "chat-too-old"
    status = 409
    title = "This chat was closed too long ago; begin another one"
    title_ru = "Переписка закрыта слишком давно, начните новую"
    fhir_issue = "business-rule"


class MessageFixedError(MedkartaError):
    """Also for who did not write it, and for what was withdrawn."""

    code = "message-fixed"
    status = 409
    title = "Only whoever wrote a message changes it, within 15 minutes, and 20 times at most"
    title_ru = "Сообщение меняет только его автор в течение 15 минут и не больше 20 раз"
    fhir_issue = "business-rule"
