"""From the outputs of a stack to the settings of a function: one rule for tests, the local system and packaging."""

from __future__ import annotations

import re
from collections.abc import Mapping

PREFIX = "MEDKARTA_"
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def setting(output: str) -> str:
    """Name of the environment variable of an output: ``AuditIndexTable`` -> ``MEDKARTA_AUDIT_INDEX_TABLE``."""
    return PREFIX + _WORD.sub("_", output).upper()


def settings_environment(outputs: Mapping[str, str]) -> dict[str, str]:
    """Environment of every function (``chalicelib.config.Settings``) from the outputs of ``infra/stores.yaml``.

    Outputs that no setting is named after come along under the same rule; ``Settings.from_env`` does not look at them.
    """
    return {setting(name): value for name, value in outputs.items()}
