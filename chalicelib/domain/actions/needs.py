"""Words of the access journal: what is due of care."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "need:list": Said(
        "Карта прочитана, чтобы показать, что пора сделать", "The card was read to show what is due of care"
    ),
    "need:mark": Said(
        "Отмечено, что сделано в другом месте или не подходит", "It was marked that something is done or does not apply"
    ),
    "need:hints": Said("Подсказки «Что пора сделать» включены или выключены", "Hints of what is due were switched"),
}
