"""Words of the access journal: chat of patients and doctors."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "chat:open": Said("Начата переписка", "A chat was begun"),
    "chat:send": Said("Отправлено сообщение", "A message was sent"),
    "chat:messages": Said("Просмотр сообщений", "Messages were read"),
    "chat:versions": Said("Просмотр прежних текстов сообщения", "Earlier texts of a message were read"),
    "chat:edit": Said("Сообщение исправлено", "A message was edited"),
    "chat:withdraw": Said("Сообщение отозвано", "A message was withdrawn"),
    "chat:search": Said("Поиск в переписке", "Messages were searched"),
    "chat:close": Said("Переписка закрыта", "A chat was closed"),
    "chat:reopen": Said("Переписка открыта снова", "A chat was reopened"),
    "chat:file": Said("Файл из переписки скачан", "A file of a message was taken"),
    "chat-file:create": Said("Файл загружен для сообщения", "A file was brought for a message"),
    "chat-file:state": Said("Проверка файла для сообщения", "The check of a file for a message was looked at"),
    "chat-file:delete": Said("Файл для сообщения удалён", "A file for a message was deleted"),
    "chat:mine": Said("Просмотр списка своих переписок", "The list of one's own chats was read"),
    "chat:mark": Said("Сообщения отмечены прочитанными", "Messages were marked as read"),
    "absence:set": Said("Врач указал, когда он отсутствует", "A doctor said when they are away"),
    "absence:read": Said("Просмотр записи об отсутствии врача", "A doctor's note of absence was read"),
    "absence:end": Said("Врач снял запись об отсутствии", "A doctor's absence was ended"),
    "absence:tell": Said("Пациенту сообщено об отсутствии врача", "A patient was told that a doctor is away"),
}

THINGS: Mapping[str, Said] = {
    "absence": Said("Отсутствие врача", "A doctor's absence"),
}
