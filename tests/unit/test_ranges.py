"""Ranges of files in pieces: what is asked for is what is given (RFC 9110, 14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ranges import MAX_ANSWER, asked, overlaps
from chalicelib.errors import RangeError


@pytest.mark.parametrize(
    ("header", "size", "wanted"),
    [
        ("", 10, (0, 10)),
        ("bytes=0-0", 10, (0, 1)),
        ("bytes=3-", 10, (3, 10)),
        ("bytes=-3", 10, (7, 10)),
        ("bytes=-30", 10, (0, 10)),
        ("bytes=2-99", 10, (2, 10)),
        ("bytes=0-", MAX_ANSWER + 5, (0, MAX_ANSWER)),
        (f"bytes={MAX_ANSWER}-", MAX_ANSWER + 5, (MAX_ANSWER, MAX_ANSWER + 5)),
    ],
    ids=["none", "one", "open", "last", "last-of-more", "beyond", "cut", "rest"],
)
def test_a_range_is_what_rfc_9110_says(header: str, size: int, wanted: tuple[int, int]) -> None:
    assert asked(header, size) == wanted


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize(
    "header",
    ["", "bytes=10-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=0-1,3-4", "pages=1-2", "bytes=1", "bytes=٣-٤", "0-1"],
    ids=["too-large", "behind", "backwards", "nothing", "neither", "several", "unit", "no-dash", "digits", "bare"],
)
def test_a_range_that_cannot_be_given_is_refused_with_the_size(header: str) -> None:
    size = MAX_ANSWER + 1 if not header else 10
    with pytest.raises(RangeError) as refused:
        asked(header, size)
    assert refused.value.extra == {"size": size}


@given(st.lists(st.binary(min_size=1, max_size=7), min_size=1, max_size=8), st.data())
def test_pieces_give_the_very_bytes(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    first = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(first + 1, len(whole)))
    found = b"".join(pieces[n][start:stop] for n, start, stop in overlaps([len(p) for p in pieces], first, end))
    assert found == whole[first:end]
