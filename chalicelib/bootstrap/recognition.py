"""Recognition of scans."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.clients import aws
from chalicelib.bootstrap.exports import Exports
from chalicelib.domain.ages import DEFAULT_ZONE
from chalicelib.domain.recognition.service import Offer, offer_of, service_of
from chalicelib.errors import HandwritingOffError, RecognitionMissingError
from chalicelib.ports.recognition import HANDWRITING

if TYPE_CHECKING:
    from chalicelib.notify.recognition_queue import SqsRecognitionQueue
    from chalicelib.ports.recognition import Recogniser
    from chalicelib.services.file_queue import Look
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.recognition.asking import AskingService, Tools
    from chalicelib.services.recognition.confirming import ConfirmingService
    from chalicelib.services.recognition.recognising import RecognisingService
    from chalicelib.services.recognition.settings import RecognitionSettings


class Recognition(Exports):
    @cached_property
    def recognition(self) -> AskingService:
        from chalicelib.services.recognition.asking import AskingService

        return AskingService(self._recognition_tools)

    @cached_property
    def recognition_confirming(self) -> ConfirmingService:
        from chalicelib.services.recognition.confirming import ConfirmingService

        return ConfirmingService(self._recognition_tools, self.drafts, self.records.read)

    @cached_property
    def recognition_settings(self) -> RecognitionSettings:
        from chalicelib.services.recognition.settings import RecognitionSettings

        return RecognitionSettings(self._recognition_tools)

    @cached_property
    def recognising(self) -> RecognisingService:
        from chalicelib.records.bodies.units import UNITS
        from chalicelib.services.recognition.recognising import RecognisingService

        printed = {text: code for code, both in UNITS.items() for text in both}
        return RecognisingService(self._recognition_tools, self.recogniser, printed, DEFAULT_ZONE)

    def recogniser(self, engine: str) -> Recogniser:
        """The one that a scan was handed to. Runs where the image's libraries are (infra/recognition/)."""
        from chalicelib.documents.recognition.scans import ScanRecogniser
        from chalicelib.documents.recognition.tesseract import Tesseract, installed

        if not installed():
            raise RecognitionMissingError
        if engine != HANDWRITING:
            return ScanRecogniser(Tesseract())
        service = service_of(self.settings.handwriting)
        if service is None:
            raise HandwritingOffError
        from chalicelib.interop.handwriting import HandwritingEngine
        from chalicelib.interop.service_keys import SecretKey

        key = SecretKey(lambda: aws("secretsmanager"), service.key)
        return ScanRecogniser(HandwritingEngine(service, key.opened), Tesseract())

    @cached_property
    def recognition_queue(self) -> SqsRecognitionQueue:
        from chalicelib.notify.recognition_queue import SqsRecognitionQueue

        return SqsRecognitionQueue(lambda: aws("sqs"), self.settings.recognition_queue)

    @cached_property
    def recognition_offer(self) -> Offer:
        return offer_of(self.settings.recogniser, self.settings.handwriting)

    @cached_property
    def _recognition_tools(self) -> Tools:
        from chalicelib.services.recognition.asking import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            documents=self.document_store,
            clock=self.clock,
            offer=self.recognition_offer,
        )

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), **self.recognising.handing_over(self.recognition_queue)}

    def file_looks(self) -> dict[str, Look]:
        return {**super().file_looks(), "recognition": self.recognising.look}
