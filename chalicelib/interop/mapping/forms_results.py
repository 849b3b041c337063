"""Vital signs, the diary, laboratory results, imaging, series of readings."""

from __future__ import annotations

from chalicelib.domain.vital_signs.signs import SIGNS
from chalicelib.interop.mapping.codecs import NUMBER, TEXT, URN, WHOLE, Body, Codec, Tree
from chalicelib.interop.mapping.form import TERMS, Form, coding, concept, dated, performed
from chalicelib.interop.mapping.lenses import Always, At, Choice, Field, Files, Related, own
from chalicelib.interop.mapping.paths import first
from chalicelib.interop.mapping.results import Results, observations
from chalicelib.interop.mapping.wholes import Component, Measured, coded, loinc, quantity

SIGN = "records.bodies.observation:VitalSign"
DIARY = "records.bodies.observation:HealthStatus"
CATEGORY = f"{TERMS}/observation-category"
DCM = "http://dicom.nema.org/resources/ontology/DCM"
SECTION = f"{TERMS}/v2-0074"
PERCENT = Codec(lambda value: quantity(value, "%"), lambda said: NUMBER.back(first(said, "value")))

VITAL_SIGN = Form(
    kind="vital-sign",
    resource="Observation",
    lenses=(
        dated("effectiveDateTime"),
        Always("status", "final"),
        Always("category[0]", concept(CATEGORY, "vital-signs")),
        Measured(),
        Choice("timing", f"extension[url={URN}:field:timing].valueCodeableConcept", SIGN),
        Choice("breathing", f"extension[url={URN}:field:breathing].valueCodeableConcept", SIGN),
        Choice("place", f"extension[url={URN}:field:place].valueCodeableConcept", SIGN),
        Field("device", "device.display"),
        Field("note", "note[0].text"),
    ),
    needed={"code": None},
    by_row=performed("performer"),
    beside=("performer",),
)

HEALTH_STATUS = Form(
    kind="health-status",
    resource="Observation",
    lenses=(
        dated("effectiveDateTime"),
        Always("status", "final"),
        Always("category[0]", concept(CATEGORY, "survey")),
        Always("code", concept(f"{URN}:observation", "health-status", "Самочувствие")),
        Choice("mood", "valueCodeableConcept", DIARY),
        Component("pain", "Боль, от 0 до 10", "Integer", WHOLE, "72514-3"),
        Component("complaints", "Жалоба", "CodeableConcept", coded(DIARY, "complaints"), many=True),
        Field("note", "note[0].text"),
    ),
    by_row=performed("performer"),
    beside=("performer",),
)

LABORATORY_RESULT = Form(
    kind="laboratory-result",
    resource="DiagnosticReport",
    lenses=(
        dated("effectiveDateTime"),
        Field("status", "status"),
        Always("category[0]", concept(SECTION, "LAB")),
        Choice("category", "category[1]", "records.bodies.laboratory:LaboratoryResult"),
        Field("laboratory", "performer[0].display"),
        Field("panel", "code.text"),
        Field("specimen", "specimen[0].display"),
        Results(),
        Field("conclusion", "conclusion"),
        Related(),
    ),
    needed={"code": None, "status": "unknown"},
    parts=observations,
)

IMAGING_STUDY = Form(
    kind="imaging-study",
    resource="ImagingStudy",
    lenses=(
        dated("started"),
        Always("status", "available"),
        Field("centre", "location.display"),
        Field("modality", f"modality[system={DCM}].code"),
        Field("region", "procedureCode[0].text"),
        Field("doctor_name", "interpreter[0].display"),
        Field("description", "description"),
        Field("conclusion", "note[0].text"),
        own("contrast"),
        own("dose", "Decimal", NUMBER),
        Field("accession", "identifier[0].value"),
        Files(),
        Related(),
    ),
)


def _points(body: Body, made: Tree, at: At) -> list[Tree]:
    """The readings that it is made of are named; each is a resource of its own elsewhere."""
    from chalicelib.domain.resource_ids import ResourceId

    named = [
        f"Observation/{ResourceId(at.patient_id, 'vital-sign', point['record'])}"  # type: ignore[arg-type]
        for point in body.get("points") or ()
    ]
    if named:
        made["derivedFrom"] = [{"reference": one} for one in dict.fromkeys(named)]
    sign = SIGNS.get(body.get("code", ""))
    if sign:
        made["code"] = loinc(sign.loinc, sign.words.ru)
    for part in body.get("parts") or ():
        for name, title in (("least", "наименьшее"), ("greatest", "наибольшее"), ("mean", "среднее")):
            code = concept(f"{URN}:series", f"{part['part']}-{name}", f"{part['part']}: {title}")
            component = {"code": code, "valueQuantity": quantity(part[name], body["unit"])}
            made.setdefault("component", []).append(component)
    return []


OBSERVATION_SERIES = Form(
    kind="observation-series",
    resource="Observation",
    lenses=(
        Field("occurred_at", "issued", TEXT),
        Always("status", "final"),
        Always("category[0]", {"coding": [coding(CATEGORY, "vital-signs")]}),
        Always("method.text", "ряд измерений"),
        Field("since", "effectivePeriod.start"),
        Field("until", "effectivePeriod.end"),
        Component("count", "Измерений", "Integer", WHOLE),
        Component("out_of_limits", "Вне границ, %", "Quantity", PERCENT),
        Field("comment", "note[0].text"),
        own("digest"),
        own("bands_version"),
        Related(),
    ),
    needed={"code": None},
    parts=_points,
    kept="it is computed here from readings of the card; the readings come by themselves",
)

FORMS = (VITAL_SIGN, HEALTH_STATUS, LABORATORY_RESULT, IMAGING_STUDY, OBSERVATION_SERIES)
