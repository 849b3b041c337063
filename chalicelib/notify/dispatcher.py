"""The topic of what goes outside, and the queues behind it: ids only (MSG-2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalicelib.errors import UnavailableError
from chalicelib.ports.outgoing import Outgoing


class SnsDispatcher:
    def __init__(self, sns: Callable[[], Any], topic_arn: str) -> None:
        self._sns = sns
        self._topic = topic_arn

    def publish(self, message: Outgoing) -> None:
        """Message body: JSON ``{"person", "notice", "channel"}``; queues choose by the attribute ``channel``."""
        from botocore.exceptions import BotoCoreError, ClientError

        body = {"person": message.person_id, "notice": message.notice_id, "channel": message.channel}
        attributes = {"channel": {"DataType": "String", "StringValue": message.channel.removeprefix("former-")}}
        try:
            self._sns().publish(TopicArn=self._topic, Message=json.dumps(body), MessageAttributes=attributes)
        except (BotoCoreError, ClientError):
            raise UnavailableError from None


class SqsPatience:
    """A queue's own time is for a function that died; what failed in good order says when it wants to come again."""

    def __init__(self, sqs: Callable[[], Any]) -> None:
        self._sqs = sqs

    def put_off(self, queue: str, handle: str, wait: timedelta) -> None:
        """``queue``: its URL."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._sqs().change_message_visibility(
                QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=int(wait.total_seconds())
            )
        except (BotoCoreError, ClientError):
            raise UnavailableError from None
