"""The clock, and one client of each AWS service."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any


def now() -> datetime:
    return datetime.now(UTC)


@cache
def aws(service: str) -> Any:
    """One client a service and process: connections are kept (boto3 clients are safe to share between threads)."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 3}, max_pool_connections=20
    )
    client: Any = boto3.client  # the stubs know services by literal names only
    return client(service, config=config)
