"""A person asks for another card to go into theirs: they learn nothing, the registrar sees, a second one decides."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.case_kinds import CASE_KINDS
from chalicelib.errors import AccessDeniedError, InvalidFieldsError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.services.comparisons import ComparisonService
from chalicelib.services.merge_requests import MergeRequests
from tests.unit.merge_world import GOES, STAYS, Registry

pytestmark = pytest.mark.requirement("SPC-5")

SNILS, OMS = "112-233-445 95", "7800080000123454"
CASE = {"id": "case-1", "patient": STAYS}


class Counter(Registry):
    def __init__(self) -> None:
        super().__init__()
        comparisons = ComparisonService(self.gate, self.tables, self.vault)
        self.requests = MergeRequests(self.tables, self.index, self.merges, comparisons)
        tags = {"snils": self.index.tag("snils", "11223344595"), "oms": self.index.tag("oms", OMS)}
        for field, tag in tags.items():
            self.tables.commit([Put(keys.blind_index(field, tag), {"person": GOES})])

    def prepared(self, **form: str) -> dict[str, Any]:
        return dict(self.requests.prepare(self.anna, form).content)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.mark.parametrize("form", [{"snils": SNILS}, {"oms": OMS}, {"card": GOES}, {"snils": SNILS, "oms": OMS}])
def test_a_number_leads_to_the_card_and_approving_proposes(counter: Counter, form: dict[str, str]) -> None:
    content = counter.prepared(**form)
    shown = counter.requests.compare(counter.desk, CASE, content)
    assert shown["found"] == [GOES]
    assert "records" in shown
    staged, writes = counter.requests.approve(counter.desk, CASE, content)
    counter.gate.commit(staged, writes)
    (line,) = counter.tables.query(Store.CARD, f"QUEUE#{keys.MERGES}").items
    assert counter.row(keys.merge(STAYS, line["sk"]))["basis"] == "case:case-1"
    with pytest.raises(AccessDeniedError):
        counter.decide(line["sk"], by=counter.desk)  # who approved the case was the first pair of eyes
    assert counter.decide(line["sk"])["state"] == "running"


def test_the_person_does_not_learn_whose_a_number_is(counter: Counter) -> None:
    calls = len(counter.tables.calls)
    assert counter.prepared(snils="087-654-303 00") == {"snils": "08765430300"}
    assert counter.prepared(snils=SNILS) == {"snils": "11223344595"}
    assert len(counter.tables.calls) == calls


@pytest.mark.parametrize(
    ("form", "field"),
    [({}, "/form/snils"), ({"snils": "1"}, "/form/snils"), ({"oms": "1"}, "/form/oms")],
)
def test_bad_numbers_name_their_field(counter: Counter, form: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        counter.prepared(**form)
    assert field in [problem.field for problem in caught.value.fields]


@pytest.mark.parametrize("form", [{"card": "nobody"}, {"card": STAYS}, {"snils": "087-654-303 00"}])
def test_what_leads_nowhere_is_not_approved(counter: Counter, form: dict[str, str]) -> None:
    content = counter.prepared(**form)
    assert counter.requests.compare(counter.desk, CASE, content) == {"found": []}
    with pytest.raises(WrongStateError):
        counter.requests.approve(counter.desk, CASE, content)
    assert counter.requests.refuse(counter.desk, CASE, content) == ([], [])


def test_the_kind_asks_for_proof() -> None:
    kind = CASE_KINDS["card-merge"]
    assert [(slot.name, slot.least) for slot in kind.slots] == [("proof", 1)]
    assert kind.level == 2
