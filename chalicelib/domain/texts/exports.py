"""Notices about exports and large files. None says what they hold."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "export_ready": Notice(
        Said("Выгрузка готова", "An export is ready"),
        Said(
            "Документ, который вы заказали, готов. Скачайте его в кабинете в течение 7 дней.",
            "The document that you ordered is ready. Download it in your cabinet within 7 days.",
        ),
        NEWS,
    ),
    "export_failed": Notice(
        Said("Выгрузка не удалась", "An export failed"),
        Said(
            "Документ, который вы заказали, сделать не удалось. Причина указана в списке выгрузок; закажите его снова.",
            "The document that you ordered could not be made. The list of exports says why; order it again.",
        ),
        NEWS,
    ),
    "card_exported": Notice(
        Said("Заказана выгрузка вашей карты", "An export of your card was ordered"),
        Said(
            "Тот, кому вы открыли карту, заказал её выгрузку. Кто это был и что вошло, указано в журнале доступа.",
            "Somebody to whom you opened your card ordered an export of it. The access journal says who, and of what.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "file_refused": Notice(
        Said("Файл не принят", "A file was refused"),
        Said(
            "Загруженный файл не прошёл проверку. Причина указана в списке файлов; загрузите другой.",
            "A file that you uploaded did not pass the check. The list of your files says why; upload another one.",
        ),
        NEWS,
    ),
}
