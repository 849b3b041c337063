"""An SQS queue to a function, as a Lambda event source mapping does it: delete on success, partial batch failures."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("local.queues")

LONGEST_BACKOFF = 30  # seconds


@dataclass(slots=True)
class QueuePoller:
    """What fails stays in the queue; after its ``maxReceiveCount`` the queue itself moves it to the dead letters."""

    client: Any
    url: str
    arn: str
    function: str
    invoke: Callable[[str, Any], Any]
    stop: threading.Event
    batch_size: int = 10
    wait: int = 1  # seconds of long polling; bounds how long a stop takes

    def run(self) -> None:
        while not self.stop.is_set():
            self.round()

    def round(self) -> int:
        """Receive once; returns how many messages were handled and deleted."""
        messages = self.client.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=min(self.batch_size, 10),
            WaitTimeSeconds=self.wait,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return 0
        failed = self._failed(messages)
        for message in messages:
            if message["MessageId"] in failed:
                self._later(message)
            else:
                self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages) - len(failed)

    def _failed(self, messages: list[dict[str, Any]]) -> set[str]:
        ids = {m["MessageId"] for m in messages}
        try:
            answer = self.invoke(self.function, {"Records": [self._record(m) for m in messages]})
            failed = {f["itemIdentifier"] for f in (answer or {}).get("batchItemFailures") or []}
        except Exception as error:  # noqa: BLE001 - whatever the function raises is its failure, not ours
            log.warning("%s failed: %s", self.function, type(error).__name__)
            return ids
        if not failed <= ids:  # an id that is not of the batch fails the whole batch, as on AWS
            return ids
        return failed

    def _later(self, message: Mapping[str, Any]) -> None:
        """Sooner than the queue's own timeout, which is long on purpose: a developer waits here."""
        received = int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))
        self.client.change_message_visibility(
            QueueUrl=self.url,
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=min(2 ** (received - 1), LONGEST_BACKOFF),
        )

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {k: _attribute(v) for k, v in message.get("MessageAttributes", {}).items()},
            "md5OfBody": message.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": self.arn,
            "awsRegion": self.arn.split(":")[3],
        }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    """Lambda spells the members of an attribute in lower camel case."""
    return {name[0].lower() + name[1:]: v for name, v in value.items() if not isinstance(v, bytes)}
