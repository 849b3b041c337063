"""Shared settings of every test. Fixtures that start stores live beside the tests that need them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.effort import tried

FUNCTIONAL = Path(__file__).parent / "functional"

# Before boto3 is imported anywhere: no real account can ever be reached from a test.
for name in [n for n in os.environ if n.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(
    AWS_DEFAULT_REGION="eu-central-1",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_ACCOUNT_ID_ENDPOINT_MODE="disabled",
)

# A busy machine is no fault of what is tried, so no example has a time limit.
UNHURRIED = [HealthCheck.too_slow]
settings.register_profile("effort", deadline=None, suppress_health_check=UNHURRIED, max_examples=tried(100))
settings.load_profile("effort")


@pytest.fixture(scope="session", autouse=True)
def cheap_codes() -> Iterator[None]:
    """Hashes of sent codes take no time: scrypt was half of the unit tests. test_passwords.py has the true cost."""
    from chalicelib.domain import secrets

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_SCRYPT_N", 2)
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Groups of tests stay on one worker. pytest-xdist 3.8 writes them where pytest 9.2 does not look any more: each
    worker deployed the stores of each file, and tests that follow each other were parted.
    """
    from _pytest.nodeid import NodeId

    _as_told(items)
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group is not None and not item.nodeid.endswith(f"@{group.args[0]}"):
            item._id = NodeId.parse(f"{item.nodeid}@{group.args[0]}")


def _as_told(items: list[pytest.Item]) -> None:
    """Files of front-door tests share one hospital, so they are told in their order; files are still shuffled."""
    places: dict[Path, list[int]] = {}
    for place, item in enumerate(items):
        if FUNCTIONAL in item.path.parents:
            places.setdefault(item.path, []).append(place)
    for spots in places.values():
        told = sorted((items[spot] for spot in spots), key=lambda item: item.location[1] or 0)
        for spot, item in zip(spots, told, strict=True):
            items[spot] = item
