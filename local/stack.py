"""Deploys ``infra/stores.yaml``, the real template, into the emulator and tells the application where it all is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.layout import StartError

NAME = "medkarta"


@dataclass(frozen=True, slots=True)
class Stack:
    """Outputs of the deployed template by name, as ``infra/stores.yaml`` lists them."""

    outputs: Mapping[str, str]

    def environment(self) -> dict[str, str]:
        """MEDKARTA_* for chalicelib/config.py."""
        from infra.outputs import settings_environment

        return settings_environment(self.outputs)


def deploy(clients: Callable[[str], Any], public_url: str, parameters: Mapping[str, str] | None = None) -> Stack:
    """Create the stores, or bring those of an earlier run up to the template. Idempotent.

    ``clients`` is ``boto3.client`` or the like, ``parameters`` are further ones of the template. A first deployment
    that was cut short is not mended here: it holds nothing, so the runner wipes the state (``Layout.deployed``).
    Raises StartError when the template is refused.
    """
    from botocore.exceptions import ClientError, WaiterError

    from infra import emulated

    try:
        return Stack(emulated.deploy(clients, NAME, {"PublicUrl": public_url, **(parameters or {})}))
    except (ClientError, WaiterError) as error:
        raise StartError(f"the stores could not be deployed: {error}") from None
