"""Many clients on few slots: who gets one, how often they try, and what a booking asks of AWS (APT-1).

The first part goes through the front door, one booking after another; the second through the service with the real
tables, many threads at once: what has to be shown is the transaction, and 200 sign-ins would hide it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from bench.calls import Seen
from bench.table import table
from bench.world import World
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import MedkartaError, SlotTakenError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, every_row
from tests.appointment_world import EVERY_DAY, RULE, AppointmentWorld

CLIENTS, SLOTS, AT_ONCE = 200, 20, 40
RUSH, ALONE = "bench-rush", "bench-alone"
CROSSED = {"ConditionalCheckFailed", "TransactionConflict"}


class Emulated(AppointmentWorld):
    """The clinic of the tests over the emulator's tables."""

    def make_tables(self) -> Any:
        from chalicelib.bootstrap import services

        return services().tables


@dataclass
class Rush:
    """``tries``: of each winner until they had a slot. ``crossed``: transactions that were cancelled, by the reason."""

    won: dict[str, str] = field(default_factory=dict)
    tries: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    crossed: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    alone: Seen
    moved: Seen
    cancelled: Seen
    rush: Rush


def measure(made: World, clients: int = CLIENTS, slots: int = SLOTS) -> Measured:
    world = Emulated()
    now = datetime.now(tz=world.clock().tzinfo)
    world.clock.now = now
    world.schedule(ALONE, rules=[{**RULE, "weekdays": EVERY_DAY}])
    return Measured(*_alone(made, world), _rush(world, clients, slots))


def _alone(made: World, world: Emulated) -> tuple[Seen, Seen, Seen]:
    """A booking, a move and a cancellation through the front door, all warm."""
    front, patient = made.front, made.front.patient()
    token = front.fresh(patient.token)
    seen: list[Seen] = []

    def call(method: str, path: str, body: Any, **headers: str) -> Any:
        with made.recorder.recording() as calls:
            answer = front.ok(method, "/api/v1/me/appointments" + path, body, token=token, **headers)
        seen.append(calls)
        return answer

    for day in (4, 6):  # the first time warms up
        seen.clear()
        start = world.at(day).isoformat()
        body = {"schedule_id": ALONE, "start": start, "reason": "Болит спина"}
        booked = call("POST", "", body, Idempotency_Key=front.key())
        to = {"start": world.at(day + 1).isoformat()}
        call("PUT", f"/{booked['id']}/time", to, If_Match='W/"1"')
        call("POST", f"/{booked['id']}/cancellation", None, If_Match='W/"2"')
    first, second, third = seen
    return first, second, third


def _rush(world: Emulated, clients: int, slots: int) -> Rush:
    day = world.at(2).date().isoformat()
    hours = {"weekdays": EVERY_DAY, "start": "09:00", "end": f"{9 + slots // 2:02d}:00"}
    world.schedule(RUSH, rules=[{**RULE, **hours, "valid_from": day, "valid_until": day}])
    people = [world.patient(PersonId(f"bench-{number}")) for number in range(clients)]
    rush, lock = Rush(), threading.Lock()
    _watched(rush, lock)
    begun = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda client: _client(world, rush, lock, *client), enumerate(people)))
    rush.seconds = perf_counter() - begun
    stored = every_row(world.tables, Store.CARD, keys.schedule_rows(RUSH), keys.SLOT)
    rush.rows = sum(row["state"] == "booked" for row in stored)
    return rush


def _client(world: Emulated, rush: Rush, lock: threading.Lock, number: int, who: Actor) -> None:
    """Everybody wants one of the first slots; who is too late takes the nearest that they are told."""
    wanted: datetime | None = world.at(2) + timedelta(minutes=30 * (number % 5))
    tries = 0
    while wanted is not None:
        tries += 1
        try:
            form = world.form(wanted, RUSH)
            made, _ = world.appointments.book(who, form, f"bench-{number:04d}-{tries:012d}")
        except SlotTakenError as error:
            near = error.extra["nearest"]
            wanted = datetime.fromisoformat(near[number % len(near)]) if near else None
            outcome = error.code
        except MedkartaError as error:  # it was crossed too often; the client tries again
            outcome = error.code
        else:
            with lock:
                rush.won[made["start"]] = made["id"]
                rush.tries.append(tries)
            return
        with lock:
            rush.refused[outcome] += 1


def _watched(rush: Rush, lock: threading.Lock) -> None:
    from chalicelib.bootstrap import aws

    def answered(*, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        reasons = {str(reason.get("Code", "")) for reason in parsed.get("CancellationReasons", ())} & CROSSED
        with lock:
            rush.calls[model.name] += 1
            rush.crossed.update(sorted(reasons)[:1])

    aws("dynamodb").meta.events.register("after-call.dynamodb", answered, unique_id="bench-rush")


def report(measured: Measured) -> str:
    rush = measured.rush
    alone = [
        (name, len(seen.of("dynamodb")), len(seen.of("kms")), " ".join(seen.of("dynamodb")))
        for name, seen in (("booking", measured.alone), ("move", measured.moved), ("cancellation", measured.cancelled))
    ]
    tries = sorted(rush.tries)
    crowd = [
        ("clients, slots", f"{CLIENTS}, {SLOTS}"),
        ("winners", len(rush.tries)),
        ("slots with an owner, in the table", rush.rows),
        ("slots with two owners", len(rush.tries) - len(rush.won)),
        ("tries of a winner, median and most", f"{tries[len(tries) // 2]}, {tries[-1]}"),
        *((f"answers: {code}", count) for code, count in sorted(rush.refused.items())),
        *((f"transactions cancelled: {code}", count) for code, count in sorted(rush.crossed.items())),
        *((f"calls: {name}", count) for name, count in sorted(rush.calls.items())),
        ("seconds", rush.seconds),
    ]
    through = table(("through the front door, warm", "DynamoDB calls", "KMS calls", "which"), alone)
    return through + "\n\n" + table(("at once", "count"), crowd)


def main() -> None:
    """``python -m bench.appointments``: this part alone."""
    from bench.world import world

    with world() as made:
        print(report(measure(made)))


if __name__ == "__main__":
    main()
