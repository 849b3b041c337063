"""The clock, and one client of each AWS service."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any


def now() -> datetime:
    return datetime.now(UTC)


@cache
def aws(service: str, attempts: int = 4) -> Any:
    """One client a service and process: connections are kept (boto3 clients are safe to share between threads).

    ``attempts``: 1 where a call that is repeated does a thing twice, and somebody else sees to its repetition.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=20,
    )
    client: Any = boto3.client  # the stubs know services by literal names only
    return client(service, config=config)
