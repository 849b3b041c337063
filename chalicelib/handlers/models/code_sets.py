"""A body on its way to being whole."""

from __future__ import annotations

from typing import Any

from pydantic import RootModel


class PartialEntry(RootModel[dict[str, Any]]):
    """The body of a record as far as it is filled in; fields are judged one by one, so anything may be missing."""
