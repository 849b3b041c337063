"""Calls for rows go from boto3 to moto by a short way: without HTTP, signatures and the parsing of both messages.

botocore still checks what it is given and tells its listeners, and moto still does what it does; only the letters
between the two are left out, which cost more than both. What moto refuses goes the long way after all, to fail as it
always does: a refusal has changed nothing.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

ROWS = {
    "GetItem": "get_item",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
    "Query": "query",
    "BatchGetItem": "batch_get_item",
    "BatchWriteItem": "batch_write_item",
    "TransactWriteItems": "transact_write_items",
}
"""Operations that go this way, and moto's names for them."""
ASKED = "short-way"


@dataclass(frozen=True)
class Letter:
    """The answer as a message, which is written only for whoever asks."""

    answer: Mapping[str, Any]
    status_code: int = 200

    @property
    def content(self) -> bytes:
        return json.dumps(self.answer, default=lambda value: b64encode(value).decode()).encode()


_taken: list[Counter[str]] = []
"""One count of the calls that were answered while the way is open, else none."""


@contextmanager
def opened() -> Iterator[Counter[str]]:
    """For clients that are made inside, while moto stands in for AWS; gives the count of calls by operation."""
    _listen()
    _taken.append(Counter())
    try:
        yield _taken[-1]
    finally:
        _taken.pop()


@cache
def _listen() -> None:
    from botocore import handlers

    handlers.BUILTIN_HANDLERS += [("before-parameter-build.dynamodb", _asked), ("before-call.dynamodb", _answered)]


def _asked(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[ASKED] = params  # as given, before they become a message


def _answered(model: Any, context: dict[str, Any], **_: Any) -> tuple[Letter, dict[str, Any]] | None:
    if not _taken or model.name not in ROWS:
        return None
    try:
        found = _told(ROWS[model.name], context[ASKED], context["client_region"])
    except Exception:  # noqa: BLE001 - whatever it is: the long way shows it
        return None
    _taken[-1][model.name] += 1
    answer = {name: found[name] for name in model.output_shape.members if found.get(name) is not None}
    letter = Letter(dict(answer))
    answer["ResponseMetadata"] = {"HTTPStatusCode": letter.status_code, "HTTPHeaders": {}, "RetryAttempts": 0}
    return letter, answer


def _told(name: str, params: Mapping[str, Any], region: str) -> Mapping[str, Any]:
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.responses import DynamoHandler

    handler = DynamoHandler()
    handler.body = handler.params = dict(params)
    handler.region, handler.current_account = region, DEFAULT_ACCOUNT_ID
    return getattr(handler, name)().result or {}
