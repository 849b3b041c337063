// The page behind a document's QR: <origin>/d/<id>#<short code>. Both parts go to the system in the body of a request.
// A file that is compared stays in the browser.

const STATES = {
  current: ["Документ подлинный, действует / Genuine, current", "fine", ""],
  superseded: [
    "Документ подлинный, но заменён новым / Genuine, but superseded",
    "alarm",
    "Есть более новая версия: попросите её. / There is a newer version: ask for it.",
  ],
  withdrawn: [
    "Документ подлинный, но отозван / Genuine, but withdrawn",
    "broken",
    "Документ больше не действует. / It does not hold any more.",
  ],
};
const REFUSALS = {
  "document-unknown": "Эта система не выдавала такого документа / This system has issued no such document",
  "document-code-altered": "Код считан не полностью или изменён / The code was read in part, or was altered",
  "document-of-another-system": "Это код другой системы: проверьте его там / This code is another system's: verify it there",
  "too-many-requests": "Слишком много проверок, попробуйте позже / Too many checks, try again later",
};
const UNREACHABLE = "Не удалось проверить: нет связи с системой / Not checked: no connection to the system";

const element = (id) => document.getElementById(id);
let expected = "";

function fact(term, value) {
  const [name, text] = [document.createElement("dt"), document.createElement("dd")];
  name.textContent = term;
  text.textContent = value;
  element("facts").append(name, text);
}

function verdict(text, kind, meaning) {
  element("result").hidden = false;
  element("verdict").className = `box ${kind}`;
  element("state").textContent = text;
  element("meaning").textContent = meaning;
  element("facts").replaceChildren();
}

function found(document_) {
  verdict(...(STATES[document_.state] ?? [document_.state, "", ""]));
  fact("Документ / Document", `${document_.title.ru} / ${document_.title.en}`);
  fact("Выдан / Issued", document_.issued_at.slice(0, 10));
  fact("Организация / Organisation", document_.organisation || "—");
  fact("Версия / Version", String(document_.version));
  fact("Электронная подпись / Electronic signature", document_.signed ? "есть / yes" : "нет / none");
  fact("SHA-256", document_.sha256);
  expected = document_.sha256;
  element("compare").hidden = false;
}

async function check(code) {
  element("compare").hidden = true;
  element("same").textContent = "";
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code }) };
  try {
    const answer = await fetch("/api/v1/documents/verify", options);
    const body = await answer.json();
    if (answer.ok) found(body);
    else verdict(REFUSALS[body.code] ?? UNREACHABLE, "broken", "");
  } catch {
    verdict(UNREACHABLE, "", "");
  }
}

async function compare(file) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const text = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  element("same").textContent =
    text === expected
      ? "Это тот самый файл, в нём ничего не изменено. / This is that very file, unaltered."
      : "Это ДРУГОЙ файл: он изменён или не от этого документа. / This is ANOTHER file: altered, or not of this document.";
}

element("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  check(element("code").value.trim());
});
element("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) compare(file);
});
if (location.pathname.startsWith("/d/")) {
  element("code").value = location.href;
  check(location.href);
}
