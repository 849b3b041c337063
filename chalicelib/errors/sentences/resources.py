"""Sentences about fields: the card as resources of FHIR R4: read, create, update, history."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "criteria": {
        "by identifier, _id or name": "Поиск по identifier, _id или name",
        "one identifier=system|value; the patient may be named": (
            "Один параметр identifier=система|значение; можно назвать пациента"
        ),
    },
    "patch": {
        "a list of 1 to {most} operations": "Список операций, от 1 до {most}",
        "op, path and what goes with them": "Нужны op, path и то, что к ним относится",
    },
    "resource-id": {
        "the id that the address names": "Должен совпадать с указанным в адресе",
    },
    "resource-type": {
        "the type that the address names": "Должен совпадать с указанным в адресе",
    },
    "subject": {
        "by one identifier: system|value": "По одному идентификатору: система|значение",
        "one patient, and no more": "Пациент должен быть один",
        "say whose it is": "Укажите, к какому пациенту относится ресурс",
        "an entry of the directory stays one": "Запись справочника не становится записью карты",
        "the patient of a resource stays": "Пациент у ресурса не меняется",
    },
}
