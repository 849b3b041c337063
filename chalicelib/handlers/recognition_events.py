"""The trigger of recognition: its queue. On Lambda this is all that the image of the function serves.

It runs without app.py, as the triggers of events.py do.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

from chalice import Blueprint

from chalicelib.bootstrap import services
from chalicelib.handlers.measuring import measured
from chalicelib.handlers.messages import each_in_time

recognition_events = Blueprint(__name__)

RECOGNITIONS_SET_IN_INFRA = "arn:aws:sqs:eu-central-1:000000000000:recognitions"


@recognition_events.on_sqs_message(queue_arn=RECOGNITIONS_SET_IN_INFRA, name="recognise", batch_size=1)
@measured
def recognise(event: Any) -> dict[str, Any]:
    """Read scans into drafts (UX-3), one a call: each takes seconds a page. What failed the queue brings again."""
    return each_in_time(event, "a scan was not recognised", _recognise, _never_put_off)


def _recognise(said: dict[str, Any], received: int) -> timedelta | None:
    services().recognising.recognise(said["patient"], said["recognition"], received)
    return None


def _never_put_off() -> NoReturn:
    raise NotImplementedError("recognition is done, or comes again by the queue's own time")
