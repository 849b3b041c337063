"""The whole application in front of moto: one stack a file of tests, deployed from the real template.

Not one a run: other tests on the same worker use moto too, and a fake AWS that stays active would be theirs as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.functional.front import Front


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """The front door of an application that stands on a fake AWS."""
    import boto3
    from moto import mock_aws

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
