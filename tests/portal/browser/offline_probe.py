"""Calls of the portal's offline modules from a test, in a page: with a real browser's stores, keys and tabs."""

from __future__ import annotations

import subprocess
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from local.npm import NODE
from local.portal_build import PORTAL
from tests.portal.browser.people import ask

ADDRESS = "/offline-probe.js"
ENTRY = Path(__file__).with_name("offline_probe.ts")
BUILD = """
import { build } from "vite";
const [entry] = process.argv.slice(1);
const made = await build({
  configFile: false, logLevel: "silent", publicDir: false,
  build: { write: false, minify: false, lib: { entry, formats: ["es"] } },
  define: { "process.env.NODE_ENV": '"production"' },
});
process.stdout.write(made[0].output[0].code);
"""


@cache
def built() -> str:
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", BUILD, ENTRY], cwd=PORTAL, capture_output=True, text=True, check=True
    )
    return done.stdout


def served(context: BrowserContext) -> None:
    context.route("**" + ADDRESS, lambda route: route.fulfill(body=built(), content_type="text/javascript"))


class Probe:
    """A page of somebody who is signed in, with their vault open."""

    def __init__(self, page: Page, *, enter: bool = True) -> None:
        self.page = page
        served(page.context)
        page.goto("/journal.html")
        self.me = ask(page, "GET", "/me")["body"] if enter else None
        if enter:
            self.enter()

    @property
    def card(self) -> str:
        return str(self.me["person_id"])

    def enter(self) -> None:
        self.run("await opening.openVault(given); return opening.openingFailed()", self.me)

    def run(self, body: str, given: Any = None) -> Any:
        """The answer of a few lines in the page, which have the modules and ``given`` at hand."""
        names = "outbox, opening, unfinished, unlocking, vault, whose"
        lines = textwrap.dedent(body)
        script = f"async (given) => {{ const {{ {names} }} = await import({ADDRESS!r}); {lines} }}"
        return self.page.evaluate(script, given)

    def refused(self, body: str, given: Any = None) -> str:
        """The name of what a few lines throw, "" when they do not."""
        return str(self.run(f"try {{ {body} }} catch (thrown) {{ return thrown.name }} return ''", given))

    def raw(self) -> str:
        """Everything that lies in the databases of the vault, as text of its bytes."""
        return str(self.page.evaluate(RAW))

    def rows(self) -> list[dict[str, Any]]:
        """Of each row of all vaults: its database, id, kind and epoch."""
        found: list[dict[str, Any]] = self.page.evaluate(ROWS)
        return found


EACH = """const each = async (visit) => {
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of db.objectStoreNames) {
      await new Promise((done) => {
        const walk = db.transaction(store).objectStore(store).openCursor();
        walk.onsuccess = () => {
          const at = walk.result;
          if (!at) return done();
          visit(name, store, at.key, at.value);
          at.continue();
        };
      });
    }
    db.close();
  }
};"""
RAW = f"""async () => {{
  {EACH}
  const parts = [];
  const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder("utf-8").decode(value) : JSON.stringify(value);
  await each((name, store, key, value) => parts.push(name, key, ...Object.values(value).map(text)));
  return parts.join("\\n");
}}"""
ROWS = f"""async () => {{
  {EACH}
  const rows = [];
  await each((database, store, id, value) =>
    store === "rows" && rows.push({{ database, id, kind: value.kind, epoch: value.epoch }}));
  return rows;
}}"""
