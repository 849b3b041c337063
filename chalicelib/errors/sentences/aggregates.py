"""Sentences about fields: counts for analytics and epidemiology, small ones suppressed."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "range": {
        "it is never lowered": "Порог нельзя понизить",
    },
}
