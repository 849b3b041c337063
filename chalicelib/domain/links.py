"""Links of a record to others of its card. Who may not open a kind is told of no record of it, not even that one is.

A permit says to which kinds links are shown (``Permit.linked``); what is hidden from whoever amends a record stays.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

LINKS = "related"
"""The field of a body that leads to other records of the card (``Links`` in records/bodies/base.py)."""


def with_open_links(body: Mapping[str, Any], kinds: Container[str]) -> dict[str, Any]:
    """The body with links to records of ``kinds`` alone."""
    if LINKS not in body:
        return dict(body)
    return {**body, LINKS: [link for link in body[LINKS] if link["kind"] in kinds]}


def hidden_links(body: Mapping[str, Any], kinds: Container[str]) -> list[Any]:
    """What ``with_open_links`` leaves out."""
    return [link for link in body.get(LINKS) or [] if link["kind"] not in kinds]
