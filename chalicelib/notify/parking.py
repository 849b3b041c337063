"""Where work goes that could not be done: a queue with an alarm, for a person to look at. Keys and codes only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import UnavailableError


class SqsParking:
    def __init__(self, sqs: Callable[[], Any], queues: Mapping[str, str]) -> None:
        """``queues``: URL by name."""
        self._sqs = sqs
        self._queues = queues

    def park(self, queue: str, payload: Mapping[str, Any]) -> None:
        """Repeating it parks twice: the person who clears the queue sees the same key. Raises UnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._sqs().send_message(QueueUrl=self._queues[queue], MessageBody=json.dumps(payload))
        except (BotoCoreError, ClientError):
            raise UnavailableError from None
