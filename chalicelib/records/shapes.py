"""Whether data has the shape of a pydantic model that is named as text; the model is imported only then."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from chalicelib.errors import FieldProblem, InvalidFieldsError

MOST_TOLD = 50
OF_VALIDATOR = "Value error, "
"""What pydantic puts before the sentence of a validator of ours."""


MISSING = "missing"
"""What pydantic says of a field that is not there: what is filled in beforehand may lack it."""


def model(name: str) -> Any:
    """The pydantic model that ``module:Class`` below ``chalicelib`` names."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(f"chalicelib.{module}"), attribute)


def validate(name: str, data: Any) -> Any:
    """An instance of the named model. Raises InvalidFieldsError with each field named; never quotes a value."""
    from pydantic import ValidationError

    try:
        return model(name).model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise InvalidFieldsError(
            fields=tuple(
                FieldProblem(pointer(e["loc"]), _stable(e["type"]), e["msg"].removeprefix(OF_VALIDATOR))
                for e in found[:MOST_TOLD]
            )
        ) from None


def pointer(location: tuple[int | str, ...]) -> str:
    """JSON pointer (RFC 6901) of a place in the body."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def _stable(kind: str) -> str:
    return kind.replace("_", "-")
