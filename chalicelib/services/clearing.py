"""What an erased person holds with others is given back, by ids and without a key (SPC-8).

The eraser closes the card; it may do no more in the card's table. These reactions to its row do the rest, a page at a
time: each run deletes what it read and leaves the event of the next one in the same transaction, so whoever is killed
goes on where it stood. After the card is closed nobody books, waits or writes for it, so nothing comes behind.

1 coming visits are cancelled, and their time is offered to the waiting list  2 all appointments, with their slots and
their places in schedules  3 entries of the waiting list, with their lines; a slot that was offered is passed on
4 addresses of calendars  5 lines of chats in doctors' lists  6 what partners' lists and numbers say of the card, and
what organisations asked of it  7 timers, what applications may, and what is about these things alone. Records stay as
they are: nobody can open them any more
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.domain.appointments import OPEN, Why
from chalicelib.domain.identity import SYS, PersonId, system_actor
from chalicelib.domain.resource_ids import ResourceId
from chalicelib.domain.waiting_list import State
from chalicelib.ports import Clock, Event, appointment_rows, keys, waiting_rows
from chalicelib.ports.appointment_rows import appointment_of, standing_of
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Item, Key, Store, Tables, Write
from chalicelib.services.gate import Gate, Staged

TASK = system_actor("clear_card")
PAGE = 15
"""Rows a run: an appointment is up to five writes, a transaction has a hundred."""
DELIVERIES = 10
"""Records of a run: each is in a client's lists by up to seven rows."""
RECORDS = ("R#", "V#")
REFRESH = "REFRESH#"
ALONE = (
    keys.TIMERS,
    "REFERRALUSE#",
    "VISITFORM#",
    "MUTED#",
    "UNREACHABLE#",
    "BOOKINGS",
    "WAITINGS",
    "FEEDS",
    keys.LEAVES,
    REFRESH,
    "NEEDMARKS",
    "NEEDHINTS",
)
"""Rows of the card that are deleted as they stand."""

Work = tuple[Sequence[Staged], Sequence[Write]]


