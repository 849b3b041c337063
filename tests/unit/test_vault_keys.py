"""The rules of device keys: what makes another key, and which epochs still count (UX-2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.vault_keys import BACK, SECRET_BYTES, Purpose, derived, epoch_of, opened_for_drafts

pytestmark = pytest.mark.requirement("UX-2")

SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)
OF_A_KEY = st.tuples(SECRETS, st.sampled_from(Purpose), st.text("i0123456789abcdef", max_size=20), st.integers(0, 999))


@given(OF_A_KEY, OF_A_KEY)
def test_another_secret_purpose_device_or_epoch_makes_another_key(one: tuple, other: tuple) -> None:
    assert (derived(*one) == derived(*other)) is (one == other)
    assert len(derived(*one)) == 32


def test_parts_do_not_run_into_each_other() -> None:
    secret = bytes(SECRET_BYTES)
    assert derived(secret, Purpose.CACHE, "i1", 23) != derived(secret, Purpose.CACHE, "i12", 3)


def test_an_epoch_grows_with_the_account_and_with_the_devices() -> None:
    assert epoch_of(None, None) == 0
    assert epoch_of({"epoch": 2}, None) == 2
    assert epoch_of({"epoch": 2}, {"raised": 3}) == 5


@given(st.lists(st.integers(0, 300)), st.integers(0, 300))
def test_drafts_are_opened_by_earlier_epochs_alone_and_not_for_ever(named: list[int], epoch: int) -> None:
    given_out = opened_for_drafts(named, epoch)
    assert set(given_out) == {one for one in named if one < epoch and one >= epoch - BACK}
    assert given_out == sorted(given_out, reverse=True)
