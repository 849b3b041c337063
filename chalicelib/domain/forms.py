"""Where a problem of a form is said to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from chalicelib.errors import InvalidFieldsError

FORM = "/form"


@contextmanager
def below_form() -> Iterator[None]:
    """Problems found inside are named as they stand in the body of a case: below ``/form`` (RFC 6901)."""
    try:
        yield
    except InvalidFieldsError as error:
        raise InvalidFieldsError(fields=tuple(replace(p, field=FORM + p.field) for p in error.fields)) from None
