"""Services of a card: its content, consent, documents, notices, reactions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.clients import aws
from chalicelib.bootstrap.code_sets import Coding

if TYPE_CHECKING:
    from chalicelib.notify.topic import SnsNotifier
    from chalicelib.services.attachments import AttachmentService
    from chalicelib.services.cards import CardService
    from chalicelib.services.consents import ConsentService
    from chalicelib.services.documents import DocumentService
    from chalicelib.services.drafts import Drafts
    from chalicelib.services.notices import NoticeService
    from chalicelib.services.reactions import ReactionService
    from chalicelib.services.records import RecordService


class Cards(Coding):
    @cached_property
    def drafts(self) -> Drafts:
        from chalicelib.services.drafts import Drafts

        return Drafts(self.gate, self.vault, self.clock, lambda: self.entry_checks)

    @cached_property
    def records(self) -> RecordService:
        from chalicelib.services.records import RecordService

        return RecordService(self.gate, self.tables, self.vault, self.patient_keys, self.drafts, self.clock)

    @cached_property
    def documents(self) -> DocumentService:
        from chalicelib.services.documents import DocumentService

        return DocumentService(self.gate, self.tables, self.vault, self.document_store)

    @cached_property
    def attachments(self) -> AttachmentService:
        from chalicelib.services.attachments import AttachmentService

        return AttachmentService(self.gate, self.tables, self.vault, self.document_store)

    @cached_property
    def consents(self) -> ConsentService:
        from chalicelib.services.consents import ConsentService

        return ConsentService(self.gate, self.tables, self.vault, self.clock)

    @cached_property
    def cards(self) -> CardService:
        from chalicelib.services.cards import CardService

        return CardService(
            self.gate, self.tables, self.vault, self.patient_keys, self.index, self.document_store, self.clock
        )

    @cached_property
    def notices(self) -> NoticeService:
        from chalicelib.services.notices import NoticeService

        return NoticeService(self.gate, self.tables, self.vault, self.clock)

    @cached_property
    def notifier(self) -> SnsNotifier:
        from chalicelib.notify.topic import SnsNotifier

        return SnsNotifier(lambda: aws("sns"), self.settings.notices_topic)

    @cached_property
    def reactions(self) -> ReactionService:
        from chalicelib.services.reactions import ReactionService, Tools

        tools = Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            notifier=self.notifier,
            erasures=self.erasure_queue,
            clock=self.clock,
        )
        return ReactionService(tools, self.other_reactions())
