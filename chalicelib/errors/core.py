"""The one error tree: every leaf has a stable public code and an HTTP status.

Codes are permanent: never renamed, never reused. Texts never hold personal data, because they
reach clients and logs. ``docs/errors.md`` is generated from this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from chalicelib.errors.sentences import russian


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that broke one rule: a JSON pointer (RFC 6901), a stable code, an English sentence of sentences/."""

    field: str
    code: str
    message: str

    @property
    def message_ru(self) -> str:
        """The same sentence in Russian."""
        return russian(self.code, self.message)

    def shown(self) -> dict[str, str]:
        """As answers have it."""
        return {"field": self.field, "code": self.code, "message": self.message, "message_ru": self.message_ru}


class MedkartaError(Exception):
    """Root of the tree. ``detail`` is shown to the client: no personal data in it."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"
    title_ru: ClassVar[str] = "Внутренняя ошибка"
    fhir_issue: ClassVar[str] = "exception"

    def __init__(
        self,
        detail: str = "",
        *,
        fields: tuple[FieldProblem, ...] = (),
        retry_after: int | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.fields = fields
        self.retry_after = retry_after
        self.extra = extra or {}


# --- 400, 413, 415, 422: the request itself is wrong; correct it before a retry


class MalformedError(MedkartaError):
    code = "malformed"
    status = 400
    title = "The request cannot be read"
    title_ru = "Запрос не удалось прочитать"
    fhir_issue = "invalid"


class InvalidFieldsError(MedkartaError):
    code = "invalid-fields"
    status = 422
    title = "Some fields break a rule"
    title_ru = "Некоторые поля заполнены неверно"
    fhir_issue = "invalid"


class IdempotencyKeyMissingError(MedkartaError):
    code = "idempotency-key-missing"
    status = 400
    title = "The Idempotency-Key header is required here"
    title_ru = "Нужен заголовок Idempotency-Key"
    fhir_issue = "required"


class IdempotencyKeyReusedError(MedkartaError):
    code = "idempotency-key-reused"
    status = 422
    title = "This Idempotency-Key was used with another body"
    title_ru = "Этот Idempotency-Key уже использован с другим содержимым"
    fhir_issue = "conflict"


class TooLargeError(MedkartaError):
    code = "too-large"
    status = 413
    title = "The body is too large"
    title_ru = "Тело запроса слишком велико"
    fhir_issue = "too-long"


class ContentTypeError(MedkartaError):
    code = "content-type"
    status = 415
    title = "The content type is not supported here"
    title_ru = "Этот тип содержимого здесь не поддерживается"
    fhir_issue = "not-supported"


class MethodNotAllowedError(MedkartaError):
    code = "method-not-allowed"
    status = 405
    title = "This method is not allowed here"
    title_ru = "Этот метод здесь не разрешён"
    fhir_issue = "not-supported"


# --- 401: who are you


class NotSignedInError(MedkartaError):
    code = "not-signed-in"
    status = 401
    title = "Sign in first"
    title_ru = "Сначала войдите"
    fhir_issue = "login"


class CredentialsError(MedkartaError):
    """Wrong login, password, code or client assertion: deliberately one error for all."""

    code = "credentials-invalid"
    status = 401
    title = "The credentials are not right"
    title_ru = "Неверные учётные данные"
    fhir_issue = "login"


class SessionEndedError(MedkartaError):
    code = "session-ended"
    status = 401
    title = "The session has ended; sign in again"
    title_ru = "Сеанс завершён, войдите снова"
    fhir_issue = "expired"


class StepUpRequiredError(MedkartaError):
    code = "step-up-required"
    status = 403
    title = "Confirm this with a fresh second factor"
    title_ru = "Подтвердите действие вторым фактором"
    fhir_issue = "login"


# --- 403, 404: no right, or not there


class AccessDeniedError(MedkartaError):
    code = "access-denied"
    status = 403
    title = "You have no right to do this"
    title_ru = "У вас нет права на это действие"
    fhir_issue = "forbidden"


class ConsentRequiredError(AccessDeniedError):
    code = "consent-required"
    title = "The patient's consent is needed"
    title_ru = "Нужно согласие пациента"


class CardStateError(AccessDeniedError):
    code = "card-state"
    title = "The card does not allow this in its present state"
    title_ru = "Текущее состояние карты не допускает этого"


class AssuranceLevelError(AccessDeniedError):
    code = "assurance-level"
    title = "Confirm your identity first"
    title_ru = "Сначала подтвердите личность"


class NotFoundError(MedkartaError):
    code = "not-found"
    status = 404
    title = "There is no such thing, or you may not know of it"
    title_ru = "Не найдено"
    fhir_issue = "not-found"


# --- 409, 412, 428: the state is another one


class ConflictError(MedkartaError):
    """A write's condition did not hold. ``index`` is the write that failed, or -1 when unknown."""

    code = "conflict"
    status = 409
    title = "The state changed in the meantime"
    title_ru = "Состояние изменилось"
    fhir_issue = "conflict"

    def __init__(self, detail: str = "", *, index: int = -1, extra: dict[str, Any] | None = None) -> None:
        super().__init__(detail, extra=extra)
        self.index = index


