"""Words of parked reactions in the access journal."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "reaction:discard": Said("Отложенное действие снято оператором", "The operator gave up a parked reaction"),
    "reaction:redrive": Said("Отложенное действие запущено снова", "The operator had a parked reaction run again"),
}

REASONS: Mapping[str, Said] = {
    "superseded": Said("уже не нужно", "no longer needed"),
    "done-by-hand": Said("сделано вручную", "done by hand"),
    "cannot-be-done": Said("выполнить невозможно", "cannot be done"),
}

THINGS: Mapping[str, Said] = {
    "reaction": Said("Действие после записи", "What follows a write"),
}
