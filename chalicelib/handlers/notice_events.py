"""Event triggers of notices on their way outside (MSG-2): deciding, the senders, what the mail says.

These run without app.py, as those of events.py do.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalice import Blueprint

from chalicelib.bootstrap import services
from chalicelib.handlers.measuring import measured
from chalicelib.handlers.messages import each, each_in_time
from chalicelib.ports.outgoing import Outgoing

notice_events = Blueprint(__name__)

NOTICES_SET_IN_INFRA = "arn:aws:sqs:eu-central-1:000000000000:notify"
SMS_SET_IN_INFRA = "arn:aws:sqs:eu-central-1:000000000000:sms"
EMAIL_SET_IN_INFRA = "arn:aws:sqs:eu-central-1:000000000000:email"
FEEDBACK_SET_IN_INFRA = "arn:aws:sqs:eu-central-1:000000000000:feedback"


@notice_events.on_sqs_message(queue_arn=NOTICES_SET_IN_INFRA, name="on_notice", batch_size=10)
@measured
def on_notice(event: Any) -> dict[str, Any]:
    """Decide what of a notice goes outside, and hand it to the senders. It opens nothing and reaches nobody (MSG-2)."""
    return each(
        event,
        "a notice was not decided",
        lambda said: services().deciding.decide(said["person"], said["event"], said["notice"]),
    )


@notice_events.on_sqs_message(queue_arn=SMS_SET_IN_INFRA, name="send_sms", batch_size=10)
@measured
def send_sms(event: Any) -> dict[str, Any]:
    """Its role and the one of ``send_email`` alone may reach people with notices."""
    return each_in_time(event, "an SMS was not sent", _send, lambda: services().patience_of("sms"))


@notice_events.on_sqs_message(queue_arn=EMAIL_SET_IN_INFRA, name="send_email", batch_size=10)
@measured
def send_email(event: Any) -> dict[str, Any]:
    """E-mails of notices."""
    return each_in_time(event, "an e-mail was not sent", _send, lambda: services().patience_of("email"))


def _send(said: dict[str, Any], received: int) -> timedelta | None:
    return services().sending.send(Outgoing(said["person"], said["notice"], said["channel"]), received)


@notice_events.on_sqs_message(queue_arn=FEEDBACK_SET_IN_INFRA, name="on_mail_feedback", batch_size=10)
@measured
def on_mail_feedback(event: Any) -> dict[str, Any]:
    """What became of e-mails: they came, came back, were complained of. The messages name addresses: none is logged."""
    return each_in_time(
        event, "a word about an e-mail was not taken", _hear, lambda: services().patience_of("feedback")
    )


def _hear(said: dict[str, Any], received: int) -> timedelta | None:
    from chalicelib.notify.mail_feedback import heard

    found = heard(said)
    return None if found is None else services().feedback.hear(*found, received)
