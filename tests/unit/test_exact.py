"""Integers and booleans of every body are taken as they are, and as nothing else (REC-1)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from chalicelib.handlers import models
from chalicelib.records import bodies
from chalicelib.records.bodies.exact import Exact

NO_INTEGER = (True, "3", 3.0, Decimal(3))
NO_BOOLEAN = (1, "true", "yes", 0, Decimal(1))


def classes() -> list[type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for package in (bodies, models):
        for module in iter_modules(package.__path__, package.__name__ + "."):
            for one in vars(import_module(module.name)).values():
                if isinstance(one, type) and issubclass(one, BaseModel) and one.__module__.startswith("chalicelib"):
                    found[f"{one.__module__}.{one.__qualname__}"] = one
    return [found[name] for name in sorted(found)]


def inside(kind: Any) -> Iterator[Any]:
    """A type and the types that it is made of, but not the fields of a model in it."""
    yield kind
    for part in get_args(kind):
        yield from inside(part)


FIELDS = [
    (one, name, plain)
    for one in classes()
    for name, info in one.model_fields.items()
    for plain in (int, bool)
    if any(part is plain for part in inside(info.annotation))
]


def test_there_are_fields_to_look_at() -> None:
    kinds = {plain for _, _, plain in FIELDS}
    assert kinds == {int, bool}
    assert len(FIELDS) > 20


@pytest.mark.requirement("REC-1")
@pytest.mark.parametrize(
    ("one", "name", "plain"), FIELDS, ids=[f"{one.__name__}.{name}.{plain.__name__}" for one, name, plain in FIELDS]
)
def test_nothing_is_taken_for_an_integer_or_a_boolean_that_is_none(
    one: type[BaseModel], name: str, plain: type
) -> None:
    """Whatever else the body lacks: of this field the fault is told, in a list and alone."""
    for wrong in NO_INTEGER if plain is int else NO_BOOLEAN:
        for sent in (wrong, [wrong]):
            with pytest.raises(ValidationError) as refused:
                one.model_validate({name: sent})
            assert [e for e in refused.value.errors() if e["loc"][0] == name], (wrong, sent)


def test_they_are_exact_at_any_depth_and_the_rest_is_as_it_was() -> None:
    class Inner(Exact):
        number: int | None = None
        type: str = ""
        default: bool = False

    class Outer(Exact):
        model_config = ConfigDict(extra="forbid")

        parts: list[Inner]
        by_name: dict[str, tuple[int, bool]]
        exact: Decimal

    right = {"parts": [{"number": 3}, {}], "by_name": {"a": (1, True)}, "exact": "5.10"}
    assert Outer.model_validate(right).exact == Decimal("5.10")
    for wrong in (
        {"parts": [{"number": True}]},
        {"parts": [{"default": 1}]},
        {"by_name": {"a": ("1", True)}},
        {"by_name": {"a": (1, 1)}},
    ):
        with pytest.raises(ValidationError) as refused:
            Outer.model_validate({**right, **wrong})
        assert refused.value.error_count() == 1
    with pytest.raises(ValidationError):
        TypeAdapter(list[Inner]).validate_python([{"number": "3"}])
