"""Invariants of what a card is about: findings, medication, care, plans, claims."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.interop.r4.invariants.looking import (
    UCUM,
    Element,
    Rule,
    after,
    coded,
    codings,
    each,
    has,
    number,
    one,
    rule,
    text,
)

CONDITION_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION_CERTAINTY = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ALLERGY_CERTAINTY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
WRONG = "entered-in-error"
CERTAIN = 100


def _not_said_twice(element: Element) -> bool:
    """obs-7: the value of the whole is not under the code of a component."""
    if not has(element, "value[x]"):
        return True
    whole = codings(element.get("code"))
    return not any(whole & codings(part.get("code")) for _place, part in each(element, "component"))


def _abated(element: Element) -> bool:
    ended = coded(element, "clinicalStatus", CONDITION_CLINICAL, "inactive", "resolved", "remission")
    return ended or not has(element, "abatement[x]")


def _timed(element: Element) -> bool:
    without = text(element, "status") in {"proposed", "cancelled", "waitlist"}
    return without or (has(element, "start") and has(element, "end"))


def _percentages(element: Element) -> tuple[str, ...]:
    parts = (one(one(element, "probabilityRange"), name) for name in ("low", "high"))
    wrong = any(part and (text(part, "code"), text(part, "system")) != ("%", UCUM) for part in parts)
    return (".probability",) if wrong else ()


def _certain(element: Element) -> bool:
    value = number(element, "probabilityDecimal")
    return value is None or value <= CERTAIN


def _on_behalf(element: Element) -> bool:
    """ctm-1. Of a member that is named in another way nothing is known, and nothing is said."""
    named = text(one(element, "member"), "reference").split("/")
    kind = named[-2] if len(named) > 1 else ""
    return not has(element, "onBehalfOf") or kind in {"", "Practitioner"} or not kind.isalpha()


def _used(element: Element, name: str, use: str) -> tuple[str, ...]:
    return tuple(f".{name}[{place}]" for place, inner in each(element, name) if inner.get("use") == use)


RULES: Mapping[str, tuple[Rule, ...]] = {
    "Patient_Contact": (
        rule(
            "pat-1",
            lambda e: has(e, "name", "telecom", "address", "organization"),
            "a contact needs a name, telecom, address or organization",
            "контакту нужно имя, связь, адрес или организация",
        ),
    ),
    "Observation": (
        rule(
            "obs-6",
            lambda e: not (has(e, "dataAbsentReason") and has(e, "value[x]")),
            "dataAbsentReason only where there is no value",
            "dataAbsentReason бывает только без значения",
        ),
        rule(
            "obs-7",
            _not_said_twice,
            "no value where a component has the same code",
            "нет места значению, если у компонента тот же код",
        ),
    ),
    "Observation_ReferenceRange": (
        rule("obs-3", lambda e: has(e, "low", "high", "text"), "needs low, high or text", "нужна граница или текст"),
    ),
    "Immunization_Education": (
        rule(
            "imm-1",
            lambda e: has(e, "documentType", "reference"),
            "needs documentType or reference",
            "нужен documentType или reference",
        ),
    ),
    "ImmunizationRecommendation_Recommendation": (
        rule(
            "imr-1",
            lambda e: has(e, "vaccineCode", "targetDisease"),
            "needs vaccineCode or targetDisease",
            "нужна вакцина или болезнь",
        ),
    ),
    "Condition": (
        rule(
            "con-4",
            _abated,
            "what has abated is inactive, resolved or in remission",
            "закончившееся состояние — inactive, resolved или remission",
        ),
        rule(
            "con-5",
            lambda e: not (coded(e, "verificationStatus", CONDITION_CERTAINTY, WRONG) and has(e, "clinicalStatus")),
            "no clinicalStatus where it was entered in error",
            "у внесённого по ошибке нет clinicalStatus",
        ),
    ),
    "Condition_Stage": (
        rule(
            "con-1", lambda e: has(e, "summary", "assessment"), "needs summary or assessment", "нужен итог или оценка"
        ),
    ),
    "Condition_Evidence": (
        rule("con-2", lambda e: has(e, "code", "detail"), "needs code or detail", "нужен код или подробности"),
    ),
    "AllergyIntolerance": (
        rule(
            "ait-1",
            lambda e: coded(e, "verificationStatus", ALLERGY_CERTAINTY, WRONG) or has(e, "clinicalStatus"),
            "needs clinicalStatus unless it was entered in error",
            "нужен clinicalStatus, если запись не ошибочна",
        ),
        rule(
            "ait-2",
            lambda e: not (coded(e, "verificationStatus", ALLERGY_CERTAINTY, WRONG) and has(e, "clinicalStatus")),
            "no clinicalStatus where it was entered in error",
            "у внесённого по ошибке нет clinicalStatus",
        ),
    ),
    "Appointment": (
        rule("app-2", lambda e: has(e, "start") == has(e, "end"), "start with end", "начало и конец вместе"),
        rule(
            "app-3",
            _timed,
            "only a proposed, cancelled or waiting one has no times",
            "без времени бывает только предложенный, отменённый или ожидающий приём",
        ),
        rule(
            "app-4",
            lambda e: not has(e, "cancelationReason") or text(e, "status") in {"cancelled", "noshow"},
            "a cancelationReason only where it was cancelled or nobody came",
            "причина отмены бывает только у отменённого или неявки",
        ),
    ),
    "Appointment_Participant": (
        rule(
            "app-1", lambda e: has(e, "type", "actor"), "needs a type or an actor", "нужен вид участника или участник"
        ),
    ),
    "Organization": (
        rule("org-1", lambda e: has(e, "identifier", "name"), "needs a name or an identifier", "нужно имя или номер"),
        Rule("org-3", lambda e: _used(e, "telecom", "home"), "never of use home", "не бывает домашней (home)"),
        Rule("org-2", lambda e: _used(e, "address", "home"), "never of use home", "не бывает домашним (home)"),
    ),
    "MedicationDispense": (
        rule(
            "mdd-1",
            lambda e: not after(text(e, "whenPrepared"), text(e, "whenHandedOver")),
            "handed over before it was prepared",
            "выдано раньше, чем приготовлено",
        ),
    ),
    "MedicationAdministration_Dosage": (
        rule("mad-1", lambda e: has(e, "dose", "rate[x]"), "needs a dose or a rate", "нужна доза или скорость"),
    ),
    "ServiceRequest": (
        rule(
            "prr-1",
            lambda e: not has(e, "orderDetail") or has(e, "code"),
            "orderDetail needs a code",
            "orderDetail бывает только при code",
        ),
    ),
    "CarePlan_Activity": (
        rule(
            "cpl-3",
            lambda e: not (has(e, "detail") and has(e, "reference")),
            "detail or reference, not both",
            "detail или reference, но не оба",
        ),
    ),
    "CareTeam_Participant": (
        rule(
            "ctm-1", _on_behalf, "onBehalfOf is for a Practitioner", "onBehalfOf бывает только у врача (Practitioner)"
        ),
    ),
    "Goal_Target": (
        rule(
            "gol-1",
            lambda e: not has(e, "detail[x]") or has(e, "measure"),
            "detail needs measure",
            "detail бывает только при measure",
        ),
    ),
    "FamilyMemberHistory": (
        rule(
            "fhs-1",
            lambda e: not (has(e, "age[x]") and has(e, "born[x]")),
            "age or born, not both",
            "возраст или рождение, но не оба",
        ),
        rule(
            "fhs-2",
            lambda e: has(e, "age[x]") or not has(e, "estimatedAge"),
            "estimatedAge needs an age",
            "estimatedAge бывает только при возрасте",
        ),
    ),
    "RiskAssessment_Prediction": (
        rule("ras-2", _certain, "a probability is at most 100", "вероятность не больше 100"),
        Rule("ras-1", _percentages, "low and high are percentages of UCUM", "границы — проценты UCUM"),
    ),
}
