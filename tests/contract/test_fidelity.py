"""The same promises on moto, which plays AWS in the fast tests: what it does not keep is known and named here.

A test that needs one of these must run on the emulator (tests/emulator) or on stores in memory; green on moto alone it
proves nothing. When moto learns one of them, the strict mark below fails and is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.stack import deploy
from tests.emulator import promises

pytestmark = pytest.mark.xdist_group("contract")

NOT_KEPT_BY_MOTO = {
    promises.a_repeated_request_token_is_applied_once,
    promises.a_wrong_type_in_an_index_key_is_refused,
    promises.a_write_that_changes_nothing_is_not_in_the_stream,
    promises.a_disabled_key_decrypts_nothing,
    promises.a_key_to_be_deleted_decrypts_nothing,
    promises.a_lock_cannot_be_shortened,
}


class Moto:
    def __init__(self) -> None:
        self.outputs = deploy(boto3.client, "http://localhost:8000").outputs

    def client(self, service: str) -> Any:
        return boto3.client(service)


@pytest.fixture(scope="module")
def moto() -> Iterator[Moto]:
    with mock_aws():
        yield Moto()


def marked(promise: Any) -> Any:
    known = pytest.mark.xfail(strict=True, reason="moto 5.2.5 does not keep it")
    return pytest.param(promise, id=promise.__name__, marks=[known] if promise in NOT_KEPT_BY_MOTO else [])


@pytest.mark.parametrize("promise", [marked(p) for p in promises.PROMISES])
def test_promise(moto, promise):
    promise(moto)
