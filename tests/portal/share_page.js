// Walks the page of a link (portal/outside/s.js) with as much of a document as it uses, and prints what it shows.
// Reads {"page", "hash", "answers": [[method, path, status, body], …], "steps": […]} and writes what it shows after each step.

import { readFileSync } from "node:fs";

class Element {
  constructor(tag) {
    Object.assign(this, { tag, children: [], attributes: {}, listeners: {}, hidden: false, value: "", open: false, dataset: {} });
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
    if (name === "open") this.open = true;
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
    const seen = this.children.filter((child) => !child.hidden);
    return seen.map((child) => child.textContent ?? child).join(" ");
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  focus() {}
  click() {
    clicked.push({ ...this.attributes });
    this.listeners.click?.();
  }
  find(tag, found = []) {
    if (this.tag === tag && !this.hidden) found.push(this);
    for (const child of this.children) child.find?.(tag, found);
    return found;
  }
}

const story = JSON.parse(readFileSync(0, "utf8"));
const named = Object.fromEntries(["form", "passcode", "state", "held"].map((id) => [id, new Element(id)]));
const languages = ["ru", "en"].map((name) => Object.assign(new Element("button"), { dataset: { language: name } }));
const clicked = [];
const asked = [];
const saved = [];
const address = URL.createObjectURL;
URL.createObjectURL = (blob) => {
  blob.text().then((data) => saved.push(data));
  return address(blob);
};
globalThis.document = {
  documentElement: { lang: "ru" },
  createElement: (tag) => new Element(tag),
  getElementById: (id) => named[id],
  querySelectorAll: () => languages,
};
globalThis.location = { pathname: story.page, hash: story.hash, reload: () => clicked.push("reload") };
globalThis.addEventListener = () => {};
globalThis.fetch = async (path, { method = "GET", headers, body, credentials }) => {
  const { Authorization: authorization = "", Accept: accept = "", Range: range = "", "X-Device-ID": device } = headers;
  asked.push({ method, path, authorization, accept, range, device, body: body ?? "", credentials });
  const found = story.answers.findIndex(([verb, place]) => verb === method && place === path);
  if (found < 0) throw new TypeError("failed to fetch");
  const [, , status, said, given = {}] = story.answers.splice(found, 1)[0];
  const data = typeof said === "string" ? said : JSON.stringify(said);
  return { ok: status < 400, status, headers: new Headers(given), json: async () => said, blob: async () => new Blob([data]) };
};

await import(new URL("../../portal/outside/s.js", import.meta.url));
const steps = {
  passcode: (value) => {
    named.passcode.value = value;
    named.form.listeners.submit({ preventDefault() {} });
  },
  twice: (value) => {
    steps.passcode(value);
    steps.passcode(value);
  },
  unfold: (at) => {
    const one = named.held.find("details")[at];
    one.open = true;
    one.listeners.toggle();
  },
  fold: (at) => {
    const one = named.held.find("details")[at];
    one.open = false;
    one.listeners.toggle();
  },
  press: (at) => named.held.find("button")[at].click(),
  both: (at) => {
    const one = named.held.find("button")[at];
    one.click();
    one.click();
  },
  language: (at) => languages[at].listeners.click(),
  nothing: () => {},
};
const shown = [];
for (const [step, value] of story.steps) {
  steps[step](value);
  await new Promise((done) => setTimeout(done, 20));
  const open = named.held.find("details").filter((one) => one.open).map((one) => one.children[0].textContent);
  const headings = named.held.find("h3").map((one) => one.textContent);
  const { lang } = document.documentElement;
  shown.push({ state: named.state.textContent, held: named.held.textContent, open, headings, form: !named.form.hidden, lang });
}
console.log(JSON.stringify({ shown, asked, clicked, saved }));
process.exit(0);
