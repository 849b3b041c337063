"""Errors: calendar feeds, and changes from outside scheduling systems."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError, NotFoundError

__all__ = ["FeedUnknownError", "OutsideIdTakenError", "TooManyFeedsError"]


class FeedUnknownError(NotFoundError):
    """No such feed, another secret, or one that has ended: deliberately one error."""

    code = "feed-unknown"
    title = "There is no such calendar; make a new address in your cabinet"
    title_ru = "Такого календаря нет, создайте новый адрес в личном кабинете"


class TooManyFeedsError(MedkartaError):
    code = "too-many-feeds"
    status = 409
    title = "There are as many calendar addresses as allowed; revoke one first"
    title_ru = "Создано предельное число адресов календаря, сначала отзовите один из них"
    fhir_issue = "business-rule"


class OutsideIdTakenError(MedkartaError):
    code = "outside-id-taken"
    status = 409
    title = "Another schedule of the organisation has this id in the outside system"
    title_ru = "Этот код внешней системы уже указан у другого расписания организации"
    fhir_issue = "conflict"
