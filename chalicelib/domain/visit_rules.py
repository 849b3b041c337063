"""What of earlier records may go into a new one, as data (APT-4).

Text that is carried from note to note stays after it has stopped being true, and nobody can tell it from what was
found today. So each field says what becomes of it: it is copied, it is shown beside the field with its date, or it is
asked anew and the earlier words stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from chalicelib.domain.texts.said import Said

ECRI = (
    "ECRI Institute, Partnership for Health IT Patient Safety: Health IT Safe Practices, Toolkit for the Safe Use of "
    "Copy and Paste, 2016: what is copied is easily identified (A), and where it is from is at hand (B)"
)
TSOU = "Tsou A. Y. et al.: Safe Practices for Copy and Paste in the EHR, Applied Clinical Informatics 2017; 8: 12-34"
OWN = "the project's own choice, to be reviewed by clinicians"

FRESH = timedelta(days=1)
"""A measurement that is older is taken anew at the visit. Source: our own choice, to be reviewed by clinicians."""
LOOKED_BACK = timedelta(days=30)
"""Measurements of before a first visit that are still of use. Source: as above."""


class How(StrEnum):
    """Values are public."""

    COPY = "copy"
    BESIDE = "beside"
    NEVER = "never"


class Part(StrEnum):
    """Which diagnoses a rule is about."""

    WHOLE = "whole"
    CHRONIC = "chronic"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a field of a record of ``kind``, why, and who says so."""

    kind: str
    field: str
    how: How
    reason: Said
    source: str
    part: Part = Part.WHOLE


_LASTS = Said("хроническое остаётся в силе; указана дата", "what is chronic lasts; its date stands with it")
_ASSESSED = Said(
    "был верен на дату посещения; сегодня его оценивают заново", "was true on that day; it is assessed again today"
)
_PLANNED = Said("назначено тогда: покажет, что выполнено", "was advised then: it shows what has been done")
_SAME = Said("описывает приём, а не состояние", "describes the visit, not the state")
_FELT = Said("жалобы спрашивают на каждом приёме", "complaints are asked at each visit")
_FOUND = Said("найденное при осмотре пишут по сегодняшнему осмотру", "findings are of today's examination alone")
_OWN = Said("известно из расписания", "the schedule knows it")
_MOMENT = Said("у каждого приёма своё время", "each visit has a time of its own")
_OTHERS = Said("связи у каждой записи свои", "each record has links of its own")

OF_VISITS: Sequence[Rule] = (
    Rule("visit", "occurred_at", How.NEVER, _MOMENT, TSOU),
    Rule("visit", "doctor_name", How.NEVER, _OWN, OWN),
    Rule("visit", "place", How.NEVER, _OWN, OWN),
    Rule("visit", "reason", How.NEVER, _FELT, TSOU),
    Rule("visit", "diagnoses", How.COPY, _LASTS, ECRI, Part.CHRONIC),
    Rule("visit", "diagnoses", How.BESIDE, _ASSESSED, TSOU, Part.PASSING),
    Rule("visit", "recommendations", How.BESIDE, _PLANNED, ECRI),
    Rule("visit", "related", How.NEVER, _OTHERS, OWN),
    Rule("examination-protocol", "occurred_at", How.NEVER, _MOMENT, TSOU),
    Rule("examination-protocol", "doctor_name", How.NEVER, _OWN, OWN),
    Rule("examination-protocol", "examination", How.COPY, _SAME, OWN),
    Rule("examination-protocol", "specialty", How.COPY, _SAME, OWN),
    Rule("examination-protocol", "complaints", How.NEVER, _FELT, TSOU),
    Rule("examination-protocol", "findings", How.NEVER, _FOUND, TSOU),
    Rule("examination-protocol", "sections", How.NEVER, _FOUND, TSOU),
    Rule("examination-protocol", "conclusion", How.BESIDE, _ASSESSED, TSOU),
    Rule("examination-protocol", "follow_up_plan", How.BESIDE, _PLANNED, ECRI),
    Rule("examination-protocol", "diagnoses", How.COPY, _LASTS, ECRI, Part.CHRONIC),
    Rule("examination-protocol", "diagnoses", How.BESIDE, _ASSESSED, TSOU, Part.PASSING),
    Rule("examination-protocol", "related", How.NEVER, _OTHERS, OWN),
)
"""From the last visit to the doctor's draft of the next record. Every field of both kinds has its line."""

_ASKED = Said("спрашиваем, верно ли это сейчас", "asked whether it holds now")
_SAID = Said("вы писали это в прошлый раз", "you wrote this the last time")
_ADVISED = Said("врач советовал это в прошлый раз", "the doctor advised this the last time")
_ANEW = Said("напишите, как сейчас", "say how it is now")

OF_FORMS: Sequence[Rule] = (
    Rule("medication-statement", "medicines", How.COPY, _ASKED, ECRI),
    Rule("prescription", "medicines", How.COPY, _ASKED, ECRI),
    Rule("allergy", "allergies", How.COPY, _ASKED, ECRI),
    Rule("chronic-condition", "conditions", How.COPY, _ASKED, ECRI),
    Rule("vital-sign", "measured", How.COPY, _ASKED, ECRI),
    Rule("visit-form", "medicines", How.COPY, _ASKED, ECRI),
    Rule("visit-form", "allergies", How.NEVER, _ANEW, OWN),
    Rule("visit-form", "conditions", How.NEVER, _ANEW, OWN),
    Rule("visit-form", "measured", How.NEVER, _ANEW, OWN),
    Rule("visit-form", "complaints", How.BESIDE, _SAID, TSOU),
    Rule("visit-form", "questions", How.BESIDE, _SAID, TSOU),
    Rule("visit-form", "since", How.NEVER, _ANEW, TSOU),
    Rule("visit-form", "changes", How.NEVER, _ANEW, TSOU),
    Rule("visit-form", "related", How.NEVER, _ANEW, OWN),
    Rule("visit", "recommendations", How.BESIDE, _ADVISED, ECRI),
    Rule("examination-protocol", "follow_up_plan", How.BESIDE, _ADVISED, ECRI),
)
"""From the card to the patient's form. Copied items have no answer: to be confirmed is the patient's to do."""

MEASURED_AGAIN = Said("измерено больше суток назад: измерьте заново", "measured more than a day ago: measure again")
