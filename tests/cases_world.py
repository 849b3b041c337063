"""Cases and uploads in memory: people with scans, a registrar, an effect that is told what to do."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from chalicelib.documents.scans import PdfScans
from chalicelib.domain.cases import CaseKind, Prepared, Slot
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.texts.said import Said
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Put
from chalicelib.services.cases import CaseService
from chalicelib.services.identity_scans import IdentityScans
from chalicelib.services.reactions import ReactionService
from chalicelib.services.scan_checks import ScanCheckService
from chalicelib.services.uploads import UploadService
from tests.memory_tables import Faults
from tests.outside_fakes import FakeDocuments
from tests.world import World

JPEG_TYPE, PDF_TYPE, PNG_TYPE = "image/jpeg", "application/pdf", "image/png"

PAIR = CaseKind(
    name="pair",
    label=Said("Вдвоём", "By two"),
    form="handlers.models.cases:IdentityScan",
    slots=(Slot("paper", Said("Бумага", "Paper")), Slot("photo", Said("Снимок", "Photo"), least=0, most=2)),
)
"""A kind whose form names the parties."""


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **how: Any) -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new("L", size, 200).save(made, kind, **how)
    return made.getvalue()


def paper(pages: int = 1) -> bytes:
    from fpdf import FPDF

    sheet = FPDF()
    for _ in range(pages):
        sheet.add_page()
    return bytes(sheet.output())


class FakeViruses(Faults):
    """Finds the one file that every scanner finds, which is harmless: https://www.eicar.org."""

    def scan(self, chunks: Iterable[bytes]) -> str:
        self._fault()
        return "infected" if b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in b"".join(chunks) else "clean"


class PairEffect:
    """Holds a row while the case is open, and leaves another one when it is approved."""

    def __init__(self, world: World) -> None:
        self._world = world

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        return Prepared(
            {"subject": form.get("subject", "")}, tuple(map(PersonId, form.get("parties", ()))), {"asks": "to agree"}
        )

    def compare(self, actor: Actor, case: Any, content: dict[str, Any]) -> dict[str, Any]:
        return {"subject": content["subject"]}

    def approve(self, actor: Actor, case: Any, content: dict[str, Any]) -> Any:
        return [], [Put(self.done(case["id"]), {"done": 1})]

    def refuse(self, actor: Actor, case: Any, content: dict[str, Any]) -> Any:
        return [], [Delete(self.done(case["id"]))]

    @staticmethod
    def done(case_id: str) -> Any:
        return keys.queue("done", case_id)


class CasesWorld(World):
    def __init__(self) -> None:
        super().__init__()
        effects = {
            "identity-scan": IdentityScans(self.gate, self.tables, self.vault, self.clock),
            "pair": PairEffect(self),
        }
        self.quarantine = FakeDocuments()
        self.uploads = UploadService(
            self.gate, self.tables, self.vault, self.keys, self.quarantine, self.files, self.clock
        )
        self.scan_checks = ScanCheckService(
            self.gate, self.tables, self.vault, self.quarantine, self.files, PdfScans(), FakeViruses(), self.clock
        )
        self.reactions = ReactionService(self.reactions._t, {**self.others, **self.scan_checks.reactions})
        self.cases = CaseService(self.gate, self.tables, self.vault, self.files, self.clock, effects)
        self.registrar = self.staff("reg", Role.REGISTRAR)
        self._count = 0

    def scan(self, person_id: PersonId, state: str = "clean", *, data: bytes = b"scan", kind: str = PDF_TYPE) -> str:
        """An upload in a state, as the check leaves it."""
        from chalicelib.domain.access import Permit

        self._count += 1
        upload_id = f"upload-{self._count}"
        permit = Permit(person_id, "scan", upload_id, "test", writes=True)
        place = f"{person_id}/scan/{upload_id}"
        self.files.put(place, self.vault.seal(permit, 1, data))
        row = {"id": upload_id, "patient": person_id, "state": state, "ver": 1, "type": kind, "place": place, "size": 4}
        self.tables.commit([Put(keys.upload(person_id, upload_id), {**row, "at": self.moment()})])
        return upload_id

    def state(self, person_id: PersonId, case_id: str) -> str:
        return str(self.row(keys.case(person_id, case_id))["state"])

    def version(self, person_id: PersonId, case_id: str) -> int:
        return int(self.row(keys.case(person_id, case_id))["ver"])

    def lined_up(self, kind: CaseKind) -> list[str]:
        return [line["case_id"] for line in self.cases.waiting(self.registrar, kind, 50, None)[0]]
