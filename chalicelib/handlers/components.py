"""Schemas of models as components of the API's document."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.handlers.bodies import model

PLACE = "#/components/schemas/"
SHOWN = "Shown"


def add_model(named: str, schemas: dict[str, Any], *, shown: bool = False) -> str:
    """Add a model and its parts; the name it has there. ``shown``: as it is answered, not as it is asked for.

    Of two models of one name the later is called by its module too.
    """
    suffix = SHOWN if shown else ""
    made: dict[str, Any] = model(named).model_json_schema(
        mode="serialization" if shown else "validation", ref_template=f"{PLACE}{{model}}{suffix}"
    )
    module, _, title = named.rpartition(":")
    parts: dict[str, Any] = {name + suffix: part for name, part in made.pop("$defs", {}).items()} | {
        title + suffix: made
    }
    topic = "".join(word.capitalize() for word in module.rpartition(".")[2].split("_"))
    renamed = {name: topic + name for name, part in parts.items() if schemas.get(name, part) != part}
    schemas.update({renamed.get(name, name): _pointing(part, renamed) for name, part in parts.items()})
    return renamed.get(title + suffix, title + suffix)


def _pointing(schema: dict[str, Any], renamed: dict[str, str]) -> dict[str, Any]:
    """The schema with references to the new names."""
    text = json.dumps(schema)
    for old, new in renamed.items():
        text = text.replace(f'"{PLACE}{old}"', f'"{PLACE}{new}"')
    made: dict[str, Any] = json.loads(text)
    return made


def bare(schema: Any) -> Any:
    """Without what only forms need: the titles that pydantic makes of the names of fields, and members ``x-…``."""
    if isinstance(schema, list):
        return [bare(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        word: {name: bare(field) for name, field in part.items()} if word == "properties" else bare(part)
        for word, part in schema.items()
        if word != "title" and not word.startswith("x-")
    }
