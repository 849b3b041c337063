"""Vaccinations (REC-6): what was given, why it was not, and what the calendar has to know of a person."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.domain.vaccination_calendar.national import GROUPS
from chalicelib.domain.vaccination_calendar.vaccines import DISEASES, VACCINES
from chalicelib.records.bodies.base import Body, Dated, Diagnosis, DoctorName, Line, Links, Name, Number, Text
from chalicelib.records.bodies.words import Options, Said

Disease = Annotated[
    Literal[*DISEASES],  # type: ignore[valid-type]  # the calendar's data name them
    Said("Заболевание", "Disease"),
    Options(DISEASES),
]
Diseases = Annotated[list[Disease], Field(max_length=len(DISEASES)), Said("Заболевания", "Diseases"), Options(DISEASES)]
VaccineCode = Annotated[
    Literal[*VACCINES],  # type: ignore[valid-type]  # the calendar's data name them
    Said("Вакцина", "Vaccine"),
    Options({code: (vaccine.ru, vaccine.en) for code, vaccine in VACCINES.items()}),
]
Stage = Annotated[str, StringConstraints(pattern=r"^[VR][1-9]?$"), Said("Этап", "Stage")]
"""As the calendar writes it: V is a vaccination, R a revaccination, with its number."""
Lot = Annotated[Line, Field(max_length=20), Said("Серия", "Lot")]
Organisation = Annotated[Line, Said("Организация", "Organisation")]
Day = Annotated[date, Said("Дата", "Date")]


class Target(Body):
    """One disease, and which dose against it this was; a combined vaccine may be the second against one and the
    third against another (FHIR Immunization.protocolApplied).
    """

    disease: Disease
    stage: Stage


class Vaccination(Dated):
    """FHIR Immunization. Vaccine, lot, organisation and stage are mandatory."""

    vaccine: VaccineCode
    trade_name: Annotated[Line | None, Said("Торговое название", "Trade name")] = None
    manufacturer: Annotated[Line | None, Said("Производитель", "Manufacturer")] = None
    targets: Annotated[list[Target], Field(min_length=1, max_length=8), Said("Против чего", "Against")]
    lot: Lot
    expires_on: Annotated[date | None, Said("Годна до", "Expires on")] = None
    amount: Annotated[Number | None, Field(gt=0, le=10), Said("Доза, мл", "Amount, mL")] = None
    site: Annotated[
        Literal["left-arm", "right-arm", "left-thigh", "right-thigh", "mouth", "nose", "other"] | None,
        Said("Место введения", "Site"),
        Options(
            {
                "left-arm": ("левое плечо", "left arm"),
                "right-arm": ("правое плечо", "right arm"),
                "left-thigh": ("левое бедро", "left thigh"),
                "right-thigh": ("правое бедро", "right thigh"),
                "mouth": ("рот", "mouth"),
                "nose": ("нос", "nose"),
                "other": ("другое", "other"),
            }
        ),
    ] = None
    route: Annotated[
        Literal["IM", "SC", "ID", "PO", "NASINHL"] | None,
        Said("Способ введения", "Route"),
        Options(
            {
                "IM": ("внутримышечно", "intramuscular"),
                "SC": ("подкожно", "subcutaneous"),
                "ID": ("внутрикожно", "intradermal"),
                "PO": ("через рот", "by mouth"),
                "NASINHL": ("через нос", "nasal"),
            }
        ),
    ] = Field(None, description="HL7 v3 RouteOfAdministration")
    organisation: Organisation
    given_by: Annotated[Name | None, Said("Кто провёл", "Given by")] = None
    consent: Annotated[
        Literal["given", "not-known"],
        Said("Информированное согласие", "Informed consent"),
        Options({"given": ("получено", "given"), "not-known": ("нет сведений", "not known")}),
    ] = Field("given", description="Article 20 of 323-ФЗ; not-known: carried over from papers")
    reaction: Annotated[Text | None, Said("Реакция", "Reaction")] = None
    status: Annotated[
        Literal["completed", "entered-in-error"],
        Said("Состояние", "Status"),
        Options(
            {"completed": ("проведена", "completed"), "entered-in-error": ("внесена ошибочно", "entered in error")}
        ),
    ] = "completed"
    related: Links = []

    @model_validator(mode="after")
    def _against_what_it_is_for(self) -> Self:
        named = [target.disease for target in self.targets]
        if len(named) != len(set(named)):
            msg = "a disease is named twice"
            raise ValueError(msg)
        if not set(named) <= set(VACCINES[self.vaccine].diseases):
            msg = "the vaccine is not against every disease that is named"
            raise ValueError(msg)
        if self.expires_on is not None and self.expires_on < self.occurred_at.date():
            msg = "expires_on lies before the vaccination"
            raise ValueError(msg)
        return self


class VaccinationExemption(Dated):
    """A medical exemption (медотвод), for a time or for good, or the patient's refusal."""

    kind: Annotated[
        Literal["medical", "refusal"],
        Said("Вид", "Kind"),
        Options({"medical": ("медицинский отвод", "medical exemption"), "refusal": ("отказ пациента", "refusal")}),
    ]
    diseases: Diseases = Field([], description="Empty: against every disease")
    reason: Annotated[Diagnosis | None, Said("Причина", "Reason")] = Field(None, description="Of a medical exemption")
    since: Annotated[date, Said("С какого дня", "Valid from")]
    until: Annotated[date | None, Said("По какой день", "Valid until")] = None
    permanent: Annotated[bool, Said("Постоянный", "Permanent")] = False
    doctor_name: DoctorName
    status: Annotated[
        Literal["active", "revoked", "entered-in-error"],
        Said("Состояние", "Status"),
        Options(
            {
                "active": ("действует", "active"),
                "revoked": ("отменён", "revoked"),
                "entered-in-error": ("внесён ошибочно", "entered in error"),
            }
        ),
    ] = "active"
    note: Annotated[Text | None, Said("Примечание", "Note")] = None
    related: Links = []

    @model_validator(mode="after")
    def _an_end_or_for_good(self) -> Self:
        if (self.until is None) != self.permanent:
            msg = "give either until or permanent"
            raise ValueError(msg)
        if self.until is not None and self.until < self.since:
            msg = "until lies before since"
            raise ValueError(msg)
        if self.kind == "medical" and self.reason is None:
            msg = "a medical exemption has its reason"
            raise ValueError(msg)
        return self


