"""The algebra of shapes, which the description of the API's answers is grown with."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from tests.shapes import REF, Shape, difference, join, joined, shape_of

KEYS = st.sampled_from(["id", "state", "items", "note_ru"]) | st.sampled_from(
    ["J45.0", "2026-01-02", "0123456789abcdef"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def named(value: dict[str, Any], shape: Shape) -> Shape:
    """Some objects are components: those whose id is true or false."""
    return {REF: f"#/{value['id']}"} if isinstance(value.get("id"), bool) else shape


SHAPES = st.builds(lambda values: joined(shape_of(value, named) for value in values), st.lists(VALUES, max_size=3))


@given(VALUES)
def test_a_value_fits_its_shape(value: Any) -> None:
    Draft202012Validator(shape_of(value)).validate(value)


@given(VALUES, VALUES)
def test_both_values_fit_what_covers_their_shapes(one: Any, other: Any) -> None:
    validator = Draft202012Validator(join(shape_of(one), shape_of(other)))
    validator.validate(one)
    validator.validate(other)


@given(SHAPES, SHAPES, SHAPES)
def test_order_does_not_matter(one: Shape, other: Shape, third: Shape) -> None:
    assert join(one, other) == join(other, one)
    assert join(join(one, other), third) == join(one, join(other, third))


@given(SHAPES, SHAPES)
def test_what_was_covered_adds_nothing(one: Shape, other: Shape) -> None:
    covering = join(one, other)
    assert join(one, one) == one == join(one, {})
    assert join(covering, one) == covering == join(covering, other)


def test_no_value_is_kept() -> None:
    answer = {"items": [{"name": "Журавлёва", "left": 3}, {"name": None}], "by_day": {"2026-01-02": {"read": True}}}
    assert shape_of(answer) == {
        "type": "object",
        "properties": {
            "by_day": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {"read": {"type": "boolean"}},
                    "required": ["read"],
                },
            },
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"left": {"type": "integer"}, "name": {"type": ["null", "string"]}},
                    "required": ["name"],
                },
            },
        },
        "required": ["by_day", "items"],
    }


def test_where_a_shape_had_to_grow_is_told() -> None:
    known = shape_of({"items": [{"id": "a"}]})
    assert (
        difference(known, join(known, shape_of({"items": [{"id": None}]})))
        == "/properties/items/items/properties/id/type"
    )
    assert difference(known, join(known, shape_of({"items": []}))) == ""
