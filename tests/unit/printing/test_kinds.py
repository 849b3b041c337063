"""Every kind of record as a document: its text can be read back from the PDF, in both languages, to the last field."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from chalicelib.documents.pdf import PdfPrinter
from chalicelib.records.printing import printable, stored_model
from chalicelib.records.registry import RECORD_TYPES, record_type
from tests.unit.printing.samples import AT, SAMPLES
from tests.world import PRESCRIPTION

SUBJECT = [("Пациент", "Иванова Анна Сергеевна"), ("Дата рождения", "1984-05-17")]
TOLD: dict[str, Any] = {"subject": SUBJECT, "record_id": "x", "version": 1, "issued_at": AT}
KINDS = sorted(SAMPLES)


def document(kind: str, language: str) -> bytes:
    content = printable(
        record_type(kind),
        SAMPLES[kind],
        subject=SUBJECT,
        organisation="Поликлиника № 1",
        record_id="01890000-0000-7000-8000-000000000001",
        version=1,
        issued_at=AT,
        signed_by="Петров Пётр Иванович",
        role="doctor",
        language=language,
    )
    return PdfPrinter().render("record", content)


def words(pdf: bytes) -> str:
    """The text without the line breaks of its layout."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_there_is_a_sample_of_every_kind_that_no_topic_prints_by_itself() -> None:
    generic = {spec.name for spec in RECORD_TYPES if spec.pdf_template == "record"}
    assert generic <= set(SAMPLES)


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_valid_and_fills_every_field(kind: str) -> None:
    body = {**SAMPLES[kind], "values": [_sent(v) for v in SAMPLES[kind].get("values", [])]}
    if not body["values"]:
        del body["values"]
    made = stored_model(record_type(kind)).model_validate(body)
    unfilled = {name for name, value in made.model_dump().items() if value in (None, [], {})}
    assert unfilled <= {"related", "ended_on", "no_record_because"}  # what only some values of others ask for


def _sent(value: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if name != "interpretation"}


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_found_in_the_text_of_the_document(kind: str, language: str) -> None:
    text = words(document(kind, language))
    shown = stored_model(record_type(kind)).printed()
    for field in shown:
        value = SAMPLES[kind].get(field.name)
        if value in (None, [], {}):
            continue
        for name, line in field.lines(value, language) if not (field.nested and isinstance(value, list)) else ():
            assert "".join(name.split()) in text, name
            assert "".join(line.split()) in text, line
        if field.nested and isinstance(value, list):
            for row in field.nested.table(value, language)["rows"]:
                assert all("".join(cell.split()) in text for cell in row), row
    assert "\N{REPLACEMENT CHARACTER}" not in text


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize("kind", KINDS)
def test_no_code_word_of_a_closed_list_is_printed(kind: str) -> None:
    text = words(document(kind, "ru"))
    for word in ("in-place", "conditional", "completed", "on-hold", "recovered", "urgent", "cardiology", "glucose"):
        assert word not in text


@pytest.mark.requirement("REC-9")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_a_patient_reported_says_so_first(language: str) -> None:
    spec, body = record_type("lifestyle"), SAMPLES["lifestyle"]
    told = {**TOLD, "organisation": "", "signed_by": "", "role": "patient"}
    made = printable(spec, body, reported=True, language=language, **told)
    source = {"ru": ("Источник", "со слов пациента"), "en": ("Source", "reported by the patient")}[language]
    assert made["sections"][0]["rows"][0] == source
    assert source not in printable(spec, body, language=language, **told)["sections"][0]["rows"]


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(
    ("role", "position"),
    [
        ("doctor", ("Врач", "Doctor")),
        ("nurse", ("Медицинская сестра", "Nurse")),
        ("patient", None),
        ("representative", None),
        ("system", None),
    ],
    ids=["doctor", "nurse", "patient", "representative", "system"],
)
@pytest.mark.parametrize("kind", ["allergy", "laboratory-order"])
def test_staff_who_wrote_it_are_named_by_their_own_role(kind: str, role: str, position: tuple[str, str] | None) -> None:
    for number, language in enumerate(("ru", "en")):
        told = {**TOLD, "organisation": "П", "signed_by": "Кузнецова М. О.", "role": role, "language": language}
        signature = printable(record_type(kind), SAMPLES[kind], **told)["signature"]
        named = {"name": "Кузнецова М. О.", "position": position[number], "time": AT} if position else None
        assert signature == named


@pytest.mark.requirement("DOC-1", "RX-1", "RX-6")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_on_a_prescription_every_drug_stands_behind_its_mark_and_nothing_else(language: str) -> None:
    """A long diagnosis is a paragraph; set as a drug it could be taken for one."""
    line = PRESCRIPTION["drugs"][0]
    body = {
        **PRESCRIPTION,
        "drugs": [line, {**line, "inn": "Лоратадин"}],
        "diagnosis": {"code": "J20.9", "text": "Острый бронхит " * 15, "role": "main"},
        "expires_at": AT,
        "qr": "code",
    }
    told = {**TOLD, "organisation": "П", "signed_by": "Кузнецова М. О.", "role": "doctor", "language": language}
    pdf = PdfPrinter().render("prescription", printable(record_type("prescription"), body, **told))
    text = words(pdf)
    assert [behind[:9] for behind in text.split("Rp.")[1:]] == [line["inn"][:9], "Лоратадин"]
    for part in (line["dosage"], line["strength"], "J20.9Острыйбронхит"):
        assert "".join(part.split()) in text
