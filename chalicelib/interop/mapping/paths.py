"""Places in a resource, to read and to write: ``code.coding[system=…].code``, ``reaction[0].manifestation[0].text``.

A step in brackets is a list: by number, or the element that has a value, which is made when it is written and not
there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

_STEP = re.compile(r"([A-Za-z_]+)(?:\[(?:([0-9]+)|([A-Za-z.]+)=([^\]]+))\])?(?:\.|$)")


class _Step(NamedTuple):
    name: str
    number: int | None
    key: str
    wanted: str


@cache
def _steps(path: str) -> tuple[_Step, ...]:
    found = _STEP.findall(path)
    return tuple(_Step(name, int(number) if number else None, key, wanted) for name, number, key, wanted in found)


def first(tree: Any, path: str) -> Any:
    """The value at a path; None for what is not there or has another shape."""
    for step in _steps(path):
        inner = tree.get(step.name) if isinstance(tree, Mapping) else None
        if step.number is not None:
            inner = inner[step.number] if isinstance(inner, list) and step.number < len(inner) else None
        elif step.key:
            inner = next((one for one in _listed(inner) if first(one, step.key) == step.wanted), None)
        tree = inner
    return tree


def put(tree: dict[str, Any], path: str, value: Any) -> None:
    """Writes, making what leads there."""
    *before, last = _steps(path)
    for step in before:
        tree = _entered(tree, step)
    if last.number is None:
        tree[last.name] = value
    else:
        tree.setdefault(last.name, []).insert(last.number, value)


def _entered(tree: dict[str, Any], step: _Step) -> dict[str, Any]:
    if step.number is None and not step.key:
        inner: dict[str, Any] = tree.setdefault(step.name, {})
        return inner
    elements = tree.setdefault(step.name, [])
    if step.number is not None:
        while len(elements) <= step.number:
            elements.append({})
        found: dict[str, Any] = elements[step.number]
        return found
    for one in elements:
        if first(one, step.key) == step.wanted:
            said: dict[str, Any] = one
            return said
    made: dict[str, Any] = {}
    put(made, step.key, step.wanted)
    elements.append(made)
    return made


def _listed(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
