"""Where work goes that could not be done: a queue with an alarm, for a person to look at. Keys and codes only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import UnavailableError
from chalicelib.ports.parking import Parked

HELD = 600  # seconds
"""For how long what was taken is nobody else's."""
BATCH = 10  # the most that SQS gives at once


class SqsParking:
    def __init__(self, sqs: Callable[[], Any], queues: Mapping[str, str]) -> None:
        """``queues``: URL by name."""
        self._sqs = sqs
        self._queues = queues

    def park(self, queue: str, payload: Mapping[str, Any]) -> None:
        """Repeating it parks twice: the person who clears the queue sees the same key. Raises UnavailableError."""
        self._asked("send_message", queue, MessageBody=json.dumps(payload))

    def take(self, queue: str, most: int) -> list[Parked]:
        """A queue may give less than it has: an answer without messages is the end, or as good as one."""
        found: list[Parked] = []
        while len(found) < most:
            wanted = min(BATCH, most - len(found))
            answer = self._asked(
                "receive_message",
                queue,
                MaxNumberOfMessages=wanted,
                VisibilityTimeout=HELD,
                WaitTimeSeconds=1,
                AttributeNames=["ApproximateReceiveCount"],
            )
            if not answer.get("Messages"):
                break
            found += [_parked(message) for message in answer["Messages"]]
        return found

    def give_back(self, queue: str, parked: Parked) -> None:
        self._asked("change_message_visibility", queue, ReceiptHandle=parked.handle, VisibilityTimeout=0)

    def end(self, queue: str, parked: Parked) -> None:
        self._asked("delete_message", queue, ReceiptHandle=parked.handle)

    def _asked(self, call: str, queue: str, **said: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._sqs(), call)(QueueUrl=self._queues[queue], **said)
        except (BotoCoreError, ClientError):
            raise UnavailableError from None


def _parked(message: Mapping[str, Any]) -> Parked:
    try:
        payload = json.loads(message["Body"])
    except ValueError:
        payload = {}
    taken = int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1))
    said = payload if isinstance(payload, dict) else {}
    return Parked(str(message["MessageId"]), taken, said, str(message["ReceiptHandle"]))
