"""The whole application in front of moto: one stack a file of tests, deployed from the real template.

Not one a run: other tests on the same worker use moto too, and a fake AWS that stays active would be theirs as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

import pytest

from tests.functional import quick_moto, short_way
from tests.functional.front import Front


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """The front door of an application that stands on a fake AWS."""
    import boto3
    from moto import mock_aws

    from chalicelib.crypto import passwords

    with pytest.MonkeyPatch.context() as patch, quick_moto.quickened(), short_way.opened(), mock_aws():
        patch.setattr(passwords, "MEMORY_KIB", 8)  # test_passwords.py has the true cost
        patch.setattr(passwords, "PASSES", 1)
        from infra import emulated
        from infra.outputs import settings_environment

        os.environ.update(settings_environment(emulated.deploy(cache(boto3.client))))
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


def pytest_sessionfinish() -> None:
    from tests.functional import answers

    if answers.RECORDING:
        answers.save()
