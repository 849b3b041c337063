"""A scan's way through the function that reads it: what dies half-way, comes twice, or is gone (UX-3)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.recognition.confirmation import State
from chalicelib.domain.recognition.faults import Fault, UnreadableError
from chalicelib.domain.recognition.service import Offer
from chalicelib.errors import UnavailableError
from chalicelib.ports import Sealed, keys
from chalicelib.ports.recognition import HANDWRITING
from chalicelib.ports.tables import Put
from chalicelib.services.recognition.asking import FIRST_PICTURE, KEPT, Tools
from chalicelib.services.recognition.recognising import RecognisingService
from tests.recognition_world import LABORATORY, FakeRecogniser, page
from tests.world import ANNA, World

pytestmark = pytest.mark.requirement("UX-3")

ID, UPLOAD, KIND = "recognition", "upload", "laboratory-result"
ONCE, FOURTH = 1, 4


class Queue:
    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, patient_id: str, recognition_id: str) -> None:
        self.sent.append((patient_id, recognition_id))


class Reading(World):
    """A scan that lies among the documents of Anna's card, handed over; ``reader`` reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.patient()
        self.doctor = self.staff()
        self.reader = FakeRecogniser(LABORATORY, page([(10, "Лист 2")], number=2))
        self.asked: list[str] = []
        offer = Offer(local=True, handwriting=True, title={})
        self.tools = Tools(self.gate, self.tables, self.vault, self.keys, self.files, self.clock, offer)
        self.work = RecognisingService(self.tools, self.engine, {"г/л": "g/L"}, "Europe/Moscow")
        permit = self.gate.stage_private(system_actor("check_upload"), ANNA, "scan", UPLOAD, "upload:create").seal_with
        self.files.put("place", self.vault.seal(permit, 1, b"%PDF-"))
        upload = {"id": UPLOAD, "place": "place", "type": "application/pdf", "attached": "attached-document/d"}
        self.tables.commit([Put(keys.upload(ANNA, UPLOAD), {**upload, "state": "clean", "ver": 1})])
        self.hand_over()

    def engine(self, name: str) -> FakeRecogniser:
        self.asked.append(name)
        return self.reader

    def hand_over(self, **more: Any) -> None:
        row = {"id": ID, "patient": ANNA, "kind": KIND, "document": "d", "upload": UPLOAD, "by": "doctor"}
        row |= {"engine": "local", "state": "waiting", "at": "2026-01-01", "ver": 1, "react": []}
        row["expires"] = int((self.clock() + KEPT).timestamp())
        self.tables.commit([Put(keys.recognition(ANNA, ID), {**row, **more}, None)])

    def recognise(self, received: int = ONCE) -> dict[str, Any]:
        self.work.recognise(ANNA, ID, received)
        row: dict[str, Any] = self.tables.get(keys.recognition(ANNA, ID))  # type: ignore[assignment]
        return row

    def actions(self) -> list[str]:
        return [event.action for event in self.audit.events]


@pytest.fixture
def world() -> Reading:
    return Reading()


def test_a_scan_is_opened_after_its_entry_and_read_into_a_sealed_draft(world: Reading) -> None:
    row = world.recognise()
    assert (row["state"], row["read_by"], len(row["pages"])) == (State.READY, "fake", 2)
    said = world.actions()
    assert said.index("recognition:open") < said.index("recognition:draft")
    assert "Гемоглобин".encode() not in row["sealed"]
    assert set(world.files.objects) == {"place", f"recognition/{ANNA}/{ID}/1", f"recognition/{ANNA}/{ID}/2"}
    shown = world.tools.found(PersonId(ANNA), KIND, ID)
    assert shown["state"] == State.READY


def test_what_dies_between_two_pages_or_at_the_end_begins_again(world: Reading) -> None:
    put, left = world.files.put, [1]

    def dying(place: str, ciphertext: bytes) -> None:
        if not left:
            raise UnavailableError
        left.pop()
        put(place, ciphertext)

    world.files.put = dying  # type: ignore[method-assign]
    with pytest.raises(UnavailableError):
        world.recognise()
    world.files.put = put  # type: ignore[method-assign]
    read = world.reader.read

    def read_and_die(media_type: str, data: bytes) -> Any:
        world.tables.fail_next_commit()  # the last one: what was read is in memory alone
        return read(media_type, data)

    world.reader.read = read_and_die  # type: ignore[method-assign]
    with pytest.raises(UnavailableError):
        world.recognise()
    world.reader.read = read  # type: ignore[method-assign]
    row = world.recognise()
    assert row["state"] == State.READY
    permit = world.gate.permit_private(system_actor("recognise"), ANNA, "recognition", ID, "recognition:picture")
    for one in (1, 2):
        stored = world.files.objects[f"recognition/{ANNA}/{ID}/{one}"]
        assert world.vault.open(permit, Sealed(ID, FIRST_PICTURE + one, stored))
    assert world.recognise() == row  # it came once more
    assert world.reader.calls == 3


@pytest.mark.parametrize(
    ("engine", "fault"), [("local", Fault.GAVE_UP), (HANDWRITING, Fault.OUTSIDE)], ids=["local", "outside"]
)
def test_what_failed_three_times_says_so_and_is_not_opened_again(world: Reading, engine: str, fault: Fault) -> None:
    world.hand_over(engine=engine)
    row = world.recognise(FOURTH)
    assert (row["state"], row["fault"], world.reader.calls) == (State.FAILED, fault, 0)
    assert world.actions()[-1] == "recognition:fail"


def test_what_goes_outside_is_said_before_it_goes(world: Reading) -> None:
    world.hand_over(engine=HANDWRITING)
    world.reader.fault = UnavailableError()
    with pytest.raises(UnavailableError):
        world.recognise()
    assert world.asked == [HANDWRITING]
    assert world.actions()[-1] == "recognition:send"


def test_without_an_entry_nothing_is_opened(world: Reading) -> None:
    world.audit.fail_next()
    with pytest.raises(UnavailableError):
        world.recognise()
    assert world.reader.calls == 0


def test_a_refusal_a_scan_that_is_gone_and_pages_without_fields_each_say_why(world: Reading) -> None:
    world.reader.fault = UnreadableError(Fault.BLURRED, 2)
    assert (world.recognise()["fault"], world.recognise()["page"]) == (Fault.BLURRED, 2)
    world.hand_over()
    world.reader = FakeRecogniser(page([(10, "ничего похожего")]))
    assert world.recognise()["fault"] == Fault.NOTHING
    world.hand_over(upload="another")
    assert world.recognise()["fault"] == Fault.GONE


def test_a_card_that_was_erased_and_a_draft_that_is_over_are_left_alone(world: Reading) -> None:
    world.clock.advance(days=31)
    world.recognise()
    world.hand_over()
    world.keys.destroy(PersonId(ANNA), "erasure")
    world.recognise()
    assert world.reader.calls == 0


def test_a_new_row_puts_its_ids_into_the_queue(world: Reading) -> None:
    queue = Queue()
    (send,) = world.work.handing_over(queue).values()
    assert send({"patient": ANNA, "id": ID, "kind": KIND}) == ([], [])
    assert queue.sent == [(ANNA, ID)]


def test_what_is_due_goes_with_its_pages_and_again(world: Reading) -> None:
    world.recognise()
    for _ in range(2):
        staged, writes, again = world.work.look({"person": ANNA, "id": ID})
        world.gate.commit(staged, writes)
        assert again == ""
    assert set(world.files.objects) == {"place"}
    assert world.tables.get(keys.recognition(ANNA, ID)) is None
