"""Records and their versions; prescriptions, dispensing and orders; certificates of vaccinations."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "transition": {
        "after {state} comes nothing": "После {state} состояние не меняется",
        "after {state} comes {states}": "После {state} возможно: {states}",
    },
    "settled": {"stays as it is while {name} is {state}": "Не меняется, пока {name} — {state}"},
    "evidence": {
        "what made it {state} belongs here; or {name} says why no record of it is there": (
            "Укажите здесь запись, по которой это {state}, или в {name} — почему её нет"
        ),
    },
    "before-birth": {
        "before the birth of the person: to be corrected by whoever recorded it": (
            "Раньше рождения человека: исправляет тот, кто записал"
        ),
    },
    "not-on-card": {"this card has no such record": "В этой карте нет такой записи"},
    "not-you": {"sign under your own name": "Подписывайте своим именем"},
    "paper-only": {"form {form} is written on paper alone": "Бланк {form} выписывают только на бумаге"},
    "validity": {"form {form} allows {these}": "Для бланка {form} возможно: {these}"},
    "not-here": {
        "it does not belong to form {form} for {validity}": "Не относится к бланку {form} со сроком {validity}",
    },
    "too-many": {
        "form {form} takes {n} at most": "На бланке {form} не больше {n}",
        "more than is left of the prescription": "Больше, чем осталось по рецепту",
        "{n} left": "Осталось: {n}",
        "one code holds {n} of these; make several certificates": (
            "В один код входит {n} из них, сделайте несколько сертификатов"
        ),
    },
    "alone": {
        "a drug of this group stands alone on its form": "Лекарство этой группы выписывают на отдельном бланке",
    },
    "course": {"{n} days at most": "Дней: не больше {n}"},
    "unknown-language": {"The language is ru or en": "Язык — ru или en"},
}
