"""Texts that are missing in a patient's bundle: erased as a whole, or one of them."""

from __future__ import annotations

import pytest

from tests.verifier.checks import at, codes
from tests.verifier.test_patient import Bundle, check, entries, erase_chain, good

pytestmark = pytest.mark.requirement("AUD-3")


def text_hidden() -> Bundle:
    bundle = good()
    entries(bundle)[3]["body"] = None
    return bundle


def test_a_text_that_is_missing_among_others_is_an_alarm() -> None:
    """Who looked could be hidden so; keys are destroyed for the whole chain."""
    report = check(text_hidden())
    assert (report.exit_code, at(report, "2026/entry/3")) == (1, {"body-missing"})
    assert codes(report) == {"body-missing"}
    assert report.facts["chains"][1]["erased"] == 1


def test_a_chain_that_is_erased_as_a_whole_is_no_alarm_of_each_text() -> None:
    bundle = good()
    erase_chain(bundle)
    report = check(bundle)
    assert codes(report) == {"body-erased", "request-missing"}  # a copy of it is made for nobody any more
    assert report.facts["chains"][1]["erased"] == len(entries(bundle))
