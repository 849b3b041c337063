"""The page behind a prescription's QR: what it says of the state in the system (RX-2)."""

from __future__ import annotations

import json
import subprocess

import pytest

from local.npm import NODE
from tests.portal.node import OUTSIDE

pytestmark = pytest.mark.requirement("RX-2", "UX-1")
WALK = """
const said = {};
globalThis.document = { getElementById: (id) => ({ set textContent(text) { said[id] = text; } }) };
globalThis.location = { pathname: "/r/code-1", hash: "" };
globalThis.fetch = async () => {
  if (process.argv[1] === "0") throw new TypeError("failed to fetch");
  const status = Number(process.argv[1]);
  return { ok: status < 400, status, json: async () => ({ state: "dispensed", expires_at: "2026-03-01T10:00:00Z" }) };
};
await import(process.argv[2]);
await new Promise((done) => setTimeout(done, 20));
console.log(JSON.stringify(said));
"""


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, "полностью отпущен / fully dispensed; до / until 2026-03-01"),
        (404, "такого рецепта нет / there is no such prescription"),
        (422, "такого рецепта нет / there is no such prescription"),
        (429, "не удалось узнать / could not be asked"),
        (0, "нет связи с системой / no connection to the system"),
    ],
    ids=["found", "none", "no-code", "too-often", "offline"],
)
def test_the_state_is_said_in_words(status: int, words: str) -> None:
    page = (OUTSIDE / "r.js").as_uri()
    command = [str(NODE), "--input-type=module", "-e", WALK, str(status), page]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    said = json.loads(done.stdout)
    assert said["state"] == words
    assert said["signature"] == "в коде нет подписи / the code carries no signature"
