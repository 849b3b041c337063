"""Paths of the gateway that several endpoints share."""

from __future__ import annotations

import pytest

import app
from chalicelib.handlers.endpoints import ENDPOINTS
from chalicelib.handlers.routing import ROOT, ROUTES, Routes, grouped

GATEWAY = 300
"""Resources of one API of API Gateway, by default (its quotas)."""


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        ("/api/v1/schedules", "/api/v1/{room}"),
        ("/api/v1/schedules/{schedule_id}/slots", "/api/v1/{room}/{item}/{part}"),
        ("/api/v1/me/appointments", "/api/v1/me/{own}"),
        ("/api/v1/me/appointments/{appointment_id}/cancellation", "/api/v1/me/{own}/{own_item}/{own_part}"),
        ("/fhir", "/fhir"),
        ("/fhir/metadata", "/fhir/{kind}"),
        ("/fhir/{resource_type}/{resource_id}/_history/{version_id}", "/fhir/{kind}/{item}/{step}/{last}"),
    ],
)
def test_the_shared_path_is_made_of_the_depth(path: str, shared: str) -> None:
    assert grouped(path) == shared


@pytest.mark.parametrize("path", ["/schedules", "/api/v1/me", "/api/v1/a/b/c/d/e/f", "/fhir/a/b/c/d/e", "/fhirs"])
def test_there_is_no_shared_path_for_what_lies_elsewhere(path: str) -> None:
    with pytest.raises(ValueError, match="no shared path"):
        grouped(path)


def test_an_own_word_goes_before_a_parameter_and_what_fits_none_is_not_found() -> None:
    routes, route = Routes(), "/api/v1/{room}/{item}"
    assert routes.joined("GET", route, "/api/v1/threads/{thread_id}", lambda: "one")
    assert not routes.joined("GET", route, "/api/v1/threads/search", lambda: "search")
    assert not routes.joined("GET", route, "/api/v1/schedules/{schedule_id}", lambda: "other")
    asked = [("threads", "search"), ("threads", "t1"), ("schedules", "s1"), ("nothing", "s1")]
    found = [routes.found("GET", route, {"room": room, "item": item}) for room, item in asked]
    assert [(view(), params) for view, params in filter(None, found)] == [
        ("search", {}),
        ("one", {"thread_id": "t1"}),
        ("other", {"schedule_id": "s1"}),
    ]
    assert found[-1] is None
    assert routes.found("POST", route, {"room": "threads", "item": "t1"}) is None


def _words(path: str) -> list[str]:
    return path.removeprefix(ROOT).split("/")


def test_no_shared_endpoint_lies_behind_a_word_that_the_gateway_knows() -> None:
    """A gateway that finds the word of its own does not come back to the shared path."""
    own = [_words(path) for path in app.app.routes if path.startswith(ROOT) and "{room}" not in path]
    first = {words[0] for words in own}
    mine = {words[1] for words in own if words[0] == "me" and len(words) > 1 and "{own}" not in words}
    direct = {(method, path) for path, methods in app.app.routes.items() for method in methods}
    for endpoint in ENDPOINTS:
        if (endpoint.method, endpoint.path) in direct or not endpoint.path.startswith(ROOT):
            continue
        words = _words(endpoint.path)
        if words[0] == "patients":
            continue  # kinds of record share the paths of {collection}
        assert (words[1] not in mine) if words[0] == "me" else (words[0] not in first), endpoint.path


def test_the_gateway_has_room_for_all() -> None:
    resources = {
        "/".join(words[: end + 1])
        for path in app.app.routes
        for words in [path.strip("/").split("/")]
        for end in range(len(words))
    }
    assert len(resources) <= GATEWAY


def test_every_endpoint_is_behind_some_path() -> None:
    assert len(ROUTES._found) > 4
    assert len({endpoint.operation for endpoint in ENDPOINTS}) == len(ENDPOINTS)
