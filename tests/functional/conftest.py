"""The whole application in front of moto: one stack a file of tests, deployed from the real template.

Not one a run: other tests on the same worker use moto too, and a fake AWS that stays active would be theirs as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.functional.front import Front


def _copy_shards_cheaply() -> None:
    """moto copies each table deeply for every transaction, its stream records included: time and memory grow with the
    square of what is written. Records never change, so a new list of the same ones is as good a snapshot.
    """
    import copy

    from moto.dynamodb.models.table import StreamShard

    def snapshot(shard: StreamShard, memo: dict) -> StreamShard:
        made = copy.copy(shard)
        memo[id(shard)] = made
        made.items = list(shard.items)
        made.table = memo.get(id(shard.table), shard.table)
        return made

    StreamShard.__deepcopy__ = snapshot


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """The front door of an application that stands on a fake AWS."""
    import boto3
    from moto import mock_aws

    _copy_shards_cheaply()
    with mock_aws():
        from infra import emulated
        from infra.outputs import settings_environment

        os.environ.update(settings_environment(emulated.deploy(boto3.client)))
        from chalicelib import bootstrap

        bootstrap.aws.cache_clear()
        bootstrap.services.cache_clear()
        yield Front()
        bootstrap.aws.cache_clear()
        bootstrap.services.cache_clear()


@pytest.fixture(scope="module")
def patience(front: Front) -> None:
    """For tests that are refused more often than a person could be: the watch (ID-11) stops no session of theirs."""
    from dataclasses import replace

    from chalicelib.bootstrap import services

    watch = services().watch
    watch.rules = {name: replace(rule, limit=10**9) for name, rule in watch.rules.items()}
