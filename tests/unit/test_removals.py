"""The lists of safeguards that ``make removals`` and ``make portal-removals`` take out are up to date."""

from __future__ import annotations

import pytest

from tests.log.safeguards import REMOVALS as LOG
from tests.portal.browser.removals import REMOVALS as PORTAL
from tests.removals import ROOT, Removal


@pytest.mark.parametrize("removal", [*LOG, *PORTAL], ids=lambda removal: removal.name)
def test_a_safeguard_stands_where_the_list_says(removal: Removal) -> None:
    assert removal.taken_from(ROOT) != (ROOT / removal.file).read_text("utf-8")
    for name in removal.tests.split(" -k")[0].split():
        assert (ROOT / name.split("::")[0]).exists(), name
