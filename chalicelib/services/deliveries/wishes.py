"""What a person wishes of notices, and what became of those that went outside, as the cabinet shows it (MSG-2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.deliveries import wishes_of
from chalicelib.domain.identity import Actor
from chalicelib.domain.texts import Topic
from chalicelib.domain.zones import is_zone
from chalicelib.errors import FieldProblem, InvalidFieldsError, NotFoundError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.crossings import tried
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Expect, Expected, Item, Store, Tables, Update, Write
from chalicelib.services.gate import Gate

SHOWN = ("notice", "event", "channel", "state", "reason", "at", "until", "tries", "instead")
KEPT_WISHES = ("language", "channels", "zone", "quiet", "topics")


class WishService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def change(self, actor: Actor, wishes: Mapping[str, Any]) -> Item:
        """Language, channels, zone, quiet hours, channels by topic; what is absent or None stays as it is.

        ``quiet``: ``{"from", "until"}`` as HH:MM, or "none". ``topics``: in the place of those there were. Raises
        InvalidFieldsError, NotFoundError. A new zone is told on: what was planned in the old one moves.
        """
        _check(wishes)
        key = keys.profile(actor.person_id)
        given = {name: wishes[name] for name in KEPT_WISHES if wishes.get(name) is not None}
        if given:
            tried(lambda: self._changed(actor, given))
        row = self._tables.get(key)
        if row is None:
            raise NotFoundError
        return {"language": row["language"], **wishes_of(row).shown()}

    def _changed(self, actor: Actor, given: Mapping[str, Any]) -> None:
        """A zone is told on unless the row has it already, and then it is only left as it was read: of two changes at
        one moment the last one is told on always. Raises ConflictError where somebody else was faster.
        """
        key = keys.profile(actor.person_id)
        change = {**given} | ({"quiet": _stored(given["quiet"])} if "quiet" in given else {})
        expect: Expected = Expect.PRESENT
        told: list[Write] = []
        if "zone" in given:
            row = self._tables.get(key)
            if row is None:
                raise NotFoundError
            before = row.get("zone")
            expect = {"zone": before} if before is not None else Expect.PRESENT
            if before != given["zone"]:
                now, event_id = self._clock(), self._gate.new_id()
                told = [happened(actor.person_id, event_id, "zone_changed", now, {"zone": given["zone"]})]
        event = Event(actor, "profile:change", actor.person_id, details={"fields": " ".join(sorted(given))})
        self._gate.commit([self._gate.stage(event)], [Update(key, change, expect=expect), *told])

    def deliveries(
        self, actor: Actor, limit: int, after: Item | None, notice_id: str
    ) -> tuple[list[Item], Item | None]:
        """What of one's notices went outside, newest first; with ``notice_id`` of that one alone."""
        event = Event(actor, "delivery:list", actor.person_id, resource_type="delivery", resource_id=notice_id)
        self._gate.record(event)
        prefix = keys.DELIVERIES + (f"{notice_id}#" if notice_id else "")
        found = self._tables.query(
            Store.CARD, keys.patient(actor.person_id), prefix, limit=limit, after=after, newest_first=True
        )
        return [{name: row[name] for name in SHOWN if name in row} for row in found.items], found.after


def _stored(quiet: Any) -> dict[str, str]:
    """Hours that end as they begin are none."""
    if quiet == "none":
        return {"start": "00:00", "end": "00:00"}
    return {"start": quiet["from"], "end": quiet["until"]}


def _check(wishes: Mapping[str, Any]) -> None:
    problems = []
    if wishes.get("zone") is not None and not is_zone(wishes["zone"]):
        problems.append(FieldProblem("/zone", "zone", "there is no such time zone"))
    quiet = wishes.get("quiet")
    if isinstance(quiet, Mapping) and quiet["from"] == quiet["until"]:
        problems.append(FieldProblem("/quiet/until", "quiet", "quiet hours end at another time than they begin"))
    if (wishes.get("topics") or {}).get(Topic.SECURITY.value) == []:
        problems.append(FieldProblem("/topics/security", "security", "notices about security cannot be switched off"))
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))
