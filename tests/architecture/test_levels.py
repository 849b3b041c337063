"""What needs a confirmed identity (ID-7): one table, which the gate and the routes take their levels from."""

from __future__ import annotations

import pytest

import app  # noqa: F401  # registers every route
from chalicelib.domain.access import REQUIRED_LEVEL
from chalicelib.domain.assurance import CONFIRMED, NEEDED, OWN_CARD, REGISTERED, STRONG
from chalicelib.domain.case_kinds import CASE_KINDS
from chalicelib.handlers.endpoints import ENDPOINTS, Door


@pytest.mark.requirement("ID-7")
def test_each_route_has_the_level_of_the_table() -> None:
    declared = {entry.operation: entry.level for entry in ENDPOINTS if entry.level}
    assert declared == {name: level for name, level in NEEDED.items() if name != OWN_CARD}


@pytest.mark.requirement("ID-7")
def test_levels_are_where_somebody_signed_in_is_asked_for() -> None:
    for entry in ENDPOINTS:
        assert not entry.level or entry.door is Door.SIGNED_IN, entry.operation
    assert REQUIRED_LEVEL == CONFIRMED
    assert all(kind.level in {REGISTERED, CONFIRMED, STRONG} for kind in CASE_KINDS.values())
