"""A person says that another card is theirs, too (SPC-5)."""

from __future__ import annotations

from chalicelib.domain.assurance import CONFIRMED
from chalicelib.domain.cases import CaseKind, Slot
from chalicelib.domain.texts.said import Said

CARD_MERGE = CaseKind(
    name="card-merge",
    label=Said("Объединение карт", "Merge of cards"),
    form="handlers.models.patients:CardMerge",
    slots=(Slot("proof", Said("Подтверждение, что обе карты ваши", "Proof that both cards are yours")),),
    level=CONFIRMED,
)
