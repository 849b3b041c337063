"""Words of the access journal: templates of doctors' entries."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "entry-template:list": Said("Просмотр списка шаблонов записей", "The list of templates of entries was looked at"),
    "entry-template:read": Said("Прочитан шаблон записи", "A template of an entry was read"),
    "entry-template:create": Said("Создан шаблон записи", "A template of an entry was made"),
    "entry-template:change": Said("Изменён шаблон записи", "A template of an entry was changed"),
    "entry-template:restore": Said(
        "Возвращена прежняя версия шаблона записи", "An earlier version of a template was restored"
    ),
    "entry-template:share": Said("Изменено, кому виден шаблон записи", "Who sees a template of an entry was changed"),
    "entry-template:archive": Said(
        "Шаблон записи убран в архив или возвращён", "A template of an entry was archived or brought back"
    ),
    "entry-template:fill": Said("Карта прочитана для заполнения шаблона", "The card was read to fill in a template"),
    "entry-template:choices": Said(
        "Просмотр подстановок для шаблонов", "Placeholders of templates of entries were looked at"
    ),
    "entry-template:history": Said("Просмотр версий шаблона записи", "Versions of a template were looked at"),
}

THINGS: Mapping[str, Said] = {
    "entry-template": Said("Шаблон записи", "Template of an entry"),
}
