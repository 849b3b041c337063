"""Deploy the packaged template once into the emulator and call the API through its gateway.

Shows that the template comes up whole, that the functions find their handlers and settings, and that the gateway
reaches them. The emulator runs functions with its own interpreter on this machine, so the layer is made for that one
here; the shipped layer is checked by its wheel tags and the lock's hashes instead.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from infra import template
from infra.bundle import PackageError, pack
from infra.locked import NOT_DEPLOYED, without
from local.emulator import Emulator

STACK = "medkarta"
BUCKET = "smoke-artefacts"
ROUTES = {
    "/api/v1/health": 200,
    "/.well-known/jwks.json": 200,
    "/api/v1/me": 401,
    "/.well-known/audit-policy.json": 200,
    "/api/v1/me/journal": 401,
}
"""The second and the fourth read stores and keys through the settings of their function, which is another one for the
last two; the third and the fifth are refused by our code.
"""
UNKNOWN = frozenset({"AWS::CloudTrail::Trail"})
"""Types that the emulator refuses the whole template for."""
COMES_UP = 240  # seconds for the whole stack


def run(package: Path) -> str:
    """One line for the log. Raises PackageError when anything is not as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(Path(folder) / "emulator", autosave=3600.0)
        layer = _layer_for(emulator.python, Path(folder))
        emulator.start()
        try:
            return _deploy_and_call(emulator, package, layer)
        finally:
            emulator.stop()


def _layer_for(python: Path, folder: Path) -> Path:
    """The same libraries for the interpreter that the emulator runs functions with."""
    lock = Path(__file__).parent.parent / "requirements" / "runtime.txt"
    needed = folder / "needed.txt"
    needed.write_text(without(lock.read_text("utf-8"), *NOT_DEPLOYED))
    target = folder / "layer" / "python"
    command = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "--target", str(target)]
    done = subprocess.run([*command, "-r", str(needed)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"the layer for the emulator could not be made:\n{done.stderr[-2000:]}")
    pack(target.parent, folder / "layer.zip")
    return folder / "layer.zip"


def _deploy_and_call(emulator: Emulator, package: Path, layer: Path) -> str:
    import boto3

    address = emulator.environment()
    session = boto3.Session(
        aws_access_key_id=address["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=address["AWS_SECRET_ACCESS_KEY"],
        region_name=address["AWS_REGION"],
    )
    s3 = session.client("s3", endpoint_url=emulator.url)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.upload_file(str(package / "deployment.zip"), BUCKET, "deployment.zip")
    s3.upload_file(str(layer), BUCKET, "layer-deployment.zip")
    body = template.minified(uploaded(json.loads((package / "template.json").read_text("utf-8")), BUCKET))
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=body.encode())
    outputs = _create(session.client("cloudformation", endpoint_url=emulator.url), emulator.url)
    answers = {route: _call(emulator.url, outputs["RestAPIId"], route) for route in ROUTES}
    if answers != ROUTES:
        raise PackageError(f"smoke: expected {ROUTES}, got {answers}")
    return f"smoke: {len(outputs)} outputs, {len(answers)} routes answered through the gateway"


def uploaded(document: template.Template, bucket: str) -> template.Template:
    """The template for the emulator: the local paths of the zips replaced by objects of ``bucket``."""
    document["Resources"] = {n: r for n, r in document["Resources"].items() if not _refused(r)}
    for resource in document["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            path = resource.get("Properties", {}).get(name)
            if isinstance(path, str):
                resource["Properties"][name] = f"s3://{bucket}/{path.removeprefix('./')}"
    return document


def _refused(resource: dict[str, Any]) -> bool:
    """Whether the emulator would refuse the template for it: a type, an image, an alarm that reckons with metrics."""
    kind = resource.get("Type")
    imaged = resource.get("Condition") == "WithRecognition"  # it runs no images
    return imaged or kind in UNKNOWN or (kind == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"])


def _create(cloudformation: Any, url: str) -> dict[str, str]:
    from botocore.exceptions import WaiterError

    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"{url}/{BUCKET}/template.json",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    try:
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": COMES_UP}
        )
    except WaiterError as error:
        raise PackageError(f"smoke: the stack did not come up\n{_why(cloudformation, str(error))}") from None
    found = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return {o["OutputKey"]: o["OutputValue"] for o in found}


def _why(cloudformation: Any, otherwise: str) -> str:
    """What CloudFormation says of each resource that failed, the first failure last: it is the cause of the others.

    A stack has several pages of events, and the failure need not be on the first.
    """
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK)
    events = sorted((event for page in pages for event in page["StackEvents"]), key=lambda event: event["Timestamp"])
    reasons = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    return "\n".join(reversed(reasons)) or otherwise


def _call(url: str, api: str, route: str) -> int:
    """Status of a GET through the emulator's gateway."""
    address = f"{url}/restapis/{api}/live/_user_request_{route}"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
