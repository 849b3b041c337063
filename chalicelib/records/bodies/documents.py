"""Records that are files with a description: imaging studies (REC-5) and other documents of the card (REC-9)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.records.bodies.base import Body, Dated, Line, Links, Name, Number, RecordId, Text
from chalicelib.records.bodies.words import Options, Said


class Attachment(Body):
    """A file that was uploaded to this card and found clean (services/uploads.py)."""

    upload_id: RecordId
    title: Annotated[Line, Said("Файл", "File")]


Attachments = Annotated[list[Attachment], Field(max_length=50), Said("Файлы", "Files")]


class ImagingStudy(Dated):
    """Ultrasound, X-ray, MRI and others; ``modality`` is a code of DICOM (CID 29)."""

    centre: Annotated[Line, Said("Организация", "Centre")]
    modality: Annotated[
        Literal["US", "DX", "CT", "MR", "MG", "ES", "ECG", "NM", "PT", "OT"],
        Said("Вид исследования", "Modality"),
        Options(
            {
                "US": ("УЗИ", "ultrasound"),
                "DX": ("рентген", "X-ray"),
                "CT": ("КТ", "CT"),
                "MR": ("МРТ", "MRI"),
                "MG": ("маммография", "mammography"),
                "ES": ("эндоскопия", "endoscopy"),
                "ECG": ("ЭКГ", "ECG"),
                "NM": ("радионуклидное", "nuclear medicine"),
                "PT": ("ПЭТ", "PET"),
                "OT": ("другое", "other"),
            }
        ),
    ]
    region: Annotated[Line, Said("Область", "Region")]
    doctor_name: Annotated[Name, Said("Врач", "Doctor")]
    description: Annotated[Text | None, Said("Описание", "Description")] = None
    conclusion: Annotated[Text, Said("Заключение", "Conclusion")]
    contrast: Annotated[Line | None, Said("Контраст", "Contrast")] = None
    dose: Annotated[Number | None, Said("Эффективная доза, мЗв", "Effective dose, mSv")] = None
    accession: Annotated[str | None, StringConstraints(max_length=64), Said("Номер исследования", "Accession")] = None
    attachments: Attachments = []
    related: Links = []


class AttachedDocument(Dated):
    """A paper or a file from elsewhere, by whoever brought it; FHIR DocumentReference."""

    title: Annotated[Line, Said("Название", "Title")]
    category: Annotated[
        Literal["result", "summary", "certificate", "referral", "consent", "other"],
        Said("Вид документа", "Category"),
        Options(
            {
                "result": ("результат исследования", "result"),
                "summary": ("выписка", "summary"),
                "certificate": ("справка", "certificate"),
                "referral": ("направление", "referral"),
                "consent": ("согласие", "consent"),
                "other": ("другое", "other"),
            }
        ),
    ]
    issued_on: Annotated[date | None, Said("Дата документа", "Date of the document")] = None
    issued_by: Annotated[Line | None, Said("Кто выдал", "Issued by")] = None
    attachments: Annotated[Attachments, Field(min_length=1)]
    note: Annotated[Text | None, Said("Примечание", "Note")] = None
    related: Links = []
