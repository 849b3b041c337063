// Answers lines of JSON: {"do": a name of DO, ...} -> what the module says. One process for all lines.

import { createInterface } from "node:readline";
import { canonical, parse, parseCanonical } from "../../portal/verifier/json.js";
import { b64, p256, text, unb64, verifiesP256 } from "../../portal/verifier/bytes.js";
import { growth } from "../../portal/verifier/growth.js";
import { CODES, LANGUAGES, placeText, sentence } from "../../portal/verifier/texts.js";
import { check, LEVELS } from "../../portal/verifier/verify.js";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const DO = {
  check: ({ bundle, policy, options }) => check(bytes(bundle), bytes(policy), options),
  parse: ({ raw }) => canonical(parse(text(bytes(raw)))),
  canonical: ({ raw }) => canonical(parseCanonical(text(bytes(raw)))),
  unb64: ({ text: coded }) => b64(unb64(coded)),
  key: async ({ spki }) => (await p256(bytes(spki))) !== null,
  signature: async ({ spki, der, message }) => verifiesP256(await p256(bytes(spki)), bytes(der), bytes(message)),
  growth: ({ policy, origin, old, now, proof }) => growth(policy, origin, old, now, async () => proof),
  codes: () => ({ levels: LEVELS, texts: CODES, languages: LANGUAGES }),
  sentence: ({ code, language, values }) => sentence(code, language, values),
  place: ({ place, language }) => placeText(place, language),
};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { do: what, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { ok: await DO[what](given) };
  } catch (error) {
    answer = { error: error.code ?? String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
