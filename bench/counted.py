"""Calls to AWS of the main requests, in three states of the environment that answers.

``new``: nothing is cached, as in a process that has just started. ``cold``: the environment has served the same request
for another patient, and sees this one for the first time. ``warm``: it has just served this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.calls import Seen
from bench.table import table
from bench.world import PRESCRIPTION, RESULT, Card, World
from tests.functional.front import PASSWORD

RECORDS = 25  # more than the page of 20 that is asked for
STATES = ("new", "cold", "warm")
PHARMACIST = {"name": "Фёдорова Мария Ивановна", "number": "77-12345"}

Step = tuple[str, Callable[[Card], object]]
"""Name of one request, and the request. A step without a name prepares the next one and is not counted."""

Counted = Mapping[str, Mapping[str, Seen]]
"""Calls by name of the request and by state."""


@dataclass
class Requests:
    """The requests, each for either of two cards."""

    world: World
    pharmacy: str
    """Access token."""

    def all(self) -> list[list[Step]]:
        return [
            [("doctor reads a record", self.world.read)],
            [("doctor lists 20 records", self.list)],
            [("doctor writes a record", self.world.create)],
            [("doctor amends a record", self.amend)],
            [("patient reads the overview", self.overview)],
            [
                ("sign in: password", self.password),
                ("sign in: send code", self.send_code),
                ("sign in: code", self.enter_code),
            ],
            [("pharmacy verifies", self.verify)],
            [("pharmacy dispenses", self.dispense)],
        ]

    def list(self, card: Card) -> None:
        found = self.world.front.ok("GET", f"{card.results}?limit=20", token=self.world.doctor.token)
        if len(found["items"]) != 20:  # noqa: PLR2004
            raise RuntimeError("the list is too short to measure")

    def amend(self, card: Card) -> None:
        tag = f'W/"{card.version}"'
        self.world.front.ok("PUT", card.record, RESULT, token=self.world.doctor.token, If_Match=tag)
        card.version += 1

    def overview(self, card: Card) -> None:
        self.world.front.ok("GET", f"/api/v1/patients/{card.patient.id}/overview", token=card.patient.token)

    def password(self, card: Card) -> None:
        login = {"login": card.patient.phone, "password": PASSWORD}
        card.challenge = self.world.front.ok("POST", "/api/v1/sessions", login)["challenge_id"]

    def send_code(self, card: Card) -> None:
        self.world.front.ok("POST", f"/api/v1/sessions/{card.challenge}/sms")

    def enter_code(self, card: Card) -> None:
        given = {"factor": "sms", "code": self.world.front.code(card.patient.phone), "role": "patient"}
        self.world.front.ok("POST", f"/api/v1/sessions/{card.challenge}/factor", given)

    def prescribe(self, card: Card) -> None:
        base = f"/api/v1/patients/{card.patient.id}/prescriptions"
        front = self.world.front
        made = front.ok("POST", base, PRESCRIPTION, token=self.world.doctor.token, Idempotency_Key=front.key())
        card.code = front.ok("GET", f"{base}/{made['id']}", token=card.patient.token)["body"]["qr"]

    def verify(self, card: Card) -> None:
        self.world.front.ok("POST", "/api/v1/prescriptions/verify", {"code": card.code}, token=self.pharmacy)

    def dispense(self, card: Card) -> None:
        body = {"code": card.code, "drugs": [{"line": 1, "packs": 1}], "pharmacist": PHARMACIST}
        front, tag = self.world.front, f'W/"{card.code_version}"'
        path = "/api/v1/prescriptions/dispense"
        front.ok("POST", path, body, token=self.pharmacy, If_Match=tag, Idempotency_Key=front.key())
        card.code_version += 1


def count(world: World) -> Counted:
    """Make two cards and count every request in every state. Uses the doctor's session of ``world``."""
    requests = Requests(world, world.front.pharmacy()[0])
    other, card = world.card(1), world.card(RECORDS)
    for each in (other, card):
        requests.prescribe(each)
    for _ in range(RECORDS):
        world.create(other)
    counted: dict[str, dict[str, Seen]] = {}
    for steps in requests.all():
        for state in STATES:
            for name, seen in _in_state(world, steps, state, card, other).items():
                counted.setdefault(name, {})[state] = seen
    return counted


def _in_state(world: World, steps: Sequence[Step], state: str, card: Card, other: Card) -> dict[str, Seen]:
    """``warm`` follows ``cold``, which has left the environment as it wants it."""
    if state == "cold":
        world.new_environment()
        for _, request in steps:
            request(other)
    found = {}
    for name, request in steps:
        if state == "new":
            world.new_environment()
        with world.recorder.recording() as seen:
            request(card)
        found[name] = seen
    return found


def report(counted: Counted) -> str:
    rows = [
        (name, *(_short(seen) for seen in states.values()), _operations(states["warm"]))
        for name, states in counted.items()
    ]
    more = [
        (name, _operations(states["cold"], states["warm"]), _operations(states["new"], states["cold"]))
        for name, states in counted.items()
    ]
    head = ("request", "new environment", "cold patient", "warm", "calls when warm")
    return "\n\n".join(
        [
            "DynamoDB + KMS + other calls, all one after another:",
            table(head, rows),
            "What a cold patient adds to warm, and a new environment to that:",
            table(("request", "a cold patient adds", "a new environment adds"), more),
        ]
    )


def _short(seen: Seen) -> str:
    dynamodb, kms = len(seen.of("dynamodb")), len(seen.of("kms"))
    return f"{dynamodb} + {kms} + {len(seen.calls) - dynamodb - kms}"


def _operations(seen: Seen, less: Seen | None = None) -> str:
    """Operations with their numbers, without those that ``less`` has too."""
    have = less.counts() if less else {}
    shown = []
    for name, number in seen.counts().items():
        extra = number - have.get(name, 0)
        if extra > 0:
            service, _, operation = name.partition(".")
            said = operation if service == "dynamodb" else f"{service} {operation}"
            shown.append(said if extra == 1 else f"{extra} × {said}")
    return ", ".join(shown) or "–"
