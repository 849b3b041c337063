"""Calls through CloudFront and around it."""

from __future__ import annotations

import hashlib

import pytest

from chalicelib.errors import AccessDeniedError
from chalicelib.handlers.edge import address, require
from infra import portal

pytestmark = pytest.mark.requirement("SEC-3")
KEY = "k" * 40
HASH = hashlib.sha256(KEY.encode()).hexdigest()


def test_with_cloudfront_before_it_the_gateway_is_for_cloudfront_alone() -> None:
    require({"x-edge-key": KEY}, HASH)
    require({"x-edge-key": KEY}, HASH.upper())
    for headers in ({}, {"x-edge-key": ""}, {"x-edge-key": KEY + "x"}, {"x-edge-key": HASH}, {"x-edge-key": "é"}):
        with pytest.raises(AccessDeniedError):
            require(headers, HASH)


def test_without_it_everybody_comes_straight() -> None:
    require({}, "")
    require({"x-edge-key": "anything"}, "")


def test_the_callers_address_is_never_the_callers_own_word() -> None:
    told = {"x-viewer-address": "203.0.113.7", "x-forwarded-for": "10.0.0.1"}
    assert address("198.51.100.1", told, "") == "198.51.100.1"
    assert address("130.176.0.1", told, HASH) == "203.0.113.7"


def test_cloudfront_says_both_under_these_names() -> None:
    resources = portal.assemble()["Resources"]
    _, api = resources["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
    assert [header["HeaderName"].lower() for header in api["OriginCustomHeaders"]] == ["x-edge-key"]
    assert '"x-viewer-address"' in resources["Viewer"]["Properties"]["FunctionCode"]
