"""The table of what a limited account may do names operations and kinds of case that exist (SPC-6)."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

import app  # noqa: F401  # registers every route
from chalicelib.domain.case_kinds import CASE_KINDS
from chalicelib.domain.residence import OVER_MAY, STAYING_MAY, Standing, may
from chalicelib.handlers.endpoints import ENDPOINTS, Door

OPERATIONS = {entry.operation for entry in ENDPOINTS if entry.door is not Door.PUBLIC and entry.method != "GET"}


@pytest.mark.requirement("SPC-6")
@pytest.mark.parametrize("pattern", STAYING_MAY)
def test_each_line_of_the_table_is_about_something(pattern: str) -> None:
    operation, _, kind = pattern.partition(":")
    assert any(fnmatchcase(known, operation) for known in OPERATIONS)
    assert not kind or kind in CASE_KINDS


@pytest.mark.requirement("SPC-6")
def test_the_end_of_a_stay_opens_nothing() -> None:
    assert set(OVER_MAY) <= set(STAYING_MAY)


@pytest.mark.requirement("SPC-6")
@pytest.mark.parametrize("operation", ["appointment-book", "appointment-move", "waiting-entry-create"])
def test_visits_are_booked_during_the_stay(operation: str) -> None:
    assert may(Standing.STAYING, operation)
    assert not may(Standing.OVER, operation)


@pytest.mark.requirement("SPC-6")
@pytest.mark.parametrize("operation", ["appointment-cancel", "waiting-entry-leave", "waiting-entry-decline"])
def test_what_was_booked_is_given_back_after_it(operation: str) -> None:
    assert may(Standing.OVER, operation)
