"""CloudFront before the portal: the same paths, headers and ways as the local system has, and how files get there."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra import portal as edge
from infra.portal_upload import pinned, plan, upload
from local import headers, portal, portal_build, server
from local.npm import NODE
from tests.architecture.templates import of_type
from tests.verifier.maker import Maker
from verifier.report import Flaw

TEMPLATE = edge.assemble()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
CONFIG: dict[str, Any] = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
TODAY = date(2026, 3, 31)
CALL = """
const { code, events } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const handler = new Function(code + "; return handler;")();
console.log(JSON.stringify(events.map((event) => handler(event))));
"""
PATHS = {
    "/": "/index.html",
    "/results": "/index.html",
    "/results/2026.03": "/results/2026.03",
    "/visits/0190f5": "/index.html",
    "/assets/index-1f.js": "/assets/index-1f.js",
    "/assets/": "/index.html",
    "/sw.js": "/sw.js",
    "/manifest.webmanifest": "/manifest.webmanifest",
    "/r/AbC.dEf": "/outside/r.html",
    "/r/": "/outside/r.html",
    "/r": "/index.html",
    "/radio": "/index.html",
    "/s/0190f5/x": "/outside/s.html",
    "/d": "/outside/d.html",
    "/d/": "/outside/d.html",
    "/d/code": "/outside/d.html",
    "/doctor": "/index.html",
    "/a.html": "/outside/a.html",
    "/journal.html": "/outside/journal.html",
    "/ajournal.html": "/ajournal.html",
    "/a.html/x": "/index.html",
    "/%72/x": "/index.html",
    "/a%2Ehtml": "/index.html",
    "/..": "/..",
    "": "/index.html",
}

PIECES = ("/", ".", "r", "s", "d", "a", "a.html", "journal.html", "%2e", "é")


def called(function: str, events: list[dict[str, Any]]) -> Any:
    """What a function of CloudFront answers."""
    given_to = json.dumps({"code": RESOURCES[function]["Properties"]["FunctionCode"], "events": events})
    done = subprocess.run([NODE, "-e", CALL], input=given_to, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def in_bucket(paths: list[str]) -> list[str]:
    return [request["uri"] for request in called("Paths", [{"request": {"uri": path}} for path in paths])]


def test_both_systems_find_the_same_file_for_a_path() -> None:
    assert [portal.file_path(path) for path in PATHS] == list(PATHS.values())
    assert in_bucket(list(PATHS)) == list(PATHS.values())


def test_and_for_any_path() -> None:
    paths = ["/" + "".join(parts) for count in range(5) for parts in itertools.product(PIECES, repeat=count)]
    assert in_bucket(paths) == [portal.file_path(path) for path in paths]


@pytest.mark.requirement("SEC-3")
def test_the_headers_are_those_of_the_one_file() -> None:
    policy = RESOURCES["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    known = policy["SecurityHeadersConfig"]
    sts = known["StrictTransportSecurity"]
    told = {item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]} | {
        "Content-Security-Policy": known["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Referrer-Policy": known["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff" if "ContentTypeOptions" in known else "",
        "Strict-Transport-Security": f"max-age={sts['AccessControlMaxAgeSec']}"
        + ("; includeSubDomains" if sts["IncludeSubdomains"] else "")
        + ("; preload" if sts["Preload"] else ""),
    }
    assert told == headers.security_headers()
    assert all(part["Override"] for part in [*known.values(), *policy["CustomHeadersConfig"]["Items"]])
    for behaviour in [CONFIG["DefaultCacheBehavior"], *CONFIG["CacheBehaviors"]]:
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}


def test_the_api_is_asked_each_time_and_its_refusals_stay_refusals() -> None:
    paths = {behaviour["PathPattern"]: behaviour for behaviour in CONFIG["CacheBehaviors"]}
    for beginning in server.API:
        assert f"{beginning}*" in paths
    for behaviour in paths.values():
        assert behaviour["CachePolicyId"] == edge.CACHING_DISABLED
        assert behaviour["OriginRequestPolicyId"] == edge.ALL_BUT_HOST
        assert behaviour["TargetOriginId"] == "api"
        assert len(behaviour["AllowedMethods"]) == 7
    assert "CustomErrorResponses" not in CONFIG
    assert "Logging" not in CONFIG  # paths hold codes


@pytest.mark.requirement("SEC-1")
def test_tls_13_alone_and_the_bucket_is_for_cloudfront_alone() -> None:
    assert CONFIG["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.3_2025"
    assert CONFIG["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    (bucket,) = of_type("AWS::S3::Bucket", RESOURCES).values()
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    (policy,) = of_type("AWS::S3::BucketPolicy", RESOURCES).values()
    allowed = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert [s["Principal"] for s in allowed] == [{"Service": "cloudfront.amazonaws.com"}]
    assert "distribution/${Distribution}" in json.dumps(allowed[0]["Condition"])


def test_the_callers_address_is_cloudfronts_word_and_not_the_callers() -> None:
    request = {"uri": "/api/v1/me", "headers": {"x-viewer-address": {"value": "10.0.0.1"}, "cookie": {"value": "a"}}}
    (made,) = called("Viewer", [{"request": request, "viewer": {"ip": "203.0.113.7"}}])
    assert made["headers"] == {"x-viewer-address": {"value": "203.0.113.7"}, "cookie": {"value": "a"}}
    for behaviour in CONFIG["CacheBehaviors"]:
        (association,) = behaviour["FunctionAssociations"]
        assert association["FunctionARN"] == {"Fn::GetAtt": ["Viewer", "FunctionMetadata.FunctionARN"]}


def test_functions_fit_into_cloudfront() -> None:
    for file in edge.CODE.values():
        assert file.stat().st_size < 10 * 1024


def test_the_template_is_clean(tmp_path: Path) -> None:
    assert edge.main([str(tmp_path / "portal.json")]) == 0
    lint = "import cfnlint.runner as r; r.main()"
    command = [sys.executable, "-c", lint, "--format", "parseable", "--", str(tmp_path / "portal.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_parts_come_before_the_pages_that_name_them() -> None:
    built = ["sw.js", "index.html", "outside/r.html", "assets/b-2.js", "assets/a-1.js", "icon.svg"]
    made = plan(built, {"assets/a-1.js": None}, TODAY)
    assert made.put == ("assets/b-2.js", "icon.svg", "outside/r.html", "index.html", "sw.js")


def test_former_parts_stay_for_thirty_days() -> None:
    there = {
        "assets/now.js": None,
        "assets/before.js": None,
        "assets/young.js": date(2026, 3, 2),
        "assets/old.js": date(2026, 3, 1),
        "assets/again.js": date(2026, 3, 1),
    }
    made = plan(["assets/now.js", "assets/again.js"], there, TODAY)
    assert (made.put, made.mark, made.delete) == (("assets/again.js",), ("assets/before.js",), ("assets/old.js",))


def test_files_arrive_with_their_kind_and_how_long_they_may_be_kept(tmp_path: Path) -> None:
    for name in ("index.html", "assets/a-1.js", "assets/a-1.js.br", ".built"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="portal", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_object(Bucket="portal", Key="assets/z-0.js", Body=b"")
        upload(s3, "portal", tmp_path, TODAY)
        page, part = (s3.get_object(Bucket="portal", Key=key) for key in ("index.html", "assets/a-1.js"))
        assert (page["CacheControl"], page["ContentType"]) == ("no-cache", "text/html; charset=utf-8")
        assert (part["CacheControl"], part["ContentType"]) == (portal.IMMUTABLE, "text/javascript; charset=utf-8")
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket="portal")["Contents"]]
        assert keys == ["assets/a-1.js", "assets/z-0.js", "index.html"]
        assert upload(s3, "portal", tmp_path, date(2026, 4, 30)).delete == ("assets/z-0.js",)


def test_a_build_pins_the_published_policy_and_another_policy_is_another_build(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Maker().policy()
    text = pinned(json.dumps(policy, indent=2))
    assert json.loads(text) == policy
    with pytest.raises(Flaw):
        pinned("{}")
    before = portal_build.digest()
    monkeypatch.setenv(portal_build.PINNED, text)
    assert portal_build.digest() != before
