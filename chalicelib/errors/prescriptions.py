"""Errors of prescribing, of the counter of a pharmacy, and of what is ordered there (RX-1…RX-7)."""

from __future__ import annotations

from chalicelib.errors.core import AccessDeniedError, ConflictError, MedkartaError, UnavailableError, WrongStateError


class PrescribingWarningsError(ConflictError):
    """``extra`` has the warnings: codes, lines, ids of records; no names. Repeat with an override that names them."""

    code = "prescribing-warnings"
    title = "There are warnings about this prescription; answer them with a reason"
    title_ru = "По этому рецепту есть предупреждения: укажите причину назначения"
    fhir_issue = "business-rule"


class ScannedCodeError(MedkartaError):
    """What was scanned is no code of a prescription of ours."""

    code = "prescription-code-unreadable"
    status = 422
    title = "This is not the code of a prescription"
    title_ru = "Это не код рецепта"
    fhir_issue = "invalid"


class ScannedTooLongError(ScannedCodeError):
    code = "prescription-code-too-long"
    title = "This is too long for the code of a prescription"
    title_ru = "Слишком длинный текст для кода рецепта"
    fhir_issue = "too-long"


class ForeignCodeError(ScannedCodeError):
    code = "prescription-code-foreign"
    title = "This code leads to another system"
    title_ru = "Этот код ведёт в другую систему"


class CodeSignatureError(ScannedCodeError):
    """The code is known and the signature beside it is not ours, or of another prescription: altered or forged."""

    code = "prescription-code-signature"
    title = "The signature in this code is wrong: it was altered or forged"
    title_ru = "Подпись в этом коде неверна: код изменён или подделан"
    fhir_issue = "security"


class ReversalTooLateError(WrongStateError):
    code = "reversal-too-late"
    title = "This dispensing is too old to be reversed"
    title_ru = "Этот отпуск уже нельзя отменить: срок прошёл"


class AlreadyReversedError(WrongStateError):
    code = "already-reversed"
    title = "This dispensing was reversed already"
    title_ru = "Этот отпуск уже отменён"


class NotYourDispensingError(AccessDeniedError):
    code = "not-your-dispensing"
    title = "Another pharmacy dispensed this"
    title_ru = "Это отпустила другая аптека"


class PharmacyUnavailableError(UnavailableError):
    code = "pharmacy-unavailable"
    title = "The pharmacy does not answer; try again"
    title_ru = "Аптека не отвечает, повторите позже"


class PharmacyAnswerError(PharmacyUnavailableError):
    """The answer keeps to no contract: nothing is believed of it."""

    code = "pharmacy-answer"
    title = "The pharmacy answered what cannot be understood"
    title_ru = "Аптека ответила непонятно"
