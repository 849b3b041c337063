"""The queue of scans on their way to the function that recognises them: ids only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from chalicelib.errors import UnavailableError


class SqsRecognitionQueue:
    """Implements ``ports.recognition.RecognitionQueue``."""

    def __init__(self, sqs: Callable[[], Any], url: str) -> None:
        self._sqs = sqs
        self._url = url

    def send(self, patient_id: str, recognition_id: str) -> None:
        """Message body: JSON ``{"patient", "recognition"}``. Raises UnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError

        message = json.dumps({"patient": patient_id, "recognition": recognition_id})
        try:
            self._sqs().send_message(QueueUrl=self._url, MessageBody=message)
        except (BotoCoreError, ClientError):
            raise UnavailableError from None
