"""What a reaction could not do is parked, mended, and run again: once, whatever dies on the way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.errors import InvalidFieldsError, UnavailableError
from chalicelib.handlers import events
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from chalicelib.services.reactions import ReactionService
from chalicelib.services.redriving import RedrivingService
from chalicelib.storage.values import encode
from tests.outside_fakes import FakeParking
from tests.world import ANNA, PROTOCOL, World

KEY = "0123456789abcdef"


class Hall(World):
    """A record whose printing fails, with the stream's function and the operator."""

    def __init__(self) -> None:
        super().__init__()
        self.parking = FakeParking()
        self._seen: set[tuple[keys.Key, Any]] = set()
        self.redriving = RedrivingService(self.gate, self.tables, self.parking, self._react, self.clock)
        self.reactions = ReactionService(self.reactions._t, {**self.others, **self.redriving.reactions})
        self.anna, self.doctor = self.patient(), self.staff()
        self.consent(self.doctor)
        self.record = self.records.create(self.doctor, ANNA, KIND, PROTOCOL, KEY)[0]["id"]

    def _react(self, name: str, row: dict[str, Any]) -> bool:
        return self.reactions.run(name, row)

    def stream(self, *, replayed: bool = False) -> None:
        """Every row as it was written, once; ``replayed``: once more all that stand."""
        for key, row in list(self.tables.rows(Store.CARD).items()):
            if (key, row.get("ver")) in self._seen and not replayed:
                continue
            self._seen.add((key, row.get("ver")))
            image = {"eventName": "MODIFY", "dynamodb": {"NewImage": encode(row), "SequenceNumber": "1"}}
            assert events._react(image) is None

    def breakdown(self, tries: int = events.TRIES) -> None:
        """The printing of the record fails ``tries`` times."""
        self.files.fail_next(tries)
        self.stream()

    @property
    def waiting(self) -> list[dict[str, Any]]:
        return list(self.redriving.waiting())

    def amend(self, text: str) -> None:
        self.records.amend(self.doctor, ANNA, KIND, self.record, {**PROTOCOL, "conclusion": text}, 1)


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    made = Hall()
    stands = SimpleNamespace(reactions=made.reactions, parking=made.parking, redriving=made.redriving)
    monkeypatch.setattr(events, "services", lambda: stands)
    return made


def operator(**said: Any) -> dict[str, Any]:
    return events.redrive_parked(said, None)


@pytest.mark.requirement("REC-3", "AUD-1")
def test_what_failed_is_parked_and_run_again_once(hall: Hall) -> None:
    hall.breakdown()
    [parked] = operator(do="list")["parked"]
    assert (parked["reaction"], parked["error"], parked["readable"]) == ("issue_document", "unavailable", True)
    assert not hall.files.objects
    assert operator(do="redrive") == {"redriven": 1, "left": []}
    hall.stream()
    hall.stream(replayed=True)
    assert len(hall.files.objects) == 1
    assert hall.inbox(hall.anna) == ["new_record"]
    assert hall.documents.download(hall.anna, ANNA, KIND, hall.record).startswith(b"%PDF")
    [entry] = hall.entries("reaction:redrive")
    assert (entry.subject, entry.actor.session_id, entry.reason) == ("sys", "operator", "unavailable")
    assert not hall.waiting


def test_what_fails_again_waits_again_as_what_it_was(hall: Hall) -> None:
    hall.breakdown()
    before = hall.parking.queue.copy()
    for _ in range(3):
        operator(do="redrive")
        hall.breakdown()
    [(_, was)], [(_, now)] = before.items(), hall.parking.queue.items()
    assert was == now
    assert not hall.files.objects


def test_a_reaction_that_had_run_meanwhile_makes_nothing_twice(hall: Hall) -> None:
    hall.breakdown()
    hall.pump()
    made, entries = dict(hall.files.objects), len(hall.entries("document:create"))
    operator(do="redrive")
    hall.stream()
    assert (hall.files.objects, len(hall.entries("document:create"))) == (made, entries)


