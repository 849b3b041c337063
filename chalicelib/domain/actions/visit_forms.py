"""Words of the access journal: forms before a visit, and drafts of its record, filled in beforehand."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "visit-form:prefill": Said(
        "Карта прочитана для анкеты перед приёмом", "The card was read for the form before a visit"
    ),
    "visit-form:draft": Said("Сохранён черновик анкеты перед приёмом", "A draft of the form before a visit was kept"),
    "visit-draft:prepare": Said(
        "Карта прочитана для черновика записи о приёме", "The card was read for a draft of a visit's record"
    ),
}
