"""Words of files of records in the access journal."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "attachment:create": Said("Загрузка файла к записи", "A file was brought for a record"),
    "attachment:delete": Said("Удаление файла до прикрепления к записи", "A file that hung on no record was deleted"),
    "attachment:download": Said("Скачивание файла записи", "A file of a record was taken"),
    "attachment:read": Said("Просмотр сведений о файле к записи", "The state of a file for a record was read"),
    "share:file": Said("Скачивание файла записи по ссылке", "A file of a record was taken by a link"),
    "upload:delete": Said("Файл удалён", "A file was deleted"),
    "upload:state": Said("Просмотр сведений о файле", "The state of a file was read"),
}
