"""Prescriptions (RX-1). What the client sends; the service adds the code, the signature and the validity's end."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.records.bodies.base import Atc, Body, Dated, Diagnosis, Line, Link, Name


class Drug(Body):
    inn: Line = Field(description="International non-proprietary name (МНН)")
    atc: Atc | None = None
    trade_name: Line | None = None
    form: Line = Field(description="Dose form: tablets")
    strength: Line = Field(description="500 mg")


class Prescription(Dated):
    doctor_name: Name
    form: Literal["107-1/у", "148-1/у-88", "148-1/у-04(л)"]
    validity: Literal["15d", "30d", "60d", "90d", "1y"]
    drug: Drug
    dosage: Line = Field(description="How to take it (Signa)")
    packs: Annotated[int, Field(ge=1, le=50)]
    diagnosis: Diagnosis | None = None
    related: Annotated[list[Link], Field(max_length=50)] = []
