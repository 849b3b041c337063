"""The template of the portal's stack: infra/portal.yaml with its headers, its functions and its ways to the API.

python -m infra.portal [FILE]        writes build/portal.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from infra import template

SOURCE = template.INFRA / "portal.yaml"
HEADERS = template.INFRA / "security_headers.json"
CODE = {"Paths": template.INFRA / "portal_paths.js", "Viewer": template.INFRA / "portal_viewer.js"}
WRITTEN = template.INFRA.parent / "build" / "portal.json"
API = ("/api", "/api/*", "/fhir", "/fhir/*", "/.well-known/*")
"""What local/server.py hands to the API."""

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # AllViewerExceptHostHeader: the gateway knows its own name alone
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")


def assemble() -> template.Template:
    """The template that is deployed."""
    made = template.load(SOURCE)
    resources = made["Resources"]
    resources["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"] |= headers_policy()
    for name, file in CODE.items():
        resources[name]["Properties"]["FunctionCode"] = file.read_text("utf-8")
    resources["Distribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"] = [_to_api(path) for path in API]
    return made


def headers_policy() -> dict[str, Any]:
    """The headers as CloudFront wants them: some by names of its own, which it takes in no other way."""
    left: dict[str, str] = json.loads(HEADERS.read_text("utf-8"))
    age, *flags = left.pop("Strict-Transport-Security").split("; ")
    nosniff = left.pop("X-Content-Type-Options")
    if nosniff != "nosniff":
        raise ValueError(f"X-Content-Type-Options: {nosniff}")
    known: dict[str, dict[str, Any]] = {
        "ContentSecurityPolicy": {"ContentSecurityPolicy": left.pop("Content-Security-Policy")},
        "StrictTransportSecurity": {
            "AccessControlMaxAgeSec": int(age.removeprefix("max-age=")),
            "IncludeSubdomains": "includeSubDomains" in flags,
            "Preload": "preload" in flags,
        },
        "ContentTypeOptions": {},
        "ReferrerPolicy": {"ReferrerPolicy": left.pop("Referrer-Policy")},
    }
    others = [{"Header": name, "Value": value, "Override": True} for name, value in left.items()]
    return {
        "SecurityHeadersConfig": {name: {**value, "Override": True} for name, value in known.items()},
        "CustomHeadersConfig": {"Items": others},
    }


def _to_api(path: str) -> dict[str, Any]:
    function = {"Fn::GetAtt": ["Viewer", "FunctionMetadata.FunctionARN"]}
    return {
        "PathPattern": path,
        "TargetOriginId": "api",
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": list(METHODS),
        "Compress": False,
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": ALL_BUT_HOST,
        "ResponseHeadersPolicyId": {"Ref": "SecurityHeaders"},
        "FunctionAssociations": [{"EventType": "viewer-request", "FunctionARN": function}],
    }


def main(arguments: list[str]) -> int:
    file = Path(arguments[0]) if arguments else WRITTEN
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(assemble(), indent=1), "utf-8")
    print(file)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
