"""Visits, protocols, papers of a stay, orders, other documents."""

from __future__ import annotations

from chalicelib.interop.mapping.answers import Answers
from chalicelib.interop.mapping.codecs import URN, Tree, words
from chalicelib.interop.mapping.form import TERMS, Form, coding, concept, dated, performed, person
from chalicelib.interop.mapping.lenses import (
    Always,
    At,
    Choice,
    Diagnosis,
    Field,
    Items,
    Lens,
    Related,
    own,
    own_items,
    part,
)
from chalicelib.interop.mapping.reading import LOINC
from chalicelib.interop.mapping.wholes import Conditions, Section, Sections
from chalicelib.records.bodies.protocols import SECTION_WORDS

PROTOCOL = "records.bodies.examination:ExaminationProtocol"
DISCHARGE = "records.bodies.hospital:DischargeSummary"
SICK = "records.bodies.hospital:SickLeave"
PAPER = "records.bodies.documents:AttachedDocument"
DIAGNOSES = "Диагнозы"

VISIT = Form(
    kind="visit",
    resource="Encounter",
    lenses=(
        Always("status", "finished"),
        Always("class", coding(f"{TERMS}/v3-ActCode", "AMB")),
        dated("period.start"),
        Field("doctor_name", "participant[0].individual.display"),
        Field("reason", "reasonCode[0].text"),
        Field("place", "location[0].location.display"),
        Conditions("diagnosis", "condition.reference"),
        own("recommendations"),
        Related(),
    ),
)

EXAMINATION_PROTOCOL = Form(
    kind="examination-protocol",
    resource="Composition",
    lenses=(
        Always("status", "final"),
        Always("type", concept(LOINC, "11488-4", "Протокол осмотра")),
        dated("date"),
        Field("doctor_name", "author[0].display"),
        Field("examination", "title"),
        Choice("specialty", f"extension[url={URN}:field:specialty].valueCodeableConcept", PROTOCOL),
        Section("complaints", "Жалобы", "10154-3"),
        Section("findings", "Объективный статус", "29545-1"),
        Sections("sections", SECTION_WORDS, f"{URN}:protocol-section"),
        Section("conclusion", "Заключение", "51848-0"),
        Section("follow_up_plan", "План наблюдения", "18776-5"),
        Conditions(f"section[title={DIAGNOSES}].entry", "reference"),
        Related(),
    ),
    needed={"title": "Протокол осмотра", "author": [{"display": "не указан"}]},
)

DISCHARGE_SUMMARY = Form(
    kind="discharge-summary",
    resource="Composition",
    lenses=(
        Always("status", "final"),
        Always("type", concept(LOINC, "18842-5", "Выписной эпикриз")),
        Always("title", "Выписной эпикриз"),
        dated("date"),
        Field("doctor_name", "author[0].display"),
        own("department"),
        Field("admitted_on", "event[0].period.start"),
        Field("discharged_on", "event[0].period.end"),
        Section("complaints", "Жалобы при поступлении", "10154-3"),
        Section("course", "Течение и лечение", "8648-8"),
        Section("studies", "Исследования", "30954-2"),
        Choice("outcome", f"extension[url={URN}:field:outcome].valueCodeableConcept", DISCHARGE),
        Section("recommendations", "Рекомендации", "18776-5"),
        Conditions(f"section[title={DIAGNOSES}].entry", "reference"),
        Related(),
    ),
    needed={"author": [{"display": "не указан"}]},
)

ORDER: tuple[Lens, ...] = (
    dated("authoredOn"),
    Always("intent", "order"),
    Field("status", "status"),
    Field("priority", "priority"),
    Field("doctor_name", "requester.display"),
    Diagnosis("diagnosis", "reasonCode[0]"),
    own("no_record_because"),
    Related(),
)
ASKED = {"status": "unknown"}

