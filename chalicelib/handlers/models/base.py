"""What all requests have in common: what is not in the model is refused, and an id is opaque."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
