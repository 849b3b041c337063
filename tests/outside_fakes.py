"""The world outside in memory: what was stored, printed, announced, sent and parked is kept for the test to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.identity import PersonId
from chalicelib.errors import NotFoundError
from chalicelib.ports.outgoing import Outgoing
from chalicelib.ports.parking import Parked
from tests.memory_tables import Faults


class FakeDocuments(Faults):
    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, ciphertext: bytes) -> None:
        self._fault()
        self.objects[key] = ciphertext

    def get(self, key: str) -> bytes:
        self._fault()
        if key not in self.objects:
            raise NotFoundError
        return self.objects[key]

    def delete(self, key: str) -> None:
        self._fault()
        self.objects.pop(key, None)


class FakePrinter(Faults):
    """The "PDF" is the content as JSON, so tests can read it; the same content gives the same bytes."""

    def render(self, template: str, content: Mapping[str, Any]) -> bytes:
        self._fault()
        return b"%PDF-fake\n" + json.dumps([template, content], sort_keys=True, ensure_ascii=False).encode()


class FakeNotifier(Faults):
    def __init__(self) -> None:
        super().__init__()
        self.published: list[tuple[PersonId, str, str]] = []

    def publish(self, person_id: PersonId, event: str, notice_id: str) -> None:
        self._fault()
        self.published.append((person_id, event, notice_id))


class FakeTally:
    def __init__(self) -> None:
        self.answers: list[tuple[str, bool]] = []
        """(channel, refused)"""

    def answered(self, channel: str, *, refused: bool) -> None:
        self.answers.append((channel, refused))


class FakeMessenger(Faults):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        """(phone, text)"""
        self.letters: list[tuple[str, str, str]] = []
        """(address, subject, text)"""

    def sms(self, phone: str, text: str) -> str:
        self._fault()
        self.texts.append((phone, text))
        return f"sms-{len(self.texts)}"

    def email(self, address: str, subject: str, text: str) -> str:
        self._fault()
        self.letters.append((address, subject, text))
        return f"email-{len(self.letters)}"


class FakeDispatcher(Faults):
    """The senders' queues: ``waiting`` is what was published and nobody took yet."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Outgoing] = []

    def publish(self, message: Outgoing) -> None:
        self._fault()
        self.waiting.append(message)


class FakeErasureQueue(Faults):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, int]] = []
        """(erasure id, delay in seconds)"""

    def send(self, erasure_id: str, delay: int = 0) -> None:
        self._fault()
        assert 0 <= delay <= 900
        self.sent.append((erasure_id, delay))


class FakeParking(Faults):
    """A queue in memory: what was taken is nobody else's until it is given back."""

    def __init__(self) -> None:
        super().__init__()
        self.parked: list[tuple[str, dict[str, Any]]] = []
        self.queue: dict[str, Mapping[str, Any]] = {}
        self._held: dict[str, int] = {}
        """How often a message was taken; negative while somebody has it."""
        self._count = 0

    def park(self, queue: str, payload: Mapping[str, Any]) -> None:
        self._fault()
        self.parked.append((queue, dict(payload)))
        self._count += 1
        self.queue[f"m{self._count}"] = dict(payload)

    def take(self, queue: str, most: int) -> list[Parked]:
        self._fault()
        free = [one for one in self.queue if self._held.get(one, 0) >= 0][:most]
        for one in free:
            self._held[one] = -self._held.get(one, 0) - 1
        return [Parked(one, -self._held[one], self.queue[one], one) for one in free]

    def give_back(self, queue: str, parked: Parked) -> None:
        self._fault()
        self._held[parked.id] = abs(self._held[parked.id])

    def end(self, queue: str, parked: Parked) -> None:
        self._fault()
        self.queue.pop(parked.handle, None)
