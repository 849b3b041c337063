"""Clients of the emulator for tests."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config


def client_of(url: str, service: str) -> Any:
    """A client without retries: a test wants to see the first answer."""
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"}, max_pool_connections=20, s3={"addressing_style": "path"}
    )
    return boto3.client(service, endpoint_url=url, config=config)
