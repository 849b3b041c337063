"""Requests about prescriptions: warnings, revocation, the counter of a pharmacy."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.handlers.models.base import Id, Request, Typed
from chalicelib.records.bodies.base import Atc
from chalicelib.records.bodies.medication import Short, Signa

Scanned = Annotated[str, StringConstraints(min_length=1, max_length=8192)]
"""Longer than any code of ours: a scanner reads what is there, and the answer says what is wrong with it."""
Line = Annotated[int, Field(ge=1, le=10, description="Number of the drug on the prescription")]
Packs = Annotated[int, Field(ge=1, le=50)]


class NamedDrug(Request):
    """A line of a prescription as far as its form is filled in; the warnings are about ``inn`` and ``atc``."""

    inn: Short = Field(description="International non-proprietary name (МНН)")
    atc: Atc | None = None
    trade_name: Short | None = None
    form: Short | None = None
    strength: Short | None = None
    dosage: Signa | None = None
    packs: Packs | None = None
    course_days: Annotated[int | None, Field(ge=1, le=366)] = None


class PrescribingCheck(Request):
    drugs: Annotated[list[NamedDrug], Field(min_length=1, max_length=10)]
    replaces: Id | None = Field(None, description="The prescription in whose place this one is to stand")


class Revocation(Request):
    reason: Literal["error", "side-effect", "replaced", "no-longer-needed", "patient-asked"]


class Code(Request):
    code: Scanned = Field(description="What the scanner read: the whole address, or the bare code")


class Pharmacist(Request):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), Typed]
    number: Annotated[str, StringConstraints(max_length=40), Typed] = ""


class Part(Request):
    line: Line
    packs: Packs


class Dispensing(Code):
    drugs: Annotated[list[Part], Field(min_length=1, max_length=10)]
    pharmacist: Pharmacist

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({part.line for part in self.drugs}) != len(self.drugs):
            msg = "each drug once"
            raise ValueError(msg)
        return self


class Reversal(Code):
    dispensing: Annotated[int, Field(ge=1, le=9999, description="Its number, from the answer to dispensing")]
    reason: Literal["wrong-drug", "wrong-quantity", "wrong-person", "not-taken", "entered-in-error"]
