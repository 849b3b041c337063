"""Errors: the waiting list, offers of freed slots, and changes by the clinic."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError

__all__ = ["OfferOverError", "WaitingListFullError"]


class WaitingListFullError(MedkartaError):
    """``extra`` has ``most``: how many open entries a person may have."""

    code = "waiting-list-full"
    status = 409
    title = "You wait for too many doctors at once; leave one of the lists first"
    title_ru = "Вы ждёте слишком многих врачей сразу: сначала покиньте один из листов ожидания"
    fhir_issue = "business-rule"


class OfferOverError(MedkartaError):
    """It was not answered in time, was withdrawn, or was never made."""

    code = "offer-over"
    status = 409
    title = "This time is not offered to you any more"
    title_ru = "Это время вам больше не предложено"
    fhir_issue = "business-rule"
