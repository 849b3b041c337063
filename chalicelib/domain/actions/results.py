"""Words of results over time, of drafts from a result, and of open orders."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "result:send": Said("Результат передан врачу", "A result was put before a doctor"),
    "result-comparison:read": Said("Сравнение результатов анализов", "Laboratory results were compared"),
    "result-draft:accept": Said("Черновик принят", "A draft was accepted"),
    "result-draft:name": Said("Прочитано имя врача для черновика", "The doctor's name was read for a draft"),
    "result-draft:prepare": Said(
        "Результат прочитан для черновика назначения", "A result was read for a draft of an order"
    ),
    "open-order:read": Said("Просмотр открытых назначений", "Open orders were read"),
}
