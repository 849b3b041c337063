"""Words of the access journal: recognition of scans."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "recognition:create": Said("Скан отдан на распознавание", "A scan was given to be recognised"),
    "recognition:list": Said("Просмотр списка распознаваний", "The list of recognised scans was looked at"),
    "recognition:read": Said("Прочитан черновик, распознанный со скана", "A draft recognised from a scan was read"),
    "recognition:picture": Said("Просмотр страницы распознанного скана", "A page of a recognised scan was looked at"),
    "recognition:open": Said("Скан открыт для распознавания", "A scan was opened to be recognised"),
    "recognition:send": Said(
        "Скан передан внешней службе распознавания", "A scan was given to a recognition service outside"
    ),
    "recognition:draft": Said("Со скана составлен черновик", "A draft was made from a scan"),
    "recognition:fail": Said("Скан не распознан", "A scan was not recognised"),
    "recognition:confirm": Said("Черновик со скана подтверждён", "A draft from a scan was confirmed"),
    "recognition:refuse": Said("Черновик со скана отклонён", "A draft from a scan was refused"),
    "recognition:expire": Said("Черновик со скана удалён по сроку", "A draft from a scan was deleted when due"),
    "recognition:settings": Said("Просмотр настройки распознавания", "The setting of recognition was looked at"),
    "recognition:switch": Said(
        "Изменено, читает ли рукописный текст внешняя служба", "Whether a service outside reads handwriting was changed"
    ),
}

THINGS: Mapping[str, Said] = {
    "recognition": Said("Распознавание документа", "Recognition of a document"),
}
