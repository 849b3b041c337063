"""Words of exports and large files in the access journal."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "export:create": Said("Заказ выгрузки карты", "An export of the card was ordered"),
    "export:continue": Said("Подготовка выгрузки карты", "An export of the card is being made"),
    "export:make": Said("Подготовлена часть выгрузки", "A part of an export was made"),
    "export:finish": Said("Выгрузка готова", "An export is ready"),
    "export:fail": Said("Выгрузка не удалась", "An export failed"),
    "export:expire": Said("Выгрузка удалена по сроку", "An export was deleted when its time was over"),
    "export:list": Said("Просмотр своих выгрузок", "One's own exports were listed"),
    "export:read": Said("Просмотр состояния выгрузки", "The state of an export was read"),
    "export:download": Said("Скачивание выгрузки", "An export was downloaded"),
    "file:begin": Said("Начата загрузка большого файла", "The upload of a large file was begun"),
    "file:part": Said("Загружена часть файла", "A part of a file was uploaded"),
    "file:complete": Said("Загрузка большого файла завершена", "The upload of a large file was completed"),
    "file:check": Said("Проверка большого файла", "A large file was checked"),
    "file:accept": Said("Большой файл принят", "A large file was accepted"),
    "file:refuse": Said("Большой файл не принят", "A large file was refused"),
    "file:abandon": Said("Незавершённая загрузка удалена", "An upload that was not completed was deleted"),
    "file:list": Said("Просмотр своих больших файлов", "One's own large files were listed"),
    "file:read": Said("Просмотр сведений о файле", "The state of a large file was read"),
    "file:download": Said("Скачивание большого файла", "A large file was downloaded"),
}

THINGS: Mapping[str, Said] = {
    "export": Said("Выгрузка карты", "Export of the card"),
    "file": Said("Большой файл", "Large file"),
}
