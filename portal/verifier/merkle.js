// RFC 9162 inclusion proofs. Sizes are BigInts: a checkpoint may name one beyond 2^53.

import { hex, sha256 } from "./bytes.js";

const [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)];

export const leafHash = (data) => sha256(LEAF, data);

/** RFC 9162, 2.1.3.2. Every hash has 32 bytes. */
export async function included(leaf, index, size, proof, root) {
  if (index < 0n || index >= size) return false;
  let [place, last, found] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return false; // the proof is too long
    if (place & 1n || place === last) {
      found = await sha256(NODE, sibling, found);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      found = await sha256(NODE, found, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && hex(found) === hex(root);
}
