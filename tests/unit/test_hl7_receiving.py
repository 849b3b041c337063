"""Messages of laboratories into the card (PRT-2): once each, in any order, nothing lost."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.identity import Role
from chalicelib.errors import ConflictError, OutcomeUnknownError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from tests.effort import tried
from tests.hl7_world import ANNA, BORIS, NEW, OTHER_SNILS, Hl7World, adt, obx, oru, request

pytestmark = pytest.mark.requirement("PRT-2")


@pytest.fixture
def world() -> Hl7World:
    world = Hl7World()
    world.known()
    world.office()
    return world


def test_a_result_is_in_the_card_as_a_laboratory_result(world: Hl7World) -> None:
    assert world.send(oru("1", obx("718-7", "145.0", bounds="130-160"))) == "AA"
    (row,) = world.rows_of()
    assert (row["kind"], row["client"], row["source"]) == ("laboratory-result", "lab", "connected")
    body = world.body(row)
    (value,) = body["values"]
    assert (value["value"], value["unit"], value["low"], value["high"]) == ("145.0", "g/L", "130", "160")
    assert (body["panel"], body["laboratory"]) == ("ОАК", "LAB1")
    assert body["provenance"]["sent_at"] == "2026-03-01T12:00:00+03:00"
    assert world.waiting() == []


def test_the_message_is_kept_as_it_came_under_the_keys_of_the_organisation(world: Hl7World) -> None:
    raw = oru()
    world.send(raw)
    (row,) = [row for key, row in world.tables.rows(Store.CARD).items() if key.sk.startswith("RAW#")]
    assert world.hl7_tools.original(world.office_again(), "clinic", row["id"], "hl7:open") == raw
    assert "expires" in row
    assert b"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd" not in world.tables.raw_bytes()


def test_the_same_again_gets_the_same_answer_and_does_nothing(world: Hl7World) -> None:
    world.send(oru())
    before, said = world.tables.rows(), world.said
    assert world.send(oru()) == "AA"
    assert world.tables.rows() == before
    assert said.split("\r")[1:] == world.said.split("\r")[1:]


def test_another_content_under_the_same_id_is_rejected(world: Hl7World) -> None:
    world.send(oru("1", obx("718-7", "145")))
    assert world.send(oru("1", obx("718-7", "99"))) == "AR"
    assert "ERR||MSH^1^10|205^" in world.said
    assert world.values() == {"Показатель 718-7": "145"}
    assert world.send(oru("1", obx("718-7", "99")), world.laboratory("other")) == "AA"  # its own ids


# --- one report, several messages


EARLY, MIDDLE, LATE = "20260301100000", "20260301120000", "20260301130000"
PRELIMINARY = oru("1", obx("718-7", "140", "P"), sent=EARLY, obr=request(EARLY, "P"))
FINAL = oru("2", obx("718-7", "145"), obx("789-8", "4.5"), sent=MIDDLE)
CORRECTED = oru("3", obx("789-8", "4.9", "C"), sent=LATE, obr=request(LATE, "C"))


def test_a_preliminary_report_becomes_final_and_is_corrected(world: Hl7World) -> None:
    for message in (PRELIMINARY, FINAL, CORRECTED):
        assert world.send(message) == "AA"
    assert world.values() == {"Показатель 718-7": "145", "Показатель 789-8": "4.9"}


@pytest.mark.parametrize("order", list(permutations((PRELIMINARY, FINAL, CORRECTED))))
def test_messages_in_any_order_end_in_the_same_result(world: Hl7World, order: tuple[bytes, ...]) -> None:
    for message in (*order, order[0]):
        assert world.send(message) == "AA"
    assert world.values() == {"Показатель 718-7": "145", "Показатель 789-8": "4.9"}
    live = [row for row in world.rows_of() if "deleted" not in row]
    assert len(live) == 1


def test_an_older_message_makes_no_version(world: Hl7World) -> None:
    world.send(FINAL)
    (row,) = world.rows_of()
    world.send(oru("9", obx("718-7", "1"), sent="20260301110000"))
    assert world.rows_of() == [row]


def test_what_the_laboratory_takes_back_is_gone_and_stays_gone(world: Hl7World) -> None:
    world.send(FINAL)
    gone = oru("4", obx("789-8", "", "D"), sent="20260301140000")
    assert world.send(gone) == "AA"
    assert world.values() == {"Показатель 718-7": "145"}
    world.send(oru("5", obx("789-8", "4.5"), sent="20260301110000"))
    assert world.values() == {"Показатель 718-7": "145"}


def test_a_whole_report_that_is_taken_back_is_marked(world: Hl7World) -> None:
    world.send(oru("1", obx("718-7", "145")))
    assert world.send(oru("2", obx("718-7", "145", "W"), sent="20260301150000")) == "AA"
    (row,) = world.rows_of()
    assert row["status"]["state"] == "withdrawn"
    assert world.resource(row)["status"] == "entered-in-error"


def test_a_report_taken_back_before_it_came_does_not_come(world: Hl7World) -> None:
    world.send(oru("2", obx("718-7", "145", "W"), sent="20260301150000"))
    world.send(oru("1", obx("718-7", "145")))
    assert world.rows_of() == []


def test_two_at_one_moment_are_both_there(world: Hl7World) -> None:
    lab = world.laboratory()
    late = oru("3", obx("789-8", "4.9", "C"), sent="20260301130000")
    report = keys.hl7_report("lab", world.hl7_tools.tag("lab", "report", "LIS|LAB1", "F1|57021-8"))
    commits: list[int] = []

    def meanwhile() -> None:
        if not commits:
            commits.append(1)
            assert world.tables.get(report) is None
            world.send(late, lab)

    world.tables.before_next_commit(lambda: None)
    real = world.gate.commit

    def commit(staged: Any, writes: Any, *rest: Any) -> Any:
        if any(isinstance(one, Put) and one.key == report for one in writes):
            meanwhile()
        return real(staged, writes, *rest)

    world.gate.commit = commit  # type: ignore[method-assign]
    assert world.send(FINAL, lab) == "AA"
    assert world.values() == {"Показатель 718-7": "145", "Показатель 789-8": "4.9"}


# --- whose it is


@pytest.mark.parametrize(
    "pid",
    [
        f"PID|1||{OTHER_SNILS}^^^SNILS||Иванова^Анна||19800512|F",
        "PID|1||||Иванова^Анна^Петровна||19800512|F",
        "PID|1||11223344596^^^SNILS||Иванова^Анна^Петровна||19800512|F",
    ],
)
def test_what_names_nobody_waits(world: Hl7World, pid: str) -> None:
    assert world.send(oru(pid=pid)) == "AA"
    assert "|W|unmatched^" in world.said
    assert world.rows_of() == []
    (entry,) = world.waiting()
    assert entry["reason"] == "unmatched"


@pytest.mark.parametrize(
    "pid",
    [
        "PID|1||11223344595^^^SNILS||Иванова^Анна^Петровна||19800513|F",
        "PID|1||11223344595^^^SNILS||Иванова^Мария^Петровна||19800512|F",
        "PID|1||11223344595^^^SNILS||Иванова^Анна^Петровна||19800512|M",
    ],
)
def test_a_number_whose_description_contradicts_waits(world: Hl7World, pid: str) -> None:
    assert world.send(oru(pid=pid)) == "AA"
    assert [entry["reason"] for entry in world.waiting()] == ["contradicts"]
    assert world.rows_of() == []
    told = world.said.partition("ERR|")[2].replace("2", "1")
    world.send(oru("2", pid="PID|1||08765430300^^^SNILS||Иванова^Анна^Петровна||19800513|F"))
    assert world.said.partition("ERR|")[2].replace("2", "1") == told  # as of a number that nobody has


def test_numbers_of_two_people_wait(world: Hl7World) -> None:
    world.known(BORIS, OTHER_SNILS)
    pid = f"PID|1||11223344595^^^SNILS~{OTHER_SNILS}^^^SNILS||Иванова^Анна^Петровна||19800512|F"
    assert world.send(oru(pid=pid)) == "AA"
    assert [entry["reason"] for entry in world.waiting()] == ["contradicts"]


def test_the_partner_s_own_number_is_enough_after_a_match(world: Hl7World) -> None:
    world.send(oru("1"))
    own = "PID|1||77^^^LAB1^MR||Иванова^Анна||19800512|F"
    assert (
        world.send(oru("2", obx("2345-7", "5"), pid=own, obr="OBR|1|P2|F2|2345-7^Глюкоза^LN||||||||||||||||||||HM|F"))
        == "AA"
    )
    assert world.values() == {"Показатель 718-7": "145", "Показатель 2345-7": "5"}
    assert world.send(oru("3", pid=own), world.laboratory("other")) == "AA"
    assert len(world.waiting()) == 1  # nobody else's number


def test_a_card_that_is_closed_to_the_organisation_takes_nothing(world: Hl7World) -> None:
    world.tables.commit([Put(keys.card(ANNA), {"state": "suspended", "ver": 2}, None)])
    assert world.send(oru()) == "AA"
    assert [entry["reason"] for entry in world.waiting()] == ["refused"]


def test_several_patients_each_by_themselves(world: Hl7World) -> None:
    second = oru(pid="PID|2||99^^^LAB1^MR||Сидоров^Пётр||19700101|M").split(b"\r", 1)[1]
    assert world.send(oru() + second) == "AA"
    assert len(world.rows_of()) == 1
    assert [entry["id"][-2:] for entry in world.waiting()] == ["-1"]


def test_a_report_that_no_row_has_room_for_waits_whole(world: Hl7World) -> None:
    raw = oru("1", *(obx(f"{number}-1", "1") for number in range(2_000)))
    assert world.send(raw) == "AA"
    (entry,) = world.waiting()
    assert entry["reason"] == "unfit"
    assert world.hl7_tools.original(world.office_again(), "clinic", entry["id"][:-2], "hl7:open") == raw


# --- the office


def test_a_registrar_says_whose_it_is_and_the_next_one_finds_it(world: Hl7World) -> None:
    own = "PID|1||A7^^^LAB1^MR||Ivanova^Anna||19800512|F"
    world.send(oru("1", pid=own))
    (entry,) = world.waiting()
    rita = world.office_again()
    shown = world.queue_office.opened(rita, entry["id"])
    assert (shown["patient"]["last_name"], shown["patient"]["results"]) == ("Ivanova", ["ОАК"])
    world.at_clinic()
    done = world.queue_office.bind(rita, entry["id"], ANNA, entry["version"])
    assert done["state"] == "done"
    assert world.values() == {"Показатель 718-7": "145"}
    assert world.waiting() == []
    world.send(oru("2", obx("789-8", "4"), pid="PID|1||A7^^^LAB1^MR||Иванова^Анна||19800512|F", sent="20260301130000"))
    assert set(world.values()) == {"Показатель 718-7", "Показатель 789-8"}


def test_a_message_that_cannot_be_read_waits_and_is_put_away(world: Hl7World) -> None:
    assert world.send(b"%PDF-1.7 no message") == "AE"
    (entry,) = world.waiting()
    assert entry["reason"] == "broken"
    rita = world.office_again()
    assert "%PDF" in world.queue_office.opened(rita, entry["id"])["text"]
    assert world.queue_office.reject(rita, entry["id"], "unreadable", 1)["state"] == "rejected"
    assert world.waiting() == []


def test_a_merge_is_a_wish_that_a_registrar_proposes(world: Hl7World) -> None:
    world.known(BORIS, OTHER_SNILS)
    hospital = world.laboratory("his", Role.CLINICAL_SYSTEM)
    assert world.send(adt("A40", "m1", "MRG|78^^^HOSP^MR"), hospital) == "AA"
    assert world.rows_of() == world.rows_of(BORIS) == []
    (entry,) = world.waiting()
    assert entry["reason"] == "merge-wish"
    done = world.queue_office.merge(world.office_again(), entry["id"], ANNA, BORIS, 1)
    assert world.tables.get(keys.merge(ANNA, done["merge_id"]))["state"] == "proposed"


def test_a_number_leads_to_the_card_that_goes_on_after_several_merges(world: Hl7World) -> None:
    """And who delivers by messages finds the patient among its own."""
    assert world.send(oru()) == "AA"
    assert world.row(keys.delivered_to("lab", ANNA))["patient"] == ANNA
    world.known(BORIS, OTHER_SNILS)
    world.known(NEW, "11223344595")
    for gone, stays in ((ANNA, BORIS), (BORIS, NEW)):
        world.tables.commit([Update(keys.profile(gone), {"state": "merged", "merged_into": stays})])
    assert world.send(oru("2", obx("718-7", "150"), obr=request("20260302", number="2"))) == "AA"
    assert [row["kind"] for row in world.rows_of(NEW)] == ["laboratory-result"]
    assert world.waiting() == []


def test_a_visit_of_a_clinical_system_is_one_record(world: Hl7World) -> None:
    hospital = world.laboratory("his", Role.CLINICAL_SYSTEM)
    assert world.send(adt("A01"), hospital) == "AA"
    assert world.send(adt("A08", "a2", sent="20260301130000"), hospital) == "AA"
    (row,) = [row for row in world.rows_of() if "deleted" not in row]
    assert world.resource(row)["status"] == "in-progress"


STRANGER = "PID|1||X5^^^HOSP^MR||Сидоров^Пётр^Ильич||19700101|M"


def test_whom_a_hospital_admits_and_nobody_knows_gets_a_card(world: Hl7World) -> None:
    world.patient(NEW)
    hospital = world.laboratory("his", Role.CLINICAL_SYSTEM)
    assert world.send(adt("A04", pid=STRANGER), hospital) == "AA"
    ((patient, condition),) = world.doors.asked
    assert patient["name"] == [{"use": "official", "family": "Сидоров", "given": ["Пётр", "Ильич"]}]
    assert condition == "identifier=urn:medkarta:hl7:HOSP|X5"
    assert [world.resource(row)["resourceType"] for row in world.rows_of(NEW)] == ["Encounter"]
    assert world.waiting() == []


@pytest.mark.parametrize(
    ("role", "event", "pid"),
    [
        (Role.CLINICAL_SYSTEM, "A08", STRANGER),
        (Role.LABORATORY, "A04", STRANGER),
        (Role.CLINICAL_SYSTEM, "A04", "PID|1||X5^^^HOSP^MR||Сидоров||19700101|M"),
        (Role.CLINICAL_SYSTEM, "A04", "PID|1||11223344595^^^SNILS||Сидоров^Пётр||19700101|M"),
    ],
)
def test_nothing_else_opens_a_card(world: Hl7World, role: Role, event: str, pid: str) -> None:
    assert world.send(adt(event, pid=pid), world.laboratory("his", role)) == "AA"
    assert (world.doors.asked, len(world.waiting())) == ([], 1)


def test_a_card_that_cannot_be_opened_leaves_the_message_waiting(world: Hl7World) -> None:
    world.doors.refuses = True
    assert world.send(adt("A01", pid=STRANGER), world.laboratory("his", Role.CLINICAL_SYSTEM)) == "AA"
    assert [entry["reason"] for entry in world.waiting()] == ["unmatched"]


# --- faults


@pytest.mark.parametrize("nth", range(1, 6))
@pytest.mark.parametrize("lost", [False, True])
def test_whatever_fails_nothing_is_lost_and_nothing_doubled(world: Hl7World, nth: int, *, lost: bool) -> None:
    lab, raw, count = world.laboratory(), oru("1", obx("718-7", "145")), [0]
    real = world.tables.commit

    def commit(writes: Any) -> None:
        count[0] += 1
        if count[0] == nth:
            if lost:
                real(writes)
                raise OutcomeUnknownError
            raise UnavailableError
        real(writes)

    world.tables.commit = commit
    try:
        answer = world.send(raw, lab)
    except (UnavailableError, OutcomeUnknownError):
        answer = "none"
    world.tables.commit = real
    if answer != "AA":
        assert world.send(raw, lab) == "AA"
    assert world.values() == {"Показатель 718-7": "145"}
    assert len(world.rows_of()) == 1
    assert world.waiting() == []


@settings(max_examples=tried(25), deadline=None)
@given(st.data())
def test_whatever_is_sent_is_kept_and_answered(data: st.DataObject) -> None:
    world = Hl7World()
    world.known()
    world.office()
    raw = bytearray(data.draw(st.sampled_from([oru("1"), adt("A08"), adt("A40", "1", "MRG|7^^^H^MR")])))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=6))
    hospital = world.laboratory("his", Role.CLINICAL_SYSTEM)
    answers = world.send(bytes(raw), hospital).split()
    kept = [key for key in world.tables.rows(Store.CARD) if key.sk.startswith("RAW#")]
    assert len(kept) <= len(answers)
    assert all(answer in {"AA", "AE", "AR"} for answer in answers)
    ids = [key.sk.split("#")[1] for key in kept]
    originals = [world.hl7_tools.original(world.office_again(), "clinic", one, "hl7:open") for one in ids]
    for piece in world.messages.split(bytes(raw)):
        assert piece in originals or "|205^" in world.said


def test_a_report_that_others_change_all_the_time_is_asked_for_again(world: Hl7World) -> None:
    lab = world.laboratory()
    world.send(oru("1"), lab)
    report = keys.hl7_report("lab", world.hl7_tools.tag("lab", "report", "LIS|LAB1", "F1|57021-8"))
    real = world.gate.commit

    def commit(staged: Any, writes: Any, *rest: Any) -> Any:
        if any(isinstance(one, Put) and one.key == report for one in writes):
            raise ConflictError
        return real(staged, writes, *rest)

    world.gate.commit = commit  # type: ignore[method-assign]
    assert world.send(CORRECTED, lab) == "AE"
    assert "207^" in world.said
    world.gate.commit = real  # type: ignore[method-assign]
    assert world.send(CORRECTED, lab) == "AA"
    assert world.values()["Показатель 789-8"] == "4.9"
