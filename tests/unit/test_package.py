"""The packer: what goes in, what is refused, and that the same input gives the same bytes."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import behind_api, locked, package, smoke, template
from infra.assemble import assemble, settings_outputs
from infra.bundle import (
    PackageError,
    byte_compile,
    pack,
    refuse_foreign_wheels,
    refuse_missing_imports,
    trim,
    wanted,
)
from infra.locked import NOT_DEPLOYED, without

LOCK = package.LOCK.read_text("utf-8")
READ_BY = [("GET", "/api/v1/me/journal", "audit_reader")]


def tree(root: Path, **contents: str) -> Path:
    for name, content in contents.items():
        path = root / name.replace("__", "/").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return root


# --- what goes in


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("botocore/data/dynamodb/2012-08-10/service-2.json.gz", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("python/lib/python3.13/site-packages/botocore/data/sqs/2012-11-05/service-2.json.gz", True),
        ("botocore/data/endpoints.json", True),
        ("fontTools/varLib/instancer/__init__.py", True),
        ("fontTools/cu2qu/cu2qu.c", False),
        ("fontTools/misc/bezierTools.cpython-313-aarch64-linux-gnu.so", False),
        ("fontTools/misc/bezierTools.py", True),
        ("PIL/_imaging.cpython-313-aarch64-linux-gnu.so", True),
        ("PIL/_imagingcms.cpython-313-aarch64-linux-gnu.so", True),
        ("PIL/_imagingft.cpython-313-aarch64-linux-gnu.so", False),
        ("PIL/_webp.cpython-313-aarch64-linux-gnu.so", False),
        ("pillow.libs/libjpeg-80045241.so.62.4.0", True),
        ("pillow.libs/libharfbuzz-38f28207.so.0.61450.0", False),
        ("pydantic_core/_pydantic_core.cpython-313-aarch64-linux-gnu.so", True),
        ("pydantic/py.typed", False),
        ("chalicelib/domain/data/common_passwords.txt", True),
        ("chalicelib/documents/fonts/DejaVuSans.ttf", True),
        ("setuptools-84.2.1.dist-info/METADATA", False),
        ("pip/_internal/cli.py", False),
        ("phonenumbers/data/region_RU.py", True),
        ("phonenumbers/geodata/data0.py", False),
        ("cryptography-50.0.2.dist-info/METADATA", True),
    ],
)
def test_only_what_lambda_reads_goes_in(name: str, *, kept: bool) -> None:
    assert wanted(name) is kept


def test_trim_removes_what_is_not_wanted(tmp_path: Path) -> None:
    tree(tmp_path, lib__code_py="x = 1", lib__tests__test_code_py="x = 1")
    (tmp_path / "lib" / "fast.c").write_text("int x;")
    trim(tmp_path)
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()] == ["lib/code.py"]


def test_lock_loses_chalice_and_all_that_only_chalice_asks_for() -> None:
    kept = {line.split("==")[0] for line in without(LOCK, "chalice").splitlines() if line[:1].isalnum()}
    assert {"boto3", "botocore", "cryptography", "pydantic", "aws-encryption-sdk", "six", "fpdf2"} <= kept
    assert not {"lxml", "oscrypto"} & {line.split("==")[0] for line in without(LOCK, *NOT_DEPLOYED).splitlines()}
    assert not {"chalice", "pip", "setuptools", "wheel", "click", "inquirer", "xmod", "runs", "editor"} & kept


@pytest.mark.requirement("SEC-1")
def test_every_library_that_stays_is_pinned_by_hash() -> None:
    blocks = locked._blocks(without(LOCK, "chalice"))
    assert len(blocks) > 20
    assert not [name for name, block in blocks.items() if "--hash=sha256:" not in block]


def test_lock_without_nothing_is_the_whole_lock() -> None:
    first = re.search(r"^[a-z0-9-]+==", LOCK, re.MULTILINE)
    assert first
    assert without(LOCK) == LOCK[first.start() :]


# --- what is refused


def test_wheel_compiled_on_the_build_host_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "pillow-13.0.0.dist-info" / "WHEEL"
    wheel.parent.mkdir()
    wheel.write_text("Wheel-Version: 1.0\nTag: cp313-cp313-manylinux_2_28_aarch64\n")
    refuse_foreign_wheels(tmp_path)
    wheel.write_text("Wheel-Version: 1.0\nTag: cp313-cp313-linux_x86_64\n")
    with pytest.raises(PackageError, match="pillow"):
        refuse_foreign_wheels(tmp_path)


def test_import_without_a_package_is_refused_even_when_lazy(tmp_path: Path) -> None:
    code = tree(tmp_path / "code", app_py="import json\nimport boto3\nimport chalicelib.x\n", chalicelib__x_py="")
    libraries = tree(tmp_path / "libraries", boto3__init_py="")
    refuse_missing_imports(code, libraries)
    tree(code, chalicelib__x_py="def f():\n    from fpdf import FPDF\n")
    with pytest.raises(PackageError, match=r"fpdf by chalicelib/x\.py"):
        refuse_missing_imports(code, libraries)


def test_imports_for_the_type_checker_need_no_package(tmp_path: Path) -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mypy_boto3_kms import KMSClient\n"
    refuse_missing_imports(tree(tmp_path / "code", app_py=text), tree(tmp_path / "libraries", x_py=""))


def test_code_that_does_not_compile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="compiles"):
        byte_compile(tree(tmp_path, bad_py="def f(:\n"), "/var/task", Path(sys.executable))


def test_package_that_is_too_big_is_refused(tmp_path: Path) -> None:
    big = package.Built(tmp_path, {"layer": package.Size(1, package.LIMIT + 1, 1)})
    with pytest.raises(PackageError, match="120"):
        package.check(big)


def test_missing_interpreter_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="--python"):
        package.find_python(iter([str(tmp_path / "none"), shutil.which("true") or "true"]))


def test_interpreter_of_the_right_version_is_found_after_wrong_ones(tmp_path: Path) -> None:
    right = tmp_path / "python"
    right.write_text("#!/bin/sh\necho CPython.3.13\n")
    wrong = tmp_path / "old"
    wrong.write_text("#!/bin/sh\necho CPython.3.12\n")
    for path in (right, wrong):
        path.chmod(0o755)
    assert package.find_python(iter([str(wrong), str(right)])) == right


# --- the same bytes


def test_same_tree_gives_the_same_zip_whatever_its_dates_and_order(tmp_path: Path) -> None:
    contents = {"b_py": "x = {'a', 'b', 'c'}\n", "a__c_py": "def f(x):\n    return x in {'p', 'q', 'r', 's'}\n"}
    first = tree(tmp_path / "1", **contents)
    second = tree(tmp_path / "2", **dict(reversed(contents.items())))
    for path in second.rglob("*.py"):
        os.utime(path, (1, 1))
    zips = []
    for root in (first, second):
        byte_compile(root, "/var/task", Path(sys.executable))
        size = pack(root, root.with_suffix(".zip"))
        assert size.files == 4
        zips.append(root.with_suffix(".zip").read_bytes())
    assert zips[0] == zips[1]


def test_compiled_code_does_not_look_at_the_source_and_names_its_place_on_lambda(tmp_path: Path) -> None:
    root = tree(tmp_path / "r", m_py="def f():\n    raise ValueError\n")
    byte_compile(root, "/var/task", Path(sys.executable))
    [compiled] = root.rglob("*.pyc")
    content = compiled.read_bytes()
    assert content[4:8] == b"\x01\x00\x00\x00"  # PEP 552: hash-based, unchecked
    assert b"/var/task/m.py" in content
    assert str(tmp_path).encode() not in content


def test_finish_compiles_and_repacks_what_chalice_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "BUILD", tmp_path)
    raw, done = tmp_path / "raw", tmp_path / "done"
    done.mkdir()
    for name in package.PREFIXES:
        pack(tree(raw / name, m_py="x = 1"), raw / f"{name}.zip")
    sizes = package.finish(raw, done, Path(sys.executable))
    assert set(sizes) == set(package.PREFIXES)
    with zipfile.ZipFile(done / "deployment.zip") as archive:
        assert len(archive.namelist()) == sizes["deployment"].files == 2


def test_folder_is_made_again_after_a_crash_and_after_a_change(tmp_path: Path) -> None:
    target = tmp_path / "t"
    assert package.once(target, "a")
    target.mkdir()
    (target / "half").touch()
    assert package.once(target, "a")
    assert not target.exists()
    target.mkdir()
    package.finished(target, "a")
    assert not package.once(target, "a")
    assert package.once(target, "b")


# --- the template

JSON = st.recursive(
    st.integers() | st.text(max_size=3), lambda inner: st.dictionaries(st.text("abcR", max_size=2), inner, max_size=4)
)
TREES = st.dictionaries(st.text("abcR", max_size=2), JSON, max_size=4)


@given(TREES, TREES)
def test_merge_keeps_all_of_extra_and_is_stable(base: dict[str, Any], extra: dict[str, Any]) -> None:
    before = json.dumps([base, extra])
    merged = template.merge(base, extra)
    assert set(merged) == set(base) | set(extra)
    assert template.merge(merged, extra) == merged
    assert json.dumps([base, extra]) == before


def test_an_intrinsic_replaces_an_intrinsic() -> None:
    queue = {"Fn::GetAtt": ["NotifyQueue", "Arn"]}
    assert template.merge({"Q": {"Fn::Sub": "arn:x"}}, {"Q": queue}) == {"Q": queue}


def test_short_forms_become_long_ones(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("a: !Ref X\nb: !GetAtt X.Y.Z\nc: !Sub ['${d}', {d: 1}]\nd: !If [W, !Ref A, {e: !GetAZs ''}]\n")
    assert template.load(path) == {
        "a": {"Ref": "X"},
        "b": {"Fn::GetAtt": ["X", "Y.Z"]},
        "c": {"Fn::Sub": ["${d}", {"d": 1}]},
        "d": {"Fn::If": ["W", {"Ref": "A"}, {"e": {"Fn::GetAZs": ""}}]},
    }


def written_by_chalice() -> dict[str, Any]:
    """As much as matters of ``sam.json``."""

    def function(**events: Any) -> dict[str, Any]:
        return {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./deployment.zip", "Events": events}}

    def operation() -> dict[str, Any]:
        uri = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${APIHandler.Arn}/invocations"
        return {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": uri}, "type": "aws_proxy"}}

    stream = {"Type": "DynamoDB", "Properties": {"Stream": "arn:placeholder", "BatchSize": 100}}
    queue = {"Type": "SQS", "Properties": {"Queue": {"Fn::Sub": "arn:${AWS::Region}:notify"}}}
    schedule = {"Type": "Schedule", "Properties": {"Schedule": "rate(1 hour)"}}
    called = ("AppointAdministrator", "RebuildAuditIndex", "ReindexCard", "RebuildLoad", "RedriveParked")
    audit = ("SweepAudit", "SweepAuditLong", "ReviewAudit", "CheckCards", "CloseMonth")
    scheduled = (
        "Sweep",
        "CarryMerges",
        "RingTimers",
        "PharmacyOrders",
        "TidyFiles",
        "Gather",
        "CheckPolicies",
        *audit,
    )
    paths = {"/api/v1/me/journal": {"get": operation(), "post": operation()}, "/api/v1/me": {"get": operation()}}
    api = {"StageName": "live", "DefinitionBody": {"swagger": "2.0", "paths": paths}}
    role = {"Policies": [{"PolicyName": "ApiHandlerRolePolicy", "PolicyDocument": {"Statement": []}}]}
    permission = {"FunctionName": {"Ref": "APIHandler"}, "Principal": "apigateway.amazonaws.com"}
    return {
        "Resources": {
            "APIHandler": function(),
            "ApiHandlerRole": {"Type": "AWS::IAM::Role", "Properties": role},
            "APIHandlerInvokePermission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
            "OnCardChange": function(OnCardChangeDynamodbEventSource=stream),
            "OnAuditEntry": function(OnAuditEntryDynamodbEventSource=stream),
            "OnNotice": function(OnNoticeSqsEventSource=queue),
            "SendSms": function(SendSmsSqsEventSource=queue),
            "SendEmail": function(SendEmailSqsEventSource=queue),
            "OnMailFeedback": function(OnMailFeedbackSqsEventSource=queue),
            "Eraser": function(EraserSqsEventSource=queue),
            "Recognise": function(RecogniseSqsEventSource=queue),
            "RecogniseLogGroup": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"LogGroupName": {"Fn::Sub": "/aws/lambda/${Recognise}"}},
            },
            **{name: function(**{f"{name}Event": schedule}) for name in scheduled},
            **{name: function() for name in called},
            "ManagedLayer": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "./l.zip"}},
            "RestAPI": {"Type": "AWS::Serverless::Api", "Properties": api},
        },
        "Outputs": {"RestAPIId": {"Value": {"Ref": "RestAPI"}}},
    }


def test_merged_template_gives_each_function_its_settings_and_each_trigger_its_source() -> None:
    merged = assemble(written_by_chalice(), READ_BY)
    resources = merged["Resources"]
    variables = {f"MEDKARTA_{name}" for name in ("TENANT", "CARD_TABLE", "PATIENT_KEY", "NOTICES_TOPIC")}
    functions = [name for name, r in resources.items() if r.get("Type") == "AWS::Serverless::Function"]
    assert {"APIHandler", "AuditReader", "OnCardChange", "OnAuditEntry", "Sweep"} <= set(functions)
    for name in functions:
        given_ = resources[name]["Properties"]["Environment"]["Variables"]
        assert variables <= set(given_), name
        assert given_["MEDKARTA_CARD_TABLE"] == {"Ref": "CardTable"}
        assert len(given_) == len(settings_outputs())
    events = resources["OnCardChange"]["Properties"]["Events"]["OnCardChangeDynamodbEventSource"]
    assert events["Type"] == "DynamoDB"
    assert events["Properties"]["Stream"] == {"Fn::GetAtt": ["CardTable", "StreamArn"]}
    entries = resources["OnAuditEntry"]["Properties"]["Events"]["OnAuditEntryDynamodbEventSource"]["Properties"]
    assert entries["Stream"] == {"Fn::GetAtt": ["AuditOutboxTable", "StreamArn"]}
    assert entries["BatchSize"] == 1000
    queue = resources["OnNotice"]["Properties"]["Events"]["OnNoticeSqsEventSource"]["Properties"]["Queue"]
    assert queue == {"Fn::GetAtt": ["NotifyQueue", "Arn"]}
    erasures = resources["Eraser"]["Properties"]["Events"]["EraserSqsEventSource"]["Properties"]["Queue"]
    assert erasures == {"Fn::GetAtt": ["ErasureQueue", "Arn"]}
    assert {"RestAPIId", "CardTable"} <= set(merged["Outputs"])
    assert resources["RestAPI"]["Properties"]["GatewayResponses"]["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == 404


@pytest.mark.requirement("UX-3")
def test_what_reads_scans_runs_from_an_image_and_is_in_no_zip(tmp_path: Path) -> None:
    """Without an image it is not deployed, nor what hangs on it; the emulator is spared it."""
    resources = assemble(written_by_chalice(), READ_BY)["Resources"]
    function = resources["Recognise"]["Properties"]
    assert (function["PackageType"], function["ImageUri"]) == ("Image", {"Ref": "RecognitionImage"})
    assert not {"CodeUri", "Handler", "Runtime", "Layers"} & set(function)
    hanging = {name for name, one in resources.items() if one.get("Condition") == "WithRecognition"}
    assert hanging == {"Recognise", "RecogniseLogGroup", "RecognitionErrorsAlarm"}
    spared = smoke.uploaded(assemble(written_by_chalice(), READ_BY), "b")["Resources"]
    assert not hanging & set(spared)
    assert "recognition" in package.unshipped(str(package.IMAGED.parent), ["recognition", "pdf.py"])
    shutil.copytree(package.ROOT / "chalicelib", tmp_path / "chalicelib", ignore=package.unshipped)
    assert not [path for path in tmp_path.rglob("*.py") if "pypdfium2" in path.read_text("utf-8")]


def test_nothing_extends_a_resource_that_is_not_there() -> None:
    """A function renamed in the code and not in infra/ would otherwise leave a resource without a type."""
    typeless = {name for name, r in assemble(written_by_chalice(), READ_BY)["Resources"].items() if "Type" not in r}
    assert typeless == {"ApiHandlerLogGroup"}  # Chalice writes it for a configured retention; not in this stub


@pytest.mark.requirement("AUD-2", "SEC-2")
def test_routes_that_open_the_log_lead_to_a_function_of_their_own_under_a_role_of_its_own() -> None:
    resources = assemble(written_by_chalice(), READ_BY)["Resources"]
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    led = {
        (method, path): re.findall(r"\$\{(\w+)\.Arn\}", json.dumps(operation))
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    assert led == {
        ("get", "/api/v1/me/journal"): ["AuditReader"],
        ("post", "/api/v1/me/journal"): ["APIHandler"],
        ("get", "/api/v1/me"): ["APIHandler"],
    }
    function, first = resources["AuditReader"]["Properties"], resources["APIHandler"]["Properties"]
    assert function["CodeUri"] == first["CodeUri"]
    assert function["Role"] == {"Fn::GetAtt": ["AuditReaderRole", "Arn"]}
    [policy] = resources["AuditReaderRole"]["Properties"]["Policies"]
    written = behind_api.CHALICE / behind_api.configured()["audit_reader"]["iam_policy_file"]
    assert policy["PolicyDocument"] == json.loads(written.read_text("utf-8"))
    assert resources["ApiHandlerRole"]["Properties"]["Policies"][0]["PolicyName"] == "ApiHandlerRolePolicy"
    permission = resources["AuditReaderInvokePermission"]["Properties"]
    assert permission == {"FunctionName": {"Ref": "AuditReader"}, "Principal": "apigateway.amazonaws.com"}
    assert resources["AuditReaderLogGroup"]["Properties"]["LogGroupName"] == {"Fn::Sub": "/aws/lambda/${AuditReader}"}


def test_a_route_that_chalice_did_not_write_is_not_led_anywhere() -> None:
    with pytest.raises(KeyError):
        assemble(written_by_chalice(), [("GET", "/api/v1/unknown", "audit_reader")])


def test_app_and_template_agree_on_names() -> None:
    for method, path, function in behind_api.declared():
        assert (method.isupper(), path[0]) == (True, "/")
        assert function in behind_api.configured()
    assert behind_api.resource_name("audit_reader") == "AuditReader"


def test_emulator_is_spared_the_types_that_it_refuses() -> None:
    merged = assemble(written_by_chalice(), READ_BY)
    assert merged["Resources"]["KeyLog"]["Type"] in smoke.UNKNOWN
    assert "KeyLog" not in smoke.uploaded(merged, "b")["Resources"]


def test_template_says_where_the_zips_were_uploaded() -> None:
    document = smoke.uploaded(written_by_chalice(), "b")
    assert document["Resources"]["Sweep"]["Properties"]["CodeUri"] == "s3://b/deployment.zip"
    assert document["Resources"]["ManagedLayer"]["Properties"]["ContentUri"] == "s3://b/l.zip"


def test_minified_template_is_the_same_for_the_same_content() -> None:
    one = {"b": 1, "a": {"d": [1, 2], "c": "ё"}}
    other = {"a": {"c": "ё", "d": [1, 2]}, "b": 1}
    assert template.minified(one) == template.minified(other)
    assert " " not in template.minified(one)