LABORATORY_ORDER = Form(
    kind="laboratory-order",
    resource="ServiceRequest",
    lenses=(
        *ORDER,
        Always("category[0]", concept(f"{URN}:order", "laboratory-order", "Направление на анализ")),
        Field("panel", "code.text"),
        Items(
            "analytes",
            "orderDetail",
            (Field("name", "text"), Field("loinc", f"coding[system={LOINC}].code")),
        ),
        Field("specimen", "specimen[0].display"),
        Field("preparation", "patientInstruction"),
        Field("planned_for", "occurrenceDateTime"),
    ),
    needed=ASKED,
)

PLANNED_STUDY = Form(
    kind="planned-study",
    resource="ServiceRequest",
    lenses=(
        *ORDER,
        Always("category[0]", concept(f"{URN}:order", "planned-study", "Плановое исследование")),
        Field("study", "code.text"),
        Field("planned_for", "occurrenceDateTime"),
        Field("reason", "note[0].text"),
    ),
    needed=ASKED,
)

REFERRAL = Form(
    kind="referral",
    resource="ServiceRequest",
    lenses=(
        *ORDER,
        Always("category[0]", concept(f"{URN}:order", "referral", "Направление к специалисту")),
        Field("specialty", "performerType.text"),
        Field("organisation", "performer[0].display"),
        Field("goal", "code.text"),
        Field("valid_until", "occurrencePeriod.end"),
    ),
    needed=ASKED,
)

SICK_LEAVE = Form(
    kind="sick-leave",
    resource="DocumentReference",
    lenses=(
        Always("status", "current"),
        Always("type", concept(f"{URN}:document", "sick-leave", "Листок нетрудоспособности")),
        Always("content[0].attachment.title", "Листок нетрудоспособности"),
        dated("date"),
        Field("doctor_name", "author[0].display"),
        Field("number", "masterIdentifier.value"),
        Choice("reason", f"extension[url={URN}:field:reason].valueCodeableConcept", SICK),
        own_items("periods", part("from_date", "Date"), part("to_date", "Date"), part("doctor_name")),
        Choice("status", f"extension[url={URN}:field:status].valueCodeableConcept", SICK),
        Field(
            "status",
            "docStatus",
            words({"open": "preliminary", "extended": "amended", "closed": "final", "cancelled": "entered-in-error"}),
        ),
        own("work_from", "Date"),
        Diagnosis("diagnosis", "context.event[0]"),
        Related(),
    ),
)


def _brought(made: Tree, at: At) -> None:
    made.setdefault("author", []).append(person(at))


ATTACHED_DOCUMENT = Form(
    kind="attached-document",
    resource="DocumentReference",
    lenses=(
        Always("status", "current"),
        dated("date"),
        Field("title", "description"),
        Choice("category", "type", PAPER),
        own("issued_on", "Date"),
        Field("issued_by", "custodian.display"),
        Items("attachments", "content", (Field("title", "attachment.title"),)),
        own("note"),
        Related(),
    ),
    needed={"content": [{"attachment": {"title": "не показано"}}]},
    by_row=_brought,
    beside=("author",),
    kept="its files lie in the card where it was brought; what is received names them and has none",
)

VISIT_FORM = Form(
    kind="visit-form",
    resource="QuestionnaireResponse",
    lenses=(
        Always("status", "completed"),
        Always("questionnaire", f"{URN}:questionnaire:visit-form"),
        dated("authored"),
        Answers("records.bodies.visit_forms:VisitForm"),
        Related(),
    ),
    by_row=performed("author"),
    beside=("author",),
    kept="a form belongs to a booked visit here and is submitted once, by the patient",
)

FORMS = (
    VISIT,
    EXAMINATION_PROTOCOL,
    DISCHARGE_SUMMARY,
    LABORATORY_ORDER,
    PLANNED_STUDY,
    REFERRAL,
    SICK_LEAVE,
    ATTACHED_DOCUMENT,
    VISIT_FORM,
)
