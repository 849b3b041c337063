// The page behind a prescription's QR: <origin>/r/<code>#<JWS>. The fragment stays in the browser.
// The signature is checked here against the published keys (RFC 7515, ES256, payload deflated); the state is asked for.

const STATES = {
  active: "действителен / valid",
  dispensed: "полностью отпущен / fully dispensed",
  revoked: "отозван врачом / revoked by the doctor",
  replaced: "заменён другим рецептом / replaced by another one",
  expired: "срок действия истёк / expired",
};
// An active one of a card that hands out nothing at present ("card-…").
const NOT_NOW = "сейчас не отпускается / not dispensed at present";
const NONE = new Set([404, 422]); // what no code of ours looks like is none, either
const LABELS = { drug: "Препарат / Drug", dosage: "Способ применения / Dosage", packs: "Упаковок / Packs" };

const say = (id, text) => {
  document.getElementById(id).textContent = text;
};
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

async function inflated(data) {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

async function checkedContent(token, code) {
  const [head, payload, signature] = token.split(".");
  const header = JSON.parse(new TextDecoder().decode(bytes(head)));
  const { keys } = await (await fetch("/.well-known/jwks.json")).json();
  const jwk = keys.find((key) => key.kid === header.kid);
  if (!jwk || header.alg !== "ES256") return null;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", { ...jwk, ext: true }, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${head}.${payload}`);
  const right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes(signature), signed);
  const content = await inflated(bytes(payload));
  return right && content.id === code ? content : null;
}

function line(list, label, text) {
  const term = document.createElement("dt");
  const value = document.createElement("dd");
  term.textContent = label;
  value.textContent = String(text ?? "—");
  list.append(term, value);
}

function show(content) {
  const list = document.getElementById("content");
  line(list, "Форма / Form", content.form);
  for (const drug of content.drugs ?? []) {
    const named = [drug.inn, drug.trade_name, drug.form, drug.strength].filter(Boolean).join(", ");
    for (const [name, label] of Object.entries(LABELS)) line(list, label, { ...drug, drug: named }[name]);
  }
}

async function askState(code) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code }) };
  const answer = await fetch("/api/v1/prescriptions/status", options);
  if (NONE.has(answer.status)) return "такого рецепта нет / there is no such prescription";
  if (!answer.ok) return "не удалось узнать / could not be asked";
  const { state, reason = "", expires_at: until } = await answer.json();
  const told = reason.startsWith("card-") ? NOT_NOW : (STATES[state] ?? state);
  return `${told}; до / until ${until.slice(0, 10)}`;
}

const code = location.pathname.split("/")[2] ?? "";
const token = location.hash.slice(1);
askState(code).then(
  (text) => say("state", text),
  () => say("state", "нет связи с системой / no connection to the system"),
);
if (token) {
  checkedContent(token, code).then(
    (content) => {
      say("signature", content ? "верна / right" : "НЕВЕРНА / WRONG");
      if (content) show(content);
    },
    () => say("signature", "НЕВЕРНА или не проверена / WRONG or not checked"),
  );
} else {
  say("signature", "в коде нет подписи / the code carries no signature");
}
