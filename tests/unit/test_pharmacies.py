"""The client of chains of pharmacies, over the wire, against the stand-in of the local system and its bad manners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.pharmacies import Chain, chains_of
from chalicelib.domain.pharmacy_orders import State
from chalicelib.errors import PharmacyAnswerError, PharmacyUnavailableError
from chalicelib.interop.pharmacies import HttpPharmacies
from chalicelib.interop.web import Reply, Web
from chalicelib.ports.pharmacies import Order
from local.pharmacies import NAME, PACKS, DemoPharmacies
from tests.fakes import FakeSigner, FixedClock

pytestmark = pytest.mark.requirement("RX-7")

DRUGS = [{"line": 2, "packs": 1, "inn": "Омепразол", "dosage": "утром"}]
SIGNER = FakeSigner(FixedClock())
ORDER = Order("order-1", "delivery", "r-1", DRUGS, {"address": "Садовая, 5", "phone": "+79160000000"}, "7700")


@pytest.fixture(scope="module")
def stand_in() -> Iterator[DemoPharmacies]:
    made = DemoPharmacies(slow=0.4)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def chain(stand_in: DemoPharmacies) -> DemoPharmacies:
    stand_in.faults, stand_in.orders = set(), {}
    return stand_in


def client(chain: DemoPharmacies) -> HttpPharmacies:
    return HttpPharmacies(chains_of(chain.setting), FakeSigner(FixedClock()), FixedClock(), Web(seconds=0.2))


def test_what_is_told_and_what_is_understood(chain: DemoPharmacies) -> None:
    found = client(chain).stock([NAME], DRUGS, "Казань")[NAME]
    assert found is not None
    assert [(drug.line, drug.packs, drug.price) for drug in found[0].drugs] == [(2, PACKS, "120.50")]
    said = client(chain).place(NAME, ORDER)
    assert (said.state, said.number, said.text) == (State.CONFIRMED, 1, "Спасибо за заказ")
    told = chain.orders["order-1"]
    assert told["drugs"] == [{"line": 2, "packs": 1, "inn": "Омепразол"}]  # how it is taken is the patient's own
    assert (told["loyalty_number"], told["delivery"]["address"]) == ("7700", "Садовая, 5")
    chain.move("order-1", "ready")
    assert client(chain).place(NAME, ORDER).state is State.READY  # told twice is one order
    assert client(chain).standing(NAME, "order-1").number == 2
    assert client(chain).cancel(NAME, "order-1").state is State.CANCELLED
    assert client(chain).cancel(NAME, "never-heard-of").state is State.CANCELLED


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("lost", PharmacyUnavailableError),
        ("slow", PharmacyUnavailableError),
        ("malformed", PharmacyAnswerError),
        ("stranger", PharmacyAnswerError),
    ],
)
def test_bad_manners_have_two_names(chain: DemoPharmacies, fault: str, error: type[Exception]) -> None:
    chain.faults = {fault}
    with pytest.raises(error) as refused:
        client(chain).place(NAME, ORDER)
    assert type(refused.value) is error
    assert list(chain.orders) == ["order-1"]  # it arrived all the same: the next try finds it
    chain.faults = set()
    assert client(chain).place(NAME, ORDER).number == 1


@pytest.mark.parametrize("fault", ["lies", "lost", "slow", "malformed"])
def test_a_chain_that_lies_about_stock_has_none(chain: DemoPharmacies, fault: str) -> None:
    chain.faults = {fault}
    assert client(chain).stock([NAME], DRUGS, "Казань") == {NAME: None}


class Scripted(Web):
    def __init__(self, body: bytes, status: int = 200) -> None:
        super().__init__()
        self.reply = Reply(status, "application/json", body)
        self.headers: dict[str, str] = {}

    def get(self, url: str, headers: Any = None) -> Reply:
        self.headers = dict(headers)
        return self.reply

    def post_json(self, url: str, document: Any, headers: Any = None) -> Reply:
        return self.reply


def scripted(body: bytes, status: int = 200) -> tuple[HttpPharmacies, Scripted]:
    web = Scripted(body, status)
    signed = Chain("a", "https://a.example/api", {"ru": "А", "en": "A"}, auth="signed", client_id="medkarta")
    return HttpPharmacies({"a": signed}, SIGNER, FixedClock(), web), web


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"[" * 9999,
        b'{"order_id": "o", "state": "confirmed"}',
        b'{"order_id": "o", "state": "lost", "number": 1}',
        b'{"order_id": "o", "state": "confirmed", "number": true}',
        b'{"order_id": "o", "state": "confirmed", "number": 0}',
        b'{"order_id": "o", "state": "confirmed", "number": 1, "text": 7}',
        b'{"order_id": "p", "state": "confirmed", "number": 1}',
    ],
    ids=["empty", "list", "deep", "no-number", "state", "bool", "zero", "text", "another"],
)
def test_a_standing_that_breaks_the_contract_is_not_believed(body: bytes) -> None:
    with pytest.raises(PharmacyAnswerError):
        scripted(body)[0].standing("a", "o")


@pytest.mark.parametrize(
    "drug",
    [
        b'{"line": 1, "packs": -1}',
        b'{"line": 1, "packs": 1.5}',
        b'{"line": 2, "packs": 1}',
        b'{"line": 1, "packs": 1, "price": "NaN"}',
        b'{"line": 1, "packs": 1, "price": "-1"}',
        b'{"line": 1, "packs": 1, "price": 7.5}',
        b'{"line": 1, "packs": 1}, {"line": 1, "packs": 2}',
        b"7",
    ],
    ids=["negative", "fraction", "line", "nan", "negative-price", "float", "twice", "number"],
)
def test_an_offer_that_breaks_the_contract_is_no_offer(drug: bytes) -> None:
    offer = b'{"offers": [{"pharmacy_id": "p", "name": "N", "address": "A", "drugs": [' + drug + b"]}]}"
    assert scripted(offer)[0].stock(["a"], [{"line": 1, "inn": "x", "packs": 1}], "r") == {"a": None}


def test_texts_for_people_are_short_and_without_control_characters() -> None:
    said = '{"order_id": "o", "state": "ready", "number": 1, "text": "а\u202eб\\u0007\\ud800' + "x" * 999 + '"}'
    text = scripted(said.encode())[0].standing("a", "o").text
    assert (text[:5], len(text)) == ("а б  ", 300)  # half of a character cannot be stored


def test_calls_are_signed_for_this_chain_alone() -> None:
    made, web = scripted(b'{"order_id": "o", "state": "ready", "number": 1}')
    made.standing("a", "o")
    token = web.headers["Authorization"].removeprefix("Bearer ")
    claims = SIGNER.verify(token, purpose="oidc-client", audience="https://a.example/api")
    assert (claims["iss"], claims["exp"] - claims["iat"]) == ("medkarta", 60)


def test_a_chain_that_is_not_connected_any_more_does_not_answer() -> None:
    with pytest.raises(PharmacyUnavailableError):
        scripted(b"{}")[0].standing("gone", "o")


@pytest.mark.parametrize(
    "entry",
    [
        '{"name": "A b", "url": "https://a.example", "title": {"ru": "А", "en": "A"}}',
        '{"name": "ab", "url": "ftp://a.example", "title": {"ru": "А", "en": "A"}}',
        '{"name": "ab", "url": "https://a.example", "title": {"ru": "А"}}',
        '{"name": "ab", "url": "https://a.example", "title": {"ru": "А", "en": "A"}, "auth": "signed"}',
        '{"name": "ab", "url": "https://a.example", "title": {"ru": "А", "en": "A"}, "colour": 1}',
    ],
    ids=["name", "url", "title", "client", "unknown"],
)
def test_a_setting_that_cannot_be_used_says_so(entry: str) -> None:
    with pytest.raises(ValueError, match="pharmacies, entry 0"):
        chains_of(f"[{entry}]")
