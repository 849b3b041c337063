"""Between resources of FHIR R4 and records of the card, as tables, both ways.

Inward (``tables.py``): a resource is either mapped whole by one rule, or kept whole with the reason why not
(``received.py``): nothing is guessed, no unit is converted, nothing is dropped. What is mapped has passed the same
model as what a doctor types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.interop.mapping.placing import Mapped, mapped

if TYPE_CHECKING:
    from chalicelib.ports import Clock
    from chalicelib.ports.resources import Mapper

__all__ = ["Mapped", "mapped", "mapper"]


def mapper(clock: Clock | None = None) -> Mapper:
    """``clock``: the system's, where another time is kept than the machine's."""
    from chalicelib.interop.mapping.table_mapper import TableMapper

    return TableMapper(clock) if clock else TableMapper()
