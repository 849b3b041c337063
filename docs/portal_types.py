"""The API's document as far as the portal needs it, and the TypeScript that openapi-typescript makes of it.

``python -m docs.portal_types`` writes ``portal/src/api/schema.d.ts``, which is committed; a test says when it is stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local import npm

PORTAL = Path(__file__).parents[1] / "portal"
TYPES = PORTAL / "src/api/schema.d.ts"
GENERATOR = PORTAL / "node_modules/openapi-typescript/bin/cli.js"
OPTIONS = ("--default-non-nullable=false", "--empty-objects-unknown")
"""What has a default may be left out of a request; an object of which nothing is known may have anything."""

JSON = "application/json"
OTHER_BODIES = frozenset({"application/jose", "application/x-www-form-urlencoded", "application/fhir+json"})
"""What the portal never sends: sealed bodies, the forms of OAuth, resources."""
HEADERS = frozenset({"Range", "Content-Digest"})
"""The others are set for every call in one place of the client."""
REFERENCE = "#/components/schemas/"
PROBLEM = {"description": "RFC 9457", "content": {JSON: {"schema": {"$ref": REFERENCE + "Problem"}}}}


def portal_document() -> dict[str, Any]:
    """Operations of people's sessions and of everybody, without what the client does by itself."""
    import app  # noqa: F401  # registers every route
    from chalicelib.handlers.openapi import document

    whole = document()
    paths = {
        path: kept
        for path, operations in sorted(whole["paths"].items())
        if not path.startswith("/fhir")
        and (kept := {method: _reduced(one) for method, one in operations.items() if _for_people(one)})
    }
    return {
        "openapi": whole["openapi"],
        "info": {"title": "Medkarta", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(_used(paths, whole["components"]["schemas"]).items())),
            "responses": {"Problem": PROBLEM},
        },
    }


def _for_people(operation: dict[str, Any]) -> bool:
    return not operation["security"] or {"portal": []} in operation["security"]


def _reduced(operation: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation["operationId"],
        "summary": operation["summary"],
        "parameters": [p for p in operation["parameters"] if p["in"] != "header" or p["name"] in HEADERS],
        "responses": {
            status: {"description": answer["description"]} | _content(answer, lambda kind: kind == JSON)
            for status, answer in operation["responses"].items()
            if status.startswith("2")
        }
        | {"default": {"$ref": "#/components/responses/Problem"}},
    }
    body = _content(operation.get("requestBody", {}), lambda kind: kind not in OTHER_BODIES)
    return made | ({"requestBody": {"required": True} | body} if body else {})


def _content(described: dict[str, Any], wanted: Any) -> dict[str, Any]:
    found = {kind: said for kind, said in described.get("content", {}).items() if wanted(kind)}
    return {"content": found} if found else {}


def _used(paths: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas that operations name, and those that these name."""
    from chalicelib.handlers.components import bare

    found: dict[str, Any] = {}
    waiting = ["Problem", *_named(paths)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = bare(schemas[name])
            waiting += _named(found[name])
    return found


def _named(value: Any) -> Iterator[str]:
    return (name for name in re.findall(f'"{REFERENCE}([^"]+)"', json.dumps(value)))


def types() -> str:
    """The TypeScript of the document, by the generator among the portal's packages."""
    if not GENERATOR.exists():
        raise SystemExit("the portal's packages are missing: make portal")
    with TemporaryDirectory() as folder:
        document, made = Path(folder, "openapi.json"), Path(folder, "schema.d.ts")
        document.write_text(json.dumps(portal_document(), ensure_ascii=False), "utf-8")
        done = npm.node(GENERATOR, str(document), "-o", str(made), *OPTIONS)
        if done.returncode:
            raise SystemExit(done.stdout)
        return made.read_text("utf-8")


if __name__ == "__main__":
    TYPES.parent.mkdir(parents=True, exist_ok=True)
    TYPES.write_text(types(), "utf-8")
