"""Fixtures of the printing tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from chalicelib.documents.sheet import Sheet


@pytest.fixture(autouse=True)
def _no_warning_from_the_library(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """fpdf2 drops a character that the font lacks and only logs it: a lost character fails every test here."""
    caplog.set_level(logging.WARNING)
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []


@pytest.fixture
def sheet() -> Iterator[Sheet]:
    with Sheet() as sheet:
        yield sheet
