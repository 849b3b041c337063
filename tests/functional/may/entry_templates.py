"""Routes: templates of doctors' entries. The administrator is the installation's, which has no doctors."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import CLINICIANS

KEEPERS = CLINICIANS | {"administrator"}

MAY: dict[str, set[str]] = {
    "entry-template-archive": KEEPERS,
    "entry-template-change": KEEPERS,
    "entry-template-choices": KEEPERS,
    "entry-template-create": CLINICIANS,
    "entry-template-fill": CLINICIANS,
    "entry-template-history": KEEPERS,
    "entry-template-list": KEEPERS,
    "entry-template-read": KEEPERS,
    "entry-template-restore": KEEPERS,
    "entry-template-share": KEEPERS,
}

BODIES: dict[str, Any] = {
    "EntryTemplateForm": {
        "name": "Осмотр терапевта",
        "kind": "vital-sign",
        "body": {"note": "Измерено после [[нагрузка]]"},
    },
    "EntryTemplateScope": {"scope": "department"},
    "EntryTemplateSearch": {"text": "осмотр"},
    "EntryTemplateState": {"state": "archived"},
}
