"""Announcing on the topic that a notice waits: ids and the event's name, no content (MSG-2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from chalicelib.domain.identity import PersonId
from chalicelib.errors import UnavailableError


class SnsNotifier:
    def __init__(self, sns: Callable[[], Any], topic_arn: str) -> None:
        self._sns = sns
        self._topic = topic_arn

    def publish(self, person_id: PersonId, event: str, notice_id: str) -> None:
        """Message body: JSON ``{"person", "event", "notice"}``. Raises UnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError

        message = json.dumps({"person": person_id, "event": event, "notice": notice_id})
        attributes = {"event": {"DataType": "String", "StringValue": event}}
        try:
            self._sns().publish(TopicArn=self._topic, Message=message, MessageAttributes=attributes)
        except (BotoCoreError, ClientError):
            raise UnavailableError from None
