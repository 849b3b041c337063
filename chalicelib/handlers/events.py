"""Event triggers: the stream of the card table, the notice queue, schedules, the operator's functions.

These run without app.py on Lambda (the handler is this module), so nothing here may need the app. Failure settings of
the mappings (partial batches, bisect, dead letters) live in ``infra/``.
"""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

from chalice import Blueprint

from chalicelib.bootstrap import services
from chalicelib.errors import MedkartaError

log = logging.getLogger("medkarta.events")

events = Blueprint(__name__)

SET_IN_INFRA = "arn:aws:dynamodb:eu-central-1:000000000000:table/card/stream/set-in-infra"
QUEUE_SET_IN_INFRA = "arn:aws:sqs:eu-central-1:000000000000:notify"
TRIES = 3


@events.on_dynamodb_record(stream_arn=SET_IN_INFRA, name="on_card_change", starting_position="TRIM_HORIZON")
def on_card_change(event: Any) -> dict[str, Any]:
    """Run the reactions that each written row names. What fails for good is parked for a person (design section 6)."""
    failed = [number for record in event.to_dict()["Records"] if (number := _react(record)) is not None]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _react(record: dict[str, Any]) -> str | None:
    """None when done or parked; the sequence number when not even parking worked."""
    image = record["dynamodb"].get("NewImage")
    if record["eventName"] == "REMOVE" or not image or "react" not in image:
        return None
    row = plain(image)
    for name in row["react"]:
        error = _try(name, row)
        if error is None:
            continue
        payload = {"reaction": name, "pk": row["pk"], "sk": row["sk"], "version": row["ver"], "error": error}
        try:
            services().parking.park("parked", payload)
        except MedkartaError:
            return str(record["dynamodb"]["SequenceNumber"])
    return None


def _try(name: str, row: dict[str, Any]) -> str | None:
    """The code of the last failure, or None."""
    error = "unknown"
    for _ in range(TRIES):
        try:
            services().reactions.run(name, row)
        except MedkartaError as failure:
            error = failure.code
            log.warning("reaction %s failed: %s", name, error)
        except Exception as failure:  # noqa: BLE001 - one bad row must not hold up the shard
            error = type(failure).__name__
            log.warning("reaction %s failed: %s", name, error)
        else:
            return None
    return error


def plain(image: dict[str, Any]) -> dict[str, Any]:
    """A stream image as plain values; binary comes as base64 text in a Lambda event."""
    return {name: _value(typed) for name, typed in image.items()}


def _value(typed: dict[str, Any]) -> Any:
    kind, value = next(iter(typed.items()))
    if kind == "N":
        return int(value)
    if kind == "B":
        return base64.b64decode(value) if isinstance(value, str) else bytes(value)
    if kind == "L":
        return [_value(item) for item in value]
    if kind == "M":
        return {name: _value(item) for name, item in value.items()}
    return value


@events.on_sqs_message(queue_arn=QUEUE_SET_IN_INFRA, name="on_notice", batch_size=10)
def on_notice(event: Any) -> dict[str, Any]:
    """Say outside that something waits in the cabinet."""
    failed = []
    for record in event.to_dict()["Records"]:
        try:
            body = json.loads(record["body"])
            message = json.loads(body["Message"]) if "Message" in body else body
            services().notices.send_outside(message["person"], message["event"], message["notice"])
        except (MedkartaError, KeyError, ValueError) as failure:
            log.warning("notice not sent: %s", type(failure).__name__)
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


@events.schedule("rate(1 hour)", name="sweep")
def sweep(_event: Any) -> dict[str, int]:
    """Housekeeping that nobody waits for."""
    return {"signing_keys_rotated": services().signer.rotate_if_due()}


@events.lambda_function(name="appoint_administrator")
def appoint_administrator(event: dict[str, Any], _context: Any) -> dict[str, str]:
    """For the operator, by IAM alone: make a registered person the first administrator. Refused when there is one."""
    try:
        member_id = services().staff.appoint_first_administrator(event["snils"])
    except MedkartaError as error:
        return {"error": error.code}
    return {"member_id": member_id}
