"""A form that a person filled in, as items of a QuestionnaireResponse, in the order of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.interop.mapping.codecs import Body, Tree
from chalicelib.interop.mapping.lenses import At

ELSEWHERE = frozenset({"occurred_at", "related"})
"""When it was submitted, and links: no questions."""


@dataclass(frozen=True, slots=True)
class Answers:
    """``model``: of the body, whose fields have the words of the questions. It is only shown, never read back."""

    model: str

    @property
    def names(self) -> tuple[str, ...]:
        from chalicelib.records.places import model_of

        return tuple(name for name in model_of(self.model).model_fields if name not in ELSEWHERE)

    @property
    def where(self) -> str:
        return "item"

    def show(self, body: Body, made: Tree, at: At) -> None:  # noqa: ARG002 - one signature
        from chalicelib.records.places import model_of

        items = [item for item in _items(model_of(self.model), body, "") if item["linkId"] not in ELSEWHERE]
        if items:
            made["item"] = items

    def take(self, found: Mapping[str, Any]) -> Tree:  # noqa: ARG002 - one signature
        return {}


def _items(model: Any, body: Body, at: str) -> list[Tree]:
    made: list[Tree] = []
    for field in model.printed():
        value = body.get(field.name)
        if value is None or value == []:
            continue
        link, title = f"{at}{field.name}", field.title("ru")
        if field.nested is not None:
            parts = value if isinstance(value, list) else [value]
            made += [
                {"linkId": link, "text": title, "item": inner}
                for number, part in enumerate(parts, 1)
                if (inner := _items(field.nested, part, f"{link}.{number}."))
            ]
        else:
            made.append({"linkId": link, "text": title, "answer": [_answer(field, value)]})
    return made


def _answer(field: Any, value: Any) -> Tree:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if field.timed:
        return {"valueDate" if _day(value) else "valueDateTime": value}
    return {"valueString": field.text(value, "ru")}


def _day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value)) and len(value) == len("2026-12-31")
    except ValueError:
        return False
