"""Words of special cases: newborns, permissions, changed profiles, foreign citizens, suspension."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "family:add": Said("Ребёнок внесён в семейный профиль", "A child was put into the family profile"),
    "family:list": Said("Просмотр семейного профиля", "The family profile was read"),
    "newborn:find-parent": Said(
        "Поиск второго родителя по заявлению", "The other parent named in a form was looked up"
    ),
    "newborn:compare": Said("Сверка родителей со свидетельством", "The parents were compared with the certificate"),
    "newborn:register": Said("Регистрация новорождённого", "A newborn was registered"),
    "plan:start": Said("Составлен план прививок", "A plan of vaccinations was made"),
    "minor-permission:apply": Said(
        "Решение или разрешение заменило согласие второго родителя",
        "A decision or permission stood in for the other parent",
    ),
    "minor-permission:compare": Said("Сверка документа о ребёнке", "A document about a child was compared"),
    "minor-permission:find-child": Said("Поиск ребёнка по заявлению", "A child named in a form was looked up"),
    "representation:register": Said("Внесён представитель", "A representative was registered"),
    "profile:history": Said("Просмотр истории профиля", "The history of the profile was read"),
    "profile-change:prepare": Said("Проверка заявления о смене данных", "A change of the profile was checked"),
    "profile-change:compare": Said("Сверка новых данных с профилем", "New data were compared with the profile"),
    "profile-change:apply": Said("Изменение имени или паспорта", "The name or passport was changed"),
    "residence:check": Said("Запрос в миграционный реестр", "The migration registry was asked"),
    "residence:prepare": Said("Проверка заявления о пребывании", "An application about a stay was checked"),
    "residence:compare": Said(
        "Сверка профиля с миграционной картой", "The profile was compared with the migration card"
    ),
    "residence:set": Said("Внесено временное пребывание", "A temporary stay was entered"),
    "card:suspend": Said("Приостановление карты", "The card was suspended"),
    "card:lift": Said("Возобновление карты", "The suspension of the card was lifted"),
    "card:resume": Said("Возобновление карты", "The suspension of the card was lifted"),
    "suspension:lift": Said("Возобновление карты регистратурой", "A registrar lifted a suspension"),
    "suspension:list": Said("Просмотр истории приостановлений", "The history of suspensions was read"),
}

THINGS: Mapping[str, Said] = {
    "family": Said("Семейный профиль", "Family profile"),
    "plan": Said("План прививок", "Plan of vaccinations"),
    "suspension": Said("Приостановление карты", "Suspension of the card"),
}