class VaccinationFactors(Dated):
    """What decides which rows of the calendar are a person's; the newest one counts."""

    groups: Annotated[
        list[Literal[*GROUPS]],  # type: ignore[valid-type]  # the calendar's data name them
        Field(max_length=len(GROUPS)),
        Said("Группы риска", "Risk groups"),
        Options(GROUPS),
    ] = []
    had: Annotated[Diseases, Said("Перенёс", "Had")] = []
    history: Annotated[
        Literal["complete", "unknown"],
        Said("Сведения о прежних прививках", "Earlier vaccinations"),
        Options(
            {
                "complete": ("внесены полностью", "all are recorded"),
                "unknown": ("могут быть неполными", "some may be missing"),
            }
        ),
    ] = "unknown"
    intervals: Annotated[
        Literal["order", "common"],
        Said("Минимальные интервалы", "Minimum intervals"),
        Options({"order": ("только из приказа", "the order's alone"), "common": ("общепринятые", "common ones")}),
    ] = "order"
    doctor_name: DoctorName
    note: Annotated[Text | None, Said("Примечание", "Note")] = None


class Certified(Body):
    """A line of a certificate."""

    on: Day
    vaccine: VaccineCode
    stages: Annotated[Line, Said("Этап", "Stage")]
    lot: Lot
    organisation: Organisation
    in_code: Annotated[bool, Said("В коде", "In the code")]


class VaccinationCertificate(Dated):
    """What was certified, and the SMART Health Card over a part of it (``shc:/`` and digits)."""

    language: Annotated[
        Literal["ru", "en"],
        Said("Язык", "Language", printed=False),
        Options({"ru": ("русский", "Russian"), "en": ("английский", "English")}),
    ]
    vaccinations: Annotated[list[Certified], Field(min_length=1, max_length=500), Said("Прививки", "Vaccinations")]
    qr: Annotated[str, Said("QR-код", "QR code", printed=False)]
