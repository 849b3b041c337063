"""A line between botocore and the emulator that breaks, loses and refuses as its script says."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from chalicelib.storage.tables import DynamoTables
from tests.contract.conftest import make_tables

READ_TIMEOUT = ReadTimeoutError(endpoint_url="https://dynamodb")
NOT_CONNECTED = ConnectTimeoutError(endpoint_url="https://dynamodb")
TRIES = 3  # of botocore


class Wire:
    """Between botocore and the store: each step of ``script`` meets one attempt; afterwards all goes well."""

    def __init__(self) -> None:
        self.client = boto3.client("dynamodb", config=Config(retries={"mode": "standard", "total_max_attempts": TRIES}))
        self.names = make_tables(self.client)
        self.client.meta.events.register_first("before-send.dynamodb", self._send)
        self.script: list[Callable[[Any], AWSResponse | None]] = []
        self.attempts = 0
        self.pauses: list[float] = []
        self.tables = DynamoTables(lambda: self.client, self.names, sleep=self.pauses.append)

    def _send(self, request: Any, **_: Any) -> AWSResponse | None:
        self.attempts += 1
        scripted = self.script.pop(0)(request) if self.script else None
        if scripted is not None:  # the emulator is asked all the same: it must not do what our answer refuses
            request.headers["X-Amz-Target"], request.body = "DynamoDB_20120810.ListTables", b"{}"
        return scripted

    # --- steps of a script

    def lose_reply(self, request: Any) -> AWSResponse:
        """Applied, and then the line breaks."""
        self.apply(request)
        raise READ_TIMEOUT

    def apply(self, request: Any) -> None:
        operation = {
            "PutItem": "put_item",
            "UpdateItem": "update_item",
            "DeleteItem": "delete_item",
            "TransactWriteItems": "transact_write_items",
        }[request.headers["X-Amz-Target"].decode().split(".")[1]]
        body = json.loads(request.body)
        straight = boto3.client("dynamodb")  # another client: nobody stands on its line
        getattr(straight, operation)(**body)

    @staticmethod
    def lose_request(_: Any) -> AWSResponse:
        raise READ_TIMEOUT

    @staticmethod
    def no_connection(_: Any) -> AWSResponse:
        raise NOT_CONNECTED


def answer(request: Any, body: bytes, status: int = 200) -> AWSResponse:
    raw = SimpleNamespace(stream=lambda *_a, **_k: iter([body]))
    return AWSResponse(request.url, status, {"content-type": "application/x-amz-json-1.0"}, raw)


def refuse(code: str, status: int = 400, **more: Any) -> Callable[[Any], AWSResponse]:
    """A step: the service answers with an error."""

    def step(request: Any) -> AWSResponse:
        body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}).encode()
        return answer(request, body, status)

    return step


def cancelled(*codes: str) -> Callable[[Any], AWSResponse]:
    return refuse("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])
