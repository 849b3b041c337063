// What is unfolded on the page of a link stays so when the page is shown in another language.

import { element } from "./journal-parts.js";

const unfolded = new Set();

export const foldAll = () => unfolded.clear();

/** A `details` that is known by `key`; `load`, if there is one, is called when it is unfolded; when it rejects, `failed` is told. */
export function folding(key, title, children, load = null, failed = null) {
  const made = element("details", unfolded.has(key) ? { open: "" } : {}, element("summary", {}, title), ...children);
  made.addEventListener("toggle", () => {
    if (made.open === unfolded.has(key)) return;
    if (!made.open) return unfolded.delete(key);
    unfolded.add(key);
    load?.().catch((error) => {
      unfolded.delete(key);
      made.open = false;
      failed(error);
    });
  });
  return made;
}
