"""What an answer of KMS means to us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.errors import KeyIntegrityError, KeyUnavailableError

MAX_WRAPPED = 6144  # bytes; the longest CiphertextBlob that KMS Decrypt takes

# The blob is not what this key made under this context: somebody altered or moved a row. A repeat changes nothing.
_ALTERED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


@contextmanager
def kms_call() -> Iterator[None]:
    """Around one call of KMS: only KeyIntegrityError and KeyUnavailableError come out of its failures.

    A disabled key or a missing right is "unavailable" too: the operator's matter, told by an alarm on 503, and the
    caller's data is unharmed. The cause is dropped on purpose, because botocore's texts quote the request.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _ALTERED:
            raise KeyIntegrityError from None
        raise KeyUnavailableError(retry_after=1) from None
    except BotoCoreError:
        raise KeyUnavailableError(retry_after=1) from None


def wrapped_of(blob: object) -> bytes:
    """The wrapped key of a row. Raises KeyIntegrityError for anything that KMS cannot have made."""
    if not isinstance(blob, bytes) or not 0 < len(blob) <= MAX_WRAPPED:
        raise KeyIntegrityError
    return blob
