"""Something to look at in the demo hospital: a visit to come with its reminders, somebody who waits, and a chat.

The first patient has a visit at the therapist's; the second waits for the same doctor. Whoever cancels the visit sees
its time offered to the one who waits.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.demo import Api

AHEAD = timedelta(days=3)
"""The visit is in some days: far enough to be moved, and reminded of twice."""
WAITS = timedelta(days=20)
REASON = "Давление по утрам выше 140, хочу показать дневник"
SUBJECT = "Давление"
QUESTION = "Пётр Петрович, утром бывает 142 на 88. Продолжать метформин в той же дозе до приёма?"
ANSWER = "Да, доза прежняя. Измеряйте утром и вечером и приходите с дневником."


@dataclass(frozen=True, slots=True)
class Cast:
    """Access tokens, and where the visit is: ids of a schedule and of its doctor's membership."""

    patient_id: str
    patient: str
    waiting: str
    doctor: str
    member_id: str
    schedule_id: str


def arrange(api: Api, cast: Cast) -> None:
    """Raises RuntimeError when a call is refused."""
    _visit(api, cast)
    _wait(api, cast)
    _chat(api, cast)


def _visit(api: Api, cast: Cast) -> None:
    first = (datetime.now(UTC) + AHEAD).date()
    days = f"from={first}&to={first + timedelta(days=7)}"
    slots = api.call("GET", f"/api/v1/schedules/{cast.schedule_id}/slots?{days}&limit=10", None, cast.patient)["items"]
    wish = {"schedule_id": cast.schedule_id, "start": slots[-1]["start"], "reason": REASON}
    _made(api, "/me/appointments", wish, cast.patient)


def _wait(api: Api, cast: Cast) -> None:
    last = (datetime.now(UTC) + WAITS).date().isoformat()
    _made(api, "/me/waiting-list", {"schedule_id": cast.schedule_id, "last": last}, cast.waiting)


def _chat(api: Api, cast: Cast) -> None:
    chats = f"/chats/{cast.patient_id}"
    begun = _made(api, chats, {"member_id": cast.member_id, "subject": SUBJECT, "text": QUESTION}, cast.patient)
    _made(api, f"{chats}/{begun['id']}/messages", {"text": ANSWER}, cast.doctor)


def _made(api: Api, path: str, body: Mapping[str, Any], token: str) -> Any:
    return api.post(path, body, token, Idempotency_Key=secrets.token_hex(16))
