"""Errors of registering at a clinic and of merging cards (ACT-5, SPC-5)."""

from __future__ import annotations

from chalicelib.errors.core import CardStateError, ConflictError


class PossibleDuplicateError(ConflictError):
    """``extra`` names the candidates: ids, how likely, and which fields agree; never a value."""

    code = "possible-duplicate"
    title = "This may be a person who has a card already; decide which"
    title_ru = "Возможно, у этого человека уже есть карта: примите решение"
    fhir_issue = "duplicate"


class CardMergedError(CardStateError):
    """The card goes on under another id (SPC-5): routes with an id of a patient follow it by themselves."""

    code = "card-merged"
    status = 409
    title = "This card was merged with another one"
    title_ru = "Эта карта объединена с другой"
    fhir_issue = "conflict"

    def __init__(self, patient_id: str = "") -> None:
        super().__init__()
        self.patient_id = patient_id