class AlreadyExistsError(ConflictError):
    code = "already-exists"
    title = "This already exists"
    title_ru = "Уже существует"
    fhir_issue = "duplicate"


class WrongStateError(ConflictError):
    code = "wrong-state"
    title = "This cannot be done in the present state"
    title_ru = "В текущем состоянии это невозможно"


class DispensingConflictError(ConflictError):
    code = "dispensing-conflict"
    title = "Another pharmacy was first; verify the prescription again"
    title_ru = "Другая аптека была первой; проверьте рецепт ещё раз"


class NotReadyError(MedkartaError):
    """Asked for too early: what was ordered is still being made. ``retry_after`` says when to ask again."""

    code = "not-ready"
    status = 409
    title = "This is not ready yet; ask again a little later"
    title_ru = "Ещё не готово, повторите немного позже"
    fhir_issue = "transient"


class StaleVersionError(MedkartaError):
    code = "stale-version"
    status = 412
    title = "The version you name is not the newest one"
    title_ru = "Указана не последняя версия"
    fhir_issue = "conflict"


class VersionRequiredError(MedkartaError):
    code = "version-required"
    status = 428
    title = "The If-Match header is required here"
    title_ru = "Нужен заголовок If-Match"
    fhir_issue = "required"


# --- 410: destroyed on purpose


class ErasedError(MedkartaError):
    """The patient's keys were destroyed (SPC-8). Only a tombstone may raise this."""

    code = "erased"
    status = 410
    title = "The content was erased"
    title_ru = "Содержимое уничтожено"
    fhir_issue = "deleted"


# --- 429: slow down


class TooManyRequestsError(MedkartaError):
    code = "too-many-requests"
    status = 429
    title = "Too many requests"
    title_ru = "Слишком много запросов"
    fhir_issue = "throttled"


class LockedOutError(TooManyRequestsError):
    code = "locked-out"
    title = "Too many wrong attempts; wait"
    title_ru = "Слишком много неверных попыток, подождите"


# --- 500, 503: our side


class DecryptionError(MedkartaError):
    """Wrong patient, wrong record, wrong version, tampered, or unknown key: deliberately one error."""

    code = "content-unreadable"
    status = 500
    title = "The stored content cannot be opened"
    title_ru = "Хранимое содержимое не открывается"


class KeyIntegrityError(MedkartaError):
    """A key row was altered or swapped: an alarm, never retried."""

    code = "key-integrity"
    status = 500
    title = "The key store failed a check"
    title_ru = "Хранилище ключей не прошло проверку"


class UnavailableError(MedkartaError):
    code = "unavailable"
    status = 503
    title = "A part of the system does not answer; try again"
    title_ru = "Часть системы не отвечает, повторите позже"
    fhir_issue = "transient"


class KeyUnavailableError(UnavailableError):
    code = "key-unavailable"
    title = "The key service does not answer; try again"
    title_ru = "Служба ключей не отвечает, повторите позже"


class AuditUnavailableError(UnavailableError):
    """The audit entry could not be stored, so nothing was shown (AUD-1)."""

    code = "audit-unavailable"
    title = "The access cannot be recorded, so it is not given; try again"
    title_ru = "Доступ нельзя записать в журнал, поэтому он не дан; повторите позже"


class OutcomeUnknownError(UnavailableError):
    """A write was sent and its reply was lost: it may have happened."""

    code = "outcome-unknown"
    title = "The outcome is not known; repeat with the same Idempotency-Key"
    title_ru = "Результат неизвестен; повторите с тем же Idempotency-Key"


def leaves(root: type[MedkartaError] = MedkartaError) -> list[type[MedkartaError]]:
    """All classes of the tree, the root included: the code catalogue."""
    found = [root]
    for child in root.__subclasses__():
        found += leaves(child)
    return found
