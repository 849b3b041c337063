"""Errors of connected sources (ACT-3). They stand in the row of a source, and say why it is not further."""

from __future__ import annotations

from chalicelib.errors.core import UnavailableError


class SourceUnavailableError(UnavailableError):
    """``retry_after``: seconds, when the source said so."""

    code = "source-unavailable"
    title = "The source does not answer; it is asked again later"
    title_ru = "Источник не отвечает, запрос будет повторён"


class SourceAnswerError(UnavailableError):
    """What came keeps to no contract; nothing of it was stored."""

    code = "source-answer"
    title = "The source answers in a way that cannot be used; it is asked again later"
    title_ru = "Ответ источника не удалось разобрать, запрос будет повторён"


class SourcePersonError(UnavailableError):
    """Several people there have the number, or the one who has it was born on another day."""

    code = "source-person"
    title = "The source cannot tell who this person is"
    title_ru = "Источник не может однозначно определить человека"
    fhir_issue = "business-rule"
