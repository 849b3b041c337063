"""Messages of queues, one by one: what fails is answered alone, so that the queue brings back no more than that.

Nothing of a message's content is logged.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalicelib.ports.outgoing import Patience

log = logging.getLogger("medkarta.events")

Answer = dict[str, list[dict[str, str]]]


def each(event: Any, what: str, work: Callable[[dict[str, Any]], object]) -> Answer:
    """``what``: what is logged of one that fails; ``work`` gets the message's body."""

    def alone(record: dict[str, Any]) -> bool:
        work(_body(record))
        return True

    return _answer(event, what, alone)


def each_in_time(
    event: Any,
    what: str,
    work: Callable[[dict[str, Any], int], timedelta | None],
    put_off: Callable[[], tuple[Patience, str]],
) -> Answer:
    """``work`` gets the body and how often the message came, and answers after what wait it is to come again, None when
    it is done with. ``put_off``: where that is said, and the queue.
    """

    def in_time(record: dict[str, Any]) -> bool:
        wait = work(_body(record), int(record.get("attributes", {}).get("ApproximateReceiveCount", "1")))
        if wait is None:
            return True
        patience, queue = put_off()
        patience.put_off(queue, record["receiptHandle"], wait)
        return False

    return _answer(event, what, in_time)


def _answer(event: Any, what: str, done: Callable[[dict[str, Any]], bool]) -> Answer:
    failed = []
    for record in event.to_dict()["Records"]:
        try:
            if done(record):
                continue
        except Exception as failure:  # noqa: BLE001 - one bad message must not hold up the others of its batch
            log.warning("%s: %s", what, getattr(failure, "code", type(failure).__name__))
        failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _body(record: dict[str, Any]) -> dict[str, Any]:
    """What was published, also where a subscription wraps it in an envelope."""
    body: dict[str, Any] = json.loads(record["body"])
    return json.loads(body["Message"]) if "Message" in body else body
