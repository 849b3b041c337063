"""What anybody may call is counted per network address, where it writes or reads more than a row (SEC-3)."""

from __future__ import annotations

import pytest

import app  # noqa: F401  # registers every route
from chalicelib.domain.limits import PER_ADDRESS, PER_CALLER
from chalicelib.handlers.endpoints import ENDPOINTS, Door


@pytest.mark.requirement("SEC-3")
def test_each_public_call_that_leaves_something_is_counted_by_address() -> None:
    public = {entry.operation for entry in ENDPOINTS if entry.door is Door.PUBLIC and entry.method != "GET"}
    assert public <= set(PER_ADDRESS)


@pytest.mark.requirement("SEC-3")
def test_each_limit_is_of_an_operation() -> None:
    assert {*PER_ADDRESS, *PER_CALLER} <= {entry.operation for entry in ENDPOINTS}
