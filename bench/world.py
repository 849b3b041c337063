"""The system under measurement: the real application in this process, the emulator of AWS in one beside it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.calls import Recorder
from local.emulator import Emulator
from local.outbox import Outbox
from tests.functional.front import Front, Person

SERVICES = ("dynamodb", "kms", "s3", "sns", "sqs", "ses")
RESULT: dict[str, Any] = {
    "occurred_at": "2026-03-02T08:00:00+03:00",
    "laboratory": "КДЛ поликлиники № 1",
    "category": "biochemistry",
    "panel": "Биохимический анализ крови",
    "values": [
        {"name": "Глюкоза", "loinc": "14771-0", "value": "8.4", "unit": "mmol/L", "low": "3.9", "high": "6.1"},
        {"name": "Гликированный гемоглобин", "loinc": "4548-4", "value": "7.9", "unit": "%", "high": "6.0"},
        {"name": "Креатинин", "loinc": "14682-9", "value": "81", "unit": "umol/L", "low": "58", "high": "96"},
    ],
}
"""A usual laboratory result."""

PRESCRIPTION: dict[str, Any] = {
    "occurred_at": "2026-08-12T10:40:00+03:00",
    "doctor_name": "Петров Пётр Петрович",
    "form": "107-1/у",
    "validity": "60d",
    "drugs": [
        {
            "inn": "Метформин",
            "atc": "A10BA02",
            "form": "таблетки",
            "strength": "1000 мг",
            "dosage": "по 1 таблетке 2 раза в день во время еды",
            "packs": 10,
        }
    ],
    "diagnosis": {"code": "E11.9", "text": "Сахарный диабет 2 типа без осложнений", "role": "main"},
}


class EmulatedFront(Front):
    """The front door of the tests, with codes from the emulator's outbox in place of moto's."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._outbox = Outbox(url)

    def code(self, to: str) -> str:
        newest = next(message for message in self._outbox.messages() if message.to == to)
        return str(re.findall(r"\b\d{6}\b", newest.text)[-1])


@dataclass
class Card:
    """A patient whose card the doctor may read and write."""

    patient: Person
    results: str
    """Path of the laboratory results."""
    record: str = ""
    """Path of one of them."""
    version: int = 1
    code: str = ""
    """Text of the QR code of a prescription."""
    code_version: int = 1
    challenge: str = ""


@dataclass
class World:
    front: EmulatedFront
    url: str
    environment: Mapping[str, str]
    doctor: Person
    recorder: Recorder = field(default_factory=Recorder)

    def new_environment(self) -> None:
        """Forget all that the process has cached: everything of that kind hangs on the services."""
        from chalicelib import bootstrap

        bootstrap.services.cache_clear()

    def card(self, records: int) -> Card:
        """A new card with consent to the doctor and ``records`` laboratory results (at least one)."""
        patient = self.front.patient()
        self.front.consent(patient, self.doctor)
        card = Card(patient, f"/api/v1/patients/{patient.id}/laboratory-results")
        for _ in range(records):
            card.record = f"{card.results}/{self.create(card)['id']}"
        return card

    def create(self, card: Card) -> dict[str, Any]:
        made: dict[str, Any] = self.front.ok(
            "POST", card.results, RESULT, token=self.doctor.token, Idempotency_Key=self.front.key()
        )
        return made

    def read(self, card: Card) -> None:
        self.front.ok("GET", card.record, token=self.doctor.token)


@contextmanager
def world() -> Iterator[World]:
    """Start the emulator, deploy the real template into it and let a doctor sign in. Changes ``os.environ``."""
    from local.stack import deploy

    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(Path(folder), autosave=3600)
        emulator.start()
        try:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                del os.environ[name]
            os.environ.update(emulator.environment())
            import boto3

            client: Any = boto3.client
            environment = {**emulator.environment(), **deploy(client, "http://localhost:8000").environment()}
            os.environ.update(environment)
            yield _peopled(emulator.url, environment)
        finally:
            emulator.stop()


def _peopled(url: str, environment: Mapping[str, str]) -> World:
    from chalicelib.bootstrap import aws

    front = EmulatedFront(url)
    made = World(front, url, environment, front.staff("doctor"))
    for client in (*map(aws, SERVICES), aws("sns", 1), aws("ses", 1)):
        made.recorder.watch(client)
    return made
