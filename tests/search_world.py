"""A card that is searched: records in it, reactions that run when told to, questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.domain.identity import Actor
from chalicelib.domain.search.wanted import Asked
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from tests.world import ANNA, PROTOCOL, World

RESULT = {
    "occurred_at": "2026-02-20T08:00:00+03:00",
    "laboratory": "Лаборатория на Садовой",
    "category": "blood",
    "panel": "Общий анализ крови",
    "values": [{"name": "Гемоглобин", "value": "131", "unit": "g/L"}],
    "conclusion": "Признаков анемии нет",
}


class Searching(World):
    """Anna's card, one doctor with full consent; reactions run when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient()
        self.doctor = self.staff()
        self.consent(self.doctor)
        self.made = 0

    def write(self, spec: Any = EXAMINATION_PROTOCOL, base: Any = PROTOCOL, **changes: Any) -> str:
        self.made += 1
        record, _ = self.records.create(self.doctor, ANNA, spec, {**base, **changes}, f"key-{self.made:016d}")
        return str(record["id"])

    def react(self, names: tuple[str, ...] = ("index_record", "drop_record", "reindex_card")) -> None:
        """Whatever the stream holds, until nothing is left to do."""
        again = True
        while again:
            again = False
            for row in list(self.tables.rows(Store.CARD).values()):
                for name in row.get("react", ()):
                    again |= name in names and self.reactions.run(name, row)

    def found(self, text: str = "", actor: Actor | None = None, limit: int = 20, **asked: Any) -> list[str]:
        return [hit["id"] for page in self.pages(text, actor, limit, **asked) for hit in page]

    def pages(self, text: str = "", actor: Actor | None = None, limit: int = 20, **asked: Any) -> Iterator[Any]:
        after = None
        while True:
            who = actor or self.doctor
            hits, after = self.search.search(who, ANNA, Asked(text, **asked), "ru", limit=limit, after=after)
            yield hits
            if after is None:
                return

    def stored_index(self) -> dict[str, Any]:
        return {key.sk: row for key, row in self.tables.rows(Store.CARD).items() if key.pk == keys.search_index(ANNA)}

    def postings(self) -> set[str]:
        return {sk for sk in self.stored_index() if sk != "KEY" and not sk.startswith("INDEX#")}

    def at_commit(self, number: int, act: Callable[[], None], *, applied: bool = False) -> None:
        """``act`` in place of the ``number``-th commit from now (0: the next), or after it was applied."""
        commit, seen = self.tables.commit, [0]

        def counted(writes: Any) -> None:
            seen[0] += 1
            if seen[0] - 1 == number:
                self.tables.commit = commit
                if applied:
                    commit(writes)
                act()
                if applied:
                    return
            commit(writes)

        self.tables.commit = counted
