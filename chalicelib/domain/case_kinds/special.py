"""Special cases: a newborn, a child without one parent's consent, a new name or passport, a foreign citizen (SPC-*)."""

from __future__ import annotations

from chalicelib.domain.assurance import CONFIRMED
from chalicelib.domain.cases import CaseKind, Slot, Step
from chalicelib.domain.newborns import SINGLE_PARENT_SLOT
from chalicelib.domain.texts.said import Said

MODELS = "handlers.models.special"

NEWBORN = CaseKind(
    name="newborn",
    label=Said("Регистрация новорождённого", "Registration of a newborn"),
    form=f"{MODELS}:Newborn",
    slots=(
        Slot("birth-certificate", Said("Свидетельство о рождении", "Birth certificate"), most=2),
        Slot(
            SINGLE_PARENT_SLOT,
            Said("Основание для регистрации одним родителем", "Ground for registration by one parent"),
            least=0,
            most=3,
        ),
    ),
    level=CONFIRMED,
    one_open=False,  # twins
    notices={Step.APPROVE: "newborn_registered"},
)

MINOR_PERMISSION = CaseKind(
    name="minor-permission",
    label=Said("Ребёнок без согласия второго родителя", "A child without the other parent's consent"),
    form=f"{MODELS}:MinorPermission",
    slots=(
        Slot(
            "decision",
            Said("Документ о ребёнке: решение, согласие, свидетельство", "Decision, permission or certificate"),
        ),
    ),
    level=CONFIRMED,
    one_open=False,
    notices={Step.APPROVE: "minor_permission_accepted"},
)

PROFILE_CHANGE = CaseKind(
    name="profile-change",
    label=Said("Смена имени или паспорта", "Change of name or passport"),
    form=f"{MODELS}:ProfileChange",
    slots=(Slot("passport", Said("Новый документ", "New document")),),
    level=CONFIRMED,
    notices={Step.APPROVE: "profile_changed"},
)

FOREIGN_CITIZEN = CaseKind(
    name="foreign-citizen",
    label=Said("Временное пребывание иностранного гражданина", "Temporary stay of a foreign citizen"),
    form=f"{MODELS}:ForeignCitizen",
    slots=(
        Slot("migration-card", Said("Миграционная карта", "Migration card"), most=2),
        Slot("passport", Said("Паспорт с переводом", "Passport with its translation")),
    ),
    notices={Step.APPROVE: "residence_set"},
)

SPECIAL = (NEWBORN, MINOR_PERMISSION, PROFILE_CHANGE, FOREIGN_CITIZEN)
