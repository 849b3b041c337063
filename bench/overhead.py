"""What the gate, the encryption and the log cost beside a bare read of the same rows; and encryption by itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from bench.table import table
from bench.timing import Times, Work, cpu_of, interleaved
from bench.world import Card, World

ROUNDS = 200
SIZES = {"1 KB": 1024, "16 KB": 16 * 1024, "1 MB": 1024 * 1024}
PAGE = 20


def measure(world: World, card: Card) -> dict[str, Times]:
    """``card`` holds at least 20 records. Two bare calls, and the two requests that answer with the same rows."""
    return interleaved(_works(world, card), ROUNDS)


def _works(world: World, card: Card) -> dict[str, Work]:
    """A bare read is the very call that the application makes last, sent by the same client."""
    from chalicelib.bootstrap import aws

    dynamodb, page = aws("dynamodb"), f"{card.results}?limit={PAGE}"

    def whole_list() -> None:
        world.front.ok("GET", page, token=world.doctor.token)

    def last_call(work: Work) -> Mapping[str, Any]:
        with world.recorder.recording() as seen:
            work()
        return seen.calls[-1].request

    def whole_read() -> None:
        world.read(card)

    whole_read()
    whole_list()
    get, query = last_call(whole_read), last_call(whole_list)
    return {
        "bare GetItem": lambda: dynamodb.get_item(**get),
        "doctor reads a record": whole_read,
        "bare Query of 20 rows": lambda: dynamodb.query(**query),
        "doctor lists 20 records": whole_list,
    }


def report(times: Mapping[str, Times]) -> str:
    rows = []
    for bare, whole in (
        ("bare GetItem", "doctor reads a record"),
        ("bare Query of 20 rows", "doctor lists 20 records"),
    ):
        for name in (bare, whole):
            t, base = times[name], times[bare]
            rows.append((name, t.median, t.p95, t.cpu, f"× {t.median / base.median:.1f}", f"× {t.cpu / base.cpu:.1f}"))
    return table(("", "median, ms", "95 %, ms", "own CPU, ms", "median to bare", "CPU to bare"), rows)


def encryption(world: World, card: Card) -> list[tuple[str, float, float, float, float]]:
    """CPU milliseconds by size: vault seals, vault opens, AES-256-GCM seals, AES-256-GCM opens."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from chalicelib.bootstrap import services
    from chalicelib.ports import Sealed

    writing, reading = permits(world, card)
    vault, aes, nonce = services().vault, AESGCM(os.urandom(32)), os.urandom(12)
    found = []
    for name, size in SIZES.items():
        plain = os.urandom(size)
        sealed = Sealed(writing.record_id, 1, vault.seal(writing, 1, plain))
        bare = aes.encrypt(nonce, plain, b"context")
        found.append(
            (
                name,
                cpu_of(lambda plain=plain: vault.seal(writing, 1, plain)),  # type: ignore[misc]
                cpu_of(lambda sealed=sealed: vault.open(reading, sealed)),  # type: ignore[misc]
                # A nonce is never used twice in earnest; here it makes the comparison the hardest one.
                cpu_of(lambda plain=plain: aes.encrypt(nonce, plain, b"context")),  # type: ignore[misc]
                cpu_of(lambda bare=bare: aes.decrypt(nonce, bare, b"context")),  # type: ignore[misc]
            )
        )
    return found


def permits(world: World, card: Card) -> tuple[Any, Any]:
    """Permits of the gate to write and to read one new laboratory result; the doctor asks as the API would let them."""
    from chalicelib.bootstrap import services
    from chalicelib.domain.access import Action
    from chalicelib.domain.identity import Actor, PersonId, Role
    from chalicelib.records.laboratory import LABORATORY_RESULT

    claims = services().signer.verify(world.doctor.token, purpose="access", audience="medkarta-api")
    doctor = Actor(
        PersonId(claims["sub"]),
        Role.DOCTOR,
        session_id=claims["sid"],
        member_id=claims["mid"],
        organisation_id=claims["org"],
        department=claims["dep"],
    )
    gate = services().gate
    of = (PersonId(card.patient.id), LABORATORY_RESULT, gate.new_id())
    writing = gate.admit_change(doctor, Action.CREATE, *of, version=1).seal_with
    return writing, gate.admit(doctor, Action.READ, *of)


def report_encryption(found: list[tuple[str, float, float, float, float]]) -> str:
    head = ("content", "vault seals", "vault opens", "AES-GCM seals", "AES-GCM opens", "vault adds, seal", "open")
    rows = [(n, _ms(seal), _ms(opens), _ms(a), _ms(b), _ms(seal - a), _ms(opens - b)) for n, seal, opens, a, b in found]
    return table(head, rows)


def _ms(value: float) -> str:
    return f"{value:.3f} ms"
