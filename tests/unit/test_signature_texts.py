"""Every order of texts, signatures and time: a text opens one door, once, within five minutes (ID-5)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.signatures import CHALLENGE_SECONDS, Certified, Proof
from chalicelib.errors import CredentialsError
from chalicelib.ports import keys
from chalicelib.ports.certificates import TrustStore
from chalicelib.ports.tables import Put, Store
from chalicelib.services.gate import Gate
from chalicelib.services.signatures import SignatureService
from tests.accounts import CALLER
from tests.effort import tried
from tests.fakes import FakeAudit, FakeBlindIndex, FakeKeys, FakeVault, FixedClock, MemoryTables

SNILS = "11223344595"
ANNA = PersonId("anna")


class TextAsSignature:
    """Certificates: a text is signed by sending it back."""

    def verify(self, proof: Proof, text: bytes, *_: Any) -> Certified:
        if proof.cms != text:
            raise CredentialsError
        return Certified(SNILS, "Иванова", "Анна", "", "f" * 64, "anchor")


class TextMachine(RuleBasedStateMachine):
    texts = Bundle("texts")

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.tables, index = FixedClock(), MemoryTables(), FakeBlindIndex()
        gate = Gate(self.tables, FakeAudit(self.tables, self.clock), self.clock)
        vault, trust = FakeVault(FakeKeys(self.tables, self.clock)), TrustStore(self.tables, self.clock)
        self.service: Any = SignatureService(
            gate, self.tables, vault, index, TextAsSignature(), trust, self.clock, "https://card.example"
        )
        self.tables.commit(
            [
                Put(keys.blind_index("snils", index.tag("snils", SNILS)), {"person": ANNA}),
                Put(keys.profile(ANNA), {"state": "active", "ver": 1}),
            ]
        )
        self.anna = Actor(ANNA, Role.PATIENT, session_id="session")
        self.answered: set[str] = set()
        self.opened = 0

    @rule(target=texts, purpose=st.sampled_from(["sign-in", "confirmation"]))
    def begin(self, purpose: str) -> dict[str, Any]:
        confirming = purpose == "confirmation"
        asked = self.service.begin_confirmation(self.anna) if confirming else self.service.begin()
        return {**asked, "at": self.clock(), "confirming": confirming}

    @rule(asked=texts, signed=texts)
    def finish(self, asked: dict[str, Any], signed: dict[str, Any]) -> None:
        form = {"cms": b64encode(signed["text"].encode()).decode()}
        late = (self.clock() - asked["at"]).total_seconds() >= CHALLENGE_SECONDS
        good = not (asked["confirming"] or late or asked["challenge_id"] in self.answered) and asked is signed
        try:
            made = self.service.finish(CALLER, asked["challenge_id"], form)
        except CredentialsError:
            assert not good
        else:
            assert good
            assert self.tables.get(keys.challenge(made["challenge_id"]))["method"] == "signature"
            self.opened += 1
        if not (late or asked["confirming"]):
            self.answered.add(asked["challenge_id"])

    @rule(seconds=st.sampled_from([1, 120, 299, 300]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @invariant()
    def one_door_a_text(self) -> None:
        rows = self.tables.rows(Store.IDENTITY)
        assert len([key for key in rows if key.pk.startswith("CHALLENGE#")]) == self.opened
        assert not [key for key in rows if key.pk.removeprefix("SIGN#") in self.answered]


@pytest.mark.requirement("ID-5")
class TestTexts(TextMachine.TestCase):
    settings = settings(max_examples=tried(25), stateful_step_count=20, deadline=None)
