"""Words of searching a card, and of the index that it needs."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "search:list": Said("Поиск по карте", "The card was searched"),
    "search-key:make": Said("Создан ключ поиска по карте", "The card's search key was made"),
    "search-key:open": Said("Открыт ключ поиска по карте", "The card's search key was opened"),
    "profile:index": Said("Прочитано имя врача для поиска", "The doctor's name was read for searching"),
}

THINGS: Mapping[str, Said] = {
    "search": Said("Поиск по карте", "Search of the card"),
    "search-key": Said("Ключ поиска по карте", "Key of the search of the card"),
}
