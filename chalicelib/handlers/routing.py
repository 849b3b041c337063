"""Paths of the gateway that several endpoints share: a gateway holds some three hundred, and the API has more.

A shared path has parameters where its endpoints differ. The function behind it finds the endpoint by the path as it was
asked for; of several that fit, the one whose own words stand further left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

ROOT = "/api/v1/"
OWN = ("{own}", "{own_item}", "{own_part}", "{own_step}", "{own_last}")
ROOM = ("{room}", "{item}", "{part}", "{step}", "{last}")
FHIR_ROOT = "/fhir"
FHIR = ("{kind}", "{item}", "{step}", "{last}")

View = Callable[..., Any]


def grouped(path: str) -> str:
    """The shared path of an endpoint by its depth: ``/api/v1/me/{own}/…`` of one's own, ``/api/v1/{room}/…`` else;
    ``/fhir/{kind}/…`` of resources.
    """
    if of_fhir(path):
        steps = [part for part in path.removeprefix(FHIR_ROOT).split("/") if part]
        if len(steps) > len(FHIR):
            raise ValueError(f"no shared path for {path}")
        return "/".join([FHIR_ROOT, *FHIR[: len(steps)]])
    parts = path.removeprefix(ROOT).split("/")
    own = parts[0] == "me"
    names = OWN[: len(parts) - 1] if own else ROOM[: len(parts)]
    if not path.startswith(ROOT) or len(names) != len(parts) - own or not names:
        raise ValueError(f"no shared path for {path}")
    return ROOT + "/".join([*(["me"] if own else []), *names])


def of_fhir(path: str) -> bool:
    """Whether a path is one of FHIR's: bodies, answers and errors there have FHIR's form (handlers/outcomes.py)."""
    return path == FHIR_ROOT or path.startswith(FHIR_ROOT + "/")


class Routes:
    """Endpoints by method and shared path. ``blueprint``: parameters are decoded before they come here."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[tuple[list[str], View]]] = {}

    def joined(self, method: str, route: str, path: str, view: View) -> bool:
        """Add an endpoint; True for the first of its route, which is to register it."""
        first = (method, route) not in self._found
        there = self._found.setdefault((method, route), [])
        there.append((path.split("/"), view))
        there.sort(key=lambda entry: [part.startswith("{") for part in entry[0]])
        return first

    def found(self, method: str, route: str, params: Mapping[str, str]) -> tuple[View, dict[str, str]] | None:
        """The endpoint for what stood in the places of the parameters, and its own parameters."""
        asked = [params[part[1:-1]] if part.startswith("{") else part for part in route.split("/")]
        for path, view in self._found.get((method, route), ()):
            if all(part.startswith("{") or part == said for part, said in zip(path, asked, strict=True)):
                named = zip(path, asked, strict=True)
                return view, {part[1:-1]: said for part, said in named if part.startswith("{")}
        return None


ROUTES = Routes()
