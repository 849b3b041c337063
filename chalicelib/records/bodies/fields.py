"""Fields of a body as a reader meets them: title, text of a value. Bodies come as they are stored, plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_args

from chalicelib.records.bodies.words import YES_NO, Options, Said, chosen, moment

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from chalicelib.records.bodies.base import Body

TIMES = (datetime, date)


@dataclass(frozen=True, slots=True)
class Printed:
    """One field. ``nested``: the model of its value or of the items of its list."""

    name: str
    said: Said
    options: Options | None
    nested: type[Body] | None
    timed: bool

    def title(self, language: str) -> str:
        return chosen((self.said.ru, self.said.en), language)

    def lines(self, value: Any, language: str) -> list[tuple[str, str]]:
        """(label, text), one or more: a mapping of texts (sections of a protocol) has a line for each."""
        if self.nested is None and isinstance(value, dict) and self.options:
            return [(self._word(name, language), str(text)) for name, text in value.items()]
        return [(self.title(language), self.text(value, language))]

    def text(self, value: Any, language: str) -> str:
        if isinstance(value, list):
            return "; ".join(self.text(item, language) for item in value)
        if isinstance(value, Mapping):
            return self.nested.line(value, language) if self.nested else ""
        if isinstance(value, bool):
            return chosen(YES_NO[value], language)
        if value is None:
            return ""
        if self.timed:
            return moment(str(value), language)
        return self._word(str(value), language)

    def searched(self, value: Any) -> Any:
        """The value as it is looked for: words of a closed list in both languages, moments not at all."""
        if self.timed or isinstance(value, bool):
            return None
        if isinstance(value, list):
            return [self.searched(item) for item in value]
        if isinstance(value, Mapping):
            if self.nested is not None:
                return searched(self.nested, value)
            return [[self.searched(name), text] for name, text in value.items()]
        words = self.options.words.get(str(value)) if self.options else None
        return list(words) if words else value

    def _word(self, value: str, language: str) -> str:
        words = self.options.words.get(value) if self.options else None
        return chosen(words, language) if words else value


def printed(name: str, info: FieldInfo) -> Printed | None:
    """None for a field that has no words, or none for a reader."""
    said = next((m for m in info.metadata if isinstance(m, Said)), None)
    if said is None or not said.printed:
        return None
    options = next((m for m in info.metadata if isinstance(m, Options)), None)
    kinds = list(_classes(info.annotation))
    nested = next((kind for kind in kinds if hasattr(kind, "line")), None)
    return Printed(name, said, options, nested, timed=any(issubclass(kind, TIMES) or _aware(kind) for kind in kinds))


def searched(model: type[Body], item: Mapping[str, Any]) -> dict[str, Any]:
    """What of a body is text for a reader, as it is looked for (domain/search)."""
    return {field.name: field.searched(item[field.name]) for field in model.printed() if field.name in item}


def _aware(kind: type) -> bool:
    return kind.__name__ == "AwareDatetime"


def _classes(annotation: Any) -> list[type]:
    """Every class that an annotation names, unions and lists unfolded."""
    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation]
    return [found for part in get_args(annotation) for found in _classes(part)]
