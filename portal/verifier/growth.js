// Two checkpoints of one log: does the newer log begin with the older one? The rule is that of verifier/consistency.py.

import { unb64 } from "./bytes.js";
import { HASH } from "./json.js";
import { consistent } from "./merkle.js";
import { openCheckpoint } from "./notes.js";
import { readPolicy } from "./policy.js";
import { Flaw } from "./report.js";

/**
 * "same", "grown", or what is wrong: "older" (the log got shorter), "other" (another log of that size), "unproved" (the
 * proof does not hold, or there is none). `ask(old, size)` gives the proof in base64. Raises Flaw for a bad checkpoint.
 */
export async function growth(policyText, origin, oldNote, note, ask) {
  const policy = await readPolicy(policyText);
  const old = await openCheckpoint(oldNote, origin, policy);
  const now = await openCheckpoint(note, origin, policy);
  if (now.size < old.size) return "older";
  if (now.size === old.size) return (await consistent(old.size, now.size, old.root, now.root, [])) ? "same" : "other";
  if (old.size === 0n) return "grown"; // every log begins with the empty one
  const proof = await ask(Number(old.size), Number(now.size));
  const hashes = proof.map(hashOf);
  if (hashes.includes(null)) return "unproved";
  return (await consistent(old.size, now.size, old.root, now.root, hashes)) ? "grown" : "unproved";
}

function hashOf(text) {
  try {
    const hash = unb64(text);
    return hash.length === HASH ? hash : null;
  } catch (flaw) {
    if (flaw instanceof Flaw) return null;
    throw flaw;
  }
}
