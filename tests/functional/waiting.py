"""A freed slot that is offered, declined and withdrawn, and what stands in the lists of others: calls about places."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.functional.front import Front, Person
from tests.functional.test_schedules import OPEN, today


def freed(front: Front, waits: Person, books: Person) -> None:
    """One waits, the other cancels; the stream is the caller's to deliver."""

    def made(method: str, path: str, body: Any, token: str, **headers: str) -> Any:
        return front.ok(method, f"/api/v1{path}", body, token=token, Idempotency_Key=front.key(), **headers)

    organisation = front.organisation("Поликлиника № 7")
    registrar, doctor = front.staff("registrar", organisation), front.staff("doctor", organisation)
    form = {**OPEN, "member_id": doctor.member, "specialty": "neurology", "referral": False}
    schedule = made("POST", "/schedules", form, registrar.token)["schedule_id"]
    day = today() + timedelta(days=3)
    slot = front.ok("GET", f"/api/v1/schedules/{schedule}/slots?from={day}&to={day}", token=books.token)["items"][0]
    visit = made("POST", "/me/appointments", {"schedule_id": schedule, "start": slot["start"]}, books.token)
    made("POST", "/me/waiting-list", {"schedule_id": schedule, "first": str(day), "last": str(day)}, waits.token)
    made("POST", f"/me/appointments/{visit['id']}/cancellation", None, books.token, If_Match='W/"1"')
    front.ok("GET", f"/api/v1/schedules/{schedule}/waiting-list", token=registrar.token)


def kept(front: Front, patient: Person, doctor: Person) -> None:
    """A calendar, and a chat with a doctor: what an erasure has to give back."""
    form = {"member_id": doctor.member, "subject": "Вопрос", "text": "Когда прийти?"}
    front.ok("POST", f"/api/v1/chats/{patient.id}", form, token=patient.token, Idempotency_Key=front.key())
    feed = {"detail": "times", "language": "ru"}
    front.ok("POST", "/api/v1/me/calendars", feed, token=patient.token, Idempotency_Key=front.key())
