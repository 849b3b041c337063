"""Visits and examination protocols (REC-2, REC-3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.records.bodies.base import Dated, Diagnosis, Line, Link, Name, Text

Diagnoses = Annotated[list[Diagnosis], Field(max_length=30)]
Links = Annotated[list[Link], Field(max_length=50)]


class Visit(Dated):
    doctor_name: Name
    reason: Line
    place: Line | None = None
    diagnoses: Diagnoses = []
    recommendations: Text | None = None
    related: Links = []


class ExaminationProtocol(Dated):
    """REC-3: date and time, doctor, kind of examination, conclusion and follow-up plan are mandatory."""

    doctor_name: Name
    examination: Line
    complaints: Text | None = None
    findings: Text | None = None
    conclusion: Text
    follow_up_plan: Text
    diagnoses: Diagnoses = []
    related: Links = []
