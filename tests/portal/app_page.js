// Walks the page on which a patient answers an application (portal/outside/a.js), with as much of a document as it
// uses. Reads {"hash", "answers": [[method, path, status, body], …], "steps": [[what, id, value], …]}; writes what it shows
// after each step, what it asked for, and where it went.

import { readFileSync } from "node:fs";

class Element {
  constructor(id) {
    Object.assign(this, { id, children: [], attributes: {}, listeners: {}, hidden: false, value: "", dataset: {} });
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }
  append(...children) {
    this.children.push(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
  set textContent(value) {
    this.children = [value];
  }
  get textContent() {
    return this.children.map((child) => child.textContent ?? child).join("");
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  focus() {}
}

const story = JSON.parse(readFileSync(0, "utf8"));
const named = {};
const languages = ["ru", "en"].map((name) => Object.assign(new Element(name), { dataset: { language: name } }));
const asked = [];
const gone = [];
const forms = ["sign-in", "code-form", "answer"];
const settled = () => new Promise((done) => setTimeout(done, 20));

globalThis.document = {
  documentElement: { lang: "ru" },
  createElement: (tag) => new Element(tag),
  getElementById: (id) => (named[id] ??= Object.assign(new Element(id), { hidden: forms.includes(id) })),
  querySelectorAll: () => languages,
};
globalThis.location = { hash: story.hash, replace: (place) => gone.push(place) };
globalThis.fetch = async (path, options) => {
  asked.push([options.method, path, options.body ? JSON.parse(options.body) : null, options.headers["X-Requested-By"]]);
  const place = story.answers.findIndex(([method, named]) => method === options.method && named === path);
  const [[, , status, body]] = story.answers.splice(place, 1);
  return { ok: status < 300, status, json: async () => body };
};

await import("../../portal/outside/a.js");
const shown = [];
for (const [what, id, value] of [["", "", ""], ...story.steps]) {
  if (what === "type") document.getElementById(id).value = value;
  if (what === "uncheck") named.reads.children[value].children[0].checked = false;
  if (what === "submit" || what === "click") named[id].listeners[what]({ preventDefault() {} });
  if (what === "language") languages[value].listeners.click({ preventDefault() {} });
  await settled();
  const open = forms.filter((form) => !document.getElementById(form).hidden);
  shown.push({ open, state: named.state?.textContent ?? "", reads: (named.reads?.children ?? []).map((line) => line.textContent) });
}
process.stdout.write(JSON.stringify({ shown, asked, gone }));
