"""CloudFormation templates as plain data: read with the short intrinsics, merge, write without a blank."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

INFRA = Path(__file__).parent
STORES = INFRA / "stores.yaml"
FUNCTIONS = INFRA / "functions.yaml"
ALARMS = INFRA / "alarms.yaml"
DASHBOARD = INFRA / "dashboard.yaml"
KEY_LOG = INFRA / "key_log.yaml"

Template = dict[str, Any]


class _Loader(yaml.CSafeLoader):
    """YAML with ``!Ref``, ``!GetAtt`` and the other short forms turned into their long forms."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # the only kind left
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> Template:
    """One template as plain data. Dates stay text only when quoted, so versions are quoted in ours."""
    found: Template = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506  # a SafeLoader with our tags
    return found


def is_intrinsic(value: Any) -> bool:
    """``{"Ref": …}`` and ``{"Fn::…": …}`` are values, not mappings to be merged into."""
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))


def merge(base: Mapping[str, Any], extra: Mapping[str, Any]) -> Template:
    """Deep merge; ``extra`` wins, lists and intrinsics are replaced whole.

    Chalice's own merger (``--merge-template``) melts two intrinsics into one mapping with both keys, which no
    CloudFormation accepts: the queue of ``on_notice`` is ``Fn::Sub`` there and ``Fn::GetAtt`` here.
    """
    merged = dict(base)
    for name, value in extra.items():
        old = merged.get(name)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        if both and not is_intrinsic(old) and not is_intrinsic(value):
            value = merge(old, value)  # type: ignore[arg-type]  # noqa: PLW2901  # both are mappings here
        merged[name] = value
    return merged


def minified(template: Template) -> str:
    """JSON without blanks, names sorted: the same template gives the same bytes."""
    return json.dumps(template, separators=(",", ":"), sort_keys=True)
