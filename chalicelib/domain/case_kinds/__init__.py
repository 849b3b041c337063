"""Every kind of case: one entry here, its effect in ``bootstrap/cases.py``."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.case_kinds.card_merge import CARD_MERGE
from chalicelib.domain.case_kinds.copies import COPIES
from chalicelib.domain.case_kinds.identity_scan import IDENTITY_SCAN
from chalicelib.domain.case_kinds.special import SPECIAL
from chalicelib.domain.cases import CaseKind
from chalicelib.errors import NotFoundError

CASE_KINDS: Mapping[str, CaseKind] = {kind.name: kind for kind in (CARD_MERGE, IDENTITY_SCAN, *SPECIAL, *COPIES)}


def case_kind(name: str) -> CaseKind:
    """Raises NotFoundError for a kind that there is not."""
    kind = CASE_KINDS.get(name)
    if kind is None:
        raise NotFoundError
    return kind
