"""What a search or ``$everything`` has found."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.ports.resources import Resource
from chalicelib.ports.tables import Item


@dataclass(slots=True)
class Found:
    """One page. ``included``: what came along; ``after`` continues; ``partial``: not all that was to come along could
    be looked for.
    """

    hits: list[Resource] = field(default_factory=list)
    included: list[Resource] = field(default_factory=list)
    total: int | None = None
    after: Item | None = None
    partial: bool = False
