"""What a search costs does not grow with the card: counted on two sizes, and said by the bench for larger ones."""

from __future__ import annotations

import pytest

from bench import search
from bench.search import LISTED, QUESTIONS


@pytest.mark.requirement("REC-11")
def test_a_page_costs_the_same_whatever_the_card_holds() -> None:
    small, large = search.measure((100, 400))
    growing = {"two common words that never meet"}  # bounded by the calls of one request
    for name in (*QUESTIONS, LISTED):
        if name not in growing:
            assert large.costs[name].calls <= small.costs[name].calls + 1, name
            assert large.costs[name].calls <= 7, name
            assert large.costs[name].rows <= 150, name
    index = search.measure_index()
    assert index.calls <= 6
    text = search.report([small, large], index)
    assert "100 records" in text
    assert "a rare and a common word" in text
