"""Words of code sets and of checks of what is entered: only calls that failed leave an entry."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "code-set:list": Said("Просмотрен список справочников", "Code sets were listed"),
    "code-set:suggest": Said("Запрошены подсказки справочника", "Suggestions of a code set were asked for"),
    "code-set:read": Said("Просмотрен код справочника", "A code of a code set was read"),
    "entry:check": Said("Проверена форма до сохранения", "A form was checked before it was stored"),
}
