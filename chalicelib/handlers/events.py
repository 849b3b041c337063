"""Event triggers: the stream of the card table, schedules, the operator's functions (of notices: notice_events.py).

These run without app.py on Lambda (the handler is this module), so nothing here may need the app. Failure settings of
the mappings (partial batches, bisect, dead letters) live in ``infra/``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from chalice import Blueprint

from chalicelib.audit.alarms import ForkError
from chalicelib.audit.metrics import Metric
from chalicelib.bootstrap import services
from chalicelib.errors import MedkartaError, UnavailableError
from chalicelib.handlers.measuring import measured
from chalicelib.handlers.messages import each
from chalicelib.ports.parking import failed_reaction
from chalicelib.storage.requests import MARK
from chalicelib.storage.values import decode

if TYPE_CHECKING:
    from chalicelib.audit.intake import Change, Intake

T = TypeVar("T")

log = logging.getLogger("medkarta.events")

events = Blueprint(__name__)

SET_IN_INFRA = "arn:aws:dynamodb:eu-central-1:000000000000:table/card/stream/set-in-infra"
ERASURES_SET_IN_INFRA = "arn:aws:sqs:eu-central-1:000000000000:erasures"
TRIES = 3
SWEEP, SWEEP_LONG = timedelta(minutes=5), timedelta(hours=48)


@events.on_dynamodb_record(stream_arn=SET_IN_INFRA, name="on_card_change", starting_position="TRIM_HORIZON")
@measured
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
        try:
            services().parking.park("parked", failed_reaction(name, row, error))
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
    """A stream image as plain values, whatever stands in it."""
    row = decode(image, strict=False)
    row.pop(MARK, None)
    return row


@events.on_sqs_message(queue_arn=ERASURES_SET_IN_INFRA, name="eraser", batch_size=1)
@measured
def eraser(event: Any) -> dict[str, Any]:
    """Execute approved erasures (SPC-8). Its role alone may delete key rows, so nothing else is done here."""
    return each(event, "an erasure was not executed", lambda said: services().eraser.execute(said["erasure"]))


# --- the audit log (docs/audit.md)


@events.on_dynamodb_record(
    stream_arn=SET_IN_INFRA,
    name="on_audit_entry",
    starting_position="TRIM_HORIZON",
    batch_size=1000,
    maximum_batching_window_in_seconds=1,
)
@measured
def on_audit_entry(event: Any) -> dict[str, int]:
    """Bring new entries into the log. What fails is tried again until it succeeds: no entry is ever given up."""
    return {"sequenced": _sequencing(lambda intake: intake.changes([_change(r) for r in event.to_dict()["Records"]]))}


def _change(record: dict[str, Any]) -> Change:
    """A stream record; Lambda spells the deleter's names in lower camel case, the Streams API does not."""
    from chalicelib.audit.intake import Change

    by = record.get("userIdentity") or {}
    principal = str(by.get("principalId") or by.get("PrincipalId") or "")
    images = record["dynamodb"]
    return Change(
        record["eventName"],
        plain(images.get("NewImage") or {}),
        plain(images.get("OldImage") or {}),
        (str(by.get("type") or by.get("Type") or ""), principal),
    )


@events.schedule("rate(1 minute)", name="sweep_audit")
@measured
def sweep_audit(_event: Any) -> dict[str, Any]:
    """Bring what the stream did not, and have the newest checkpoint cosigned anew."""
    return _each(sequenced=lambda intake: intake.sweep(SWEEP), checkpoint_age=lambda intake: intake.renew())


@events.schedule("rate(1 day)", name="sweep_audit_long")
@measured
def sweep_audit_long(_event: Any) -> dict[str, Any]:
    """The same over two days: entries of writers with a slow clock lie in the buckets of earlier minutes.

    Then numbers of writers that are in no log: what was dropped before the stream showed it. At last, what is outgrown.
    """
    return _each(
        sequenced=lambda intake: intake.sweep_all(SWEEP_LONG),
        gaps=lambda intake: intake.gaps(SWEEP_LONG),
        tidied=lambda intake: intake.tidy(),
    )


def _each(**tasks: Callable[[Intake], Any]) -> dict[str, Any]:
    """Every task is tried, also when one before it failed; then the first failure is raised."""
    done: dict[str, Any] = {}
    failures: list[Exception] = []
    for name, task in tasks.items():
        try:
            done[name] = _sequencing(task)
        except Exception as failure:  # noqa: BLE001 - it is raised below
            failures.append(failure)
    if failures:
        raise failures[0]
    return done


