"""Confirming who one is by a scan of the passport (ID-7)."""

from __future__ import annotations

from chalicelib.domain.cases import CaseKind, Slot, Step
from chalicelib.domain.texts.said import Said

IDENTITY_SCAN = CaseKind(
    name="identity-scan",
    label=Said("Подтверждение личности по скану паспорта", "Confirmation of identity by a scan of the passport"),
    form="handlers.models.cases:IdentityScan",
    slots=(
        Slot("passport", Said("Главный разворот паспорта", "Main page of the passport"), most=2),
        Slot("selfie", Said("Фотография с паспортом в руках", "Photograph holding the passport"), least=0, most=1),
    ),
    notices={Step.APPROVE: "identity_confirmed", Step.REFUSE: "identity_refused"},
)
