"""Errors of links to a card (DOC-4). Who has not the right secret learns nothing: one answer, whatever the link is."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError, NotFoundError


class ShareUnknownError(NotFoundError):
    """No such link, or another secret: deliberately one error."""

    code = "share-unknown"
    title = "There is no such link; ask whoever sent it for the whole address"
    title_ru = "Такой ссылки нет, попросите прислать адрес целиком"


class SharePasscodeError(MedkartaError):
    """``extra`` says how many tries are left before the link locks."""

    code = "share-passcode"
    status = 401
    title = "The passcode is wrong"
    title_ru = "Неверный код доступа"
    fhir_issue = "login"


class ShareClosedError(MedkartaError):
    """For the holder of the right secret: it ended while it was open, or the card or the right behind it says no.

    The leaves below say more, where more may be said.
    """

    code = "share-closed"
    status = 410
    title = "This link opens nothing any more; ask whoever sent it"
    title_ru = "Эта ссылка больше ничего не открывает, обратитесь к отправителю"
    fhir_issue = "forbidden"


class ShareExpiredError(ShareClosedError):
    code = "share-expired"
    title = "The time of this link is over; ask for a new one"
    title_ru = "Срок ссылки истёк, попросите новую"


class ShareUsedUpError(ShareClosedError):
    code = "share-used-up"
    title = "This link was opened as often as it may be; ask for a new one"
    title_ru = "Ссылку открыли столько раз, сколько разрешено, попросите новую"


class ShareRevokedError(ShareClosedError):
    code = "share-revoked"
    title = "Whoever sent this link has taken it back"
    title_ru = "Отправитель отозвал эту ссылку"


class ShareLockedError(ShareClosedError):
    code = "share-locked"
    title = "The link is locked after too many wrong passcodes; ask for a new one"
    title_ru = "Ссылка заблокирована: слишком много неверных кодов, попросите новую"
