"""Requests about keys of what the portal keeps on a device."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.domain.vault_keys import NAMED
from chalicelib.handlers.models.base import Request


class Epochs(Request):
    """Epochs under which drafts of this device are sealed."""

    earlier: list[Annotated[int, Field(ge=0, le=1_000_000)]] = Field([], max_length=NAMED)
