"""Errors of booking (APT-1). What was refused because somebody was faster says what is free nearby."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError

__all__ = [
    "OwnOverlapError",
    "ReferralNeededError",
    "SlotNotThereError",
    "SlotTakenError",
    "TooLateError",
    "TooManyOpenError",
]


class SlotTakenError(MedkartaError):
    """``extra`` has ``nearest``: starts of free slots of the same schedule, the nearest first."""

    code = "slot-taken"
    status = 409
    title = "This time is taken; choose another one"
    title_ru = "Это время уже занято, выберите другое"
    fhir_issue = "conflict"


class SlotNotThereError(MedkartaError):
    """No slot begins then; or it is past, too soon, too far ahead, or the schedule is closed."""

    code = "slot-not-there"
    status = 409
    title = "This time cannot be booked"
    title_ru = "На это время записаться нельзя"
    fhir_issue = "business-rule"


class OwnOverlapError(MedkartaError):
    code = "own-overlap"
    status = 409
    title = "The patient has another appointment at this time"
    title_ru = "На это время у пациента уже есть другая запись"
    fhir_issue = "business-rule"


class TooManyOpenError(MedkartaError):
    """``extra`` has ``most`` and ``of``: ``all``, or ``specialty``."""

    code = "too-many-open"
    status = 409
    title = "There are too many open appointments; one has to take place or be cancelled first"
    title_ru = "Слишком много открытых записей: сначала посетите врача или отмените одну из них"
    fhir_issue = "business-rule"


class ReferralNeededError(MedkartaError):
    """None was named, or the one that was is not active, is over, is used up, or leads to another specialist.

    ``extra`` has ``why``: ``missing``, ``inactive``, ``over``, ``used`` or ``specialty``.
    """

    code = "referral-needed"
    status = 409
    title = "This doctor is visited with a referral; the one that was named does not fit"
    title_ru = "К этому врачу нужно направление, указанное не подходит"
    fhir_issue = "business-rule"


class TooLateError(MedkartaError):
    """The moment is not, or is no more, the one for this step. ``extra`` may have ``until`` or ``from``."""

    code = "appointment-moment"
    status = 409
    title = "It is too late, or too early, for this; call the clinic"
    title_ru = "Для этого уже поздно или ещё рано, позвоните в клинику"
    fhir_issue = "business-rule"