class ClearingService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        passed_on: Callable[[Item], Sequence[Write]],
        clock: Clock,
    ) -> None:
        """``passed_on``: writes by which a slot that is held for somebody goes to the next (services/waiting_list/)."""
        self._gate = gate
        self._tables = tables
        self._passed_on = passed_on
        self._clock = clock
        self._parts: Sequence[tuple[str, Callable[[str, list[Item]], list[Write]]]] = (
            (keys.APPOINTMENTS, self._appointments),
            (keys.WAITING, self._entries),
            (keys.FEEDS, self._feeds),
            (keys.THREADS, self._chats),
            (keys.KNOWN_AS, self._known),
            (keys.TRANSFERS, self._transfers),
            *((prefix, self._delivered) for prefix in RECORDS),
            *((prefix, self._as_they_stand) for prefix in ALONE),
        )

    @property
    def reactions(self) -> dict[str, Callable[[Item], Work]]:
        """By the names that rows call them by: never rename."""
        return {"clear_card": self.begun, "clear_visits": self.visits, "clear_places": self.places}

    def begun(self, row: Item) -> Work:
        """Of an erasure: its person, and the cards that went into theirs."""
        people = [row["patient"], *row.get("absorbed", ())]
        return (), [self._then(one, "clear_visits") for one in people]

    def visits(self, row: Item) -> Work:
        """The next coming visit; the clinic's own system learns of it as of any other."""
        patient_id, now = row["patient"], self._clock()
        standing = standing_of(self._tables.get(keys.bookings(patient_id)))
        known = [keys.appointment(patient_id, one.id) for one in standing.open]
        rows = self._tables.get_many(known).values()
        found = next((one for one in map(appointment_of, rows) if one.state in OPEN), None)
        if found is None:
            return (), [self._then(patient_id, "clear_places", part=0)]
        event = Event(TASK, "appointment:cancel", SYS, resource_type="appointment", resource_id=found.id)
        cancelled = appointment_rows.released(found, Why.OTHER.value, standing, self._gate.new_id(), now)
        return [self._gate.stage(event)], [*cancelled, self._then(patient_id, "clear_visits")]

    def places(self, row: Item) -> Work:
        """A page of one part; then the next part. Of what stays it goes on after the last row (``after``)."""
        patient_id, part = row["patient"], int(row["part"])
        prefix, work = self._parts[part]
        pk, stays = keys.patient(patient_id), prefix in RECORDS
        after = {"pk": pk, "sk": row["after"]} if "after" in row else None
        limit = DELIVERIES if stays else PAGE
        page = self._tables.query(Store.CARD, pk, prefix, limit=limit, after=after)
        if page.items:
            reached: Item = {"after": page.items[-1]["sk"]} if stays else {}
            return (), [*work(patient_id, page.items), self._then(patient_id, "clear_places", part=part, **reached)]
        following = part + 1
        if following == len(self._parts):
            return (), ()
        return (), [self._then(patient_id, "clear_places", part=following)]

    # --- parts: writes that delete what was read

    def _appointments(self, patient_id: str, rows: list[Item]) -> list[Write]:
        found = [appointment_of(row) for row in rows]
        slots = [keys.slot(row["schedule"], row["start"]) for row in rows]
        places = [keys.appointment_place(one.schedule, one.id) for one in found]
        there = self._tables.get_many([*slots, *places])
        own = [key for key in there if there[key]["patient"] == patient_id]
        ids = {one.id for one in found}
        taken = [key for key in own if key in places or there[key].get("appointment") in ids]
        answered = [write for one in found for write in waiting_rows.answered(one)]
        return [*_deleted(rows), *(Delete(key, {"patient": patient_id}) for key in taken), *answered]

    def _entries(self, patient_id: str, rows: list[Item]) -> list[Write]:
        """Up to the first that has an offer: two people's rows may change with each."""
        writes: list[Write] = []
        for row in rows:
            writes += _deleted([row])
            if row["state"] == State.WAITING.value:
                writes += self._own([waiting_rows.line_of(row)], patient_id)
            if row["state"] == State.OFFERED.value:
                slot = self._tables.get(keys.slot(row["offer"]["schedule"], row["offer"]["start"]))
                if slot is not None and slot.get("entry") == row["id"] and slot["patient"] == patient_id:
                    return [*writes, *self._passed_on(slot)]
        return writes

    def _feeds(self, _: str, rows: list[Item]) -> list[Write]:
        return [*_deleted(rows), *(Delete(keys.feed_place(row["id"])) for row in rows)]

    def _chats(self, patient_id: str, rows: list[Item]) -> list[Write]:
        return [*_deleted(rows), *self._own([keys.chat_of(row["member"], row["id"]) for row in rows], patient_id)]

    def _known(self, patient_id: str, rows: list[Item]) -> list[Write]:
        named = [Key(Store.CARD, row["of"], row["row"]) for row in rows]
        return [*_deleted(rows), *self._own(named, patient_id)]

    def _transfers(self, patient_id: str, rows: list[Item]) -> list[Write]:
        asked = [keys.transfer_out(row["organisation"], row["id"]) for row in rows if row.get("organisation")]
        return [*_deleted(rows), *self._own(asked, patient_id)]

    def _delivered(self, patient_id: str, rows: list[Item]) -> list[Write]:
        """Lines of a client's lists: its patients, the Patients it sent, its resources by their identifiers."""
        wanted: dict[Key, None] = {}
        for row in rows:
            if not (client := row.get("client")):
                continue
            wanted[keys.delivered_to(client, patient_id)] = None
            wanted[keys.delivered_patient(client, patient_id)] = None
            name = str(ResourceId(PersonId(patient_id), row["kind"], row["id"]))
            for tag in row.get("tags", ()):
                wanted[keys.identified_one(client, row["resource_type"], tag, name)] = None
        return self._own([*wanted], patient_id)

    @staticmethod
    def _as_they_stand(_: str, rows: list[Item]) -> list[Write]:
        return _deleted(rows)

    # --- pieces

    def _own(self, wanted: list[Key], patient_id: str) -> list[Write]:
        """Of rows elsewhere those that name this person: after a merge they may be another card's."""
        there = self._tables.get_many(wanted)
        return [
            Delete(key, {name: patient_id})
            for key, row in there.items()
            for name in ("patient", "person")
            if row.get(name) == patient_id
        ]

    def _then(self, patient_id: str, reaction: str, **about: int | str) -> Write:
        return happened(PersonId(patient_id), self._gate.new_id(), reaction, self._clock(), about)


def _deleted(rows: Sequence[Item]) -> list[Write]:
    return [Delete(Key(Store.CARD, row["pk"], row["sk"])) for row in rows]
