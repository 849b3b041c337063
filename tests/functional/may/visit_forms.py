"""Routes: forms before a visit, and drafts of its record, filled in beforehand."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import OWNERS

MAY: dict[str, set[str]] = {
    "visit-form-prefill": OWNERS | {"stranger"},
    "visit-form-draft": OWNERS | {"stranger"},
    "visit-form-create": OWNERS | {"stranger"},
    "visit-draft-prepare": {"doctor"},
}

BODIES: dict[str, Any] = {"VisitFormAnswers": {"complaints": "Головная боль"}}
