"""What a notice costs on its way outside (MSG-2): calls of the deciding function and of the senders, by where it goes.

``python -m bench.deliveries`` prints the table alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.calls import Seen
from bench.table import table
from bench.world import World, world
from chalicelib.domain.deliveries import CHANNELS
from chalicelib.domain.identity import PersonId
from chalicelib.ports.outgoing import Outgoing
from tests.functional.front import Person

URGENT, SECURITY = "prescription_dispensed", "password_changed"
ALWAYS = {"from": "00:00", "until": "23:59"}


SENDERS = ("sms: DynamoDB / KMS / SNS", "e-mail: DynamoDB / KMS / SES")


@dataclass(frozen=True, slots=True)
class Case:
    """``goes``: the channels that a sender is called for."""

    title: str
    event: str
    wishes: Mapping[str, Any]
    goes: tuple[str, ...]


CASES = (
    Case("nowhere: by no channel", URGENT, {"channels": []}, ()),
    Case("by SMS", URGENT, {"channels": ["sms"]}, ("sms",)),
    Case("by SMS and e-mail", URGENT, {"channels": ["sms", "email"]}, ("sms", "email")),
    Case("held for the quiet hours", URGENT, {"channels": ["sms", "email"], "quiet": ALWAYS}, ()),
    Case("security, by both in quiet hours", SECURITY, {"channels": [], "quiet": ALWAYS}, ("sms", "email")),
)


@dataclass(frozen=True, slots=True)
class Point:
    case: Case
    decided: Seen
    sent: tuple[Seen, ...]


def measure(made: World, cases: Sequence[Case] = CASES) -> list[Point]:
    front = made.front
    person = front.sign_in(front.register())
    return [_point(made, person, case, number) for number, case in enumerate(cases)]


def _point(made: World, person: Person, case: Case, number: int) -> Point:
    """A notice by itself; the environment has just done the same for another one (its keys are in the cache)."""
    from chalicelib.bootstrap import services

    made.front.ok("PATCH", "/api/v1/me", {"quiet": "none", **case.wishes}, token=person.token)
    person_id = PersonId(person.id)

    def told(notice_id: str) -> Point:
        with made.recorder.recording() as decided:
            services().deciding.decide(person_id, case.event, notice_id)
        sent = []
        for channel in case.goes:
            with made.recorder.recording() as one:
                services().sending.send(Outgoing(person_id, notice_id, channel), 1)
            sent.append(one)
        return Point(case, decided, tuple(sent))

    told(f"warm-{number}")
    return told(f"counted-{number}")


def report(points: Sequence[Point]) -> str:
    head = ("a notice that goes", "deciding: DynamoDB", "SNS", *SENDERS)
    return table(head, [_row(point) for point in points])


def _row(point: Point) -> tuple[object, ...]:
    sent = dict(zip(point.case.goes, point.sent, strict=True))
    senders = [_sender(sent[channel]) if channel in sent else "" for channel in CHANNELS]
    return (point.case.title, len(point.decided.of("dynamodb")), len(point.decided.of("sns")), *senders)


def _sender(seen: Seen) -> str:
    provider = len(seen.of("sns")) + len(seen.of("ses"))
    return f"{len(seen.of('dynamodb'))} / {len(seen.of('kms'))} / {provider}"


if __name__ == "__main__":
    with world() as started:
        print(report(measure(started)))
