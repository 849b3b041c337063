"""The invariants of R4 with severity error, by definition of the schema (``Type`` or ``Type_Part``).

Not here: dom-2 … dom-5, ref-1, txt-1 and txt-2 (``contained``, ``elements``, ``narrative``), and those of types that
are served by nobody. Source: R4 (4.0.1), ``ElementDefinition.constraint`` of each type.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.interop.r4.invariants import clinical, datatypes, forms, wrappers
from chalicelib.interop.r4.invariants.looking import Rule

INVARIANTS: Mapping[str, tuple[Rule, ...]] = {
    **datatypes.RULES,
    **clinical.RULES,
    **forms.RULES,
    **wrappers.RULES,
}

__all__ = ["INVARIANTS", "Rule"]
