// Answers lines of JSON: {"do": a name of DO, ...} -> what the portal's pure offline modules say. Node strips the types.

import { createInterface } from "node:readline";
import { fromBase64url, toBase64url } from "../../portal/src/api/base64.ts";
import { linesOf, textsOf, withTexts, wordsOf } from "../../portal/src/offline/compare.ts";
import { aesKey, keyOfPassphrase, opaque, open, seal } from "../../portal/src/offline/crypto.ts";
import { uuid7 } from "../../portal/src/offline/uuid7.ts";
import { verdictOf } from "../../portal/src/offline/verdict.ts";

const key = (text) => aesKey(fromBase64url(text));
const DO = {
  ids: ({ moments }) => moments.map((moment) => uuid7(moment)),
  verdict: ({ status, code }) => verdictOf(status, code),
  lines: ({ mine, theirs }) => linesOf(mine, theirs),
  texts: ({ body }) => textsOf(body),
  corrected: ({ body, texts }) => withTexts(body, texts),
  words: ({ path, labels, language }) => wordsOf(path, labels, language),
  opaque: ({ parts }) => opaque(...parts),
  base64url: ({ text }) => toBase64url(fromBase64url(text)),
  sealed: async ({ secret, place, value, opener, elsewhere }) => {
    const sealed = await seal(await key(secret), place, value);
    return open(await key(opener), elsewhere, sealed).then((found) => ({ iv: toBase64url(sealed.iv), found }), (thrown) => thrown.name);
  },
  passphrases: async ({ one, other, salt }) => {
    const sealed = await seal(await keyOfPassphrase(one, fromBase64url(salt)), "place", 1);
    return open(await keyOfPassphrase(other, fromBase64url(salt)), "place", sealed).then(() => "opens", (thrown) => thrown.name);
  },
};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { do: what, ...given } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ ok: (await DO[what](given)) ?? null })}\n`);
}
