"""What an error of a call means: it certainly did not happen, it may have happened, or it can never work.

botocore repeats a call on its own and reports the last attempt only. A write that was lost on the way back and then
met its own trace looks like a refused one, so each attempt is watched (``Doubt``).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from chalicelib.errors import ConflictError, MedkartaError, OutcomeUnknownError, UnavailableError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient

SERVER_ERROR = 500
NEVER_SENT = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"})
THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceeded",  # as a reason of a cancelled transaction; below as an error of a call
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ThrottlingException",
        "LimitExceededException",
    }
)
CONDITION = "ConditionalCheckFailed"
COLLISION = "TransactionConflict"
REFUSED_BY_CONDITION = "ConditionalCheckFailedException"
IN_THE_WAY = frozenset({"TransactionConflictException", "TransactionInProgressException"})
"""Another transaction holds the row for a moment: nothing happened, try again."""


class Doubt:
    """Whether an earlier attempt of this thread's present write may have been applied."""

    def __init__(self) -> None:
        self._local = threading.local()

    def watch(self, client: DynamoDBClient) -> None:
        client.meta.events.register("needs-retry.dynamodb", self._attempt, unique_id="medkarta-doubt")

    def clear(self) -> None:
        self._local.doubt = False

    def __bool__(self) -> bool:
        return bool(getattr(self._local, "doubt", False))

    def _attempt(self, response: Any = None, caught_exception: Exception | None = None, **_: Any) -> None:
        """Called by botocore after every attempt, before it decides on another."""
        if caught_exception is not None and type(caught_exception).__name__ not in NEVER_SENT:
            self._local.doubt = True
        if response is not None and response[0].status_code >= SERVER_ERROR:
            self._local.doubt = True


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def of_read(error: Exception) -> MedkartaError:
    """A read that failed: try again later, unless the request itself is wrong."""
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError) and not _transient(error):
        return MedkartaError("the store refused a read")
    return UnavailableError()


def of_write(error: Exception, doubt: Doubt) -> MedkartaError:
    """A write that failed otherwise than by a condition."""
    from botocore.exceptions import ClientError

    if doubt:
        return OutcomeUnknownError()
    if isinstance(error, ClientError) and not _transient(error):
        return MedkartaError("the store refused a write")
    return UnavailableError()


def of_transaction(error: ClientError, doubt: Doubt) -> MedkartaError | None:
    """A cancelled transaction by its reasons, which stand in the order of the writes; None means: try again."""
    reasons = [str(reason.get("Code", "")) for reason in error.response.get("CancellationReasons", [])]
    if CONDITION in reasons:
        return OutcomeUnknownError() if doubt else ConflictError(index=reasons.index(CONDITION))
    if COLLISION in reasons:
        return None
    if THROTTLED.intersection(reasons):
        return OutcomeUnknownError() if doubt else UnavailableError()
    return of_write(error, doubt)


def _transient(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(error) in THROTTLED or status >= SERVER_ERROR
