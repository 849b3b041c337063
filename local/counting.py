"""How many calls to AWS a request made, told in a header: ``X-Local-Calls: dynamodb=3 kms=1``.

For whoever writes a route and for ``bench/stories.py``. The clients are the application's own (bootstrap/clients.py); a
request is answered in one context, which goes along to threads that it asks for help. Only the local system sends the
header.
"""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from typing import Any

HEADER = "X-Local-Calls"
SERVICES = ("dynamodb", "kms", "s3", "sns", "sqs", "ses")

_CALLS: ContextVar[Counter[str] | None] = ContextVar("calls", default=None)


def watch() -> None:
    """Listen to every client of the application; harmless when repeated."""
    from chalicelib.bootstrap import aws

    for service in SERVICES:
        aws(service).meta.events.register("before-parameter-build", _called, unique_id="local-counting")


def begin() -> None:
    """A request begins in this context."""
    _CALLS.set(Counter())


def total() -> int:
    """Calls of the request so far; 0 outside of one."""
    calls = _CALLS.get()
    return calls.total() if calls else 0


def told() -> list[tuple[str, str]]:
    """The header of an answer; none when nothing was called."""
    calls = _CALLS.get()
    return [(HEADER, " ".join(f"{service}={count}" for service, count in sorted(calls.items())))] if calls else []


def _called(*, model: Any, **_: Any) -> None:
    calls = _CALLS.get()
    if calls is not None:
        calls[str(model.service_model.service_name)] += 1
