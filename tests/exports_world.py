"""Exports and large files in memory: real services over fakes, with a stream that can die at any point."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.exports import Order
from chalicelib.domain.identity import Actor
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys
from chalicelib.ports.issuing import Begun, Document, Finished
from chalicelib.ports.tables import Put, Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.exports import MAKE, ExportMaker, ExportService, ExportTidying, Tools
from chalicelib.services.file_queue import FileQueue
from chalicelib.services.large_file_checks import LargeFileChecks
from chalicelib.services.large_files import LargeFileService
from chalicelib.services.reactions import ReactionService
from tests.cases_world import CasesWorld, FakeViruses
from tests.world import ANNA, PROTOCOL


class FakeBooklet:
    """A "PDF" is lines of JSON: one for each stretch, one for the end."""

    def begin(self) -> dict[str, Any]:
        return {"pages": 0}

    def add(self, state: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
        pages = state["pages"] + len(content["entries"])
        return line(content), {"pages": pages}

    def close(self, state: Mapping[str, Any], content: Mapping[str, Any]) -> bytes:
        return line({**content, "pages": state["pages"]})


def line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False).encode() + b"\n"


class FakeIssuing:
    """Gives each document a code, and one row for its registration."""

    def __init__(self, world: CasesWorld) -> None:
        self._world = world
        self.registered: list[tuple[str, str]] = []

    def begin(self, document: Document) -> Begun:
        from chalicelib.domain.issuing import Code

        shown = {"verification": {"text": "code", "caption": ""}, "marks": [], "stamp": ""}
        return Begun(document, Code("public", "SHORT234"), (), self._world.clock(), shown)

    def register(self, begun: Begun, *, place: str, size: int, sha256: str) -> Finished:
        self.registered.append((begun.document.document_id, sha256))
        row = Put(keys.issued_document(f"{begun.document.document_id}"), {"sha256": sha256})
        return Finished(b"", "found", sha256, place, (), (row,))


class ExportsWorld(CasesWorld):
    def __init__(self) -> None:
        super().__init__()
        self.issuing = FakeIssuing(self)
        self.viruses = FakeViruses()
        shared = (self.gate, self.tables, self.vault)
        self.exports = ExportService(*shared, self.keys, self.files, self.clock)
        tools = Tools(*shared, self.files, FakeBooklet(), self.issuing, self.clock)
        self.maker = ExportMaker(tools)
        self.tidying = ExportTidying(self.gate, self.tables, self.files, self.maker, self.clock)
        self.large = LargeFileService(*shared, self.keys, self.quarantine, self.files, self.clock)
        self.large_checks = LargeFileChecks(*shared, self.quarantine, self.files, self.viruses, self.clock)
        looks = {"export": self.tidying.look, "file": self.large_checks.look, "scan": self.scan_checks.look}
        self.file_queue = FileQueue(self.gate, self.tables, self.clock, looks)
        more = {MAKE: self.maker.make, **self.large_checks.reactions}
        self.reactions = ReactionService(self.reactions._t, {**self.others, **self.scan_checks.reactions, **more})

    def open(self) -> None:
        """Anna with a card, and a doctor who has her full consent."""
        self.anna, self.doctor, self._ordered = self.patient(), self.staff(), 0
        self.consent(self.doctor)

    def order(self, who: Actor, **order: Any) -> str:
        """Order an export of Anna's card; nothing is made yet."""
        self._ordered += 1
        wanted = Order(**{"format": "json", **order})
        return str(self.exports.order(who, ANNA, wanted, f"key-{self._ordered}-0123456789")[0]["export_id"])

    def made(self, who: Actor, export_id: str) -> dict[str, Any]:
        """Its state when nothing moves any more."""
        self.pump()
        return self.exports.state(who, export_id)

    def file(self, who: Actor, export_id: str) -> bytes:
        return self.exports.download(who, export_id, "")[1]

    def step(self, who: Actor, export_id: str) -> str:
        """One run of the reaction on the row as it stands; the code of its failure, or ""."""
        row = self.row(keys.export(who.person_id, export_id))
        try:
            self.reactions.run(MAKE, {**row, "pk": "", "sk": ""})
        except MedkartaError as error:
            return error.code
        return ""

    def lines(self) -> list[dict[str, Any]]:
        return self.tables.query(Store.CARD, f"QUEUE#{keys.FILES}").items

    def upload(self, who: Actor, data: bytes, kind: str) -> str:
        """A large file, brought whole; its check has not run."""
        from chalicelib.domain.large_files import PART

        digest = hashlib.sha256(data).hexdigest()
        file_id = str(self.large.begin(who, kind, len(data), digest)["file_id"])
        for number, start in enumerate(range(0, len(data), PART), 1):
            part = data[start : start + PART]
            self.large.part(who, file_id, number, part, hashlib.sha256(part).hexdigest())
        self.large.complete(who, file_id)
        return file_id


def fill(world: ExportsWorld, count: int, **changes: Any) -> None:
    for number in range(count):
        body = {**PROTOCOL, "conclusion": f"Заключение {number}", **changes}
        key = f"write-{number:04d}-{world.gate.new_id()}"
        world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, body, key)
