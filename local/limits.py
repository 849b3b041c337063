"""Forgets the counters of rate limits in the local system: a developer signs in more often than a patient does."""

from __future__ import annotations

from typing import Any

from chalicelib.ports import keys


def forget(dynamodb: Any, table: str) -> int:
    """Delete every counter row; returns how many there were."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(pk, :prefix)",
        ExpressionAttributeValues={":prefix": {"S": keys.LIMITS}},
        ProjectionExpression="pk, sk",
    )
    rows = [row for page in pages for row in page["Items"]]
    for row in rows:
        dynamodb.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})
    return len(rows)
