"""Sentences about fields: search over resources of FHIR R4, $everything and the patient summary."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "search": {
        "no such parameter": "Такого параметра нет",
        "at most {most} parameters": "Не больше {most} параметров",
        "at most {most} characters": "Не больше {most} символов",
        "at most {most} values": "Не больше {most} значений",
        "a whole number": "Целое число",
        "one of {words}": "Одно из: {words}",
        "true or false": "true или false",
        "no such modifier of this parameter": "У этого параметра нет такого модификатора",
        "only patients are asked on: patient.identifier": "Цепочка возможна только к пациенту: patient.identifier",
        "parameters of this type of resource, a minus before what is to fall": (
            "Параметры этого типа ресурса; минус перед тем, что по убыванию"
        ),
        "a type, a parameter of it that is a reference, and perhaps a target, as Type:parameter": (
            "Тип, его параметр-ссылка и, если нужно, тип цели: Тип:параметр"
        ),
        "a code, as system|code, |code or code": "Код: system|code, |code или code",
        "an id, Type/id or an address": "id, Тип/id или адрес",
        "a date or moment, perhaps with a prefix, like ge2026-03-02": (
            "Дата или момент, возможно с префиксом, например ge2026-03-02"
        ),
        "a number, perhaps with a prefix and a unit, like gt5.4 or 5|system|mg": (
            "Число, возможно с префиксом и единицей, например gt5.4 или 5|system|mg"
        ),
        "a date or moment": "Дата или момент",
        "types of resource that are served": "Типы ресурсов, которые поддерживаются",
    },
}
