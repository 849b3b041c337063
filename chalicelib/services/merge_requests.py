"""A person's own request to merge another card into theirs (SPC-5): the effect of the case kind ``card-merge``.

The person names the other card by a number. Whether it is anybody's they do not learn: the registrar does, who compares
the documents with both cards. Approving the case is the proposal of a merge; a second registrar decides about that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.domain.cases import Prepared
from chalicelib.domain.identifiers import Findings, normal_oms, normal_snils, problem
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import WrongStateError
from chalicelib.ports import BlindIndex, keys
from chalicelib.ports.merging import Comparisons
from chalicelib.ports.tables import Item, Tables, Write

RULES = {"snils": normal_snils, "oms": normal_oms}


class Proposals(Protocol):
    def proposal(
        self, actor: Actor, patient_id: PersonId, source_id: PersonId, basis: str
    ) -> tuple[str, list[Any], list[Write]]:
        """Id, entries (``services.gate.Staged``) and writes of a proposed merge."""
        ...


class MergeRequests:
    def __init__(self, tables: Tables, index: BlindIndex, proposals: Proposals, comparisons: Comparisons) -> None:
        self._tables = tables
        self._index = index
        self._proposals = proposals
        self._comparisons = comparisons

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:  # noqa: ARG002 - every effect gets the actor
        """The numbers in their normal form. Raises InvalidFieldsError; never says whether they are somebody's."""
        found = Findings()
        content = {
            name: str(found.check(rule, form[name], f"/form/{name}")) for name, rule in RULES.items() if form.get(name)
        }
        if form.get("card"):
            content["card"] = form["card"]
        found.check(_named, content)
        found.close()
        return Prepared(content)

    def compare(self, actor: Actor, case: Item, content: dict[str, Any]) -> dict[str, Any]:
        """Which card the numbers lead to, and how the two compare."""
        patient_id, named = PersonId(case["patient"]), self._named(case, content)
        shown: dict[str, Any] = {"found": sorted(named)}
        if len(named) == 1:
            pair: Item = {"id": case["id"], "patient": patient_id, "source": next(iter(named))}
            shown |= self._comparisons.of(actor, pair)
        return shown

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Any], list[Write]]:
        """Raises WrongStateError unless the numbers lead to one other card, and what a proposal raises."""
        named = self._named(case, content)
        if len(named) != 1:
            raise WrongStateError("the numbers lead to no other card, or to several")
        _, staged, writes = self._proposals.proposal(
            actor, PersonId(case["patient"]), PersonId(next(iter(named))), f"case:{case['id']}"
        )
        return staged, writes

    def refuse(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Any], list[Write]]:  # noqa: ARG002
        return [], []

    def _named(self, case: Item, content: Mapping[str, str]) -> set[str]:
        """Other people to whom the numbers lead; the person's own do not count."""
        indexed = [keys.blind_index(name, self._index.tag(name, content[name])) for name in RULES if name in content]
        found = {str(row["person"]) for row in self._tables.get_many(indexed).values()}
        if "card" in content and self._tables.get(keys.card(content["card"])) is not None:
            found.add(content["card"])
        return found - {case["patient"]}


def _named(content: Mapping[str, str]) -> None:
    if not content:
        raise problem("/form/snils", "required", "name the other card by SNILS, policy or its id")
