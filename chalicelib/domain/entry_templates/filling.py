"""A template's body filled in for one patient: text with values and gaps, and the source of every value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.entry_templates.answers import Answer, Item, Scene, answer
from chalicelib.domain.entry_templates.marks import Use, gaps, put_in, texts, uses
from chalicelib.domain.entry_templates.placeholders import called


@dataclass(frozen=True, slots=True)
class Filled:
    """``sources``: of every value that was put in, by the pointer of its text; ``unfilled``: placeholders that left a
    gap, and why.
    """

    body: dict[str, Any]
    sources: list[dict[str, Any]]
    unfilled: list[dict[str, Any]]

    def gaps(self) -> list[dict[str, str]]:
        return [{"field": gap.field, "name": gap.name} for gap in gaps(self.body)]


def fill(body: Mapping[str, Any], scene: Scene) -> Filled:
    """Names of parts and everything but text stay as they are in the template."""
    answers = {use: answer(use, scene) for use in uses(body)}
    made = Filled(_put(body, {use: one.text for use, one in answers.items()}), [], [])
    for pointer, text in texts(body):
        for use in uses(text):
            _tell(made, pointer, use, answers[use], scene)
    return made


def _put(value: Any, answers: Mapping[Use, str]) -> Any:
    if isinstance(value, str):
        return put_in(value, answers)
    if isinstance(value, Mapping):
        return {name: _put(one, answers) for name, one in value.items()}
    return [_put(one, answers) for one in value] if isinstance(value, list) else value


def _tell(made: Filled, pointer: str, use: Use, one: Answer, scene: Scene) -> None:
    about = {"field": pointer, "placeholder": use.text, "label": called(use, scene.language)}
    made.sources.extend({**about, "value": item.text, **_origin(item)} for item in one.items)
    if one.why is not None:
        made.unfilled.append({**about, "why": one.why.value, "beside": _beside(one.beside)})


def _beside(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [{"value": item.text, **_origin(item)} for item in items]


def _origin(item: Item) -> dict[str, Any]:
    """Null where it is of the profile or of the clock, which have no record."""
    record = item.record
    if record is None:
        return {"kind": None, "record": None, "date": None}
    return {"kind": record.kind, "record": record.id, "date": record.at}
