"""Two clients of the running system who want one slot in the same moment: one gets it (APT-1)."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docs.journeys.client import Person, System
from tests.emulator.running import Running

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("emulator"),
    pytest.mark.requirement("APT-1"),
    pytest.mark.timeout(600),  # the whole system starts in the first test's time, perhaps on a busy machine
]


def test_one_slot_one_owner(running: Running) -> None:
    system = System(running.url)
    people = [system.with_card(), system.with_card()]
    schedule = system.call(200, "GET", "/schedules?specialty=therapy", who=people[0])["items"][0]["schedule_id"]
    first = datetime.now(UTC).date() + timedelta(days=2)
    days = f"from={first}&to={first + timedelta(days=3)}"
    slots = system.call(200, "GET", f"/schedules/{schedule}/slots?{days}", who=people[0])["items"][:3]
    assert len(slots) == 3
    for slot in slots:
        answers = at_once(running.url, people, schedule, slot["start"])
        assert sorted(status for status, _ in answers) == [201, 409], answers
        refused = next(body for status, body in answers if status == 409)
        assert refused["code"] == "slot-taken"
        for who in people:  # and it is free for the next round
            for one in system.call(200, "GET", "/me/appointments", who=who)["items"]:
                tag = {"If-Match": f'W/"{one["version"]}"'}
                system.call(200, "POST", f"/me/appointments/{one['id']}/cancellation", who=who, headers=tag)


def at_once(url: str, people: list[Person], schedule: str, start: str) -> list[tuple[int, Any]]:
    with ThreadPoolExecutor(len(people)) as pool:
        return [*pool.map(lambda who: book(url, who, schedule, start), people)]


def book(url: str, who: Person, schedule: str, start: str) -> tuple[int, Any]:
    request = urllib.request.Request(
        url + "/api/v1/me/appointments",
        data=json.dumps({"schedule_id": schedule, "start": start}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {who.token}",
            "Idempotency-Key": secrets.token_hex(16),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
