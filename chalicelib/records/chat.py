"""MSG-1, chat of a patient and a doctor: no record, but with name, section and grants, so that one gate serves it."""

from __future__ import annotations

from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS
from chalicelib.records.spec import DOCTOR, RecordType

CHAT = RecordType(
    name="chat",
    collection="chats",
    section="messages",
    body="",
    occurred="",
    grants=dict.fromkeys(
        (Action.READ, Action.LIST, Action.HISTORY, Action.DOWNLOAD, Action.CREATE, Action.AMEND), OWNERS | DOCTOR
    ),
    summary=("subject",),
    labels={"ru": "Переписка с врачом", "en": "Chat with a doctor"},
    after_write=(),
    tasks=("away",),
    files="files",
)
"""Threads and messages (services/chat/). Whose thread it is, is asked beside the gate: a doctor has theirs alone."""
