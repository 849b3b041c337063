"""Sentences about fields: templates of doctors' entries."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "personal-data": {
        "a template holds no data of a person": (
            "Похоже на СНИЛС, полис, паспорт, телефон или адрес почты: в шаблоне не должно быть данных человека"
        ),
    },
    "gap": {
        "a gap says what is to be written in it": "В двойных скобках напишите, что здесь указать: [[ЧСС]]",
        "the name of a gap has at most {limit} characters": "Название места для заполнения: не больше {limit} знаков",
        "a gap of a template is left here; fill it in or delete it": (
            "Здесь осталось незаполненное место шаблона: заполните его или удалите"
        ),
    },
    "mark": {
        "double brackets or braces are not closed, or hold no name": (
            "Двойные скобки не закрыты, или в них не название"
        ),
    },
    "placeholder": {
        "there is no such placeholder": "Такой подстановки нет",
    },
    "too-many": {
        "at most {limit} placeholders in a template": "Подстановок в шаблоне: не больше {limit}",
    },
    "value-error": {
        "the body of a template is too large": "Шаблон слишком большой",
    },
    "kind": {
        "there is no form of this kind that you fill in": "Формы такого вида, которую вы заполняете, нет",
        "the kind of a template stays": "Вид записи у шаблона не меняется",
    },
    "not-in-a-template": {
        "this is said when the record is written": "Это указывают, когда делают запись",
        "a template has at least one field": "В шаблоне должно быть хотя бы одно поле",
    },
    "unknown": {
        "no such specialty of a template": "Такой специальности нет в списке",
    },
}