@pytest.mark.parametrize("fault", ["audit", "commit", "end"])
def test_a_redrive_that_dies_is_repeated_and_does_it_once(hall: Hall, fault: str) -> None:
    hall.breakdown()
    if fault == "audit":
        hall.audit.fail_next()
    elif fault == "commit":
        hall.tables.fail_next_commit()
    else:
        taken = hall.parking.take("parked", 9)
        hall.parking.give_back("parked", taken[0])
        real, hall.parking.end = hall.parking.end, lambda *_: (_ for _ in ()).throw(UnavailableError())
    assert operator(do="redrive")["error"] == "unavailable" or fault == "audit"
    if fault == "end":
        hall.parking.end = real  # type: ignore[method-assign]
    assert len(hall.waiting) == 1
    assert operator(do="redrive") == {"redriven": 1, "left": []}
    hall.stream()
    hall.stream(replayed=True)
    assert len(hall.files.objects) == 1
    assert len(hall.entries("reaction:redrive")) == 1


def test_of_an_earlier_version_only_what_still_counts_is_done(hall: Hall) -> None:
    hall.breakdown()
    hall.amend("Пневмония")
    hall.stream()
    operator(do="redrive")
    hall.stream()
    pdf = hall.documents.download(hall.anna, ANNA, KIND, hall.record)
    assert "Пневмония".encode() in pdf
    assert len(hall.files.objects) == 1
    assert not hall.waiting


def test_what_cannot_be_read_stays_until_it_is_given_up(hall: Hall) -> None:
    hall.parking.park("parked", {})
    hall.parking.park("parked", {"reaction": "issue_document", "pk": "P#anna", "sk": "R#x#1", "version": "one"})
    assert operator(do="redrive") == {"redriven": 0, "left": ["m1", "m2"]}
    assert operator(do="discard", ids=["m1"])["error"] == "invalid-fields"
    assert operator(do="discard", reason="superseded")["error"] == "invalid-fields"
    assert operator(do="discard", ids=["m1", "another"], reason="cannot-be-done") == {"discarded": 1}
    assert [line["id"] for line in hall.waiting] == ["m2"]
    assert [entry.reason for entry in hall.entries("reaction:discard")] == ["cannot-be-done"]


def test_a_row_whose_time_is_over_and_an_erased_person_need_nothing(hall: Hall) -> None:
    hall.breakdown()
    gone = {"reaction": "new_record", "pk": "P#anna", "sk": "EVENT#gone", "version": 1, "patient": ANNA}
    hall.parking.park("parked", gone)
    hall.keys.destroy(ANNA, "entry")
    assert operator(do="redrive") == {"redriven": 2, "left": []}
    hall.stream()
    assert not hall.files.objects
    assert not hall.waiting


def test_chosen_ones_alone_are_run_again(hall: Hall) -> None:
    hall.breakdown()
    hall.parking.park("parked", dict(next(iter(hall.parking.queue.values()))))
    assert operator(do="redrive", ids=["m2"]) == {"redriven": 1, "left": []}
    assert [line["id"] for line in hall.waiting] == ["m1"]
    operator(do="redrive")
    hall.stream()
    assert len(hall.files.objects) == 1


def test_a_wrong_word_is_answered(hall: Hall) -> None:
    assert operator(do="everything")["error"] == operator()["error"] == "invalid-fields"
    with pytest.raises(InvalidFieldsError):
        hall.redriving.discard((), "superseded")


def test_what_is_parked_names_no_content(hall: Hall) -> None:
    hall.breakdown()
    [(_, payload)] = hall.parking.parked
    assert set(payload) == {"reaction", "pk", "sk", "version", "patient", "error"}
    assert payload["sk"] == keys.record(ANNA, KIND.name, hall.record).sk
