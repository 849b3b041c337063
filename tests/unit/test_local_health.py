"""What the local system's health page says of the audit log."""

from __future__ import annotations

from datetime import UTC, datetime

import boto3
from moto import mock_aws

from local.system import published


def test_health_tells_the_published_size_of_the_log() -> None:
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="edge", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        assert published(s3, "edge") is None
        year = datetime.now(UTC).year
        s3.put_object(Bucket="edge", Key=f"{year}/checkpoint", Body=f"audit.example/{year}\n17\nroot\n\nx".encode())
        assert published(s3, "edge") == {"origin": f"audit.example/{year}", "size": 17}
