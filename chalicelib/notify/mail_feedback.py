"""What SES says of e-mails that were sent with the configuration set (its event publishing), without the addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.deliveries import Word

SAID = {"Delivery": Word.DELIVERED, "Complaint": Word.COMPLAINED}


def heard(body: Mapping[str, Any]) -> tuple[Word, str] | None:
    """The word and the provider's id of the message; None for what is of no interest. Raises KeyError."""
    kind = body["eventType"]
    if kind == "Bounce":
        word: Word | None = Word.RETURNED if body["bounce"]["bounceType"] == "Permanent" else Word.FAILED
    else:
        word = SAID.get(kind)
    return None if word is None else (word, str(body["mail"]["messageId"]))