@events.lambda_function(name="rebuild_audit_index")
def rebuild_audit_index(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """For the operator, by IAM alone, after a loss: head and index of a year from its locked objects. Repeatable."""
    try:
        return {"entries": services().rebuilder.rebuild(int(event["year"]))}
    except MedkartaError as error:
        return {"error": error.code}


def _sequencing(work: Callable[[Intake], T]) -> T:
    try:
        return work(services().intake)
    except ForkError as fork:
        log.critical("the audit log stands still: %s", fork)  # names of objects and sizes, no content
        services().metrics.emit(Metric.FORK_ALARM, 1)
        raise


@events.schedule("rate(1 hour)", name="review_audit")
@measured
def review_audit(_event: Any) -> dict[str, Any]:
    """New entries of the log past the rules (AUD-4), then the uses of keys against the log."""
    reviewed = services().review.run()
    return {"review": reviewed, "reconciliation": services().reconciliation.run()}


@events.schedule("rate(1 day)", name="check_cards")
@measured
def check_cards(_event: Any) -> dict[str, int]:
    """The next cards in turn against the log."""
    return services().checks.run()


@events.schedule("cron(0 3 1-3 * ? *)", name="close_month")
@measured
def close_month(_event: Any) -> dict[str, int]:
    """Reports of the last month are ready. Thrice, for a review that was late; each officer is told once."""
    services().review.run()
    return services().access_reports.close()


@events.schedule("rate(1 minute)", name="carry_merges")
@measured
def carry_merges(_event: Any) -> dict[str, int]:
    """Records of merged cards on their way (SPC-5). Raises when one could not go on: the next minute tries again."""
    done = services().carrying.run()
    if done["failed"]:
        raise UnavailableError
    return done


@events.schedule("rate(1 minute)", name="gather")
@measured
def gather(_event: Any) -> dict[str, int]:
    """Records of connected sources that are due (ACT-3), and files of messages in the drop (PRT-2). Raises when a
    source's row could not be changed, or a file had to stay.
    """
    done = services().gathering.run()
    files = services().hl7_drop.run()
    services().hl7_queue.report(services().hl7_waiting)
    if done["failed"] or files["failed"]:
        raise UnavailableError
    return done | {f"files_{name}": count for name, count in files.items()}


@events.schedule("rate(1 hour)", name="check_policies")
@measured
def check_policies(_event: Any) -> dict[str, int]:
    """Policies that are due for their monthly check (ACT-4). A registry that does not answer is asked again later.

    Then counts are added up, and periods that are over are published (PRT-8). Then it is written down which slots
    schedules offered on days that are over (ANA-2), and organisations have their reports (ANA-4).
    """
    done = {**services().policies.run(), **services().aggregate_closing.run(), **services().load_offers.run()}
    return {**done, **services().bulletin_publishing.run()}


@events.schedule("rate(5 minutes)", name="tidy_files")
@measured
def tidy_files(_event: Any) -> dict[str, int]:
    """Exports and files that are due: stalled, waiting for a scanner, abandoned, over their time (DOC-1, DOC-2)."""
    done = services().file_queue.run()
    if done["failed"]:
        raise UnavailableError
    return done


@events.schedule("rate(1 minute)", name="pharmacy_orders")
@measured
def pharmacy_orders(_event: Any) -> dict[str, int]:
    """Orders at pharmacies that are due: told to the chain, asked after, taken back (RX-7)."""
    done = services().pharmacy_order_work.run()
    if done["failed"]:
        raise UnavailableError
    return done


@events.schedule("rate(1 minute)", name="ring_timers")
@measured
def ring_timers(_event: Any) -> dict[str, int]:
    """Timers that are due: reminders, offers that lapse, messages that waited for the morning (APT-2, APT-3, MSG-2)."""
    return services().timers.run()


@events.schedule("rate(1 hour)", name="sweep")
@measured
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


@events.lambda_function(name="reindex_card")
def reindex_card(event: dict[str, Any], _context: Any) -> dict[str, bool]:
    """For the operator, by IAM alone: have a card's index for searching made anew in the background. Repeatable."""
    services().search_index.begin(event["patient_id"])
    return {"begun": True}


@events.lambda_function(name="rebuild_load")
def rebuild_load(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """For the operator, by IAM alone: count the load of an organisation anew from its schedules. Repeatable."""
    return services().load_rebuilding.run(str(event["organisation_id"]))


@events.lambda_function(name="redrive_parked")
def redrive_parked(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """For the operator, by IAM alone: reactions that failed for good (docs/operations.md). Repeatable.

    ``{"do": "list"}``, ``{"do": "redrive", "ids": [...]}`` (without ids: all), ``{"do": "discard", "ids": [...],
    "reason": ...}``.
    """
    redriving, ids = services().redriving, [str(one) for one in event.get("ids", [])]
    try:
        match event.get("do"):
            case "list":
                return {"parked": redriving.waiting()}
            case "redrive":
                return redriving.redrive(ids)
            case "discard":
                return redriving.discard(ids, str(event.get("reason", "")))
    except MedkartaError as error:
        return {"error": error.code, "fields": [f"{field.field}: {field.message}" for field in error.fields]}
    return {"error": "invalid-fields", "fields": ["/do: list, redrive or discard"]}
