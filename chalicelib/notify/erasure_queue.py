"""The queue of approved erasures: ids only. It keeps them for two weeks and has dead letters with an alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from chalicelib.errors import UnavailableError


class SqsErasureQueue:
    def __init__(self, sqs: Callable[[], Any], url: str) -> None:
        self._sqs = sqs
        self._url = url

    def send(self, erasure_id: str, delay: int = 0) -> None:
        """Message body: JSON ``{"erasure"}``. Raises UnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError

        message = json.dumps({"erasure": erasure_id})
        try:
            self._sqs().send_message(QueueUrl=self._url, MessageBody=message, DelaySeconds=delay)
        except (BotoCoreError, ClientError):
            raise UnavailableError from None
