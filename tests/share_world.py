"""A hospital in memory whose patients make links to their cards, and somebody outside who opens them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId, Role, SharePass
from chalicelib.domain.shares import AUDIENCE
from chalicelib.ports import keys
from chalicelib.ports.share_rows import recipient
from chalicelib.ports.tables import Put
from chalicelib.records.registry import record_type
from chalicelib.services.shares import ShareService
from tests.access_world import AccessWorld
from tests.world import ANNA, PROTOCOL, URL

CODE = "Сирень-27"
"""A passcode of the patient's own."""
OUTSIDE = Actor(PersonId("anonymous"), Role.ANONYMOUS, ip="203.0.113.9", device="i-outside", client="Firefox, Linux")


def form(**changes: Any) -> dict[str, Any]:
    """What the model makes of a request (handlers/models/shares.py)."""
    made: dict[str, Any] = {
        "recipient": "insurer",
        "label": "Страховая, случай 17",
        "sections": ["protocols"],
        "records": [],
        "level": "full",
        "download": True,
        "valid_until": None,
        "openings": 5,
        "passcode": CODE,
        "language": "ru",
    }
    return {**made, **changes}


class ShareWorld(AccessWorld):
    def __init__(self) -> None:
        super().__init__()
        self.shares = ShareService(
            self.gate,
            self.tables,
            self.vault,
            self.keys,
            self.signer,
            self.records,
            self.documents,
            self.attachments,
            URL,
            self.clock,
        )
        self.anna = self.patient()
        self.doctor = self.staff()
        self.consent(self.doctor)
        self._count = 0

    def share(self, actor: Actor | None = None, **changes: Any) -> tuple[str, str]:
        """Id and secret of a new link."""
        self._count += 1
        made, _ = self.shares.create(actor or self.anna, form(**changes), f"key-{self._count:020d}")
        return made["share_id"], made["link"].partition("#")[2]

    def open(self, link: tuple[str, str], passcode: str = CODE) -> Actor:
        """Whoever has the link opens it; the actor that the token makes (handlers/auth.py)."""
        answer = self.shares.open(OUTSIDE, *link, passcode)
        claims = self.signer.verify(answer["share_token"], purpose="sealed", audience=AUDIENCE)
        share = SharePass(claims["opn"], PersonId(claims["pat"]), PersonId(claims["by"]), claims["fwd"])
        return recipient(OUTSIDE, claims["sub"], share)

    def protocol(self, **changes: Any) -> str:
        """A doctor wrote one; its id."""
        self._count += 1
        made, _ = self.records.create(
            self.doctor, ANNA, record_type("examination-protocol"), {**PROTOCOL, **changes}, f"rec-{self._count:020d}"
        )
        return str(made["id"])

    def printed(self, kind: str, record_id: str) -> None:
        """Its document, as the reaction leaves it."""
        permit = Permit(ANNA, "document", record_id, "test", writes=True)
        place = f"{ANNA}/{kind}/{record_id}/1"
        self.files.put(place, self.vault.seal(permit, 1, b"%PDF-"))
        self.tables.commit([Put(keys.document(ANNA, kind, record_id, 1), {"place": place, "ver": 1, "size": 5}, None)])

    def row_of(self, link: tuple[str, str]) -> dict[str, Any]:
        return self.row(keys.share(ANNA, link[0]))

    def journal(self, link: tuple[str, str]) -> list[str]:
        """What stands in the link's journal, oldest first."""
        return [line["what"] for line in self.shares.openings(self.anna, link[0], 100, None)[0]][::-1]

    def elsewhere(self, **changes: Any) -> Actor:
        return replace(OUTSIDE, **changes)
