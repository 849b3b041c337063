"""Implements ``ports.resources.Mapper``: what record a resource is, and which resources a record is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.occurred import impossible
from chalicelib.domain.resources import OF_ITS_OWN, SERVED
from chalicelib.interop.mapping.forms import KINDS
from chalicelib.interop.mapping.people import patient
from chalicelib.interop.mapping.placing import mapped
from chalicelib.interop.mapping.received import received, section_of
from chalicelib.interop.mapping.showing import packed, shown
from chalicelib.interop.mapping.tables import RULES
from chalicelib.ports.resources import Placed, Resource

DATE = "occurred_at"


class TableMapper:
    """``clock`` dates what says no day at all, and tells what lies in the future."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock

    def placed(self, resource: Mapping[str, Any]) -> Placed:
        now = self._clock()
        found = mapped(resource)
        reason = found.reason or ("" if _possible(found.body, now) else DATE)
        if not reason:
            return Placed(found.kind, found.body)
        return self.whole(resource, reason)

    def whole(self, resource: Mapping[str, Any], reason: str) -> Placed:
        return Placed(*received(resource, self._clock()), reason)

    def shown(self, patient_id: str, record: Mapping[str, Any]) -> list[Resource]:
        return shown(patient_id, record)

    def packed(self, resources: Sequence[Resource]) -> list[Resource]:
        return packed(resources)

    def patient(self, patient_id: str, profile: Mapping[str, Any], version: int) -> Resource:
        return patient(patient_id, profile, version)

    def kinds(self, resource_type: str) -> Sequence[str]:
        served = SERVED.get(resource_type)
        if served is None or not (served.of_a_card or served.anywhere or resource_type in OF_ITS_OWN):
            return ()  # unknown, or of an organisation's directory
        found = [rule.kind for rule in RULES if rule.resource == resource_type]
        found += KINDS.get(resource_type, ())
        return tuple(dict.fromkeys([*found, f"received-{section_of(resource_type)}"]))


def _possible(body: Mapping[str, Any], now: datetime) -> bool:
    return impossible(DATE, datetime.fromisoformat(body[DATE]), now) is None
