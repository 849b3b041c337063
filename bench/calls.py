"""Counts what the application asks of AWS, through the event system of botocore.

The application makes no call beside another, so the number of calls is the number of round trips one after another; but
for forms before a visit and what is due, which read several kinds of record side by side
(services/visit_forms/reading.py, services/needs/reading.py).
Repetitions inside botocore (retries) are not counted: none happen here.
"""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

READ_UNIT = 4096  # bytes of one consistent read unit; DynamoDB developer guide, "Read and write operations"
WRITE_UNIT = 1024


@dataclass(slots=True)
class Call:
    """One call: ``received`` is the size of the answer's body in bytes; units are DynamoDB's, 0 for other services."""

    service: str
    operation: str
    request: Mapping[str, Any]
    received: int = 0
    read_units: int = 0
    write_units: int = 0


@dataclass(slots=True)
class Seen:
    """The calls of one stretch of work, in their order."""

    calls: list[Call] = field(default_factory=list)

    def of(self, service: str) -> list[str]:
        return [call.operation for call in self.calls if call.service == service]

    def counts(self) -> dict[str, int]:
        """Calls by ``service.operation``, in the order of their first appearance."""
        return dict(Counter(f"{call.service}.{call.operation}" for call in self.calls))

    def received(self) -> int:
        return sum(call.received for call in self.calls)


class Recorder:
    """Listens to clients. One thread at a time: an answer belongs to the call that was begun last."""

    def __init__(self) -> None:
        self._seen: Seen | None = None

    def watch(self, client: Any) -> None:
        """Listen to one client of boto3; harmless when repeated."""
        events = client.meta.events
        events.register("before-parameter-build", self._begun, unique_id="bench-begun")
        events.register("after-call", self._answered, unique_id="bench-answered")

    @contextmanager
    def recording(self) -> Iterator[Seen]:
        self._seen = seen = Seen()
        try:
            yield seen
        finally:
            self._seen = None

    def _begun(self, *, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        if self._seen is not None:
            self._seen.calls.append(Call(model.service_model.service_name, model.name, dict(params)))

    def _answered(self, *, http_response: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        if self._seen is not None:
            call = self._seen.calls[-1]
            call.received = len(http_response.content)
            if call.service == "dynamodb":
                call.read_units, call.write_units = units(call.operation, call.request, parsed)


def units(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[int, int]:
    """Read and write units that DynamoDB would charge for one consistent, non-indexed call.

    Emulators do not tell, so they are counted from the sizes of the items. A transaction, whose price depends on rows
    that it does not show, counts as 0: prices are given for reading requests only.
    """
    match operation:
        case "GetItem":
            return _read(answer.get("Item", {})), 0
        case "BatchGetItem":
            asked = sum(len(table["Keys"]) for table in request["RequestItems"].values())
            found = [item for items in answer.get("Responses", {}).values() for item in items]
            return sum(map(_read, found)) + asked - len(found), 0
        case "Query":
            return max(1, math.ceil(sum(map(item_size, answer["Items"])) / READ_UNIT)), 0
        case "PutItem":
            return 0, max(1, math.ceil(item_size(request["Item"]) / WRITE_UNIT))
        case _:
            return 0, 0


def _read(item: Mapping[str, Any]) -> int:
    return max(1, math.ceil(item_size(item) / READ_UNIT))


def item_size(item: Mapping[str, Any]) -> int:
    """Bytes of a row in DynamoDB's own reckoning (developer guide, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(base64.b64decode(content)) if isinstance(content, str) else len(content)
        case "N":
            return (len(content.strip("-0")) + 1) // 2 + 1  # whole numbers: the stores hold no others
        case "L":
            return 3 + sum(1 + _value_size(inner) for inner in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(inner) for name, inner in content.items())
        case _:
            return 1
