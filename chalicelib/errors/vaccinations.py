"""Errors of vaccinations."""

from __future__ import annotations

from chalicelib.errors.core import ConflictError


class NothingToCertifyError(ConflictError):
    code = "nothing-to-certify"
    title = "No vaccination in the card can be certified"
    title_ru = "В карте нет прививок, которые можно подтвердить"
    fhir_issue = "business-rule"
