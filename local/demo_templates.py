"""Two templates of the demo hospital, published by its head: an examination by a therapist, and a visit (UX-3)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.demo import Api

TEMPLATES: list[dict[str, Any]] = [
    {
        "name": "Осмотр терапевта при гипертонии",
        "kind": "examination-protocol",
        "specialty": "therapy",
        "body": {
            "examination": "Осмотр терапевта",
            "specialty": "general-practice",
            "complaints": "[[жалобы]]",
            "findings": (
                "{{age}}, пол {{sex}}. Аллергии: {{allergies}}. Принимает: {{medication}}. "
                "{{vital-sign:blood-pressure}}, {{vital-sign:pulse}}. Отёки: [[есть или нет]]."
            ),
            "sections": {
                "anamnesis": "Хронические болезни: {{chronic-diagnoses}}. {{result:Глюкоза}}. [[что изменилось]]",
                "general-state": "[[общее состояние]]",
            },
            "conclusion": "[[заключение]]",
            "follow_up_plan": "Контроль давления утром и вечером, дневник. Повторный осмотр: [[когда]].",
        },
    },
    {
        "name": "Приём по результатам анализов",
        "kind": "visit",
        "specialty": "",
        "body": {
            "reason": "Обсуждение результатов анализов",
            "recommendations": "{{date}}: {{result:Глюкоза}}, {{result:Креатинин}}. Рекомендовано: [[что]].",
        },
    },
]


def publish(api: Api, head: str) -> None:
    """``head``: token of an administrator of the hospital. Raises RuntimeError when a call is refused."""
    for form in TEMPLATES:
        api.post("/entry-templates", form, head, Idempotency_Key=secrets.token_hex(16))
