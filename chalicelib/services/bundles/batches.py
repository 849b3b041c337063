"""A batch: every entry by itself, in the order in which they stand; what one comes to is nothing to the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.domain.bundles.entries import Entry, Wrong, one_by_one, refused
from chalicelib.domain.bundles.references import references
from chalicelib.domain.identity import Actor
from chalicelib.errors import MedkartaError, ReferenceUnknownError
from chalicelib.services.bundles.answers import response
from chalicelib.services.bundles.tools import Tools, about, check_scope
from chalicelib.services.bundles.transactions import Transactions, failed, read_entry


class Batches:
    def __init__(self, tools: Tools, transactions: Transactions) -> None:
        self._t = tools
        self._transactions = transactions

    def run(self, actor: Actor, bundle: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """``FAULT`` stands in the entries that failed, for the edge. Raises for a bundle that is none."""
        entries = one_by_one(bundle, self._t.here)
        names = {one.full_url for one in entries if isinstance(one, Entry) and one.full_url}
        pairs = zip(entries, bundle.get("entry", []), strict=True)
        return response("batch", [self._one(actor, one, given, names, key) for one, given in pairs])

    def _one(
        self, actor: Actor, entry: Entry | Wrong, given: Mapping[str, Any], names: Collection[str], key: str
    ) -> dict[str, Any]:
        if isinstance(entry, Wrong):
            return failed(refused([entry]))
        try:
            with about(entry):
                check_scope(self._t.gate, actor, entry)
                if entry.method == "GET":
                    return read_entry(self._t, actor, entry)
                self._alone(entry, names)
            alone = {"resourceType": "Bundle", "type": "transaction", "entry": [given]}
            done = self._transactions.run(actor, alone, f"{key}-{entry.number}")
            (answer,) = done.body["entry"]
        except MedkartaError as error:
            return failed(_renumbered(error, entry))
        return dict(answer)

    @staticmethod
    def _alone(entry: Entry, names: Collection[str]) -> None:
        """Entries of a batch do not know each other (FHIR R4, 3.1.0.11.1)."""
        if any(said in names and said != entry.full_url for _, said in references(entry.content)):
            raise ReferenceUnknownError


def _renumbered(error: MedkartaError, entry: Entry) -> MedkartaError:
    """What the transaction of one entry said of its only entry."""
    issues = [
        {**one, "path": one["path"].replace("Bundle.entry[0]", entry.place, 1)} for one in error.extra.get("issues", ())
    ]
    if issues:
        error.extra = {**error.extra, "issues": issues}
    return error
