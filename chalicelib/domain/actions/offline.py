"""Words of keys of what the portal keeps on a device."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "vault-key:give": Said(
        "Устройству выдан ключ для работы без связи", "A device was given its key for work without a connection"
    ),
    "vault-key:forget": Said(
        "Сохранённое на всех устройствах закрыто", "What all devices have kept was made unreadable"
    ),
}

THINGS: Mapping[str, Said] = {
    "vault-key": Said("Ключ устройства", "Key of a device"),
}
