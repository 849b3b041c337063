"""What a decision about a new name or passport does (SPC-4). What was printed and signed before stays as it was."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.cases import Prepared
from chalicelib.domain.forms import FORM, below_form
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import local_day
from chalicelib.domain.profile_changes import BLOCKING, FIELDS, changed, comparison, findings, normal_change
from chalicelib.errors import FieldProblem, InvalidFieldsError, WrongStateError
from chalicelib.ports import Clock
from chalicelib.ports.profiles import Profiles
from chalicelib.ports.tables import Item, Write
from chalicelib.services.gate import Staged


class ProfileChangeEffect:
    def __init__(self, profiles: Profiles, clock: Clock) -> None:
        self._profiles = profiles
        self._clock = clock

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        """Raises InvalidFieldsError, also where the document is plainly another person's."""
        with below_form():
            given = normal_change(form, local_day(self._clock()))
        profile = self._profiles.open(actor, actor.person_id, "profile-change:prepare")
        wrong = [code for code in findings(profile.content, given) if code in BLOCKING]
        if wrong:
            raise InvalidFieldsError(
                fields=tuple(FieldProblem(FORM + FIELDS[code], code, "this is not as in the profile") for code in wrong)
            )
        return Prepared({"given": given, "reason": form["reason"], "profile_version": profile.version})

    def compare(self, actor: Actor, case: Item, content: dict[str, Any]) -> dict[str, Any]:
        """Old beside new, and what speaks against it."""
        profile = self._profiles.open(actor, PersonId(case["patient"]), "profile-change:compare")
        stale = profile.version != content["profile_version"]
        return {**comparison(profile.content, content["given"]), "profile_changed_since": stale}

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:
        """Raises WrongStateError when the profile forbids it by now."""
        profile = self._profiles.open(actor, PersonId(case["patient"]), "profile-change:compare")
        if BLOCKING & set(findings(profile.content, content["given"])):
            raise WrongStateError("the profile is another one by now; look at the comparison")
        new = changed(profile.content, content["given"])
        return self._profiles.next_version(actor, profile, new, "profile-change:apply", {})

    def refuse(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:  # noqa: ARG002
        """Nothing was changed."""
        return [], []
