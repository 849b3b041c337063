"""How old a patient's list is, by the witnesses' time."""

from __future__ import annotations

import pytest

from tests.verifier.checks import codes, policy
from tests.verifier.maker import START, Maker, honest
from tests.verifier.test_patient import Bundle, small
from verifier import patient

pytestmark = pytest.mark.requirement("AUD-3")


@pytest.mark.parametrize(
    ("minutes", "quorum", "found"),
    [(60, 2, set()), (59, 2, {"too-old"}), (60, 0, set()), (59, 0, {"too-old"})],
)
def test_witnesses_must_have_seen_it_lately(minutes: int, quorum: int, found: set[str]) -> None:
    maker = small()
    now = START[2026] / 1000 + 7200
    report = patient.check(maker.bundle("anna", "N"), policy(maker, quorum), "N", minutes, now)
    assert codes(report) == found


def one_young_witness() -> tuple[Maker, Bundle, int]:
    """And the moment it is checked, in seconds."""
    maker = small()
    bundle, now = maker.bundle("anna", "N"), START[2026] // 1000 + 7200
    old, young = bundle["chains"][0]["checkpoint"], maker.logs[2026].note(10, time=now).decode()
    head, _, rest = old.partition("\u2014 witness1")
    assert rest
    bundle["chains"][0]["checkpoint"] = head + "\u2014 witness1" + young.partition("\u2014 witness1")[2]
    return maker, bundle, now


def test_one_witness_of_two_cannot_make_an_old_list_young() -> None:
    maker, bundle, now = one_young_witness()
    assert codes(patient.check(bundle, policy(maker, 1), "N", 5, now)) == set()
    assert codes(patient.check(bundle, policy(maker, 2), "N", 5, now)) == {"too-old"}


def test_without_witnesses_nobody_knows_the_age() -> None:
    maker = honest({2026: [3]}, witnesses=0)
    assert codes(patient.check(maker.bundle("anna", "N"), policy(maker), "N", 5)) == {"age-unknown"}


def test_time_in_the_future_is_refused() -> None:
    maker = small()
    assert "time-ahead" in codes(patient.check(maker.bundle("anna", "N"), policy(maker), "N", 5, now=1000))
