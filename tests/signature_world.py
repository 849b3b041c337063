"""The accounts of tests/accounts.py with a trust store and certificates of people."""

from __future__ import annotations

from base64 import b64encode
from functools import cached_property
from typing import Any

from cryptography import x509

from chalicelib.crypto.certificates import X509Certificates
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports import keys
from chalicelib.ports.certificates import TrustStore
from chalicelib.ports.tables import Delete, Item, Write
from chalicelib.services.signatures import SignatureService
from chalicelib.services.trust import TrustService
from tests import pki
from tests.accounts import CALLER, Accounts

URL = "https://card.example"


class SignatureWorld(Accounts):
    """One person with a certificate under an intermediate; the root is an anchor, both lists are there."""

    def __init__(self, *, trusted: bool = True) -> None:
        super().__init__()
        self.certificates = X509Certificates()
        self.trust_store = TrustStore(self.tables, self.clock)
        self.trust = TrustService(self.gate, self.tables, self.certificates, self.trust_store, self.clock)
        self.signatures = SignatureService(
            self.gate, self.tables, self.vault, self.index, self.certificates, self.trust_store, self.clock, URL
        )
        self.administrator = Actor(PersonId("admin"), Role.ADMINISTRATOR, organisation_id="system")
        self.officer = Actor(PersonId("officer"), Role.SECURITY_OFFICER, organisation_id="system")
        self.root = pki.root()
        self.middle = self.root.authority("Middle")
        self.key = pki.key("person")
        if not trusted:
            return
        self.person = self.register()
        self.certificate = self.certified()
        self.anchor = self.trusted(self.root)
        self.put_list(self.root)
        self.put_list(self.middle)

    @cached_property
    def me(self) -> Actor:
        """The person, signed in by password."""
        return self.actor(self.enter())

    # --- certificates

    def subject(self, **changes: str) -> x509.Name:
        said = {"snils": self.form()["snils"], "surname": "Журавлёва", "given": "Ксения Аркадьевна", **changes}
        return pki.subject_of("Журавлёва Ксения", **said)

    def certified(self, **changes: str) -> x509.Certificate:
        return self.middle.issue(self.subject(**changes), self.key.public_key())

    def signed(self, begun: Item, certificate: x509.Certificate | None = None) -> dict[str, Any]:
        cms = pki.cms(begun["text"].encode(), certificate or self.certificate, self.key, self.middle.certificate)
        return {"cms": b64encode(cms).decode()}

    # --- trust

    def propose(self, authority: pki.Authority, **more: Any) -> Item:
        form = {"certificate": b64encode(authority.der).decode(), **more}
        return self.trust.propose(self.administrator, form)

    def trusted(self, authority: pki.Authority, **more: Any) -> str:
        made = self.propose(authority, **more)
        return str(self.trust.approve(self.officer, made["id"], made["version"])["id"])

    def put_list(self, authority: pki.Authority, number: int = 1, **how: Any) -> Item:
        return self.trust.replace_list(self.administrator, self.list_form(authority.crl(number, **how), authority))

    @staticmethod
    def list_form(content: bytes, authority: pki.Authority) -> dict[str, Any]:
        return {"content": b64encode(content).decode(), "chain": [b64encode(authority.der).decode()]}

    def forget_list(self, authority: pki.Authority) -> Delete:
        """As if it had never been stored."""
        rows = self.trust.listed(self.administrator)
        (found,) = (r["id"] for r in rows if r["kind"] == "list" and r["name"].endswith(authority.name))
        return Delete(keys.trust_list(found))

    # --- flows

    def begun(self) -> Item:
        return self.signatures.begin()

    def finish(self, certificate: x509.Certificate | None = None) -> Item:
        begun = self.signatures.begin()
        return self.signatures.finish(CALLER, begun["challenge_id"], self.signed(begun, certificate))

    def second_factor(self, challenge_id: str) -> Item:
        self.sign_in.send_code(CALLER, challenge_id)
        return self.sign_in.finish(CALLER, challenge_id, "sms", self.sms_code())

    def confirm(self, certificate: x509.Certificate | None = None) -> Item:
        begun = self.signatures.begin_confirmation(self.me)
        return self.signatures.finish_confirmation(self.me, begun["challenge_id"], self.signed(begun, certificate))

    def change_after_verifying(self, write: Write) -> None:
        """Somebody changes a row right before the first commit after the certificate was found good."""
        verify = self.certificates.verify

        def verified(*args: Any) -> Any:
            found = verify(*args)
            self.tables.before_next_commit(lambda: self.tables.commit([write]))
            return found

        self.certificates.verify = verified  # type: ignore[method-assign]

    def somebody(self) -> Actor:
        self.register(2)
        return self.actor(self.enter(2))

    def row(self, key: keys.Key) -> Item:
        row = self.tables.get(key)
        assert row is not None
        return row
