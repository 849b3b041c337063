"""Where in a body the marked fields stand: pydantic models are walked beside the plain JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, get_args

from chalicelib.domain.coded import Coded, Linked, Place

Mark = Coded | Linked


def model_of(name: str) -> Any:
    """The model that ``module:Class`` below ``chalicelib`` names."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(f"chalicelib.{module}"), attribute)


def places(model: Any, body: Any, at: str = "") -> Iterator[Place]:
    """Every marked place with a value. ``body`` may be partial or of a wrong shape: what does not fit is passed by."""
    if not isinstance(body, Mapping):
        return
    marked = marks(model)
    coded = {name: mark for name, mark in marked.items() if isinstance(mark, Coded)}
    inside = parts(model)
    for name in model.model_fields:
        value = body.get(name)
        if value is None:
            continue
        if name in marked:
            yield Place(f"{at}/{name}", marked[name], value, body, coded)
        for part in inside[name]:
            if isinstance(value, list):
                for number, item in enumerate(value):
                    yield from places(part, item, f"{at}/{name}/{number}")
            else:
                yield from places(part, value, f"{at}/{name}")


@cache
def marks(model: Any) -> dict[str, Mark]:
    """Field to mark; the nearest one counts, so that a field may say more than its type does."""
    found = {}
    for name, info in model.model_fields.items():
        on_field = [mark for mark in info.metadata if isinstance(mark, Coded | Linked)]
        inside = on_field or [mark for mark in _within(info.annotation) if isinstance(mark, Coded | Linked)]
        if inside:
            found[name] = inside[-1]
    return found


@cache
def parts(model: Any) -> dict[str, tuple[Any, ...]]:
    """Field to the models that its value or the items of its list may have."""
    return {name: tuple(_models(info.annotation)) for name, info in model.model_fields.items()}


def coded_fields(model: Any, at: str = "") -> Iterator[tuple[str, Coded]]:
    """Every coded field that a body may have, ``*`` for the items of a list: what documents and forms need."""
    for name, info in model.model_fields.items():
        mark = marks(model).get(name)
        if isinstance(mark, Coded):
            yield f"{at}/{name}", mark
        for part in parts(model)[name]:
            several = "/*" if "list" in str(info.annotation) else ""
            yield from coded_fields(part, f"{at}/{name}{several}")


def _models(annotation: Any) -> Iterator[Any]:
    if hasattr(annotation, "model_fields"):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _within(annotation: Any) -> Iterator[Any]:
    """Metadata of ``Annotated`` inside a union: ``Atc | None``; parts with fields of their own are left alone."""
    yield from getattr(annotation, "__metadata__", ())
    for part in get_args(annotation):
        if not hasattr(part, "model_fields"):
            yield from _within(part)
